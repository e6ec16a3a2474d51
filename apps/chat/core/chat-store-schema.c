/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <glib/gi18n.h>

/* What the file looks like. The number of steps that were taken is in the file
 * (user_version); a step that was once published is never changed. */

/* "Lnyd" */
#define APPLICATION_ID 0x4c6e7964

/* The states of outgoing messages are not in their rows: a peer tells up to which
 * number it has them, so three numbers of the link tell the state of each, and to
 * acknowledge a thousand messages changes one row.
 *
 * A message with conversation 0 was removed by the user before it was delivered:
 * nothing of it is left but its place in the numbering.
 *
 * The words of texts are kept without the texts (content=''), see chat-words.c. */
static const char * const steps[] = {
  "CREATE TABLE contact ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  key BLOB NOT NULL UNIQUE,"
  "  name TEXT NOT NULL,"
  "  folded TEXT NOT NULL,"
  "  petname TEXT,"
  "  petname_folded TEXT UNIQUE,"
  "  trust INTEGER NOT NULL,"
  "  blocked INTEGER NOT NULL DEFAULT 0,"
  "  first_seen INTEGER NOT NULL,"
  "  last_seen INTEGER NOT NULL,"
  "  namesake INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX contact_folded ON contact (folded);"

  "CREATE TABLE name ("
  "  contact INTEGER NOT NULL,"
  "  folded TEXT NOT NULL,"
  "  name TEXT NOT NULL,"
  "  first_seen INTEGER NOT NULL,"
  "  PRIMARY KEY (contact, folded)) WITHOUT ROWID;"
  "CREATE INDEX name_folded ON name (folded);"

  "CREATE TABLE address ("
  "  contact INTEGER NOT NULL,"
  "  address TEXT NOT NULL,"
  "  last_used INTEGER NOT NULL,"
  "  PRIMARY KEY (contact, address)) WITHOUT ROWID;"

  "CREATE TABLE link ("
  "  contact INTEGER PRIMARY KEY,"
  "  epoch INTEGER NOT NULL,"
  "  first INTEGER NOT NULL DEFAULT 1,"
  "  next INTEGER NOT NULL DEFAULT 1,"
  "  sent INTEGER NOT NULL DEFAULT 0,"
  "  seen INTEGER NOT NULL DEFAULT 0,"
  "  peer_epoch INTEGER NOT NULL DEFAULT 0,"
  "  stored INTEGER NOT NULL DEFAULT 0,"
  "  read INTEGER NOT NULL DEFAULT 0,"
  "  stored_time INTEGER NOT NULL DEFAULT 0,"
  "  since INTEGER NOT NULL DEFAULT 0);"

  "CREATE TABLE conversation ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  contact INTEGER UNIQUE,"
  "  last INTEGER NOT NULL DEFAULT 0,"
  "  read_id INTEGER NOT NULL DEFAULT 0,"
  "  n_unread INTEGER NOT NULL DEFAULT 0);"

  "CREATE TABLE message ("
  "  id INTEGER PRIMARY KEY,"
  "  conversation INTEGER NOT NULL,"
  "  contact INTEGER NOT NULL,"
  "  outgoing INTEGER NOT NULL,"
  "  failed INTEGER NOT NULL DEFAULT 0,"
  "  kind INTEGER NOT NULL,"
  "  sequence INTEGER NOT NULL,"
  "  time INTEGER NOT NULL,"
  "  uid BLOB NOT NULL,"
  "  body NOT NULL);"
  "CREATE INDEX message_page ON message (conversation);"
  "CREATE UNIQUE INDEX message_outgoing ON message (contact, sequence) WHERE outgoing = 1;"

  "CREATE VIRTUAL TABLE word USING fts5 "
  "  (words, content = '', columnsize = 0, prefix = '1 2', tokenize = 'ascii');"

  "CREATE TABLE mark ("
  "  name TEXT PRIMARY KEY,"
  "  value INTEGER NOT NULL) WITHOUT ROWID;"
  "INSERT INTO mark VALUES ('last_id', 0), ('indexed', 0);",

  /* What no turn of the main loop has time for is done by pieces: chat-store-index.c. */
  "CREATE TABLE piece ("
  "  id INTEGER PRIMARY KEY,"
  "  message INTEGER NOT NULL,"
  "  start INTEGER NOT NULL,"
  "  size INTEGER NOT NULL);"
  "CREATE INDEX piece_message ON piece (message);"
  "CREATE VIRTUAL TABLE piece_word USING fts5 "
  "  (words, content = '', columnsize = 0, prefix = '1 2', tokenize = 'ascii');"
  "CREATE TABLE forgotten ("
  "  message INTEGER PRIMARY KEY,"
  "  conversation INTEGER NOT NULL,"
  "  body NOT NULL);"
  "CREATE TABLE gone (conversation INTEGER PRIMARY KEY);"
  "INSERT INTO word (word, rank) VALUES ('automerge', 0);"
  "INSERT INTO piece_word (piece_word, rank) VALUES ('automerge', 0);",
};

static gboolean
execute (ChatStore   *self,
         const char  *sql,
         GError     **error)
{
  int result = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return result == SQLITE_OK ||
         _chat_store_fail (self, result, _("cannot open the history"), error);
}

static gboolean
get_pragma (ChatStore   *self,
            const char  *sql,
            gint64      *number,
            GError     **error)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);

  return result == SQLITE_ROW ||
         _chat_store_fail (self, result, _("cannot open the history"), error);
}

static gboolean
take_step (ChatStore   *self,
           guint        step,
           GError     **error)
{
  g_autofree char *version = g_strdup_printf ("PRAGMA user_version = %u; "
                                              "PRAGMA application_id = %d",
                                              step + 1, APPLICATION_ID);

  if (execute (self, "BEGIN IMMEDIATE", error) &&
      execute (self, steps[step], error) &&
      execute (self, version, error) &&
      execute (self, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  return FALSE;
}

/* Brings the file to this version. One that a later version made is not touched:
 * not even the way it is written is known. */
gboolean
_chat_store_migrate (ChatStore  *self,
                     GError    **error)
{
  gint64 version = 0;
  gint64 application = 0;
  gint64 n_tables = 0;

  if (!get_pragma (self, "PRAGMA user_version", &version, error) ||
      !get_pragma (self, "PRAGMA application_id", &application, error) ||
      !get_pragma (self, "SELECT count(*) FROM sqlite_schema", &n_tables, error))
    return FALSE;

  if (application == APPLICATION_ID && version > (gint64) G_N_ELEMENTS (steps))
    {
      g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NEWER,
                   _("cannot open the history “%s”: a newer version of Lanyard made it "
                     "(%d, known are up to %d)"),
                   self->path, (int) version, (int) G_N_ELEMENTS (steps));
      return FALSE;
    }

  /* Somebody else's database is as little ours as one that is damaged. */
  if (n_tables > 0 && (application != APPLICATION_ID || version < 1))
    {
      g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_DAMAGED,
                   _("cannot open the history: “%s” is a database, but not of Lanyard's"),
                   self->path);
      return FALSE;
    }

  if (!execute (self, "PRAGMA journal_mode = WAL", error))
    return FALSE;

  for (guint i = (guint) version; i < G_N_ELEMENTS (steps); i++)
    if (!take_step (self, i, error))
      return FALSE;

  return TRUE;
}
