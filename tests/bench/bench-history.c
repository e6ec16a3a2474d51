/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "chat-store.h"

#include <glib/gstdio.h>
#include <string.h>

/* How long a history of a million messages takes to write, to open and to search.
 * Half of the texts are Chinese; characters and words are as unevenly frequent as
 * in a language. */

#define N_MESSAGES 1000000 /* a fifth of them in one conversation */
#define N_CONTACTS 100
#define BATCH 1000
#define N_RUNS 5

static char *directory;
static char *path;
static ChatStore *store;
static gint64 contacts[N_CONTACTS];
static guint64 sequences[N_CONTACTS];
static GPtrArray *texts;

static void
check (gboolean  done,
       GError   *error)
{
  if (!done)
    g_error ("%s", error->message);
}

/* --- texts --- */

static void
append_word (GString *text,
             guint    rank)
{
  guint value = rank * 7919 % 20011 + 26;

  while (value > 0)
    {
      g_string_append_c (text, (char) ('a' + value % 26));
      value /= 26;
    }
}

static char *
make_text (GRand    *random,
           gboolean  chinese)
{
  GString *text = g_string_new (NULL);
  gsize size = (gsize) g_rand_int_range (random, 20, 180);

  while (text->len < size)
    {
      double uneven = g_rand_double (random);

      uneven *= uneven * uneven;
      if (chinese)
        g_string_append_unichar (text, 0x4e00 + (gunichar) (3000 * uneven));
      else
        append_word (text, (guint) (20000 * uneven));
      if (!chinese)
        g_string_append_c (text, ' ');
      else if (g_rand_int_range (random, 0, 10) == 0)
        g_string_append (text, "，");
    }

  return g_string_free (text, FALSE);
}

static void
make_texts (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 50000; i++)
    g_ptr_array_add (texts, make_text (random, i % 2 == 1));
}

/* --- the store --- */

static void
open_store (void)
{
  g_autoptr (GError) error = NULL;

  store = chat_store_open (path, &error);
  check (store != NULL, error);

  for (guint i = 0; i < N_CONTACTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Contact %u", i);
      g_autoptr (ChatContact) contact = NULL;
      guint8 key[CHAT_CONTACT_KEY_SIZE];

      memset (key, (int) i, sizeof key);
      contact = chat_store_meet (store, key, name, 1, &error);
      check (contact != NULL, error);
      contacts[i] = contact->id;
    }
}

/* Every other message of each contact is ours. */
static void
add (guint i,
     guint contact)
{
  const char *text = texts->pdata[i % texts->len];
  g_autoptr (ChatMessage) message = chat_message_new_text (contacts[contact], i, text);
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  if (i / 2 % 2 == 0)
    {
      check (chat_store_queue (store, message, &error), error);
      return;
    }

  message->sequence = ++sequences[contact];
  check (chat_store_receive (store, message, &is_new, &error), error);
}

static double
fill (guint first,
      guint last)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  for (guint i = first; i < last; i++)
    {
      if ((i - first) % BATCH == 0)
        check (chat_store_begin (store, &error), error);
      add (i, i % 5 == 0 ? 0 : 1 + i % (N_CONTACTS - 1));
      if ((i - first) % BATCH == BATCH - 1 || i == last - 1)
        check (chat_store_commit (store, &error), error);
    }

  return (last - first) * 1e3 / (double) (g_get_monotonic_time () - begin);
}

static void
tidy (void)
{
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more)
    check (chat_store_tidy (store, &more, &error), error);
}

/* --- what is measured --- */

/* What the index lets wait. */
static double
measure_burst (gconstpointer data)
{
  static guint n_stored = N_MESSAGES;
  double speed = fill (n_stored, n_stored + 20000);

  n_stored += 20000;
  tidy ();

  return speed;
}

static double
measure_commit (gconstpointer data)
{
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < 200; i++)
    add (i, 1);

  return (double) (g_get_monotonic_time () - begin) / 200 / 1e3;
}

static double
measure_open (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GPtrArray) list = NULL;
  gint64 conversation;
  gint64 begin;

  g_clear_object (&store);
  begin = g_get_monotonic_time ();
  store = chat_store_open (path, &error);
  check (store != NULL, error);
  list = chat_store_list_conversations (store, &error);
  check (list != NULL, error);
  conversation = chat_store_get_conversation (store, contacts[0], &error);
  page = chat_store_get_before (store, conversation, 0, 200, &error);
  check (page != NULL && page->len == 200, error);

  return (double) (g_get_monotonic_time () - begin) / 1e3;
}

/* To the beginning of the long conversation, a page at a time. */
static double
measure_pages (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 conversation = chat_store_get_conversation (store, contacts[0], &error);
  gint64 begin = g_get_monotonic_time ();
  gint64 before = 0;
  guint n_pages = 0;

  while (TRUE)
    {
      g_autoptr (GPtrArray) page = chat_store_get_before (store, conversation, before, 200, &error);

      check (page != NULL, error);
      if (page->len == 0)
        return (double) (g_get_monotonic_time () - begin) / 1e3 / n_pages;
      before = ((ChatMessage *) page->pdata[0])->id;
      n_pages++;
    }
}

typedef struct
{
  const char *query;
  guint       conversation; /* the number of the contact, from 1; 0 for all */
} Query;

static double
measure_search (gconstpointer data)
{
  const Query *query = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  gint64 begin;
  gint64 conversation = query->conversation == 0
    ? 0 : chat_store_get_conversation (store, contacts[query->conversation - 1], &error);

  begin = g_get_monotonic_time ();
  found = chat_store_search (store, conversation, query->query, 0, 50, &error);
  check (found != NULL, error);

  return (double) (g_get_monotonic_time () - begin) / 1e3;
}

static double
measure_tail (gconstpointer data)
{
  static guint n_stored = 2 * N_MESSAGES;
  double time;

  fill (n_stored, n_stored + 20000);
  n_stored += 20000;
  time = measure_search (data);
  tidy ();

  return time;
}

#define SEARCH(name, query) { name, "ms", TRUE, measure_search, query, NULL, NULL, NULL, 0, 100 }

static void
run (void)
{
  static const Query queries[] = {
    { "abq", 0 }, { "zzqqy", 0 }, { "bab", 0 }, { "a", 0 }, { "z", 0 }, { "一丁", 0 },
    { "一丁丂七", 0 }, { "一", 0 }, { "彘", 0 }, { "龟甲", 0 }, { "一 a", 0 }, { "bab", 7 }, { "一", 7 },
    { "ab", 0 }, { "abc", 7 },
  };
  static const BenchCase cases[] = {
    { "texts stored, 1000 a commit", "k/s", FALSE, measure_burst, NULL, NULL, NULL, NULL, 0, 50 },
    { "a commit of one text", "ms", TRUE, measure_commit, NULL, NULL, NULL, NULL, 0, 0 },
    { "open, and a page of 200,000", "ms", TRUE, measure_open, NULL, NULL, NULL, NULL, 0, 200 },
    { "a page of the long one", "ms", TRUE, measure_pages, NULL, NULL, NULL, NULL, 0, 0 },
    SEARCH ("search a word", &queries[0]),
    SEARCH ("search what is not there", &queries[1]),
    SEARCH ("search a frequent word", &queries[2]),
    SEARCH ("search a frequent letter", &queries[3]),
    SEARCH ("search a rare letter", &queries[4]),
    SEARCH ("search two characters", &queries[5]),
    SEARCH ("search four characters", &queries[6]),
    SEARCH ("search a frequent character", &queries[7]),
    SEARCH ("search a rare character", &queries[8]),
    SEARCH ("search characters that are not there", &queries[9]),
    SEARCH ("search character and letter", &queries[10]),
    SEARCH ("search a word with one contact", &queries[11]),
    SEARCH ("search a character with one contact", &queries[12]),
    SEARCH ("search two letters", &queries[13]),
    SEARCH ("search three letters with one contact", &queries[14]),
    { "search before 20,000 are indexed", "ms", TRUE, measure_tail, &queries[1], NULL, NULL, NULL,
      0, 100 },
  };

  bench_run ("ChatStore, a million messages", cases, G_N_ELEMENTS (cases), N_RUNS);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  GStatBuf st;
  gint64 begin;
  double speed;

  directory = g_dir_make_tmp ("bench-history-XXXXXX", &error);
  check (directory != NULL, error);
  path = g_build_filename (directory, "history.db", NULL);

  make_texts ();
  open_store ();
  begin = g_get_monotonic_time ();
  fill (0, N_MESSAGES);
  tidy ();
  speed = N_MESSAGES * 1e3 / (double) (g_get_monotonic_time () - begin);
  g_assert_no_errno (g_stat (path, &st));
  g_print ("%d messages stored and indexed: %.1f k/s, %.0f MiB\n", N_MESSAGES, speed,
           (double) st.st_size / 1024 / 1024);

  run ();

  g_clear_object (&store);
  bench_remove (directory);
  g_ptr_array_unref (texts);

  return 0;
}
