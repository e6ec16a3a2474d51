/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"
#include "chat-words.h"

/* Messages are found by the words of their texts. To index a message takes ten
 * times as long as to store it, so that is done later, when there is nothing else
 * to do; what is not indexed yet is looked through. */

/* To look through as many takes some tenths of a second, which is what a search
 * during a flood may cost; beyond that, storing has to wait for the index. */
#define TAIL_MAX 200000

/* What begins with one or two letters is in lists of its own (prefix='1 2'). A search
 * for three looks through the last messages first: what is in very many is found
 * there, and of what is not the lists that have to be joined are short. */
#define SHORT_SCAN 10000

/* The words of a message, the first of which is its conversation: a character that
 * is in no word, and a number. */
#define CONVERSATION_WORD "\xee\x80\x80%" G_GINT64_FORMAT

static const char *
get_words (ChatStore  *self,
           gint64      conversation,
           const char *text)
{
  g_string_printf (self->words, CONVERSATION_WORD, conversation);
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
  const char *words = get_words (self, conversation, text);
  g_autoptr (ChatStatement) statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (id), what,
                                                                 error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 2, words, (int) self->words->len, SQLITE_STATIC);

  return _chat_store_run (self, statement, what, error);
}

gboolean
_chat_store_unindex (ChatStore   *self,
                     gint64       id,
                     gint64       conversation,
                     const char  *text,
                     GError     **error)
{
  static const char sql[] = "INSERT INTO word (word, rowid, words) VALUES ('delete', ?, ?)";

  return id > self->indexed || change_index (self, sql, id, conversation, text, error);
}

/* Indexes the next @limit messages. */
gboolean
_chat_store_index (ChatStore  *self,
                   guint       limit,
                   GError    **error)
{
  static const char sql[] = "SELECT id, conversation, body FROM message"
                            " WHERE id > ? AND kind = 1 AND conversation != 0 ORDER BY id LIMIT ?";
  static const char add[] = "INSERT INTO word (rowid, words) VALUES (?, ?)";
  static const char mark[] = "UPDATE mark SET value = ? WHERE name = 'indexed'";
  const char *what = _chat_store_cannot_change ();
  g_autoptr (ChatStatement) row = _chat_store_prepare_ids (self, sql,
                                                           CHAT_IDS (self->indexed, limit), what,
                                                           error);
  int result = SQLITE_ERROR;
  guint n_rows = 0;

  while (row != NULL && (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      gint64 id = sqlite3_column_int64 (row, 0);
      const char *text = (const char *) sqlite3_column_text (row, 2);

      if (!change_index (self, add, id, sqlite3_column_int64 (row, 1), text, error))
        return FALSE;
      self->indexed = id;
      n_rows++;
    }

  if (result != SQLITE_DONE)
    return FALSE;

  if (n_rows < limit)
    self->indexed = self->last_id;

  return _chat_store_run_ids (self, mark, CHAT_IDS (self->indexed), what, error);
}

/* Who never has nothing to do must not make searching slow. */
gboolean
_chat_store_limit_tail (ChatStore  *self,
                        GError    **error)
{
  gint64 excess = self->last_id - self->indexed - TAIL_MAX;

  return excess <= 0 || _chat_store_index (self, (guint) excess, error);
}

/* --- searching --- */

typedef struct
{
  gint64              conversation; /* 0: all */
  const char * const *needles;
  gint64              above;        /* between these two ids */
  gint64              below;
  guint               limit;
  GPtrArray          *found;
} Search;

static gboolean
look_through (ChatStore     *self,
              const Search  *search,
              GError       **error)
{
  static const char all[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE id > ? AND id < ? AND kind = 1 AND conversation != 0 ORDER BY id DESC";
  static const char one[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE id > ? AND id < ? AND kind = 1 AND conversation = ? ORDER BY id DESC";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;
  int result = SQLITE_ERROR;

  row = _chat_store_prepare_ids (self, search->conversation != 0 ? one : all,
                                 CHAT_IDS (search->above, search->below, search->conversation),
                                 what, error);

  while (row != NULL && search->found->len < search->limit
         && (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      const char *text = (const char *) sqlite3_column_text (row, 9);
      ChatMessage *message;

      if (!chat_words_are_in (search->needles, get_words (self, 0, text)))
        continue;

      message = _chat_store_read_message (self, row, error);
      if (message == NULL)
        return FALSE;
      g_ptr_array_add (search->found, message);
    }

  return result == SQLITE_DONE || result == SQLITE_ROW;
}

static gboolean
look_up (ChatStore     *self,
         const Search  *search,
         GError       **error)
{
  static const char sql[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM word JOIN message m ON m.id = word.rowid"
    " WHERE word.rowid < ? AND word MATCH ? ORDER BY word.rowid DESC LIMIT ?";
  const char *what = _chat_store_cannot_read ();
  g_autofree char *words = chat_words_to_match (search->needles);
  g_autofree char *match = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (ChatStatement) statement = NULL;

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (search->below), what, error);
  if (statement == NULL)
    return FALSE;

  match = search->conversation != 0
          ? g_strdup_printf ("\"" CONVERSATION_WORD "\" %s", search->conversation, words)
          : g_steal_pointer (&words);
  sqlite3_bind_text (statement, 2, match, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, search->limit - search->found->len);

  found = _chat_store_read_messages (self, statement, error);
  if (found == NULL)
    return FALSE;

  g_ptr_array_extend_and_steal (search->found, g_steal_pointer (&found));

  return TRUE;
}

/* The newest @limit messages with all words of @query, of @conversation (0: of all)
 * and before the message @before (0: no matter), the newest of them first. A word
 * finds those that begin with it. */
GPtrArray *
chat_store_search (ChatStore   *self,
                   gint64       conversation,
                   const char  *query,
                   gint64       before,
                   guint        limit,
                   GError     **error)
{
  g_autoptr (GPtrArray) found = NULL;
  g_auto (GStrv) needles = NULL;
  Search search;
  gint64 indexed;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  found = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_unref);
  needles = chat_words_parse (query);
  if (needles[0] == NULL)
    return g_steal_pointer (&found);

  before = before > 0 ? MIN (before, self->last_id + 1) : self->last_id + 1;
  indexed = self->indexed;
  if (chat_words_are_short ((const char * const *) needles))
    indexed = CLAMP (before - SHORT_SCAN, 0, indexed);

  search = (Search) { conversation, (const char * const *) needles, indexed, before, limit, found };
  if (!look_through (self, &search, error))
    return NULL;

  search.below = MIN (before, indexed + 1);
  if (found->len < limit && !look_up (self, &search, error))
    return NULL;

  return g_steal_pointer (&found);
}
