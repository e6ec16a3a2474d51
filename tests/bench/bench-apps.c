/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "bench-window.h"
#include "chat-engine.h"

#include <glib/gstdio.h>
#include <string.h>

/* How soon the desktop apps show something, and what memory they take; each run is a program of
 * its own on a display of its own. */

#define N_MESSAGES 200000
#define N_CONTACTS 20
#define N_RUNS 9

static const char *chat_app;
static const char *copy_app;
static const char *empty_app;
static char *directory;

/* What is started: all arguments. */
typedef struct
{
  const char **program;
  const char  *profile;    /* of the chat, or NULL */
  const char  *peer;       /* whose conversation is open, or NULL */
} Start;

static BenchWindow *
start (const Start *self)
{
  g_autofree char *profile = g_build_filename (directory, self->profile, NULL);
  const char *argv[] = {
    *self->program, "--profile", profile, "--name", "Ann", "--bind", "127.0.0.1", "--port", "0",
    "--no-discovery", self->peer, NULL
  };

  if (self->profile == NULL)
    argv[1] = NULL;

  return bench_window_start (argv);
}

static double
measure_frame (gconstpointer data)
{
  BenchWindow *window = start (data);
  double time = bench_window_await_frame (window);

  bench_window_end (window);

  return time;
}

static double
measure_memory (const Start *what)
{
  BenchWindow *window = start (what);
  double size;

  bench_window_await_frame (window);
  size = bench_window_get_memory (window);
  bench_window_end (window);

  return size;
}

/* --- the programs --- */

static const Start empty = { &empty_app, NULL, NULL };
static const Start chat = { &chat_app, "empty", NULL };
static const Start history = { &chat_app, "history", "Contact 0" };
static const Start copy = { &copy_app, NULL, NULL };

static double
measure_more_memory (gconstpointer data)
{
  return measure_memory (data) - measure_memory (&empty);
}

static double
measure_more_time (gconstpointer data)
{
  return measure_frame (data) - measure_frame (&chat);
}

/* --- a history --- */

static void
check (gboolean  done,
       GError   *error)
{
  if (!done)
    g_error ("%s", error->message);
}

/* Every other message is ours. */
static void
add_message (ChatStore *store,
             gint64     contact,
             guint      i,
             guint64   *sequence)
{
  g_autofree char *text = g_strdup_printf ("Message %u: the bus leaves at %02u:%02u, and the way to "
                                           "the station is short", i, i / 60 % 24, i % 60);
  gint64 time = g_get_real_time () - (gint64) (N_MESSAGES - i) * 60 * G_USEC_PER_SEC;
  g_autoptr (ChatMessage) message = chat_message_new_text (contact, time, text);
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  if (i % 2 == 0)
    {
      check (chat_store_queue (store, message, &error), error);
      return;
    }

  message->sequence = ++*sequence;
  check (chat_store_receive (store, message, &is_new, &error), error);
}

/* Half of the messages are with one contact. */
static void
fill (ChatStore *store)
{
  gint64 contacts[N_CONTACTS];
  guint64 sequences[N_CONTACTS] = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_CONTACTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Contact %u", i);
      g_autoptr (ChatContact) contact = NULL;
      guint8 key[CHAT_CONTACT_KEY_SIZE];

      memset (key, (int) i + 1, sizeof key);
      contact = chat_store_meet (store, key, name, 1, &error);
      check (contact != NULL, error);
      contacts[i] = contact->id;
    }

  check (chat_store_begin (store, &error), error);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      guint contact = i / 2 % 2 == 0 ? 0 : i / 4 % N_CONTACTS;

      add_message (store, contacts[contact], i, &sequences[contact]);
    }
  check (chat_store_commit (store, &error), error);
}

static void
make_history (void)
{
  g_autofree char *profile = g_build_filename (directory, history.profile, NULL);
  ChatEngineOptions options = { .profile = profile, .name = "Ann", .bind = "127.0.0.1",
                                .any_port = TRUE, .no_discovery = TRUE };
  g_autoptr (ChatEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  engine = chat_engine_new (&options, &error);
  check (engine != NULL, error);
  fill (chat_engine_get_store (engine));
  while (more)
    check (chat_store_tidy (chat_engine_get_store (engine), &more, &error), error);
}

/* --- all --- */

static const BenchCase cases[] = {
  { "an empty GTK window", "ms", TRUE, measure_frame, &empty, NULL, NULL, NULL, 0, 0 },
  { "Lanyard Chat: first frame", "ms", TRUE, measure_frame, &chat, NULL, NULL, NULL, 0, 500 },
  { "… more with 200,000 messages", "ms", TRUE, measure_more_time, &history,
    NULL, NULL, NULL, 0, 100 },
  { "Lanyard Copy: first frame", "ms", TRUE, measure_frame, &copy, NULL, NULL, NULL, 0, 500 },
};

static const BenchCase sizes[] = {
  { "Lanyard Chat", "MiB", TRUE, measure_more_memory, &chat, NULL, NULL, NULL, 0, 60 },
  { "… with 200,000 messages", "MiB", TRUE, measure_more_memory, &history,
    NULL, NULL, NULL, 0, 60 },
  { "Lanyard Copy", "MiB", TRUE, measure_more_memory, &copy, NULL, NULL, NULL, 0, 60 },
};

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 4)
    g_error ("the chat app, the copy app and the empty window are to be named");

  chat_app = argv[1];
  copy_app = argv[2];
  empty_app = argv[3];
  directory = g_dir_make_tmp ("lanyard-bench-XXXXXX", &error);
  check (directory != NULL, error);
  make_history ();

  /* What the first one would have to read from the disk. */
  measure_frame (&empty);
  measure_frame (&history);
  measure_frame (&copy);

  bench_run ("From the start to the first frame", cases, G_N_ELEMENTS (cases), N_RUNS);
  bench_run ("Private memory beyond an empty GTK window's", sizes, G_N_ELEMENTS (sizes), 3);
  bench_remove (directory);

  return 0;
}
