/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS "id, key, name, petname, trust, blocked, first_seen, last_seen, namesake"

static ChatContact *
read_contact (ChatStatement *row)
{
  ChatContact *self = g_atomic_rc_box_new0 (ChatContact);

  self->id = sqlite3_column_int64 (row, 0);
  if (sqlite3_column_bytes (row, 1) == CHAT_CONTACT_KEY_SIZE)
    memcpy (self->key, sqlite3_column_blob (row, 1), CHAT_CONTACT_KEY_SIZE);
  self->name = g_strdup ((const char *) sqlite3_column_text (row, 2));
  self->petname = g_strdup ((const char *) sqlite3_column_text (row, 3));
  self->trust = CLAMP (sqlite3_column_int (row, 4), CHAT_TRUST_HELD, CHAT_TRUST_VERIFIED);
  self->blocked = sqlite3_column_int (row, 5) != 0;
  self->first_seen = sqlite3_column_int64 (row, 6);
  self->last_seen = sqlite3_column_int64 (row, 7);
  self->namesake = sqlite3_column_int64 (row, 8);

  return self;
}

/* The contacts in all rows of @statement, which may be NULL with @error set. */
static GPtrArray *
read_contacts (ChatStore      *self,
               ChatStatement  *statement,
               GError        **error)
{
  g_autoptr (GPtrArray) contacts = NULL;
  int result = SQLITE_ERROR;

  contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_contact_unref);

  while (statement != NULL &&
         (result = _chat_store_step (self, statement, _chat_store_cannot_read (), error))
         == SQLITE_ROW)
    g_ptr_array_add (contacts, read_contact (statement));

  return result == SQLITE_DONE ? g_steal_pointer (&contacts) : NULL;
}

static ChatContact *
read_one (ChatStore      *self,
          ChatStatement  *statement,
          GError        **error)
{
  g_autoptr (GPtrArray) contacts = read_contacts (self, statement, error);

  if (contacts == NULL)
    return NULL;
  if (contacts->len > 0)
    return g_ptr_array_steal_index (contacts, 0);

  g_set_error_literal (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND,
                       _("there is no such contact"));

  return NULL;
}

GPtrArray *
chat_store_list_contacts (ChatStore  *self,
                          GError    **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM contact ORDER BY id";
  g_autoptr (ChatStatement) statement = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  statement = _chat_store_prepare (self, sql, _chat_store_cannot_read (), error);

  return read_contacts (self, statement, error);
}

ChatContact *
chat_store_get_contact (ChatStore  *self,
                        gint64      contact,
                        GError    **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM contact WHERE id = ?";
  g_autoptr (ChatStatement) statement = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact), _chat_store_cannot_read (),
                                       error);

  return read_one (self, statement, error);
}

ChatContact *
chat_store_find_key (ChatStore     *self,
                     const guint8   key[CHAT_CONTACT_KEY_SIZE],
                     GError       **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM contact WHERE key = ?";
  g_autoptr (ChatStatement) statement = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  statement = _chat_store_prepare (self, sql, _chat_store_cannot_read (), error);
  if (statement != NULL)
    sqlite3_bind_blob (statement, 1, key, CHAT_CONTACT_KEY_SIZE, SQLITE_STATIC);

  return read_one (self, statement, error);
}

/* The contact that the user means by @name: what he calls it himself counts more
 * than what it calls itself, and a key that he trusts more than one that he does
 * not. If that leaves several, the error is %CHAT_STORE_ERROR_AMBIGUOUS. */
ChatContact *
chat_store_find_name (ChatStore   *self,
                      const char  *name,
                      GError     **error)
{
  static const char sql[] =
    "SELECT " COLUMNS ", petname_folded IS ?1 AS own, min(trust, 2) AS trusted FROM contact"
    " WHERE petname_folded = ?1 OR folded = ?1 ORDER BY own DESC, trusted DESC LIMIT 2";
  g_autofree char *folded = chat_contact_fold_name (name);
  g_autoptr (ChatStatement) row = NULL;
  g_autoptr (ChatContact) first = NULL;
  const char *what = _chat_store_cannot_read ();
  gboolean own;
  int trusted;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  row = _chat_store_prepare (self, sql, what, error);
  if (row == NULL)
    return NULL;

  sqlite3_bind_text (row, 1, folded, -1, SQLITE_STATIC);
  if (_chat_store_step (self, row, what, error) != SQLITE_ROW)
    {
      if (error == NULL || *error == NULL)
        g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND,
                     _("there is no contact “%s”"), name);
      return NULL;
    }

  first = read_contact (row);
  own = sqlite3_column_int (row, 9) != 0;
  trusted = sqlite3_column_int (row, 10);

  switch (_chat_store_step (self, row, what, error))
    {
    case SQLITE_DONE:
      return g_steal_pointer (&first);

    case SQLITE_ROW:
      if (own || trusted != sqlite3_column_int (row, 10))
        return g_steal_pointer (&first);
      g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_AMBIGUOUS,
                   _("several contacts are called “%s”"), name);
      return NULL;

    default:
      return NULL;
    }
}

/* --- what the user decides --- */

static gboolean
set_number (ChatStore   *self,
            const char  *sql,
            gint64       contact,
            gint64       value,
            GError     **error)
{
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatContact) known = chat_store_get_contact (self, contact, error);

  return known != NULL &&
         _chat_store_enter (self, what, error) &&
         _chat_store_leave (self, _chat_store_run_ids (self, sql, CHAT_IDS (contact, value),
                                                       what, error), what, error);
}

/* %CHAT_TRUST_PINNED accepts a contact that was held. */
gboolean
chat_store_set_trust (ChatStore  *self,
                      gint64      contact,
                      ChatTrust   trust,
                      GError    **error)
{
  static const char sql[] = "UPDATE contact SET trust = ?2 WHERE id = ?1";

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (trust >= CHAT_TRUST_HELD && trust <= CHAT_TRUST_VERIFIED, FALSE);

  return set_number (self, sql, contact, trust, error);
}

gboolean
chat_store_set_blocked (ChatStore  *self,
                        gint64      contact,
                        gboolean    blocked,
                        GError    **error)
{
  static const char sql[] = "UPDATE contact SET blocked = ?2 WHERE id = ?1";

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  return set_number (self, sql, contact, blocked != FALSE, error);
}

/* Whether another contact is called so by the user, or is trusted by this name. */
static gboolean
is_taken (ChatStore   *self,
          gint64       contact,
          const char  *folded,
          gboolean    *taken,
          GError     **error)
{
  static const char sql[] = "SELECT 1 FROM contact WHERE id != ? AND (petname_folded = ?2"
                            " OR (folded = ?2 AND petname IS NULL AND trust >= 2)) LIMIT 1";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact), what,
                                                           error);
  int result;

  if (row == NULL)
    return FALSE;

  sqlite3_bind_text (row, 2, folded, -1, SQLITE_STATIC);
  result = _chat_store_step (self, row, what, error);
  *taken = result == SQLITE_ROW;

  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gboolean
set_petname (ChatStore   *self,
             gint64       contact,
             const char  *petname,
             const char  *folded,
             GError     **error)
{
  static const char sql[] = "UPDATE contact SET petname = ?2, petname_folded = ?3 WHERE id = ?1";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact),
                                                                 what, error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 2, petname, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, folded, -1, SQLITE_STATIC);

  return _chat_store_run (self, statement, what, error);
}

/* Calls @contact what the user wants; %NULL or nothing for its own name. */
gboolean
chat_store_rename (ChatStore   *self,
                   gint64       contact,
                   const char  *petname,
                   GError     **error)
{
  const char *what = _chat_store_cannot_change ();
  g_autofree char *clean = chat_contact_clean_name (petname != NULL ? petname : "", -1);
  g_autofree char *folded = chat_contact_fold_name (clean);
  g_autoptr (ChatContact) known = NULL;
  gboolean taken = FALSE;
  gboolean own = *clean != '\0';

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  known = chat_store_get_contact (self, contact, error);
  if (known == NULL || (own && !is_taken (self, contact, folded, &taken, error)))
    return FALSE;

  if (taken)
    {
      g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_EXISTS,
                   _("another contact is called “%s”"), clean);
      return FALSE;
    }

  return _chat_store_enter (self, what, error) &&
         _chat_store_leave (self, set_petname (self, contact, own ? clean : NULL,
                                               own ? folded : NULL, error), what, error);
}

static gboolean
forget (ChatStore      *self,
        ChatStoreLink  *link,
        GError        **error)
{
  static const char * const sql[] = {
    "INSERT INTO gone SELECT id FROM conversation WHERE contact = ?",
    "DELETE FROM message WHERE conversation = 0 AND contact = ?",
    "DELETE FROM conversation WHERE contact = ?",
    "DELETE FROM link WHERE contact = ?",
    "DELETE FROM address WHERE contact = ?",
    "DELETE FROM name WHERE contact = ?",
    "DELETE FROM contact WHERE id = ?",
    "UPDATE contact SET namesake = 0 WHERE namesake = ?",
  };
  gint64 contact = link->contact;

  self->forgets = TRUE;
  g_hash_table_remove (self->links, &contact);

  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!_chat_store_run_ids (self, sql[i], CHAT_IDS (contact), _chat_store_cannot_change (),
                              error))
      return FALSE;

  return TRUE;
}

/* As if it had never been met: removes the contact and its conversation. The messages can
 * not be found from now on, and chat_store_tidy() clears them away. */
gboolean
chat_store_forget (ChatStore  *self,
                   gint64      contact,
                   GError    **error)
{
  const char *what = _chat_store_cannot_change ();
  ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  if (!_chat_store_enter (self, what, error))
    return FALSE;

  link = _chat_store_link (self, contact, error);

  return _chat_store_leave (self, link != NULL && forget (self, link, error), what, error);
}
