/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text as a QR code: dark squares on white, whatever the theme, with the white rim that
 * cameras need, and edges that lie on those of pixels. */
#define CHAT_TYPE_QR (chat_qr_get_type ())

G_DECLARE_FINAL_TYPE (ChatQr, chat_qr, CHAT, QR, GObject)

ChatQr   *chat_qr_new      (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean  chat_qr_is_dark  (ChatQr     *self,
                            guint       column,
                            guint       row);

G_END_DECLS
