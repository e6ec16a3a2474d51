/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queue-file"

#include "copy-queue-file.h"

#include "copy-queue.h"

#define GROUP "queue"

/* What is wrong with a file, as it stands in its new name. */
#define BAD   "bad"
#define NEWER "newer"

void
copy_queue_file_init (CopyQueueFile *self)
{
  /* Numbers are not used again even if the file is lost: notes of old jobs may
   * still be there. */
  self->next_id = (guint64) g_get_real_time ();
  self->max_running = 1;
  self->recent = g_new0 (char *, 1);
}

void
copy_queue_file_clear (CopyQueueFile *self)
{
  g_clear_pointer (&self->recent, g_strfreev);
}

/* FALSE if it is the newest already. */
gboolean
copy_queue_file_add_recent (CopyQueueFile *self,
                            const char    *dest)
{
  g_autoptr (GStrvBuilder) recent = NULL;
  guint n = 1;

  if (g_strcmp0 (self->recent[0], dest) == 0)
    return FALSE;

  recent = g_strv_builder_new ();
  g_strv_builder_add (recent, dest);
  for (guint i = 0; self->recent[i] != NULL && n < COPY_QUEUE_MAX_RECENT; i++)
    if (!g_str_equal (self->recent[i], dest))
      {
        g_strv_builder_add (recent, self->recent[i]);
        n++;
      }

  g_strfreev (self->recent);
  self->recent = g_strv_builder_end (recent);

  return TRUE;
}

/* The file's text, to which those of the jobs are to be added. */
GString *
copy_queue_file_begin (CopyQueueFile *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;

  g_key_file_set_integer (file, GROUP, "version", COPY_QUEUE_FILE_VERSION);
  g_key_file_set_uint64 (file, GROUP, "next-id", self->next_id);
  g_key_file_set_uint64 (file, GROUP, "max-running", self->max_running);
  copy_job_record_set_names (file, GROUP, "recent", (const char * const *) self->recent);
  text = g_key_file_to_data (file, NULL, NULL);

  return g_string_new (text);
}

static void
clear_record (gpointer data)
{
  copy_job_record_clear (data);
}

/* A job that ran when the program ended was interrupted; if it had got as far as
 * to make anything, a note says where. */
static void
settle_record (CopyJobRecord  *record,
               CopyQueueStore *store)
{
  gboolean was_active = record->state == COPY_JOB_RUNNING || record->state == COPY_JOB_ASKING;
  g_autofree char *name = g_strdup_printf ("begun-%" G_GUINT64_FORMAT, record->id);
  g_autofree char *text = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (record->state >= COPY_JOB_DONE || record->state == COPY_JOB_WAITING)
    return;

  text = copy_queue_store_get_note (store, name);
  if (text != NULL && g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, NULL))
    {
      g_clear_pointer (&record->report, copy_report_free);
      record->report = copy_job_record_get_report (file, "job", NULL);
    }

  if (text != NULL && record->report != NULL)
    record->report->interrupted = TRUE;
  if (text != NULL || was_active)
    record->state = COPY_JOB_INTERRUPTED;
}

/* Every job of the file, or NULL with @error set. */
static GArray *
read_records (CopyQueueFile   *self,
              CopyQueueStore  *store,
              GKeyFile        *file,
              GError         **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (CopyJobRecord));
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  g_array_set_clear_func (records, clear_record);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      CopyJobRecord record;

      if (g_str_equal (groups[i], GROUP))
        continue;

      if (!copy_job_record_read (&record, file, groups[i], error))
        {
          copy_job_record_clear (&record);
          return NULL;
        }

      settle_record (&record, store);
      self->next_id = MAX (self->next_id, record.id + 1);
      g_array_append_val (records, record);
    }

  /* They are the caller's, one by one. */
  g_array_set_clear_func (records, NULL);

  return g_steal_pointer (&records);
}

/* NULL with @what set if it is not a file of ours that can be understood. */
static GArray *
parse (CopyQueueFile  *self,
       CopyQueueStore *store,
       const char     *text,
       const char    **what)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) recent = NULL;
  GArray *records;

  *what = BAD;
  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, &error))
    return NULL;

  if (g_key_file_get_integer (file, GROUP, "version", NULL) > COPY_QUEUE_FILE_VERSION)
    *what = NEWER;
  if (g_key_file_get_integer (file, GROUP, "version", NULL) != COPY_QUEUE_FILE_VERSION)
    return NULL;

  recent = copy_job_record_get_names (file, GROUP, "recent", &error);
  if (recent == NULL)
    return NULL;

  records = read_records (self, store, file, &error);
  if (records == NULL)
    {
      g_debug ("%s", error->message);
      return NULL;
    }

  self->next_id = MAX (self->next_id, g_key_file_get_uint64 (file, GROUP, "next-id", NULL));
  self->max_running = (guint) CLAMP (g_key_file_get_uint64 (file, GROUP, "max-running", NULL), 1,
                                     COPY_QUEUE_MAX_RUNNING);
  g_strfreev (self->recent);
  self->recent = g_steal_pointer (&recent);

  return records;
}

/* Reads what there is: an array of CopyJobRecord, whose contents are the caller's.
 * A file that is of no use gets another name, *@set_aside, or there is an error. */
GArray *
copy_queue_file_load (CopyQueueFile   *self,
                      CopyQueueStore  *store,
                      char           **set_aside,
                      GError         **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = copy_queue_store_read (store, &local_error);
  const char *what;
  GArray *records;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  if (text == NULL)
    return g_array_new (FALSE, TRUE, sizeof (CopyJobRecord));

  records = parse (self, store, text, &what);
  if (records != NULL)
    return records;

  *set_aside = copy_queue_store_set_aside (store, what, error);

  return *set_aside != NULL ? g_array_new (FALSE, TRUE, sizeof (CopyJobRecord)) : NULL;
}
