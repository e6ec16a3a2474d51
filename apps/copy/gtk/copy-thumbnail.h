/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes a small picture of an image file, @size pixels at most each way, in a
 * thread. Files that are no images, or too large to be decoded in passing, have
 * none: G_IO_ERROR_NOT_SUPPORTED. Only for regular files: others may block. */
void        copy_thumbnail_load_async  (const char           *path,
                                        int                   size,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
GdkTexture *copy_thumbnail_load_finish (GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
