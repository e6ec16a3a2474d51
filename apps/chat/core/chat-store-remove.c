/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

/* What the user does not want to keep. */

static gboolean
erase (ChatStore      *self,
       ChatStoreLink  *link,
       ChatMessage    *message,
       GError        **error)
{
  static const char erase_sql[] = "DELETE FROM message WHERE id = ?";
  static const char blank_sql[] =
    "UPDATE message SET conversation = 0, kind = 0, body = x'' WHERE id = ?";
  gboolean waits = message->outgoing && message->sequence >= link->sequences.first;

  /* The words first: to forget them takes the text. */
  if (message->text != NULL
      && !_chat_store_unindex (self, message->id, message->conversation, message->text, error))
    return FALSE;

  if (!message->outgoing && message->kind == CHAT_MESSAGE_TEXT && message->id > link->read_id
      && link->n_unread > 0)
    link->n_unread--;
  link->changed = TRUE;

  return _chat_store_run_ids (self, waits ? blank_sql : erase_sql, CHAT_IDS (message->id),
                              _chat_store_cannot_change (), error);
}

/* After the last message may have gone. */
static gboolean
look_for_last (ChatStore      *self,
               ChatStoreLink  *link,
               GError        **error)
{
  static const char last_sql[] = "SELECT max(id) FROM message WHERE conversation = ?";
  static const char mark_sql[] = "UPDATE mark SET value = ? WHERE name = 'last_id'";

  /* Or its number would be given to another one after a restart. */
  return _chat_store_run_ids (self, mark_sql, CHAT_IDS (self->last_id),
                              _chat_store_cannot_change (), error)
         && _chat_store_get_number (self, last_sql, CHAT_IDS (link->conversation), &link->last,
                                    error);
}

static gboolean
erase_list (ChatStore      *self,
            ChatStoreLink  *link,
            GPtrArray      *messages,
            GError        **error)
{
  for (guint i = 0; i < messages->len; i++)
    if (!erase (self, link, messages->pdata[i], error))
      return FALSE;

  return look_for_last (self, link, error);
}

/* Removes a message here; the peer keeps it. One that was not delivered yet is not
 * going to be. */
gboolean
chat_store_remove (ChatStore  *self,
                   gint64      id,
                   GError    **error)
{
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatMessage) message = NULL;
  ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  message = chat_store_get_message (self, id, error);
  link = message != NULL ? _chat_store_link (self, message->contact, error) : NULL;
  if (link == NULL || !_chat_store_enter (self, what, error))
    return FALSE;

  return _chat_store_leave (self, erase (self, link, message, error)
                                  && look_for_last (self, link, error), what, error);
}

static GPtrArray *
list_expired (ChatStore         *self,
              gint64             conversation,
              guint64            first_waiting,
              gint64             end,
              const ChatExpiry  *expiry,
              GError           **error)
{
  static const char sql[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE conversation = ? AND id > ? AND id <= ? AND time < ? AND (outgoing = 0 OR sequence < ?)";
  ChatStatement *statement =
    _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation, expiry->after, end, expiry->before,
                                                  (gint64) first_waiting),
                             _chat_store_cannot_change (), error);
  GPtrArray *messages = _chat_store_read_messages (self, statement, error);

  if (statement != NULL)
    sqlite3_reset (statement);

  return messages;
}

/* Looks at the next @limit messages of @conversation and removes what is to go. Those
 * that wait to be delivered are kept. Begin with @expiry->after 0, and go on while there
 * is @more: each call takes as long as @limit says, however much is kept. */
gboolean
chat_store_expire (ChatStore   *self,
                   gint64       conversation,
                   guint        limit,
                   ChatExpiry  *expiry,
                   gboolean    *more,
                   GError     **error)
{
  static const char end_sql[] =
    "SELECT max(id) FROM (SELECT id FROM message"
    " WHERE conversation = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?)";
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;
  g_autoptr (GPtrArray) messages = NULL;
  gint64 end;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  *more = FALSE;
  link = _chat_store_link_of (self, conversation, error);
  if (link == NULL
      || !_chat_store_get_number (self, end_sql, CHAT_IDS (conversation, expiry->after,
                                                           expiry->last, limit), &end, error))
    return FALSE;

  if (end == 0)
    return TRUE;

  messages = list_expired (self, conversation, link->sequences.first, end, expiry, error);
  if (messages == NULL)
    return FALSE;

  if (messages->len > 0
      && !(_chat_store_enter (self, what, error)
           && _chat_store_leave (self, erase_list (self, link, messages, error), what, error)))
    return FALSE;

  expiry->after = end;
  expiry->n_removed += messages->len;
  *more = TRUE;

  return TRUE;
}

/* Removes all messages of a conversation, whatever becomes of them. */
gboolean
_chat_store_remove_all (ChatStore  *self,
                        gint64      conversation,
                        GError    **error)
{
  static const char sql[] = "SELECT id FROM message WHERE conversation = ? LIMIT 1";
  static const char list[] = "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
                             " WHERE conversation = ? LIMIT 1000";
  ChatStoreLink *link = _chat_store_link_of (self, conversation, error);
  gint64 id;

  if (link == NULL)
    return FALSE;

  link->sequences.first = link->sequences.next;

  while (_chat_store_get_number (self, sql, CHAT_IDS (conversation), &id, error))
    {
      g_autoptr (GPtrArray) messages = NULL;
      ChatStatement *statement;

      if (id == 0)
        return TRUE;

      statement = _chat_store_prepare_ids (self, list, CHAT_IDS (conversation),
                                           _chat_store_cannot_change (), error);
      messages = _chat_store_read_messages (self, statement, error);
      if (statement != NULL)
        sqlite3_reset (statement);
      if (messages == NULL || !erase_list (self, link, messages, error))
        return FALSE;
    }

  return FALSE;
}
