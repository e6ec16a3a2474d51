/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queue-store"

#include "copy-queue-store.h"

#include "copy-queue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FILE_NAME "queue"
#define LOCK_NAME "lock"

struct _CopyQueueStore
{
  int                 ref_count;   /* atomic */

  /* Set once */
  char               *folder;
  char               *path;
  int                 lock_fd;
  GMainContext       *context;
  GThread            *thread;

  /* Main context only */
  CopyQueueStoreFunc  func;        /* NULL once closed */
  gpointer            user_data;

  /* Guarded by @mutex */
  GMutex              mutex;
  GCond               changed;
  char               *text;        /* to be written, or NULL */
  guint64             n_saved;     /* number of @text, or of the last one */
  guint64             n_written;
  GPtrArray          *drops;       /* notes to be removed after the next write */
  gboolean            closed;
  char               *trouble;     /* of the last write */
};

static gboolean
fail (GError     **error,
      const char  *path,
      int          errnum)
{
  g_set_error (error, COPY_QUEUE_ERROR, COPY_QUEUE_ERROR_FAILED,
               _("cannot use the copy queue in “%s”: %s"), path, g_strerror (errnum));

  return FALSE;
}

/* The system's lock, which ends with the program however that ends; the file
 * stays, or two programs could each hold one of that name. */
static gboolean
take_lock (CopyQueueStore  *self,
           GError         **error)
{
  g_autofree char *path = g_build_filename (self->folder, LOCK_NAME, NULL);
  int result;

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail (error, self->folder, errno);

  do
    result = flock (self->lock_fd, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);

  if (result == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail (error, self->folder, errno);

  g_set_error (error, COPY_QUEUE_ERROR, COPY_QUEUE_ERROR_IN_USE,
               _("the copy queue in “%s” is in use by another program"), self->folder);

  return FALSE;
}

typedef struct
{
  CopyQueueStore *store;
  char           *trouble;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  copy_queue_store_unref (telling->store);
  g_free (telling->trouble);
  g_free (telling);
}

static gboolean
on_tell (gpointer data)
{
  Telling *telling = data;

  if (telling->store->func != NULL)
    telling->store->func (telling->trouble, telling->store->user_data);

  return G_SOURCE_REMOVE;
}

/* In the writer: what became of @text, which was to be written. */
static void
note_written (CopyQueueStore *self,
              guint64         number,
              const GError   *error)
{
  const char *trouble = error != NULL ? error->message : NULL;
  gboolean is_new;

  g_mutex_lock (&self->mutex);
  self->n_written = number;
  is_new = g_strcmp0 (trouble, self->trouble) != 0;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (is_new)
    {
      Telling *telling = g_new0 (Telling, 1);
      g_autoptr (GSource) source = g_idle_source_new ();

      telling->store = copy_queue_store_ref (self);
      telling->trouble = g_strdup (trouble);
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, on_tell, telling, telling_free);
      g_source_attach (source, self->context);
    }
}

static GPtrArray *
new_drops (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static void
remove_note (gpointer name,
             gpointer store)
{
  CopyQueueStore *self = store;
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_unlink (path);
}

static gpointer
write_all (gpointer data)
{
  CopyQueueStore *self = data;

  g_mutex_lock (&self->mutex);

  while (!self->closed || self->text != NULL)
    {
      g_autofree char *text = g_steal_pointer (&self->text);
      g_autoptr (GPtrArray) drops = NULL;
      guint64 number = self->n_saved;
      g_autoptr (GError) error = NULL;

      if (text == NULL)
        {
          g_cond_wait (&self->changed, &self->mutex);
          continue;
        }

      drops = g_steal_pointer (&self->drops);
      self->drops = new_drops ();
      g_mutex_unlock (&self->mutex);
      g_file_set_contents_full (self->path, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &error);
      if (error == NULL)
        g_ptr_array_foreach (drops, remove_note, self);
      note_written (self, number, error);
      g_mutex_lock (&self->mutex);
    }

  g_mutex_unlock (&self->mutex);

  return NULL;
}

CopyQueueStore *
copy_queue_store_new (const char          *folder,
                      CopyQueueStoreFunc   trouble,
                      gpointer             user_data,
                      GError             **error)
{
  g_autoptr (CopyQueueStore) self = g_new0 (CopyQueueStore, 1);

  self->ref_count = 1;
  self->lock_fd = -1;
  self->folder = folder != NULL ? g_canonicalize_filename (folder, NULL)
                 : g_build_filename (g_get_user_data_dir (), "lanyard", "copy", NULL);
  self->path = g_build_filename (self->folder, FILE_NAME, NULL);
  self->context = g_main_context_ref_thread_default ();
  self->func = trouble;
  self->user_data = user_data;
  self->drops = new_drops ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      fail (error, self->folder, errno);
      return NULL;
    }

  if (!take_lock (self, error))
    return NULL;

  self->thread = g_thread_new ("copy-queue", write_all, self);

  return g_steal_pointer (&self);
}

CopyQueueStore *
copy_queue_store_ref (CopyQueueStore *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
copy_queue_store_unref (CopyQueueStore *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_assert (self->thread == NULL);

  if (self->lock_fd >= 0)
    close (self->lock_fd);

  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->text);
  g_ptr_array_unref (self->drops);
  g_free (self->trouble);
  g_free (self);
}

/* Writes what is left and lets go of the folder. Nothing is told any more. */
void
copy_queue_store_close (CopyQueueStore *self)
{
  self->func = NULL;

  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  g_clear_pointer (&self->thread, g_thread_join);
  close (self->lock_fd);
  self->lock_fd = -1;
}

char *
copy_queue_store_read (CopyQueueStore  *self,
                       GError         **error)
{
  g_autoptr (GError) local_error = NULL;
  char *text = NULL;
  gsize length;

  if (g_file_get_contents (self->path, &text, &length, &local_error))
    {
      /* A NUL in the middle would hide what comes after it. */
      if (strlen (text) < length)
        memset (text + strlen (text), '\xff', length - strlen (text));
      return text;
    }

  if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error_literal (error, COPY_QUEUE_ERROR, COPY_QUEUE_ERROR_FAILED, local_error->message);

  return NULL;
}

/* Gives the file another name, which nothing has, with @what in it. Returns its
 * path then. */
char *
copy_queue_store_set_aside (CopyQueueStore  *self,
                            const char      *what,
                            GError         **error)
{
  for (guint number = 1;; number++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%s-%u", self->path, what, number);

      /* Nobody else is here: the lock is ours. */
      if (g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        continue;

      if (g_rename (self->path, path) == 0)
        return g_steal_pointer (&path);

      fail (error, path, errno);

      return NULL;
    }
}

guint64
copy_queue_store_save (CopyQueueStore *self,
                       char           *text)
{
  guint64 number;

  g_mutex_lock (&self->mutex);
  g_free (self->text);
  self->text = text;
  number = ++self->n_saved;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  return number;
}

void
copy_queue_store_wait (CopyQueueStore *self,
                       guint64         number)
{
  g_mutex_lock (&self->mutex);
  while (self->n_written < number)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

gboolean
copy_queue_store_put_note (CopyQueueStore  *self,
                           const char      *name,
                           const char      *text,
                           GError         **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* NULL if there is none. */
char *
copy_queue_store_get_note (CopyQueueStore *self,
                           const char     *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/* Removes one when what is to be saved next is on the disk. */
void
copy_queue_store_drop_note (CopyQueueStore *self,
                            const char     *name)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->drops, g_strdup (name));
  g_mutex_unlock (&self->mutex);
}
