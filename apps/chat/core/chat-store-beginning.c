/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

/* A screen of texts of a mebibyte each would take some hundredths of a second to read,
 * and is never shown as a whole. */

/* The beginning of a text, without a part of a character at its end. */
static gsize
cut (const char *text,
     gsize       size)
{
  gsize end = size;

  while (end > 0 && size - end < 4 && (text[end - 1] & 0xc0) == 0x80)
    end--;

  return end > 0 && (text[end - 1] & 0x80) != 0 &&
         g_utf8_get_char_validated (text + end - 1, (gssize) (size - end + 1)) >= (gunichar) -2
         ? end - 1 : size;
}

/* @bare with as much of its body as @max_size allows, which @blob is moved to. */
static ChatMessage *
read_beginning (ChatStore          *self,
                const ChatMessage  *bare,
                sqlite3_blob      **blob,
                gsize               max_size,
                GError            **error)
{
  int result = *blob != NULL
    ? sqlite3_blob_reopen (*blob, bare->id)
    : sqlite3_blob_open (self->db, "main", "message", "body", bare->id, 0, blob);
  gsize size = result == SQLITE_OK ? (gsize) sqlite3_blob_bytes (*blob) : 0;
  gsize n_read = MIN (size, max_size);
  g_autofree char *body = g_malloc (n_read + 1);
  ChatMessage *message;

  if (result == SQLITE_OK)
    result = sqlite3_blob_read (*blob, body, (int) n_read, 0);
  if (result != SQLITE_OK)
    {
      _chat_store_fail (self, result, _chat_store_cannot_read (), error);
      return NULL;
    }

  if (bare->kind == CHAT_MESSAGE_TEXT && n_read < size)
    n_read = cut (body, n_read);

  message = chat_message_new (bare->contact, bare->kind, bare->time, bare->uid, body, n_read);
  message->size = size;
  message->id = bare->id;
  message->conversation = bare->conversation;
  message->outgoing = bare->outgoing;
  message->sequence = bare->sequence;
  message->state = bare->state;

  return message;
}

/* The same as chat_store_get_after() with only the beginnings of long bodies: @max_size
 * bytes, or as many as are whole characters. */
GPtrArray *
chat_store_get_beginnings (ChatStore  *self,
                           gint64      conversation,
                           gint64      after,
                           guint       limit,
                           gsize       max_size,
                           GError    **error)
{
  static const char sql[] =
    "SELECT m.id, m.conversation, m.contact, m.outgoing, m.failed, m.kind, m.sequence, m.time,"
    " m.uid, NULL FROM message m WHERE conversation = ? AND id > ? ORDER BY id LIMIT ?";
  g_autoptr (ChatStatement) statement = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  sqlite3_blob *blob = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (conversation > 0, NULL);

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation, after, limit),
                                       _chat_store_cannot_read (), error);
  messages = _chat_store_read_messages (self, statement, error);

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      ChatMessage *bare = messages->pdata[i];
      ChatMessage *message = read_beginning (self, bare, &blob, max_size, error);

      if (message == NULL)
        {
          g_clear_pointer (&messages, g_ptr_array_unref);
          break;
        }
      messages->pdata[i] = message;
      chat_message_unref (bare);
    }

  sqlite3_blob_close (blob);

  return g_steal_pointer (&messages);
}
