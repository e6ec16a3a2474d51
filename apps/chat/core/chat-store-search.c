/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"
#include "chat-words.h"

/* Where the words are that chat-store-index.c has kept, and in what has not come to that yet. */

/* What begins with one or two letters is in lists of its own (prefix='1 2'). A search
 * for three looks through the last messages first: what is in very many is found
 * there, and of what is not the lists that have to be joined are short. */
#define SHORT_SCAN 10000

/* What is looked through of each text; the rest of a long one is indexed before long. */
#define SCAN_SIZE (16 * 1024)

typedef struct
{
  gint64              conversation; /* 0: all */
  const char * const *needles;
  gint64              before;       /* all are */
  gint64              above;        /* what is looked through is between these two ids */
  gint64              below;
  guint               limit;
  GPtrArray          *found;
} Search;

static gboolean
is_in (ChatStore     *self,
       const Search  *search,
       ChatStatement *row)
{
  const char *text = (const char *) sqlite3_column_text (row, 9);
  gsize size = (gsize) sqlite3_column_bytes (row, 9);
  g_autofree char *beginning = size > SCAN_SIZE ? g_utf8_make_valid (text, SCAN_SIZE) : NULL;

  return chat_words_are_in (search->needles, _chat_store_get_words (self, 0, beginning != NULL
                                                                             ? beginning : text));
}

static gboolean
look_through (ChatStore     *self,
              const Search  *search,
              GError       **error)
{
  static const char all[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE id > ? AND id < ? AND kind = 1 AND " CHAT_STORE_IS_THERE " ORDER BY id DESC";
  static const char one[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE id > ? AND id < ? AND kind = 1 AND conversation = ? ORDER BY id DESC";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (ChatStatement) row = NULL;
  int result = SQLITE_ERROR;

  row = _chat_store_prepare_ids (self, search->conversation != 0 ? one : all,
                                 CHAT_IDS (search->above, search->below, search->conversation),
                                 what, error);

  while (row != NULL && search->found->len < search->limit &&
         (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      ChatMessage *message;

      if (!is_in (self, search, row))
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
         const char    *sql,
         const Search  *search,
         gint64         before,
         GError       **error)
{
  const char *what = _chat_store_cannot_read ();
  g_autofree char *words = chat_words_to_match (search->needles);
  g_autofree char *match = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (ChatStatement) statement = NULL;

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (before, search->limit), what, error);
  if (statement == NULL)
    return FALSE;

  match = search->conversation != 0
          ? g_strdup_printf ("\"" CHAT_STORE_CONVERSATION_WORD "\" %s",
                             (long long) search->conversation, words)
          : g_steal_pointer (&words);
  sqlite3_bind_text (statement, 3, match, -1, SQLITE_STATIC);

  found = _chat_store_read_messages (self, statement, error);
  if (found == NULL)
    return FALSE;

  g_ptr_array_extend_and_steal (search->found, g_steal_pointer (&found));

  return TRUE;
}

static gboolean
look_up_all (ChatStore     *self,
             const Search  *search,
             GError       **error)
{
  static const char texts[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM word JOIN message m ON m.id = word.rowid"
    " WHERE word.rowid < ?1 AND word MATCH ?3 AND " CHAT_STORE_IS_THERE
    " ORDER BY word.rowid DESC LIMIT ?2";
  static const char long_texts[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m"
    " WHERE m.id IN (SELECT message FROM piece_word JOIN piece ON piece.id = piece_word.rowid"
    "                WHERE piece_word MATCH ?3)"
    "   AND m.id < ?1 AND " CHAT_STORE_IS_THERE " ORDER BY m.id DESC LIMIT ?2";

  return (search->found->len == search->limit ||
          look_up (self, texts, search, MIN (search->before, search->above + 1), error)) &&
         look_up (self, long_texts, search, search->before, error);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  gint64 id_a = (*(ChatMessage *const *) a)->id;
  gint64 id_b = (*(ChatMessage *const *) b)->id;

  return (id_a < id_b) - (id_a > id_b);
}

/* In order and each once: several pieces of a long text may have what is looked for, and
 * its beginning may have been looked through as well. */
static void
put_in_order (const Search *search)
{
  GPtrArray *found = search->found;

  g_ptr_array_sort (found, compare_newest_first);
  for (guint i = found->len; i-- > 1;)
    if (((ChatMessage *) found->pdata[i])->id == ((ChatMessage *) found->pdata[i - 1])->id)
      g_ptr_array_remove_index (found, i);
  if (found->len > search->limit)
    g_ptr_array_set_size (found, (int) search->limit);
}

/* The newest @limit messages with all words of @query, of @conversation (0: of all)
 * and before the message @before (0: no matter), the newest of them first. A word
 * finds those that begin with it; those of a long text have to be near to each other. */
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

  search = (Search) {
    conversation, (const char * const *) needles, before, indexed, before, limit, found
  };
  if (!look_through (self, &search, error) || !look_up_all (self, &search, error))
    return NULL;

  put_in_order (&search);

  return g_steal_pointer (&found);
}
