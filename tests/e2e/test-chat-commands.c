/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

/* “lanyard send”, “peers” and “identity”, and what becomes of a profile that is not as
 * it should be. */

static E2eRun *
start_valist (E2eChat    *who,
              const char *command,
              va_list     more)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *fixed[] = { e2e_get_lanyard (), command, "--profile", who->profile };
  const char *argument;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (argv, (char *) fixed[i]);
  while ((argument = va_arg (more, const char *)) != NULL)
    g_ptr_array_add (argv, (char *) argument);
  g_ptr_array_add (argv, NULL);

  return e2e_start_argv ((const char **) argv->pdata, NULL);
}

/* Runs a command with the profile of @who, which does not run. */
static E2eRun *
run (E2eChat    *who,
     const char *command,
     ...) G_GNUC_NULL_TERMINATED;

static E2eRun *
run (E2eChat    *who,
     const char *command,
     ...)
{
  E2eRun *self;
  va_list more;

  va_start (more, command);
  self = start_valist (who, command, more);
  va_end (more);
  e2e_run_wait (self);

  return self;
}

#define SEND "send", "--bind", "127.0.0.1", "--no-discovery", "--name", "Anna"

static void
assert_send (E2eChat    *who,
             const char *to,
             const char *text,
             int         status)
{
  /* What arrives may take its time; what does not is not waited for. */
  const char *timeout = status == 0 ? "60" : "1";
  g_autoptr (E2eRun) sent = run (who, SEND, "--timeout", timeout, to, text, NULL);

  e2e_assert_status (sent, status);
  g_assert_cmpstr (sent->out, ==, "");
  if (status == 0)
    g_assert_cmpstr (sent->err, ==, "");
  else
    g_assert_cmpstr (sent->err, !=, "");
}

typedef struct
{
  E2eTemp *temp;
  E2eChat *anna;   /* who runs commands */
  E2eChat *bert;   /* a chat that runs */
  char    *address;
} Pair;

static void
pair_init (Pair *self)
{
  self->temp = e2e_temp_new ();
  self->anna = e2e_chat_new (self->temp, "Anna");
  self->bert = e2e_chat_new (self->temp, "Bert");
  e2e_chat_start (self->bert);
  self->address = e2e_chat_get_address (self->bert);
}

static void
pair_clear (Pair *self)
{
  e2e_chat_free (self->anna);
  e2e_chat_free (self->bert);
  e2e_temp_free (self->temp);
  g_free (self->address);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* The texts that Anna has said to Bert, one a line, from a chat of hers. */
static void
assert_said (Pair       *pair,
             const char *texts)
{
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GString) said = g_string_new (NULL);

  e2e_chat_start (pair->anna);
  history = e2e_chat_get_history (pair->anna, "Bert", -1);
  for (guint i = 0; i < history->len; i++)
    g_string_append_printf (said, "%s\n", e2e_json_get_string (history->pdata[i], "text"));
  g_assert_cmpstr (said->str, ==, texts);
  g_assert_cmpint (e2e_chat_quit (pair->anna), ==, 0);
}

/* --- send --- */

/* It has arrived once the command ends. */
static void
test_send (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRun) words = NULL;
  g_autoptr (GPtrArray) history = NULL;

  pair_init (&pair);
  assert_send (pair.anna, pair.address, "by address", 0);
  history = e2e_chat_get_history (pair.bert, "Anna", -1);
  g_assert_cmpuint (history->len, ==, 1);
  e2e_chat_expect (pair.bert, "message", "name", "Anna", "text", "by address", NULL);

  assert_send (pair.anna, "Bert", "by name", 0);
  e2e_chat_expect (pair.bert, "message", "name", "Anna", "text", "by name", NULL);

  words = run (pair.anna, SEND, "Bert", "one", "two", "three", NULL);
  e2e_assert_status (words, 0);
  e2e_chat_expect (pair.bert, "message", "text", "one two three", NULL);
  assert_said (&pair, "by address\nby name\none two three\n");
}

/* Who is away gets it later, from whatever runs then. */
static void
test_send_later (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRun) queued = NULL;

  pair_init (&pair);
  assert_send (pair.anna, pair.address, "now", 0);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);

  queued = run (pair.anna, SEND, "--queue", "Bert", "queued", NULL);
  e2e_assert_status (queued, 0);
  assert_send (pair.anna, "Bert", "too late", 1);
  assert_said (&pair, "now\nqueued\ntoo late\n");

  e2e_chat_start (pair.anna);
  g_free (pair.bert->wanted_port);
  pair.bert->wanted_port = g_strdup_printf ("%u", pair.bert->port);
  e2e_chat_start (pair.bert);
  e2e_chat_expect (pair.bert, "message", "text", "now", NULL);
  e2e_chat_expect (pair.bert, "message", "text", "queued", NULL);
  e2e_chat_expect (pair.bert, "message", "text", "too late", NULL);
  g_assert_false (e2e_chat_has (pair.bert, "message"));
}

static void
test_send_refused (void)
{
  static const char * const usage[][3] = {
    { NULL }, { "Bert", NULL }, { "--timeout", "0", NULL }, { "--timeout=x", "Bert", "x" },
    { "--nonsense", "Bert", "x" }, { "--bind=nowhere", "Bert", "x" },
  };
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRelay) relay = e2e_relay_new (0, 1);
  g_autofree char *silent = e2e_relay_get_address (relay, 0);
  g_autofree char *piece = g_strnfill (110000, 'p');
  g_autoptr (E2eRun) large = NULL;
  g_autoptr (E2eRun) invalid = NULL;

  pair_init (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (usage); i++)
    {
      g_autoptr (E2eRun) wrong = run (pair.anna, "send", usage[i][0], usage[i][1], usage[i][2],
                                      NULL);

      e2e_assert_status (wrong, 2);
    }

  assert_send (pair.anna, "Nobody", "x", 3);
  assert_send (pair.anna, silent, "x", 3);
  assert_send (pair.anna, pair.address, "first", 0);

  large = run (pair.anna, SEND, "Bert", piece, piece, piece, piece, piece, piece, piece, piece,
               piece, piece, NULL);
  e2e_assert_refused (large, "1 MiB");
  invalid = run (pair.anna, SEND, "Bert", "\xff", NULL);
  g_assert_cmpint (invalid->status, !=, 0);
  assert_said (&pair, "first\n");
}

static gboolean
is_queued (gpointer user_data)
{
  g_autofree char *log = g_build_filename (user_data, "history.db-wal", NULL);
  struct stat st;

  return stat (log, &st) == 0 && st.st_size > 0;
}

/* A signal ends the waiting; what was queued stays. */
static void
test_send_interrupted (void)
{
  g_auto (Pair) pair = { NULL };
  const char *argv[] = {
    e2e_get_lanyard (), "send", "--bind", "127.0.0.1", "--no-discovery", "--profile", NULL,
    "Bert", "waits", NULL
  };
  g_autoptr (E2eRun) sending = NULL;

  pair_init (&pair);
  assert_send (pair.anna, pair.address, "first", 0);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);

  argv[6] = pair.anna->profile;
  sending = e2e_start_argv (argv, NULL);
  g_assert_true (e2e_run_await (sending, is_queued, pair.anna->profile));
  e2e_run_signal (sending, SIGTERM);
  e2e_run_wait (sending);

  /* Before it listens to signals it ends by this one. */
  g_assert_true (sending->status == 143 || sending->status == -SIGTERM);
}

/* --- peers --- */

static void
test_peers (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRun) nobody = NULL;
  g_autoptr (E2eRun) json = NULL;
  g_autoptr (E2eRun) text = NULL;
  g_autoptr (E2eRun) operand = NULL;
  g_autoptr (GPtrArray) peers = NULL;

  pair_init (&pair);
  nobody = run (pair.anna, "peers", "--bind", "127.0.0.1", "--no-discovery", "--json", "--wait=0",
                NULL);
  e2e_assert_status (nobody, 0);
  g_assert_cmpstr (nobody->out, ==, "");

  assert_send (pair.anna, pair.address, "hello", 0);
  json = run (pair.anna, "peers", "--bind", "127.0.0.1", "--no-discovery", "--json", "--wait=1",
              NULL);
  e2e_assert_status (json, 0);
  peers = e2e_json_parse (json);
  g_assert_cmpuint (peers->len, ==, 1);
  g_assert_cmpstr (e2e_json_get_event (peers->pdata[0]), ==, "peer");
  g_assert_cmpstr (e2e_json_get_string (peers->pdata[0], "fingerprint"), ==,
                   pair.bert->fingerprint);
  g_assert_cmpstr (e2e_json_get_string (peers->pdata[0], "state"), ==, "online");
  g_assert_cmpstr (e2e_json_get_string (peers->pdata[0], "address"), ==, pair.address);

  text = run (pair.anna, "peers", "--bind", "127.0.0.1", "--explain", "--wait=0", NULL);
  e2e_assert_status (text, 0);
  g_assert_nonnull (strstr (text->out, "Bert"));
  g_assert_nonnull (strstr (text->out, "beacons"));
  g_assert_nonnull (strstr (text->out, "127.0.0.1"));

  operand = run (pair.anna, "peers", "Bert", NULL);
  e2e_assert_status (operand, 2);
}

/* Somebody who was never met is found by his beacons. */
static void
test_peers_discovered (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autoptr (E2eRun) found = NULL;
  g_autoptr (E2eRun) sent = NULL;

  bert->discovers = TRUE;
  e2e_chat_start (bert);
  found = run (anna, "peers", "--bind", "127.0.0.1", "--json", "--wait=1", NULL);
  e2e_assert_status (found, 0);
  g_assert_nonnull (strstr (found->out, bert->fingerprint));

  sent = run (anna, "send", "--bind", "127.0.0.1", "Bert", "found", NULL);
  e2e_assert_status (sent, 0);
  e2e_chat_expect (bert, "message", "text", "found", NULL);
}

/* --- identity --- */

static void
test_identity (void)
{
  g_auto (Pair) pair = { NULL };
  g_autofree char *line = NULL;
  g_autofree char *path = NULL;
  g_autoptr (E2eRun) ours = NULL;
  g_autoptr (E2eRun) json = NULL;
  g_autoptr (E2eRun) unknown = NULL;
  g_autoptr (E2eRun) hers = NULL;
  g_autoptr (E2eRun) his = NULL;
  struct stat st;

  pair_init (&pair);
  line = g_strdup_printf ("%s\n", pair.bert->fingerprint);
  ours = run (pair.bert, "identity", NULL);
  e2e_assert_status (ours, 0);
  g_assert_cmpstr (ours->out, ==, line);
  json = run (pair.bert, "identity", "--json", NULL);
  e2e_assert_status (json, 0);
  g_assert_nonnull (strstr (json->out, pair.bert->fingerprint));

  path = g_build_filename (pair.bert->profile, "identity", NULL);
  g_assert_no_errno (stat (path, &st));
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);

  /* Both see the same number. */
  assert_send (pair.anna, pair.address, "hello", 0);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);
  hers = run (pair.anna, "identity", "--bind", "127.0.0.1", "Bert", NULL);
  his = run (pair.bert, "identity", "--bind", "127.0.0.1", "Anna", NULL);
  e2e_assert_status (hers, 0);
  g_assert_cmpstr (hers->out, ==, his->out);
  g_assert_true (g_regex_match_simple ("^(\\d{5} ){11}\\d{5}\\s*$", hers->out, 0, 0));
  unknown = run (pair.anna, "identity", "--bind", "127.0.0.1", "Nobody", NULL);
  e2e_assert_status (unknown, 3);
}

/* A key that others could have read is not used. */
static void
test_wide_identity (void)
{
  g_auto (Pair) pair = { NULL };
  g_autofree char *path = NULL;
  g_autoptr (E2eRun) chat = NULL;
  g_autoptr (E2eRun) identity = NULL;

  pair_init (&pair);
  path = g_build_filename (pair.bert->profile, "identity", NULL);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);
  g_assert_no_errno (chmod (path, 0644));

  chat = run (pair.bert, "chat", "--json", "--bind", "127.0.0.1", "--port", "0", NULL);
  e2e_assert_refused (chat, path);
  g_assert_cmpstr (chat->out, ==, "");
  identity = run (pair.bert, "identity", NULL);
  e2e_assert_refused (identity, path);

  g_assert_no_errno (chmod (path, 0600));
  e2e_chat_start (pair.bert);
}

/* --- the profile --- */

static void
test_in_use (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRun) chat = NULL;
  g_autoptr (E2eRun) send = NULL;

  pair_init (&pair);
  chat = run (pair.bert, "chat", "--json", "--bind", "127.0.0.1", "--port", "0", NULL);
  e2e_assert_refused (chat, "in use");
  send = run (pair.bert, "send", "--bind", "127.0.0.1", pair.address, "x", NULL);
  e2e_assert_refused (send, "in use");

  /* The first one has not noticed. */
  assert_send (pair.anna, pair.address, "hello", 0);
  e2e_chat_expect (pair.bert, "message", "text", "hello", NULL);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);
}

/* The bytes of what is kept of a history that was damaged. */
static char *
read_kept (const char *profile)
{
  g_autoptr (GDir) dir = g_dir_open (profile, 0, NULL);
  const char *name;
  char *text = NULL;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "history-damaged-") && g_str_has_suffix (name, ".db"))
      {
        g_autofree char *path = g_build_filename (profile, name, NULL);

        g_assert_null (text);
        g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      }

  return text;
}

static void
test_damaged_history (void)
{
  g_auto (Pair) pair = { NULL };
  g_autofree char *path = NULL;
  g_autofree char *damaged = g_strnfill (20000, 'D');
  g_autofree char *kept = NULL;
  g_autofree char *err = NULL;

  pair_init (&pair);
  assert_send (pair.anna, pair.address, "before", 0);
  g_assert_cmpint (e2e_chat_quit (pair.bert), ==, 0);
  path = g_build_filename (pair.bert->profile, "history.db", NULL);
  g_assert_true (g_file_set_contents (path, damaged, -1, NULL));

  g_free (pair.bert->wanted_port);
  pair.bert->wanted_port = g_strdup_printf ("%u", pair.bert->port);
  e2e_chat_start (pair.bert);
  kept = read_kept (pair.bert->profile);
  g_assert_cmpstr (kept, ==, damaged);
  err = e2e_chat_peek_err (pair.bert);
  g_assert_nonnull (strstr (err, "history-damaged-"));

  /* It goes on with a new one, and the other side with it. */
  assert_send (pair.anna, "Bert", "after", 0);
  e2e_chat_expect (pair.bert, "message", "text", "after", NULL);
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("send/delivered", test_send);
  e2e_chat_add ("send/later", test_send_later);
  e2e_chat_add ("send/refused", test_send_refused);
  e2e_chat_add ("send/interrupted", test_send_interrupted);
  e2e_chat_add ("peers/known", test_peers);
  e2e_chat_add ("peers/discovered", test_peers_discovered);
  e2e_chat_add ("identity/shown", test_identity);
  e2e_chat_add ("identity/wide", test_wide_identity);
  e2e_chat_add ("profile/in-use", test_in_use);
  e2e_chat_add ("profile/damaged-history", test_damaged_history);

  return g_test_run ();
}
