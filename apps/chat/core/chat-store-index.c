/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"
#include "chat-words.h"

#include <string.h>

/* Messages are found by the words of their texts. To index a message takes ten
 * times as long as to store it, so that is done later, when there is nothing else
 * to do; what is not indexed yet is looked through.
 *
 * None of it may take long at once. A long text, of which a mebibyte would take seconds,
 * is indexed by pieces, each of which is found on its own; when it is removed, it is kept
 * aside until they are taken out of the index again. And FTS5 does not join its lists as
 * it likes, but when it is told to, some pages at a time. */

/* To look through as many takes some tenths of a second, which is what a search
 * during a flood may cost; beyond that, storing has to wait for the index. */
#define TAIL_MAX 200000

/* Texts that are longer are indexed by pieces of this size. */
#define PIECE_SIZE 4096

/* What a piece has in common with the one before it, so that words and some that belong
 * together are whole in one of them. */
#define PIECE_OVERLAP 128

/* What is indexed at once, some milliseconds: messages, and bytes of their texts. */
#define STEP_MESSAGES 200
#define STEP_SIZE     8192

/* Pages of FTS5's that are joined at once. */
#define MERGE_PAGES "8"

const char *
_chat_store_get_words (ChatStore  *self,
                       gint64      conversation,
                       const char *text)
{
  g_string_printf (self->words, CHAT_STORE_CONVERSATION_WORD, (long long) conversation);
  chat_words_append (self->words, text);

  return self->words->str;
}

static gboolean
change_index (ChatStore   *self,
              const char  *sql,
              gint64       id,
              gint64       conversation,
              const char  *text,
              GError     **error)
{
  const char *what = _chat_store_cannot_change ();
  const char *words = _chat_store_get_words (self, conversation, text);
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (id), what,
                                                                 error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 2, words, (int) self->words->len, SQLITE_STATIC);
  self->is_split = TRUE;

  return _chat_store_run (self, statement, what, error);
}

/* --- pieces --- */

/* Where in @text the piece begins that follows one that ends at @end. */
static gsize
find_next_piece (const char *text,
                 gsize       end)
{
  const char *next = text + end - PIECE_OVERLAP;
  const char *space = memchr (next, ' ', PIECE_OVERLAP);

  while (((guint8) *next & 0xc0) == 0x80)
    next++;

  return (gsize) ((space != NULL ? space : next) - text);
}

/* And where the one that begins at @start ends. */
static gsize
find_piece_end (const char *text,
                gsize       size,
                gsize       start)
{
  gsize end = start + PIECE_SIZE;

  if (end >= size)
    return size;
  while (((guint8) text[end] & 0xc0) == 0x80)
    end--;

  return end;
}

/* The next one of the message @id; @is_whole tells whether it was the last. */
static gboolean
index_piece (ChatStore   *self,
             gint64       id,
             gint64       conversation,
             const char  *text,
             gsize        size,
             gboolean    *is_whole,
             GError     **error)
{
  static const char last_sql[] = "SELECT max(start + size) FROM piece WHERE message = ?";
  static const char add_sql[] = "INSERT INTO piece (message, start, size) VALUES (?, ?, ?)";
  static const char index_sql[] = "INSERT INTO piece_word (rowid, words) VALUES (?, ?)";
  g_autofree char *piece = NULL;
  gsize start, end;
  gint64 last;

  if (!_chat_store_get_number (self, last_sql, CHAT_IDS (id), &last, error))
    return FALSE;

  start = last > 0 ? find_next_piece (text, (gsize) last) : 0;
  end = find_piece_end (text, size, start);
  piece = g_strndup (text + start, end - start);
  *is_whole = end == size;

  return _chat_store_run_ids (self, add_sql, CHAT_IDS (id, (gint64) start, (gint64) (end - start)),
                              _chat_store_cannot_change (), error) &&
         change_index (self, index_sql, sqlite3_last_insert_rowid (self->db), conversation,
                       piece, error);
}

/* Takes a piece of what was removed out of the index again; @more tells whether there was
 * one. */
static gboolean
forget_piece (ChatStore  *self,
              gboolean   *more,
              GError    **error)
{
  static const char row_sql[] =
    "SELECT f.message, f.conversation, f.body, p.id, p.start, p.size"
    " FROM forgotten f LEFT JOIN piece p ON p.message = f.message LIMIT 1";
  static const char drop_sql[] = "DELETE FROM piece WHERE id = ?";
  static const char unindex_sql[] =
    "INSERT INTO piece_word (piece_word, rowid, words) VALUES ('delete', ?, ?)";
  static const char end_sql[] = "DELETE FROM forgotten WHERE message = ?";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) row = _chat_store_prepare (self, row_sql, what, error);
  g_autofree char *piece = NULL;
  gint64 message, conversation, id;
  int result;

  if (row == NULL)
    return FALSE;

  result = _chat_store_step (self, row, what, error);
  *more = result == SQLITE_ROW;
  if (result != SQLITE_ROW)
    return result == SQLITE_DONE;

  message = sqlite3_column_int64 (row, 0);
  conversation = sqlite3_column_int64 (row, 1);
  id = sqlite3_column_int64 (row, 3);
  if (id == 0)
    return _chat_store_run_ids (self, end_sql, CHAT_IDS (message), what, error);

  piece = g_strndup ((const char *) sqlite3_column_text (row, 2) + sqlite3_column_int64 (row, 4),
                     (gsize) sqlite3_column_int64 (row, 5));
  sqlite3_reset (row);

  return _chat_store_run_ids (self, drop_sql, CHAT_IDS (id), what, error) &&
         change_index (self, unindex_sql, id, conversation, piece, error);
}

/* --- messages --- */

/* Before the message @id, whose text is @text, is removed. */
gboolean
_chat_store_unindex (ChatStore   *self,
                     gint64       id,
                     gint64       conversation,
                     const char  *text,
                     GError     **error)
{
  static const char unindex_sql[] = "INSERT INTO word (word, rowid, words) VALUES ('delete', ?, ?)";
  static const char piece_sql[] = "SELECT id FROM piece WHERE message = ? LIMIT 1";
  static const char keep_sql[] =
    "INSERT INTO forgotten SELECT id, conversation, body FROM message WHERE id = ?";
  gint64 piece;

  if (!_chat_store_get_number (self, piece_sql, CHAT_IDS (id), &piece, error))
    return FALSE;

  if (piece == 0)
    return id > self->indexed || change_index (self, unindex_sql, id, conversation, text, error);

  self->forgets = TRUE;

  return _chat_store_run_ids (self, keep_sql, CHAT_IDS (id), _chat_store_cannot_change (), error);
}

/* Indexes the message that @row tells of; @is_whole tells whether that is all of it. */
static gboolean
index_message (ChatStore      *self,
               ChatStatement  *row,
               gboolean       *is_whole,
               GError        **error)
{
  static const char sql[] = "INSERT INTO word (rowid, words) VALUES (?, ?)";
  gint64 id = sqlite3_column_int64 (row, 0);
  gint64 conversation = sqlite3_column_int64 (row, 1);
  const char *text = (const char *) sqlite3_column_text (row, 2);
  gsize size = (gsize) sqlite3_column_bytes (row, 2);

  *is_whole = TRUE;

  if (size > PIECE_SIZE
      ? !index_piece (self, id, conversation, text, size, is_whole, error)
      : !change_index (self, sql, id, conversation, text, error))
    return FALSE;

  if (*is_whole)
    self->indexed = id;

  return TRUE;
}

/* Indexes the next messages: @limit at most, and not more than some milliseconds of them. */
static gboolean
index_some (ChatStore  *self,
            guint       limit,
            GError    **error)
{
  static const char sql[] = "SELECT id, conversation, body FROM message m"
                            " WHERE id > ? AND kind = 1 AND " CHAT_STORE_IS_THERE
                            " ORDER BY id LIMIT ?";
  static const char mark[] = "UPDATE mark SET value = ? WHERE name = 'indexed'";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) row = _chat_store_prepare_ids (self, sql,
                                                           CHAT_IDS (self->indexed, limit), what,
                                                           error);
  int result = SQLITE_ERROR;
  gboolean is_whole = TRUE;
  gsize size = 0;
  guint n_rows = 0;

  while (row != NULL && is_whole && size < STEP_SIZE &&
         (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      size += MIN (PIECE_SIZE, (gsize) sqlite3_column_bytes (row, 2));
      if (!index_message (self, row, &is_whole, error))
        return FALSE;
      n_rows++;
    }

  if (result != SQLITE_DONE && result != SQLITE_ROW)
    return FALSE;

  if (result == SQLITE_DONE && n_rows < limit)
    self->indexed = self->last_id;

  return _chat_store_run_ids (self, mark, CHAT_IDS (self->indexed), what, error);
}

/* Who never has nothing to do must not make searching slow. */
gboolean
_chat_store_limit_tail (ChatStore  *self,
                        GError    **error)
{
  gint64 excess;

  while ((excess = self->last_id - self->indexed - TAIL_MAX) > 0)
    if (!index_some (self, (guint) excess, error))
      return FALSE;

  return TRUE;
}

/* --- when there is nothing else to do --- */

/* Joins some of what FTS5 has written; whether there was anything to join, the number of
 * changes tells. */
static gboolean
merge_some (ChatStore  *self,
            GError    **error)
{
  static const char *const merge_sql[] = {
    "INSERT INTO word (word, rank) VALUES ('merge', " MERGE_PAGES ")",
    "INSERT INTO piece_word (piece_word, rank) VALUES ('merge', " MERGE_PAGES ")",
  };

  for (guint i = 0; i < G_N_ELEMENTS (merge_sql); i++)
    {
      int n_changes = sqlite3_total_changes (self->db);

      if (!_chat_store_run_ids (self, merge_sql[i], NULL, 0, _chat_store_cannot_change (), error))
        return FALSE;
      if (sqlite3_total_changes (self->db) - n_changes > 1)
        return TRUE;
    }

  self->is_split = FALSE;

  return TRUE;
}

static gboolean
forget_some (ChatStore  *self,
             GError    **error)
{
  gboolean more = FALSE;

  if (!forget_piece (self, &more, error) ||
      (!more && !_chat_store_remove_gone (self, &more, error)))
    return FALSE;

  self->forgets = more;

  return TRUE;
}

static gboolean
has_work (ChatStore *self)
{
  return self->is_split || self->forgets || self->indexed < self->last_id;
}

/* Does a few milliseconds of the work that can wait, as a part of the batch if there is one. */
gboolean
_chat_store_do_some_work (ChatStore  *self,
                          GError    **error)
{
  if (self->is_split)
    return merge_some (self, error);
  if (self->forgets)
    return forget_some (self, error);

  return index_some (self, STEP_MESSAGES, error);
}

/* Does a few milliseconds of the work that can wait; @more tells whether there is
 * more of it. Worth calling whenever there is nothing else to do. The disk is not waited
 * for: what a power cut undoes is done again. */
gboolean
chat_store_tidy (ChatStore  *self,
                 gboolean   *more,
                 GError    **error)
{
  gboolean done;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);
  g_return_val_if_fail (!self->in_batch, FALSE);

  *more = has_work (self);
  if (!*more)
    return TRUE;

  if (!chat_store_begin_lazily (self, error))
    return FALSE;

  done = _chat_store_do_some_work (self, error);
  if (done)
    done = chat_store_commit (self, error);
  else
    chat_store_roll_back (self);
  *more = has_work (self);

  return done;
}
