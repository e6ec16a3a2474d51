/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

/* What was said, as a file: each message a JSON object on a line. The store is read a
 * little at a time, when there is nothing else to do, and GIO writes in between. One
 * that comes to nothing leaves no file, or the one that was there before. */

typedef struct
{
  ChatEngine        *engine;         /* NULL once it has ended */
  GTask             *task;
  GCancellable      *cancellable;    /* ours: also if the engine ends */
  gulong             cancelled;      /* by the caller's */
  GFile             *file;
  gboolean           is_new;         /* there was none before */
  GFileOutputStream *stream;
  GPtrArray         *conversations;  /* ChatConversation */
  guint              index;
  gint64             after;
  gint64             n_bytes;
  GString           *json;           /* being written */
  GError            *failure;
} Export;

static void
on_cancelled (GCancellable *theirs,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static Export *
export_new (ChatEngine   *engine,
            GTask        *task,
            GFile        *file,
            GCancellable *theirs)
{
  Export *self = g_new0 (Export, 1);

  self->engine = engine;
  self->task = task;
  self->file = g_object_ref (file);
  self->cancellable = g_cancellable_new ();
  self->json = g_string_new (NULL);
  if (theirs != NULL)
    self->cancelled = g_cancellable_connect (theirs, G_CALLBACK (on_cancelled),
                                             g_object_ref (self->cancellable), g_object_unref);
  g_ptr_array_add (engine->exports, self);

  return self;
}

/* Says how much was written, or what went wrong. */
static void
export_end (Export *self)
{
  g_autoptr (GTask) task = self->task;
  GError *failure = self->failure;
  gint64 n_bytes = self->n_bytes;

  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled);
  if (self->engine != NULL)
    g_ptr_array_remove (self->engine->exports, self);

  g_object_unref (self->cancellable);
  g_object_unref (self->file);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->conversations, g_ptr_array_unref);
  g_string_free (self->json, TRUE);
  g_free (self);

  if (failure != NULL)
    g_task_return_error (task, failure);
  else
    g_task_return_int (task, n_bytes);
}

static void
on_deleted (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_file_delete_finish (G_FILE (source), result, NULL);
  export_end (user_data);
}

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Export *self = user_data;

  g_output_stream_close_finish (G_OUTPUT_STREAM (source), result,
                                self->failure == NULL ? &self->failure : NULL);

  if (self->failure != NULL && self->is_new)
    g_file_delete_async (self->file, G_PRIORITY_LOW, NULL, on_deleted, self);
  else
    export_end (self);
}

/* One that was to replace another does not if it is closed by who was cancelled. */
static void
close_file (Export *self)
{
  if (self->failure != NULL)
    g_cancellable_cancel (self->cancellable);

  g_output_stream_close_async (G_OUTPUT_STREAM (self->stream), G_PRIORITY_LOW, self->cancellable,
                               on_closed, self);
}

static void write_some (Export *self);

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Export *self = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &self->failure))
    {
      self->n_bytes += (gint64) self->json->len;
      write_some (self);
    }
  else
    {
      close_file (self);
    }
}

static gboolean
read_some (Export *self)
{
  g_string_truncate (self->json, 0);

  while (self->json->len == 0 && self->index < self->conversations->len)
    {
      const ChatConversation *conversation = self->conversations->pdata[self->index];

      if (!chat_store_export_some (self->engine->store, conversation->id, &self->after, self->json,
                                   &self->failure))
        {
          /* It may have been forgotten since. */
          if (!g_error_matches (self->failure, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND))
            return FALSE;
          g_clear_error (&self->failure);
        }

      if (self->json->len == 0)
        {
          self->index++;
          self->after = 0;
        }
    }

  return TRUE;
}

static void
write_some (Export *self)
{
  if (g_cancellable_set_error_if_cancelled (self->cancellable, &self->failure) ||
      !read_some (self) || self->json->len == 0)
    close_file (self);
  else
    g_output_stream_write_all_async (G_OUTPUT_STREAM (self->stream), self->json->str,
                                     self->json->len, G_PRIORITY_LOW, self->cancellable,
                                     on_written, self);
}

static void
on_replaced (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Export *self = user_data;

  self->stream = g_file_replace_finish (self->file, result, &self->failure);
  if (self->stream != NULL)
    write_some (self);
  else
    export_end (self);
}

static void
on_created (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Export *self = user_data;

  self->stream = g_file_create_finish (self->file, result, &self->failure);
  self->is_new = self->stream != NULL;

  if (self->is_new)
    {
      write_some (self);
    }
  else if (g_error_matches (self->failure, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_clear_error (&self->failure);
      g_file_replace_async (self->file, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_LOW, NULL,
                            on_replaced, self);
    }
  else
    {
      export_end (self);
    }
}

/* Writes all that was said with @peer, or with everybody, to @file. */
void
chat_engine_export_async (ChatEngine          *self,
                          ChatPeer            *peer,
                          GFile               *file,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Export *export;

  g_return_if_fail (CHAT_IS_ENGINE (self));
  g_task_set_source_tag (task, chat_engine_export_async);

  export = export_new (self, task, file, cancellable);
  export->conversations = _chat_engine_list_talks (self, peer, &export->failure);

  /* Not cancelled: it would not be known whether there is a file now. */
  if (export->conversations != NULL)
    g_file_create_async (file, G_FILE_CREATE_PRIVATE, G_PRIORITY_LOW, NULL, on_created, export);
  else
    export_end (export);
}

/* Returns: how many bytes were written, or -1 */
gint64
chat_engine_export_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* What is being written comes to its end later, but without the store. */
void
_chat_engine_exports_stop (ChatEngine *self)
{
  while (self->exports->len > 0)
    {
      Export *export = g_ptr_array_steal_index (self->exports, 0);

      export->engine = NULL;
      g_cancellable_cancel (export->cancellable);
    }
}
