/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

/* What the user does not want to keep. */

/* What is removed at once, some milliseconds of work: bytes of texts, and messages. */
#define STEP_SIZE (16 * 1024)
#define STEP_GONE 100

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
  if (message->text != NULL &&
      !_chat_store_unindex (self, message->id, message->conversation, message->text, error))
    return FALSE;

  if (!message->outgoing && message->kind == CHAT_MESSAGE_TEXT && message->id > link->read_id &&
      link->n_unread > 0)
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
                              _chat_store_cannot_change (), error) &&
         _chat_store_get_number (self, last_sql, CHAT_IDS (link->conversation), &link->last,
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

  return _chat_store_leave (self, erase (self, link, message, error) &&
                                  look_for_last (self, link, error), what, error);
}

/* Those between @expiry->after and @end that are to go. Where they are long, they are only
 * the first ones, and @end is the last of them. */
static GPtrArray *
list_expired (ChatStore         *self,
              gint64             conversation,
              guint64            first_waiting,
              gint64            *end,
              const ChatExpiry  *expiry,
              GError           **error)
{
  static const char sql[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE conversation = ? AND id > ? AND id <= ? AND time < ? AND (outgoing = 0 OR sequence < ?)"
    " ORDER BY id";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_unref);
  g_autoptr (ChatStatement) row =
    _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation, expiry->after, *end, expiry->before,
                                                  (gint64) first_waiting), what, error);
  int result = SQLITE_ERROR;
  gsize size = 0;

  while (row != NULL && size < STEP_SIZE &&
         (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      ChatMessage *message = _chat_store_read_message (self, row, error);

      if (message == NULL)
        return NULL;
      g_ptr_array_add (messages, message);
      size += message->size;
      if (size >= STEP_SIZE)
        *end = message->id;
    }

  return result == SQLITE_ROW || result == SQLITE_DONE ? g_steal_pointer (&messages) : NULL;
}

/* Looks at the next @limit messages of @conversation and removes what is to go, or does
 * what having removed some has left to do. Those that wait to be delivered are kept. Begin
 * with @expiry->after 0, and go on while there is @more: each call takes as long as @limit
 * says, or some milliseconds, however much is kept. */
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

  *more = self->is_split || self->forgets;
  if (*more)
    return _chat_store_enter (self, what, error) &&
           _chat_store_leave (self, _chat_store_do_some_work (self, error), what, error);

  link = _chat_store_link_of (self, conversation, error);
  if (link == NULL ||
      !_chat_store_get_number (self, end_sql, CHAT_IDS (conversation, expiry->after,
                                                        expiry->last, limit), &end, error))
    return FALSE;

  if (end == 0)
    return TRUE;

  messages = list_expired (self, conversation, link->sequences.first, &end, expiry, error);
  if (messages == NULL)
    return FALSE;

  if (messages->len > 0 &&
      !(_chat_store_enter (self, what, error) &&
        _chat_store_leave (self, erase_list (self, link, messages, error), what, error)))
    return FALSE;

  expiry->after = end;
  expiry->n_removed += messages->len;
  *more = TRUE;

  return TRUE;
}

/* Some messages of a conversation whose contact was forgotten: what is needed to remove them. */
static GPtrArray *
list_gone (ChatStore  *self,
           gint64      conversation,
           GError    **error)
{
  static const char sql[] = "SELECT id, kind, body FROM message WHERE conversation = ?";
  static const guint8 uid[CHAT_MESSAGE_UID_SIZE] = { 0 };
  const char *what = _chat_store_cannot_change ();
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_unref);
  g_autoptr (ChatStatement) row = _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation), what,
                                                           error);
  int result = SQLITE_ERROR;
  gsize size = 0;

  while (row != NULL && size < STEP_SIZE && messages->len < STEP_GONE &&
         (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      ChatMessage *message = chat_message_new (0, (guint) sqlite3_column_int64 (row, 1), 0,
                                               uid, sqlite3_column_blob (row, 2),
                                               (gsize) sqlite3_column_bytes (row, 2));

      message->id = sqlite3_column_int64 (row, 0);
      message->conversation = conversation;
      g_ptr_array_add (messages, message);
      size += message->size;
    }

  return result == SQLITE_ROW || result == SQLITE_DONE ? g_steal_pointer (&messages) : NULL;
}

/* Removes some messages of those whose contacts were forgotten; @more tells whether there
 * were any. */
gboolean
_chat_store_remove_gone (ChatStore  *self,
                         gboolean   *more,
                         GError    **error)
{
  static const char sql[] = "SELECT conversation FROM gone LIMIT 1";
  static const char end_sql[] = "DELETE FROM gone WHERE conversation = ?";
  ChatStoreLink nobody = { 0 };
  g_autoptr (GPtrArray) messages = NULL;

  if (!_chat_store_get_number (self, sql, NULL, 0, &nobody.conversation, error))
    return FALSE;

  *more = nobody.conversation != 0;
  if (!*more)
    return TRUE;

  messages = list_gone (self, nobody.conversation, error);
  if (messages == NULL)
    return FALSE;

  if (messages->len > 0)
    return erase_list (self, &nobody, messages, error);

  return _chat_store_run_ids (self, end_sql, CHAT_IDS (nobody.conversation),
                              _chat_store_cannot_change (), error);
}
