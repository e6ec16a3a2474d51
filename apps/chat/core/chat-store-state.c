/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <glib/gi18n.h>

/* How far the messages of one contact have come. */

static gboolean
collect (ChatStore  *self,
         gint64      contact,
         guint64     after,
         guint64     last,
         GArray     *changed,
         GError    **error)
{
  static const char sql[] =
    "SELECT id, sequence FROM message WHERE contact = ? AND outgoing = 1 AND sequence > ?"
    " AND sequence <= ? AND failed = 0 AND conversation != 0 ORDER BY sequence";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;
  int result = SQLITE_ERROR;

  row = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact, (gint64) after, (gint64) last),
                                 what, error);

  while (row != NULL && (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      ChatMark mark = { sqlite3_column_int64 (row, 0), (guint64) sqlite3_column_int64 (row, 1) };

      g_array_append_val (changed, mark);
    }

  return result == SQLITE_DONE;
}

/* What was removed before it was delivered has kept its place until now. */
static gboolean
drop_removed (ChatStore            *self,
              const ChatStoreLink  *link,
              GError              **error)
{
  static const char sql[] =
    "DELETE FROM message WHERE conversation = 0 AND contact = ? AND sequence < ?";

  return _chat_store_run_ids (self, sql, CHAT_IDS (link->contact, (gint64) link->sequences.first),
                              _chat_store_cannot_change (), error);
}

static gboolean
advance (ChatStore         *self,
         ChatStoreLink     *link,
         guint64            last,
         ChatMessageState   state,
         GError           **error)
{
  ChatSequences *sequences = &link->sequences;
  guint64 first = sequences->first;

  sequences->sent = MAX (sequences->sent, last);
  if (state >= CHAT_MESSAGE_DELIVERED)
    sequences->first = MAX (sequences->first, last + 1);
  if (state >= CHAT_MESSAGE_READ)
    sequences->seen = MAX (sequences->seen, last);
  link->changed = TRUE;

  return sequences->first == first || drop_removed (self, link, error);
}

/* All messages to @contact up to the number @last are sent, delivered or read.
 * Unless it is %NULL, a ChatMark for each one that was not before is appended to
 * @changed; those that failed stay what they are. */
gboolean
chat_store_set_state (ChatStore         *self,
                      gint64             contact,
                      guint64            last,
                      ChatMessageState   state,
                      GArray            *changed,
                      GError           **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;
  guint64 before;
  gboolean done;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (state >= CHAT_MESSAGE_SENT && state <= CHAT_MESSAGE_READ, FALSE);

  link = _chat_store_link (self, contact, error);
  if (link == NULL)
    return FALSE;

  if (last >= link->sequences.next)
    {
      g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID,
                   _("there is no message %llu to acknowledge"), (unsigned long long) last);
      return FALSE;
    }

  before = state == CHAT_MESSAGE_SENT ? MAX (link->sequences.sent, link->sequences.first - 1)
         : state == CHAT_MESSAGE_DELIVERED ? link->sequences.first - 1 : link->sequences.seen;
  if (last <= before)
    return TRUE;

  if (!_chat_store_enter (self, what, error))
    return FALSE;

  done = (changed == NULL || collect (self, contact, before, last, changed, error)) &&
         advance (self, link, last, state, error);

  return _chat_store_leave (self, done, what, error);
}

/* A message that was not delivered is not to be: it has failed. Its place goes to
 * the peer without its text. */
gboolean
chat_store_withdraw (ChatStore  *self,
                     gint64      id,
                     GError    **error)
{
  static const char sql[] = "UPDATE message SET failed = 1 WHERE id = ?";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatMessage) message = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  message = chat_store_get_message (self, id, error);
  if (message == NULL)
    return FALSE;

  if (message->state != CHAT_MESSAGE_QUEUED && message->state != CHAT_MESSAGE_SENT)
    {
      g_set_error_literal (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID,
                           _("the message does not wait to be delivered"));
      return FALSE;
    }

  return _chat_store_enter (self, what, error) &&
         _chat_store_leave (self, _chat_store_run_ids (self, sql, CHAT_IDS (id), what, error),
                            what, error);
}

/* --- read here --- */

static gboolean
count_unread (ChatStore      *self,
              ChatStoreLink  *link,
              GError        **error)
{
  static const char sql[] = "SELECT count(*) FROM message WHERE conversation = ? AND id > ?"
                            " AND outgoing = 0 AND kind = 1";
  gint64 count;

  if (!_chat_store_get_number (self, sql, CHAT_IDS (link->conversation, link->read_id), &count,
                               error))
    return FALSE;

  link->n_unread = (guint) count;

  return TRUE;
}

static gboolean
mark_read (ChatStore      *self,
           ChatStoreLink  *link,
           gint64          id,
           GError        **error)
{
  static const char sql[] =
    "SELECT sequence FROM message WHERE conversation = ? AND id > ? AND id <= ? AND outgoing = 0"
    " ORDER BY id DESC LIMIT 1";
  gint64 after = MAX (link->read_id, link->since);
  gint64 sequence;

  if (!_chat_store_get_number (self, sql, CHAT_IDS (link->conversation, after, id), &sequence,
                               error))
    return FALSE;

  link->sequences.read = MAX (link->sequences.read, (guint64) sequence);
  link->read_id = id;
  link->changed = TRUE;

  return count_unread (self, link, error);
}

/* The user has read the message @id, and what came before it in the conversation.
 * @read is set to the number that the peer has to be told. */
gboolean
chat_store_mark_read (ChatStore  *self,
                      gint64      id,
                      guint64    *read,
                      GError    **error)
{
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatMessage) message = NULL;
  ChatStoreLink *link;
  gboolean done = TRUE;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  message = chat_store_get_message (self, id, error);
  link = message != NULL ? _chat_store_link (self, message->contact, error) : NULL;
  if (link == NULL)
    return FALSE;

  if (id > link->read_id)
    done = _chat_store_enter (self, what, error) &&
           _chat_store_leave (self, mark_read (self, link, id, error), what, error);
  if (done)
    *read = link->sequences.read;

  return done;
}

gboolean
chat_store_count_unread (ChatStore  *self,
                         gint64      contact,
                         guint      *n_unread,
                         GError    **error)
{
  const ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  link = _chat_store_link (self, contact, error);
  if (link != NULL)
    *n_unread = link->n_unread;

  return link != NULL;
}
