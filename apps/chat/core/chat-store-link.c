/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <glib/gi18n.h>
#include <sodium.h>

/* Where each contact's messages stand. It is read once, kept in memory, and saved
 * with the transaction that changed it: a thousand messages change it once. */

/* The name of a numbering: 0 is none. */
static guint64
draw_epoch (void)
{
  guint64 epoch;

  do
    randombytes_buf (&epoch, sizeof epoch);
  while (epoch == 0);

  return epoch;
}

/* The row of a new contact. */
gboolean
_chat_store_add_link (ChatStore  *self,
                      gint64      contact,
                      GError    **error)
{
  static const char link[] = "INSERT INTO link (contact, epoch) VALUES (?, ?)";
  static const char conversation[] = "INSERT INTO conversation (contact) VALUES (?)";
  const char *what = _chat_store_cannot_change ();
  gint64 epoch = (gint64) draw_epoch ();

  return _chat_store_run_ids (self, link, CHAT_IDS (contact, epoch), what, error) &&
         _chat_store_run_ids (self, conversation, CHAT_IDS (contact), what, error);
}

static void
read_link (ChatStatement *row,
           ChatStoreLink *link)
{
  ChatSequences *sequences = &link->sequences;
  int column = 0;

  link->conversation = sqlite3_column_int64 (row, column++);
  link->last = sqlite3_column_int64 (row, column++);
  link->read_id = sqlite3_column_int64 (row, column++);
  link->n_unread = (guint) sqlite3_column_int64 (row, column++);
  link->since = sqlite3_column_int64 (row, column++);
  sequences->epoch = (guint64) sqlite3_column_int64 (row, column++);
  sequences->first = (guint64) sqlite3_column_int64 (row, column++);
  sequences->next = (guint64) sqlite3_column_int64 (row, column++);
  sequences->sent = (guint64) sqlite3_column_int64 (row, column++);
  sequences->seen = (guint64) sqlite3_column_int64 (row, column++);
  sequences->peer_epoch = (guint64) sqlite3_column_int64 (row, column++);
  sequences->stored = (guint64) sqlite3_column_int64 (row, column++);
  sequences->read = (guint64) sqlite3_column_int64 (row, column++);
  sequences->stored_time = sqlite3_column_int64 (row, column++);
}

/* Valid until the transaction ends, or is rolled back. */
ChatStoreLink *
_chat_store_link (ChatStore  *self,
                  gint64      contact,
                  GError    **error)
{
  static const char sql[] =
    "SELECT c.id, c.last, c.read_id, c.n_unread, l.since, l.epoch, l.first, l.next, l.sent,"
    " l.seen, l.peer_epoch, l.stored, l.read, l.stored_time"
    " FROM link l JOIN conversation c ON c.contact = l.contact WHERE l.contact = ?";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;
  ChatStoreLink *link = g_hash_table_lookup (self->links, &contact);
  int result;

  if (link != NULL)
    return link;

  row = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact), what, error);
  if (row == NULL)
    return NULL;

  result = _chat_store_step (self, row, what, error);
  if (result == SQLITE_DONE)
    g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND,
                 _("there is no contact with the number %lld"), (long long) contact);
  if (result != SQLITE_ROW)
    return NULL;

  link = g_new0 (ChatStoreLink, 1);
  link->contact = contact;
  read_link (row, link);
  g_hash_table_insert (self->links, &link->contact, link);

  return link;
}

ChatStoreLink *
_chat_store_link_of (ChatStore  *self,
                     gint64      conversation,
                     GError    **error)
{
  static const char sql[] = "SELECT contact FROM conversation WHERE id = ?";
  gint64 contact;

  if (!_chat_store_get_number (self, sql, CHAT_IDS (conversation), &contact, error))
    return NULL;

  if (contact != 0)
    return _chat_store_link (self, contact, error);

  g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND,
               _("there is no conversation with the number %lld"), (long long) conversation);

  return NULL;
}

static gboolean
save_link (ChatStore      *self,
           ChatStoreLink  *link,
           GError        **error)
{
  static const char link_sql[] =
    "UPDATE link SET since = ?, epoch = ?, first = ?, next = ?, sent = ?, seen = ?, peer_epoch = ?,"
    " stored = ?, read = ?, stored_time = ? WHERE contact = ?";
  static const char conversation_sql[] =
    "UPDATE conversation SET last = ?, read_id = ?, n_unread = ? WHERE id = ?";
  const char *what = _chat_store_cannot_change ();
  const ChatSequences *sequences = &link->sequences;
  const gint64 ids[] = {
    link->since, (gint64) sequences->epoch, (gint64) sequences->first, (gint64) sequences->next,
    (gint64) sequences->sent, (gint64) sequences->seen, (gint64) sequences->peer_epoch,
    (gint64) sequences->stored, (gint64) sequences->read,
    sequences->stored_time, link->contact,
  };
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, link_sql, ids,
                                                                 G_N_ELEMENTS (ids), what, error);

  if (statement == NULL)
    return FALSE;

  return _chat_store_run (self, statement, what, error) &&
         _chat_store_run_ids (self, conversation_sql,
                              CHAT_IDS (link->last, link->read_id, link->n_unread,
                                        link->conversation), what, error);
}

/* Before the transaction ends. */
gboolean
_chat_store_save_links (ChatStore  *self,
                        GError    **error)
{
  GHashTableIter iter;
  ChatStoreLink *link;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &link))
    {
      if (link->changed && !save_link (self, link, error))
        return FALSE;
      link->changed = FALSE;
    }

  return TRUE;
}

/* Where the exchange with a contact is to go on. */
gboolean
chat_store_get_sequences (ChatStore      *self,
                          gint64          contact,
                          ChatSequences  *sequences,
                          GError        **error)
{
  const ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  link = _chat_store_link (self, contact, error);
  if (link != NULL)
    *sequences = link->sequences;

  return link != NULL;
}

/* Gives our numbering a new name; its numbers go on. */
gboolean
chat_store_renew_epoch (ChatStore  *self,
                        gint64      contact,
                        GError    **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  if (!_chat_store_enter (self, what, error))
    return FALSE;

  link = _chat_store_link (self, contact, error);
  if (link != NULL)
    {
      link->sequences.epoch = draw_epoch ();
      link->changed = TRUE;
    }

  return _chat_store_leave (self, link != NULL, what, error);
}

/* The peer's next message will have the number @stored + 1 in its numbering
 * @peer_epoch, whatever was stored before. */
gboolean
chat_store_reset_incoming (ChatStore  *self,
                           gint64      contact,
                           guint64     peer_epoch,
                           guint64     stored,
                           GError    **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  if (!_chat_store_enter (self, what, error))
    return FALSE;

  link = _chat_store_link (self, contact, error);
  if (link != NULL)
    {
      ChatSequences *sequences = &link->sequences;

      sequences->read = sequences->peer_epoch == peer_epoch ? MIN (sequences->read, stored) : 0;
      sequences->peer_epoch = peer_epoch;
      sequences->stored = stored;
      sequences->stored_time = 0;
      link->since = self->last_id;
      link->changed = TRUE;
    }

  return _chat_store_leave (self, link != NULL, what, error);
}
