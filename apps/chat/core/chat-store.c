/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <errno.h>
#include <glib/gi18n.h>

/**
 * ChatStore:
 *
 * What is kept: contacts, conversations, messages, and where each exchange of
 * two programs stands, in one SQLite file.
 *
 * A change that was acknowledged, by a function that changes something or by
 * chat_store_commit(), survives the end of the process and of the power: the log
 * is synchronised at each commit. That costs a wait for the disk, so who has many
 * changes makes them a batch. If one of them fails because of the disk, the batch
 * can only be rolled back; what a function refuses (INVALID, NOT_FOUND) leaves the
 * batch as it was.
 *
 * The store is not safe against threads: it belongs to the one that opened it,
 * which alone may call its methods. The last reference may be dropped by another
 * once that thread does not use it any more.
 */
G_DEFINE_FINAL_TYPE (ChatStore, chat_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (chat-store-error-quark, chat_store_error)

static void
chat_store_finalize (GObject *object)
{
  ChatStore *self = CHAT_STORE (object);

  if (self->in_batch)
    chat_store_roll_back (self);

  _chat_store_disconnect (self);
  g_hash_table_unref (self->statements);
  g_hash_table_unref (self->links);
  g_string_free (self->words, TRUE);
  g_free (self->kept_as);
  g_free (self->path);

  G_OBJECT_CLASS (chat_store_parent_class)->finalize (object);
}

static void
chat_store_class_init (ChatStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_store_finalize;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static void
chat_store_init (ChatStore *self)
{
  self->owner = g_thread_self ();
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  self->links = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->words = g_string_new (NULL);
}

const char *
_chat_store_cannot_read (void)
{
  return _("cannot read the history");
}

const char *
_chat_store_cannot_change (void)
{
  return _("cannot change the history");
}

/* What a result of SQLite's means to who can do something about it. */
ChatStoreError
_chat_store_error_code (sqlite3 *db,
                        int      result)
{
  int errnum = db != NULL ? sqlite3_system_errno (db) : 0;

  switch (result & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return CHAT_STORE_ERROR_DAMAGED;

    case SQLITE_FULL:
      return CHAT_STORE_ERROR_FULL;

    case SQLITE_IOERR:
      return errnum == ENOSPC || errnum == EDQUOT ? CHAT_STORE_ERROR_FULL
                                                  : CHAT_STORE_ERROR_FAILED;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return CHAT_STORE_ERROR_BUSY;

    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return CHAT_STORE_ERROR_ACCESS;

    default:
      return CHAT_STORE_ERROR_FAILED;
    }
}

/* Sets @error to "what: why". Returns FALSE, so that a caller can return it. */
gboolean
_chat_store_fail (ChatStore   *self,
                  int          result,
                  const char  *what,
                  GError     **error)
{
  ChatStoreError code = _chat_store_error_code (self->db, result);

  self->batch_failed = self->in_batch;

  if (code == CHAT_STORE_ERROR_DAMAGED)
    {
      _chat_store_file_suspect (self->path);
      /* Translators: what failed, such as “cannot read the history”, and a path */
      g_set_error (error, CHAT_STORE_ERROR, code, _("%s: the history “%s” is damaged"), what,
                   self->path);
    }
  else if (code == CHAT_STORE_ERROR_FULL)
    {
      g_set_error (error, CHAT_STORE_ERROR, code, _("%s: the disk is full"), what);
    }
  else
    {
      g_set_error (error, CHAT_STORE_ERROR, code, "%s: %s", what, sqlite3_errmsg (self->db));
    }

  return FALSE;
}

ChatStatement *
_chat_store_prepare (ChatStore   *self,
                     const char  *sql,
                     const char  *what,
                     GError     **error)
{
  ChatStatement *statement = g_hash_table_lookup (self->statements, sql);
  int result;

  g_assert (self->owner == g_thread_self ());

  if (statement != NULL)
    return statement;

  result = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (result != SQLITE_OK)
    {
      _chat_store_fail (self, result, what, error);
      return NULL;
    }

  g_hash_table_insert (self->statements, (gpointer) sql, statement);

  return statement;
}

/* SQLITE_ROW, SQLITE_DONE, or anything else with @error set. */
int
_chat_store_step (ChatStore      *self,
                  ChatStatement  *statement,
                  const char     *what,
                  GError        **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    _chat_store_fail (self, result, what, error);

  return result;
}

/* For a statement that gives no rows, or whose rows do not matter. */
gboolean
_chat_store_run (ChatStore      *self,
                 ChatStatement  *statement,
                 const char     *what,
                 GError        **error)
{
  int result;

  do
    result = _chat_store_step (self, statement, what, error);
  while (result == SQLITE_ROW);

  return result == SQLITE_DONE;
}

/* Prepares a statement whose first parameters are integers. */
ChatStatement *
_chat_store_prepare_ids (ChatStore     *self,
                         const char    *sql,
                         const gint64  *ids,
                         guint          n_ids,
                         const char    *what,
                         GError       **error)
{
  ChatStatement *statement = _chat_store_prepare (self, sql, what, error);

  for (guint i = 0; statement != NULL && i < n_ids; i++)
    sqlite3_bind_int64 (statement, (int) i + 1, ids[i]);

  return statement;
}

/* For a statement that gives no rows and has only integers. */
gboolean
_chat_store_run_ids (ChatStore     *self,
                     const char    *sql,
                     const gint64  *ids,
                     guint          n_ids,
                     const char    *what,
                     GError       **error)
{
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, ids, n_ids, what,
                                                                 error);

  return statement != NULL && _chat_store_run (self, statement, what, error);
}

/* The first integer of the first row, or 0 if there is none. */
gboolean
_chat_store_get_number (ChatStore     *self,
                        const char    *sql,
                        const gint64  *ids,
                        guint          n_ids,
                        gint64        *number,
                        GError       **error)
{
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, ids, n_ids, what,
                                                                 error);
  int result;

  *number = 0;
  if (statement == NULL)
    return FALSE;

  result = _chat_store_step (self, statement, what, error);
  if (result == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);

  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/* --- transactions --- */

/* Whether a transaction is on the disk when it has been committed. If not, it is with
 * the next one that is. */
static gboolean
set_lazy (ChatStore   *self,
          gboolean     is_lazy,
          const char  *what,
          GError     **error)
{
  int result;

  if (self->is_lazy == is_lazy)
    return TRUE;

  result = sqlite3_exec (self->db, is_lazy ? "PRAGMA synchronous = NORMAL"
                                           : "PRAGMA synchronous = FULL", NULL, NULL, NULL);
  if (result != SQLITE_OK)
    return _chat_store_fail (self, result, what, error);

  self->is_lazy = is_lazy;

  return TRUE;
}

static gboolean
begin (ChatStore   *self,
       gboolean     is_lazy,
       const char  *what,
       GError     **error)
{
  static const char sql[] = "BEGIN IMMEDIATE";
  g_autoptr (ChatStatement) statement = NULL;

  if (!set_lazy (self, is_lazy, what, error))
    return FALSE;

  statement = _chat_store_prepare (self, sql, what, error);

  return statement != NULL && _chat_store_run (self, statement, what, error);
}

/* A full disk ends the transaction by itself. */
static void
roll_back (ChatStore *self)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  /* What was ahead of the database is so no more. */
  g_hash_table_remove_all (self->links);
  _chat_store_load_marks (self, NULL);
}

static gboolean
commit (ChatStore   *self,
        const char  *what,
        GError     **error)
{
  static const char sql[] = "COMMIT";
  gboolean done = _chat_store_save_links (self, error) && _chat_store_limit_tail (self, error);

  if (done)
    {
      g_autoptr (ChatStatement) statement = _chat_store_prepare (self, sql, what, error);

      done = statement != NULL && _chat_store_run (self, statement, what, error);
    }

  if (!done)
    roll_back (self);

  return done;
}

/* Before changes that belong together: makes them a transaction, unless they
 * are part of a batch. Has to be followed by _chat_store_leave(). */
gboolean
_chat_store_enter (ChatStore   *self,
                   const char  *what,
                   GError     **error)
{
  if (!self->in_batch)
    return begin (self, FALSE, what, error);

  if (!self->batch_failed)
    return TRUE;

  g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_FAILED,
               /* Translators: what failed, such as “cannot change the history” */
               _("%s: what belongs together with it has failed"), what);

  return FALSE;
}

gboolean
_chat_store_leave (ChatStore   *self,
                   gboolean     done,
                   const char  *what,
                   GError     **error)
{
  if (self->in_batch)
    return done;

  if (done)
    return commit (self, what, error);

  roll_back (self);

  return FALSE;
}

static gboolean
begin_batch (ChatStore  *self,
             gboolean    is_lazy,
             GError    **error)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (!self->in_batch, FALSE);

  self->in_batch = begin (self, is_lazy, _chat_store_cannot_change (), error);
  self->batch_failed = FALSE;

  return self->in_batch;
}

/* Begins a batch: nothing of it is acknowledged before chat_store_commit(). */
gboolean
chat_store_begin (ChatStore  *self,
                  GError    **error)
{
  return begin_batch (self, FALSE, error);
}

/* The same for what would be learnt again if it were lost: it survives the end of the
 * program at once, but that of the power only when the disk has been waited for by
 * some later change. */
gboolean
chat_store_begin_lazily (ChatStore  *self,
                         GError    **error)
{
  return begin_batch (self, TRUE, error);
}

/* Ends the batch. If it returns FALSE, nothing of it was stored. */
gboolean
chat_store_commit (ChatStore  *self,
                   GError    **error)
{
  const char *what = _chat_store_cannot_change ();

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (self->in_batch, FALSE);

  self->in_batch = FALSE;

  if (!self->batch_failed)
    return commit (self, what, error);

  roll_back (self);
  g_set_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_FAILED,
               _("%s: what belongs together with it has failed"), what);

  return FALSE;
}

void
chat_store_roll_back (ChatStore *self)
{
  g_return_if_fail (CHAT_IS_STORE (self));
  g_return_if_fail (self->in_batch);

  self->in_batch = FALSE;
  roll_back (self);
}

/* Where the file is that was damaged when the store was opened or last set
 * aside, or NULL. */
const char *
chat_store_get_kept_as (ChatStore *self)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  return self->kept_as;
}
