/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

/* Where messages stand in their conversation. Who shows a long one knows it by parts,
 * since to count it all takes as long as it is long: 30 ns for each message. */

/* The number of messages of @conversation from the one @from on (0: the oldest), and
 * before @before. Neither needs to be there. */
gboolean
chat_store_count (ChatStore  *self,
                  gint64      conversation,
                  gint64      from,
                  gint64      before,
                  guint      *n_messages,
                  GError    **error)
{
  static const char sql[] =
    "SELECT count(*) FROM message WHERE conversation = ? AND id >= ? AND id < ?";
  gint64 count;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (conversation > 0, FALSE);

  if (!_chat_store_get_number (self, sql, CHAT_IDS (conversation, from, before), &count, error))
    return FALSE;

  *n_messages = (guint) count;

  return TRUE;
}

/* The number of messages before the one @before, at most @limit, and the id of the
 * oldest of these; 0 if there are none. */
gboolean
chat_store_count_back (ChatStore  *self,
                       gint64      conversation,
                       gint64      before,
                       guint       limit,
                       guint      *n_messages,
                       gint64     *oldest,
                       GError    **error)
{
  static const char sql[] =
    "SELECT count(*), min(id) FROM"
    " (SELECT id FROM message WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?)";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (conversation > 0, FALSE);

  row = _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation, before, limit), what, error);
  if (row == NULL || _chat_store_step (self, row, what, error) != SQLITE_ROW)
    return FALSE;

  *n_messages = (guint) sqlite3_column_int (row, 0);
  *oldest = sqlite3_column_int64 (row, 1);

  return TRUE;
}

/* The @n-th message, counted from 0, of those from @from on; 0 if there are not so many. */
gboolean
chat_store_get_nth (ChatStore  *self,
                    gint64      conversation,
                    gint64      from,
                    guint       n,
                    gint64     *id,
                    GError    **error)
{
  static const char sql[] =
    "SELECT id FROM message WHERE conversation = ? AND id >= ? ORDER BY id LIMIT 1 OFFSET ?";

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (conversation > 0, FALSE);

  return _chat_store_get_number (self, sql, CHAT_IDS (conversation, from, n), id, error);
}

/* The oldest text from @contact that was not read here; 0 if all were. */
gboolean
chat_store_get_first_unread (ChatStore  *self,
                             gint64      contact,
                             gint64     *id,
                             GError    **error)
{
  static const char sql[] = "SELECT id FROM message WHERE conversation = ? AND id > ?"
                            " AND outgoing = 0 AND kind = 1 ORDER BY id LIMIT 1";
  const ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  *id = 0;
  link = _chat_store_link (self, contact, error);

  return link != NULL &&
         (link->n_unread == 0 ||
          _chat_store_get_number (self, sql, CHAT_IDS (link->conversation, link->read_id),
                                  id, error));
}
