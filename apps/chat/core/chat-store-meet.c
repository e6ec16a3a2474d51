/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

/* What contacts say of themselves, and where they were. A name proves nothing: who
 * has another key is another contact, and if the name is that of somebody the user
 * trusts, it is held until the user says that he trusts this one, too. */

/* The most trusted other contact that has, or once had, this name. */
static gboolean
find_namesake (ChatStore   *self,
               gint64       contact,
               const char  *folded,
               gint64      *namesake,
               ChatTrust   *trust,
               GError     **error)
{
  static const char sql[] =
    "SELECT c.id, c.trust FROM contact c"
    " WHERE c.id != ?1 AND (c.petname_folded = ?2"
    "  OR c.id IN (SELECT contact FROM name WHERE folded = ?2))"
    " ORDER BY c.trust DESC, c.id LIMIT 1";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;
  int result;

  *namesake = 0;
  *trust = CHAT_TRUST_HELD;
  if (*folded == '\0')
    return TRUE;

  row = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact), what, error);
  if (row == NULL)
    return FALSE;

  sqlite3_bind_text (row, 2, folded, -1, SQLITE_STATIC);
  result = _chat_store_step (self, row, what, error);
  if (result == SQLITE_ROW)
    {
      *namesake = sqlite3_column_int64 (row, 0);
      *trust = sqlite3_column_int (row, 1);
    }

  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gboolean
insert_contact (ChatStore     *self,
                const guint8   key[CHAT_CONTACT_KEY_SIZE],
                gint64         time,
                gint64        *contact,
                GError       **error)
{
  static const char sql[] = "INSERT INTO contact (first_seen, last_seen, key, name, folded, trust)"
                            " VALUES (?1, ?1, ?2, '', '', 1)";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (time), what,
                                                                 error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_blob (statement, 2, key, CHAT_CONTACT_KEY_SIZE, SQLITE_STATIC);
  if (!_chat_store_run (self, statement, what, error))
    return FALSE;

  *contact = sqlite3_last_insert_rowid (self->db);

  return _chat_store_add_link (self, *contact, error);
}

static gboolean
add_name (ChatStore   *self,
          gint64       contact,
          const char  *name,
          const char  *folded,
          gint64       time,
          GError     **error)
{
  static const char sql[] =
    "INSERT INTO name (contact, first_seen, folded, name) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET name = excluded.name";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) statement = NULL;

  if (*folded == '\0')
    return TRUE;

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact, time), what, error);
  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 3, folded, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, name, -1, SQLITE_STATIC);

  return _chat_store_run (self, statement, what, error);
}

/* A contact that was only seen is held as soon as it takes the name of one that is
 * trusted. One that is trusted itself may be called whatever it likes. */
static gboolean
take_name (ChatStore   *self,
           gint64       contact,
           const char  *name,
           gint64       time,
           GError     **error)
{
  static const char sql[] =
    "UPDATE contact SET name = ?5, folded = ?6, namesake = ?2, last_seen = max(last_seen, ?4),"
    " trust = CASE WHEN trust = 1 AND ?3 >= 2 THEN 0 ELSE trust END WHERE id = ?1";
  const char *what = _chat_store_cannot_change ();
  g_autofree char *folded = chat_contact_fold_name (name);
  g_autoptr (ChatStatement) statement = NULL;
  gint64 namesake;
  ChatTrust trust;

  if (!find_namesake (self, contact, folded, &namesake, &trust, error) ||
      !add_name (self, contact, name, folded, time, error))
    return FALSE;

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact, namesake, trust, time),
                                       what, error);
  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 5, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 6, folded, -1, SQLITE_STATIC);

  return _chat_store_run (self, statement, what, error);
}

static gboolean
see (ChatStore     *self,
     const guint8   key[CHAT_CONTACT_KEY_SIZE],
     const char    *name,
     gint64         time,
     GError       **error)
{
  static const char sql[] = "UPDATE contact SET last_seen = max(last_seen, ?2) WHERE id = ?1";
  g_autoptr (GError) local = NULL;
  g_autoptr (ChatContact) known = chat_store_find_key (self, key, &local);
  g_autofree char *clean = chat_contact_clean_name (name, -1);
  gint64 contact;

  if (known != NULL && !g_str_equal (known->name, clean))
    return take_name (self, known->id, clean, time, error);
  if (known != NULL)
    return _chat_store_run_ids (self, sql, CHAT_IDS (known->id, time),
                                _chat_store_cannot_change (), error);

  if (!g_error_matches (local, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return insert_contact (self, key, time, &contact, error) &&
         (*clean == '\0' || take_name (self, contact, clean, time, error));
}

/* Somebody who has proved that @key is his calls himself @name. Returns the contact
 * with this key, which is new if it was not known; its trust is %CHAT_TRUST_HELD if
 * the name is that of a contact that is pinned or verified, and its namesake tells
 * which one that is. */
ChatContact *
chat_store_meet (ChatStore     *self,
                 const guint8   key[CHAT_CONTACT_KEY_SIZE],
                 const char    *name,
                 gint64         time,
                 GError       **error)
{
  const char *what = _chat_store_cannot_change ();

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!_chat_store_enter (self, what, error) ||
      !_chat_store_leave (self, see (self, key, name, time, error), what, error))
    return NULL;

  return chat_store_find_key (self, key, error);
}

static GStrv
read_strings (ChatStore   *self,
              const char  *sql,
              gint64       contact,
              GError     **error)
{
  const char *what = _chat_store_cannot_read ();
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  g_autoptr (ChatStatement) row = _chat_store_prepare_ids (self, sql, CHAT_IDS (contact), what,
                                                           error);
  int result = SQLITE_ERROR;

  while (row != NULL && (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    g_strv_builder_add (strings, (const char *) sqlite3_column_text (row, 0));

  return result == SQLITE_DONE ? g_strv_builder_end (strings) : NULL;
}

/* All names that @contact has called itself, the first one first. */
GStrv
chat_store_get_names (ChatStore  *self,
                      gint64      contact,
                      GError    **error)
{
  static const char sql[] = "SELECT name FROM name WHERE contact = ? ORDER BY first_seen, folded";

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  return read_strings (self, sql, contact, error);
}

static gboolean
add_address (ChatStore   *self,
             gint64       contact,
             const char  *address,
             gint64       time,
             GError     **error)
{
  static const char add[] =
    "INSERT INTO address (contact, last_used, address) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET last_used = max(last_used, excluded.last_used)";
  static const char trim[] =
    "DELETE FROM address WHERE contact = ?1"
    " AND (SELECT count(*) FROM address WHERE contact = ?1) > ?2"
    " AND address NOT IN (SELECT address FROM address"
    " WHERE contact = ?1 ORDER BY last_used DESC LIMIT ?2)";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, add,
                                                                 CHAT_IDS (contact, time), what,
                                                                 error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 3, address, -1, SQLITE_STATIC);

  return _chat_store_run (self, statement, what, error) &&
         _chat_store_run_ids (self, trim, CHAT_IDS (contact, CHAT_CONTACT_MAX_ADDRESSES), what,
                              error);
}

/* @contact was reached at @address. Only the last ones are remembered. */
gboolean
chat_store_add_address (ChatStore   *self,
                        gint64       contact,
                        const char  *address,
                        gint64       time,
                        GError     **error)
{
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatContact) known = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  known = chat_store_get_contact (self, contact, error);

  return known != NULL &&
         _chat_store_enter (self, what, error) &&
         _chat_store_leave (self, add_address (self, contact, address, time, error), what,
                            error);
}

/* Where @contact was reached, the last address first. */
GStrv
chat_store_get_addresses (ChatStore  *self,
                          gint64      contact,
                          GError    **error)
{
  static const char sql[] =
    "SELECT address FROM address WHERE contact = ? ORDER BY last_used DESC, address";

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  return read_strings (self, sql, contact, error);
}
