/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

/* A file up to this size is looked through whenever it is opened, which takes some
 * hundredths of a second; a larger one only after damage has shown. */
#define SMALL_FILE (16 * 1024 * 1024)

/* Before the file is known to be ours. */
static const char settings[] =
  "PRAGMA page_size = 8192;"
  "PRAGMA synchronous = FULL;"
  "PRAGMA cache_size = -8192;"
  "PRAGMA temp_store = MEMORY;"
  "PRAGMA secure_delete = ON;"
  "PRAGMA trusted_schema = OFF;"
  "PRAGMA wal_autocheckpoint = 256;"  /* of these pages: what is written at once when there are more */
  "PRAGMA journal_size_limit = 16777216;";

static gboolean
needs_check (ChatStore *self)
{
  struct stat st;

  return _chat_store_file_is_suspect (self->path) ||
         (stat (self->path, &st) == 0 && st.st_size <= SMALL_FILE);
}

static gboolean
check (ChatStore  *self,
       GError    **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_sound = FALSE;
  int result = sqlite3_prepare_v2 (self->db, "PRAGMA quick_check(1)", -1, &statement, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    is_sound = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);

  if (result == SQLITE_ROW && is_sound)
    {
      _chat_store_file_trust (self->path);
      return TRUE;
    }

  return _chat_store_fail (self, result == SQLITE_ROW ? SQLITE_CORRUPT : result,
                           _("cannot open the history"), error);
}

/* After opening, and after what was ahead of the file is so no more. */
gboolean
_chat_store_load_marks (ChatStore  *self,
                        GError    **error)
{
  static const char last_id[] =
    "SELECT max(coalesce((SELECT max(id) FROM message), 0),"
    "           coalesce((SELECT value FROM mark WHERE name = 'last_id'), 0))";
  static const char indexed[] = "SELECT value FROM mark WHERE name = 'indexed'";
  static const char forgotten[] = "SELECT EXISTS (SELECT 1 FROM forgotten)"
                                  " OR EXISTS (SELECT 1 FROM gone)";
  gint64 n_forgotten = 0;
  gboolean done = _chat_store_get_number (self, last_id, NULL, 0, &self->last_id, error) &&
    _chat_store_get_number (self, indexed, NULL, 0, &self->indexed, error) &&
    _chat_store_get_number (self, forgotten, NULL, 0, &n_forgotten, error);

  self->forgets = n_forgotten > 0;

  return done;
}

/* Opens what is at @path as it is. */
gboolean
_chat_store_connect (ChatStore  *self,
                     GError    **error)
{
  int result = sqlite3_open_v2 (self->path, &self->db,
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
                                | SQLITE_OPEN_EXRESCODE, NULL);

  if (result == SQLITE_OK)
    {
      self->is_lazy = FALSE;
      sqlite3_busy_timeout (self->db, 1000);
      result = sqlite3_exec (self->db, settings, NULL, NULL, NULL);
    }

  if (result != SQLITE_OK)
    {
      _chat_store_fail (self, result, _("cannot open the history"), error);
      _chat_store_disconnect (self);
      return FALSE;
    }

  if (_chat_store_migrate (self, error) &&
      (!needs_check (self) || check (self, error)) &&
      _chat_store_load_marks (self, error))
    return TRUE;

  _chat_store_disconnect (self);

  return FALSE;
}

void
_chat_store_disconnect (ChatStore *self)
{
  g_hash_table_remove_all (self->statements);
  g_hash_table_remove_all (self->links);

  if (self->db != NULL && sqlite3_close (self->db) != SQLITE_OK)
    g_critical ("the history is still in use: %s", sqlite3_errmsg (self->db));
  self->db = NULL;
}

static gboolean
begin_anew (ChatStore  *self,
            GError    **error)
{
  g_autofree char *kept_as = _chat_store_file_set_aside (self->path, error);

  if (kept_as == NULL || _chat_store_file_look (self->path, error) != CHAT_STORE_FILE_READY)
    return FALSE;

  g_free (self->kept_as);
  self->kept_as = g_steal_pointer (&kept_as);

  return _chat_store_connect (self, error);
}

/* Opens the history in the file @path, or begins one. A file that is damaged is
 * kept under another name, which chat_store_get_kept_as() tells. */
ChatStore *
chat_store_open (const char  *path,
                 GError     **error)
{
  g_autoptr (ChatStore) self = NULL;
  g_autoptr (GError) local = NULL;
  ChatStoreFile file;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (CHAT_TYPE_STORE, NULL);
  self->path = g_canonicalize_filename (path, NULL);

  file = _chat_store_file_look (self->path, error);
  if (file == CHAT_STORE_FILE_CLOSED)
    return NULL;

  if (file == CHAT_STORE_FILE_READY && _chat_store_connect (self, &local))
    return g_steal_pointer (&self);

  if (local != NULL && !g_error_matches (local, CHAT_STORE_ERROR, CHAT_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return begin_anew (self, error) ? g_steal_pointer (&self) : NULL;
}

/* After CHAT_STORE_ERROR_DAMAGED: keeps the file under another name, and begins
 * anew. If that fails, the store can only be dropped. */
gboolean
chat_store_set_aside (ChatStore  *self,
                      GError    **error)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (!self->in_batch, FALSE);

  _chat_store_disconnect (self);

  return begin_anew (self, error);
}
