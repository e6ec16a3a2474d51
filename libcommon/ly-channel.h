/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LY_CHANNEL_DEFAULT_LIMIT:
 *
 * The largest frame that a channel takes unless told otherwise, in bytes.
 */
#define LY_CHANNEL_DEFAULT_LIMIT (64u * 1024 * 1024)

#define LY_TYPE_CHANNEL (ly_channel_get_type ())

G_DECLARE_FINAL_TYPE (LyChannel, ly_channel, LY, CHANNEL, GObject)

LyChannel *ly_channel_new         (int          fd,
                                   guint32      frame_limit) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_channel_new_pair    (guint32      frame_limit,
                                   LyChannel  **one,
                                   LyChannel  **other,
                                   GError     **error);
gboolean   ly_channel_new_pipe    (guint32      frame_limit,
                                   LyChannel  **reader,
                                   LyChannel  **writer,
                                   GError     **error);
gboolean   ly_channel_send        (LyChannel   *self,
                                   GVariant    *message,
                                   GError     **error);
GVariant  *ly_channel_receive     (LyChannel   *self,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_channel_post        (LyChannel   *self,
                                   GVariant    *message,
                                   GError     **error);
gboolean   ly_channel_flush       (LyChannel   *self,
                                   GError     **error);
gboolean   ly_channel_has_posted  (LyChannel   *self);
void       ly_channel_close       (LyChannel   *self);
GVariant  *ly_channel_try_receive (LyChannel   *self,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;
int        ly_channel_get_fd      (LyChannel   *self);
int        ly_channel_steal_fd    (LyChannel   *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
