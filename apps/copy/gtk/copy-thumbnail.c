/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-thumbnail"

#include "copy-thumbnail.h"

/* What is larger, as a file or in pixels, takes too long and too much memory. */
#define MAX_BYTES  (64 * 1024 * 1024)
#define MAX_PIXELS (40 * 1000 * 1000)

#define CHUNK (64 * 1024)

typedef struct
{
  char *path;
  int   size;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *self = data;

  g_free (self->path);
  g_free (self);
}

static void
on_size_prepared (GdkPixbufLoader *loader,
                  int              width,
                  int              height,
                  Wish            *wish)
{
  double scale = MIN (1.0, (double) wish->size / MAX (MAX (width, height), 1));

  /* A size of nothing makes the loader give up. */
  if ((gint64) width * height > MAX_PIXELS)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
  else
    gdk_pixbuf_loader_set_size (loader, MAX ((int) (width * scale), 1),
                                MAX ((int) (height * scale), 1));
}

/* A loader wants to be closed, however it went. */
static gboolean
feed (GdkPixbufLoader  *loader,
      GInputStream     *stream,
      GCancellable     *cancellable,
      GError          **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  goffset total = 0;
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, CHUNK, cancellable, error)) > 0)
    {
      total += n;
      if (total > MAX_BYTES)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "too large a file");
          return FALSE;
        }
      if (!gdk_pixbuf_loader_write (loader, buffer, (gsize) n, error))
        return FALSE;
    }

  return n == 0;
}

static GdkPixbuf *
decode (Wish          *wish,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (wish->path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GdkPixbufLoader) loader = NULL;
  GdkPixbuf *pixbuf;

  if (stream == NULL)
    return NULL;

  loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), wish);
  if (!feed (loader, G_INPUT_STREAM (stream), cancellable, error))
    {
      gdk_pixbuf_loader_close (loader, NULL);
      return NULL;
    }
  if (!gdk_pixbuf_loader_close (loader, error))
    return NULL;

  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "no picture in it");
      return NULL;
    }

  return gdk_pixbuf_apply_embedded_orientation (pixbuf);
}

static void
load_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = decode (task_data, cancellable, &error);

  if (pixbuf == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, gdk_texture_new_for_pixbuf (pixbuf), g_object_unref);
}

void
copy_thumbnail_load_async (const char          *path,
                           int                  size,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *type = g_content_type_guess (path, NULL, 0, NULL);
  g_autofree char *mime = g_content_type_get_mime_type (type);
  Wish *wish;

  g_task_set_source_tag (task, copy_thumbnail_load_async);
  if (mime == NULL || !g_str_has_prefix (mime, "image/"))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "not an image");
      return;
    }

  wish = g_new0 (Wish, 1);
  wish->path = g_strdup (path);
  wish->size = size;
  g_task_set_task_data (task, wish, wish_free);
  g_task_run_in_thread (task, load_in_thread);
}

GdkTexture *
copy_thumbnail_load_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
