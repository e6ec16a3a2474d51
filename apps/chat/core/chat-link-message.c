/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-link-message.h"

#include "chat-text.h"

G_DEFINE_QUARK (chat-link-error-quark, chat_link_error)

/* Says whether a message can be sent at all, so that one that cannot is refused
 * before it is queued anywhere. What comes in is held to the same. */
gboolean
chat_link_message_check (guint8       kind,
                         const void  *body,
                         gsize        size,
                         GError     **error)
{
  if (size > CHAT_MESSAGE_SIZE_MAX)
    {
      g_set_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_TOO_LONG,
                   "message has %" G_GSIZE_FORMAT " bytes, and may have %u",
                   size, CHAT_MESSAGE_SIZE_MAX);
      return FALSE;
    }

  if (kind == CHAT_KIND_TEXT && !chat_text_is_valid (body, size))
    {
      g_set_error_literal (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_INVALID,
                           "message is not valid UTF-8, or has a NUL in it");
      return FALSE;
    }

  return TRUE;
}
