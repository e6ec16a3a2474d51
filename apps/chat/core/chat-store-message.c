/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"
#include "chat-text.h"

#include <glib/gi18n.h>

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error_literal (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID, why);

  return FALSE;
}

/* What is stored is acknowledged, so nothing may be found wrong with it later. */
static gboolean
check (ChatMessage  *message,
       GError      **error)
{
  gsize size = g_bytes_get_size (message->body);

  if (size > CHAT_MESSAGE_MAX_BODY)
    return refuse (error, _("the message is longer than 1 MiB"));

  if (message->kind == CHAT_MESSAGE_TEXT && !chat_text_is_valid (message->text, size))
    return refuse (error, _("the message is not a text in UTF-8"));

  return TRUE;
}

/* --- adding --- */

static gboolean
insert (ChatStore      *self,
        ChatStoreLink  *link,
        ChatMessage    *message,
        GError        **error)
{
  static const char sql[] =
    "INSERT INTO message (id, conversation, contact, outgoing, kind, sequence, time, uid, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const char *what = _chat_store_cannot_change ();
  const gint64 ids[] = {
    self->last_id + 1, link->conversation, link->contact, message->outgoing, message->kind,
    (gint64) message->sequence, message->time,
  };
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, ids,
                                                                 G_N_ELEMENTS (ids), what, error);
  gconstpointer body;
  gsize size;

  if (statement == NULL)
    return FALSE;

  body = g_bytes_get_data (message->body, &size);
  sqlite3_bind_blob (statement, 8, message->uid, sizeof message->uid, SQLITE_STATIC);
  if (message->text != NULL)
    sqlite3_bind_text (statement, 9, message->text, (int) size, SQLITE_STATIC);
  else
    sqlite3_bind_blob (statement, 9, body != NULL ? body : "", (int) size, SQLITE_STATIC);

  if (!_chat_store_run (self, statement, what, error))
    return FALSE;

  message->id = ++self->last_id;
  message->conversation = link->conversation;
  link->last = message->id;
  link->changed = TRUE;

  return TRUE;
}

/* Adds a message that is to go to message->contact, and numbers it. */
gboolean
chat_store_queue (ChatStore    *self,
                  ChatMessage  *message,
                  GError      **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;
  gboolean done = FALSE;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (message != NULL && message->id == 0, FALSE);

  if (!check (message, error) || !_chat_store_enter (self, what, error))
    return FALSE;

  link = _chat_store_link (self, message->contact, error);
  if (link != NULL)
    {
      message->outgoing = TRUE;
      message->state = CHAT_MESSAGE_QUEUED;
      message->sequence = link->sequences.next;
      done = insert (self, link, message, error);
      link->sequences.next += done;
    }

  return _chat_store_leave (self, done, what, error);
}

static gboolean
receive (ChatStore      *self,
         ChatStoreLink  *link,
         ChatMessage    *message,
         gboolean       *is_new,
         GError        **error)
{
  ChatSequences *sequences = &link->sequences;

  if (message->sequence <= sequences->stored)
    return TRUE;
  if (message->sequence != sequences->stored + 1)
    return refuse (error, _("a message arrived before the one that it follows"));

  message->outgoing = FALSE;
  message->state = CHAT_MESSAGE_DELIVERED;

  if (message->kind != CHAT_MESSAGE_WITHDRAWN)
    {
      if (!insert (self, link, message, error))
        return FALSE;
      link->n_unread += message->kind == CHAT_MESSAGE_TEXT;
      *is_new = TRUE;
    }

  sequences->stored = message->sequence;
  sequences->stored_time = message->time;
  link->changed = TRUE;

  return TRUE;
}

/* Adds the message that message->contact gave the number message->sequence,
 * unless that is stored already. @is_new is %FALSE also for one that was withdrawn:
 * there is nothing to show. */
gboolean
chat_store_receive (ChatStore    *self,
                    ChatMessage  *message,
                    gboolean     *is_new,
                    GError      **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;
  gboolean done;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (message != NULL && message->id == 0, FALSE);
  g_return_val_if_fail (message->sequence > 0, FALSE);

  *is_new = FALSE;
  if (!check (message, error) || !_chat_store_enter (self, what, error))
    return FALSE;

  link = _chat_store_link (self, message->contact, error);
  done = link != NULL && receive (self, link, message, is_new, error);

  return _chat_store_leave (self, done, what, error);
}

/* --- reading --- */

static ChatMessageState
get_state (const ChatStoreLink *link,
           const ChatMessage   *message,
           gboolean             failed)
{
  const ChatSequences *sequences = &link->sequences;

  if (!message->outgoing)
    return message->id <= link->read_id ? CHAT_MESSAGE_READ : CHAT_MESSAGE_DELIVERED;

  return failed ? CHAT_MESSAGE_FAILED
       : message->sequence <= sequences->seen ? CHAT_MESSAGE_READ
       : message->sequence < sequences->first ? CHAT_MESSAGE_DELIVERED
       : message->sequence <= sequences->sent ? CHAT_MESSAGE_SENT : CHAT_MESSAGE_QUEUED;
}

/* The message in the row that @row is at. */
ChatMessage *
_chat_store_read_message (ChatStore      *self,
                          ChatStatement  *row,
                          GError        **error)
{
  ChatStoreLink *link = _chat_store_link (self, sqlite3_column_int64 (row, 2), error);
  static const guint8 no_uid[CHAT_MESSAGE_UID_SIZE];
  const guint8 *uid = sqlite3_column_blob (row, 8);
  const void *body = sqlite3_column_blob (row, 9);
  ChatMessage *message;

  if (link == NULL)
    return NULL;

  if (sqlite3_column_bytes (row, 8) != CHAT_MESSAGE_UID_SIZE)
    uid = no_uid;

  message = chat_message_new (link->contact, (guint) sqlite3_column_int (row, 5),
                              sqlite3_column_int64 (row, 7), uid, body,
                              (gsize) sqlite3_column_bytes (row, 9));
  message->id = sqlite3_column_int64 (row, 0);
  message->conversation = sqlite3_column_int64 (row, 1);
  message->outgoing = sqlite3_column_int (row, 3) != 0;
  message->sequence = (guint64) sqlite3_column_int64 (row, 6);
  message->state = get_state (link, message, sqlite3_column_int (row, 4) != 0);

  return message;
}

/* The messages in all rows of @statement, which may be NULL with @error set. */
GPtrArray *
_chat_store_read_messages (ChatStore      *self,
                           ChatStatement  *statement,
                           GError        **error)
{
  g_autoptr (GPtrArray) messages = NULL;
  int result = SQLITE_ERROR;

  messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_unref);

  while (statement != NULL &&
         (result = _chat_store_step (self, statement, _chat_store_cannot_read (), error))
         == SQLITE_ROW)
    {
      ChatMessage *message = _chat_store_read_message (self, statement, error);

      if (message == NULL)
        return NULL;
      g_ptr_array_add (messages, message);
    }

  return result == SQLITE_DONE ? g_steal_pointer (&messages) : NULL;
}

ChatMessage *
chat_store_get_message (ChatStore  *self,
                        gint64      id,
                        GError    **error)
{
  static const char sql[] = "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
                            " WHERE id = ? AND conversation != 0";
  g_autoptr (ChatStatement) statement = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (id), _chat_store_cannot_read (), error);
  messages = _chat_store_read_messages (self, statement, error);
  if (messages == NULL)
    return NULL;

  if (messages->len > 0)
    return g_ptr_array_steal_index (messages, 0);

  g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND,
               _("there is no message with the number %lld"), (long long) id);

  return NULL;
}

/* What a message that failed or was removed says to the peer. */
static ChatMessage *
withdrawn (const ChatMessage *message)
{
  ChatMessage *empty = chat_message_new (message->contact, CHAT_MESSAGE_WITHDRAWN, message->time,
                                         message->uid, NULL, 0);

  empty->id = message->id;
  empty->conversation = message->conversation;
  empty->outgoing = TRUE;
  empty->sequence = message->sequence;
  empty->state = message->state;

  return empty;
}

/* The messages to @contact from the number @from on that the peer has not stored,
 * at most @limit, without a gap. */
GPtrArray *
chat_store_get_outbox (ChatStore  *self,
                       gint64      contact,
                       guint64     from,
                       guint       limit,
                       GError    **error)
{
  static const char sql[] = "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
                            " WHERE contact = ? AND outgoing = 1 AND sequence >= ?"
                            " ORDER BY sequence LIMIT ?";
  const ChatStoreLink *link;
  g_autoptr (ChatStatement) statement = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  link = _chat_store_link (self, contact, error);
  if (link == NULL)
    return NULL;

  from = MAX (from, link->sequences.first);
  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact, (gint64) from, limit),
                                       _chat_store_cannot_read (), error);
  messages = _chat_store_read_messages (self, statement, error);

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      ChatMessage *message = messages->pdata[i];

      if (message->state != CHAT_MESSAGE_FAILED && message->conversation != 0)
        continue;
      messages->pdata[i] = withdrawn (message);
      chat_message_unref (message);
    }

  return g_steal_pointer (&messages);
}
