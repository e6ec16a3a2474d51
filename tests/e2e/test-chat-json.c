/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <string.h>

/* What scripts hold on to: the commands and events of “lanyard chat --json”. */

#define MIB (1024 * 1024)

typedef struct
{
  E2eTemp *temp;
  E2eChat *anna;
  E2eChat *bert;
} Pair;

/* Two who know each other. */
static void
pair_init (Pair *self)
{
  self->temp = e2e_temp_new ();
  self->anna = e2e_chat_new (self->temp, "Anna");
  self->bert = e2e_chat_new (self->temp, "Bert");
  e2e_chat_start (self->anna);
  e2e_chat_start (self->bert);
  e2e_chat_meet (self->anna, self->bert);
}

static void
pair_clear (Pair *self)
{
  g_assert_cmpint (e2e_chat_quit (self->anna), ==, 0);
  g_assert_cmpint (e2e_chat_quit (self->bert), ==, 0);
  e2e_chat_free (self->anna);
  e2e_chat_free (self->bert);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* --- sending and reading --- */

/* A tag comes with every answer, until there will be no more. */
static void
test_send (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (JsonObject) queued = NULL;
  g_autoptr (JsonObject) delivered = NULL;
  g_autoptr (JsonObject) read = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *line = NULL;
  gint64 id;

  pair_init (&pair);
  e2e_chat_command (pair.anna, "send", "to", "Bert", "text", "hello \"Bert\"\n\xc3\xa9", "tag",
                    "t1", NULL);

  queued = e2e_chat_take (pair.anna, "state", "state", "queued", "tag", "t1", NULL);
  e2e_chat_expect (pair.anna, "state", "state", "sent", "tag", "t1", NULL);
  delivered = e2e_chat_take (pair.anna, "state", "state", "delivered", "tag", "t1", NULL);
  id = json_object_get_int_member (queued, "id");
  g_assert_cmpint (json_object_get_int_member (delivered, "id"), ==, id);
  g_assert_cmpstr (e2e_json_get_string (delivered, "to"), ==, pair.bert->fingerprint);

  message = e2e_chat_take (pair.bert, "message", "from", pair.anna->fingerprint, "name", "Anna",
                           "text", "hello \"Bert\"\n\xc3\xa9", NULL);
  g_assert_false (json_object_has_member (message, "tag"));

  /* Nobody is told that it was read before it was. */
  g_assert_false (e2e_chat_has (pair.anna, "state"));
  line = g_strdup_printf ("{\"cmd\":\"read\",\"id\":%" G_GINT64_FORMAT "}",
                          json_object_get_int_member (message, "id"));
  e2e_chat_write (pair.bert, line, -1);
  read = e2e_chat_take (pair.anna, "state", "state", "read", "tag", "t1", NULL);
  g_assert_cmpint (json_object_get_int_member (read, "id"), ==, id);
}

/* Tags are whatever the script likes, and messages need none. */
static void
test_tags (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (JsonObject) number = NULL;
  g_autoptr (JsonObject) none = NULL;
  g_autoptr (JsonObject) error = NULL;

  pair_init (&pair);
  e2e_chat_write (pair.anna, "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":\"\",\"tag\":17}", -1);
  number = e2e_chat_take (pair.anna, "state", "state", "delivered", NULL);
  g_assert_cmpint (json_object_get_int_member (number, "tag"), ==, 17);
  e2e_chat_expect (pair.bert, "message", "text", "", NULL);

  e2e_chat_command (pair.anna, "send", "to", "Bert", "text", "untagged", NULL);
  none = e2e_chat_take (pair.anna, "state", "state", "delivered", NULL);
  g_assert_false (json_object_has_member (none, "tag"));

  e2e_chat_write (pair.anna, "{\"cmd\":\"send\",\"to\":\"Nobody\",\"text\":\"x\",\"tag\":[1]}",
                  -1);
  error = e2e_chat_take (pair.anna, "error", NULL);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (json_object_get_member (error, "tag")));
}

/* Up to 1 MiB, and whatever text there is. */
static void
test_texts (void)
{
  static const char * const texts[] = {
    " ", "\n", "tab\tand\r\nCRLF", "\x1b[31mred\x1b[0m", "\xf0\x9f\xa6\x86", "\\u0000",
    "\xef\xbb\xbf", "e\xcc\x81", "\xe2\x80\xae\x72tl"
  };
  g_auto (Pair) pair = { NULL };
  g_autofree char *largest = g_strnfill (MIB, 'L');
  g_autofree char *larger = g_strnfill (MIB + 1, 'L');
  g_autoptr (GPtrArray) history = NULL;

  pair_init (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      e2e_chat_command (pair.anna, "send", "to", "Bert", "text", texts[i], NULL);
      e2e_chat_expect (pair.bert, "message", "text", texts[i], NULL);
    }

  e2e_chat_command (pair.anna, "send", "to", "Bert", "text", larger, "tag", "larger", NULL);
  e2e_chat_expect (pair.anna, "error", "tag", "larger", NULL);
  e2e_chat_command (pair.anna, "send", "to", "Bert", "text", largest, "tag", "largest", NULL);
  e2e_chat_expect (pair.bert, "message", "text", largest, NULL);
  e2e_chat_expect (pair.anna, "state", "state", "delivered", "tag", "largest", NULL);

  history = e2e_chat_get_history (pair.bert, "Anna", -1);
  g_assert_cmpuint (history->len, ==, G_N_ELEMENTS (texts) + 1);
}

/* --- who --- */

static void
test_connect (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autoptr (JsonObject) peer = NULL;
  g_autofree char *address = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  address = e2e_chat_get_address (bert);
  e2e_chat_command (anna, "connect", "to", address, "tag", "c", NULL);
  peer = e2e_chat_take (anna, "peer", "fingerprint", bert->fingerprint, "state", "online", NULL);
  g_assert_cmpstr (e2e_json_get_string (peer, "name"), ==, "Bert");
  g_assert_cmpstr (e2e_json_get_string (peer, "address"), ==, address);
  g_assert_false (json_object_get_boolean_member (peer, "verified"));

  /* Who is there already is told of at once. */
  e2e_chat_command (anna, "connect", "to", address, "tag", "again", NULL);
  e2e_chat_expect (anna, "peer", "address", address, "tag", "again", NULL);

  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
  e2e_chat_expect (anna, "peer", "fingerprint", bert->fingerprint, "state", "offline", NULL);
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);
}

/* As an operand, too. */
static void
test_operand (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autofree char *address = NULL;

  e2e_chat_start (bert);
  address = e2e_chat_get_address (bert);
  e2e_chat_launch (anna, address);
  e2e_chat_expect (anna, "ready", NULL);
  e2e_chat_expect (anna, "peer", "fingerprint", bert->fingerprint, "state", "online", NULL);
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
}

/* A text may go to an address, where whoever is there gets it. */
static void
test_send_to_address (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autofree char *address = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  address = e2e_chat_get_address (bert);
  e2e_chat_command (anna, "send", "to", address, "text", "first", "tag", "1", NULL);
  e2e_chat_command (anna, "send", "to", address, "text", "second", "tag", "2", NULL);
  e2e_chat_expect (anna, "state", "state", "delivered", "tag", "1", NULL);
  e2e_chat_expect (anna, "state", "state", "delivered", "tag", "2", NULL);
  e2e_chat_expect (bert, "message", "text", "first", NULL);
  e2e_chat_expect (bert, "message", "text", "second", NULL);
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
}

static void
test_peers (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (JsonObject) end = NULL;
  g_autoptr (JsonObject) peer = NULL;
  g_autofree char *start = NULL;

  pair_init (&pair);
  e2e_chat_command (pair.anna, "peers", "tag", "p", NULL);
  peer = e2e_chat_take (pair.anna, "peer", "tag", "p", NULL);
  g_assert_cmpstr (e2e_json_get_string (peer, "fingerprint"), ==, pair.bert->fingerprint);
  g_assert_cmpstr (e2e_json_get_string (peer, "state"), ==, "online");
  end = e2e_chat_take (pair.anna, "end", "tag", "p", NULL);
  g_assert_cmpint (json_object_get_int_member (end, "count"), ==, 1);

  /* By the beginning of a fingerprint, and by a name in another case. */
  start = g_strndup (pair.bert->fingerprint, 12);
  e2e_chat_command (pair.anna, "send", "to", start, "text", "by fingerprint", NULL);
  e2e_chat_expect (pair.bert, "message", "text", "by fingerprint", NULL);
  e2e_chat_command (pair.anna, "send", "to", "bERT", "text", "by name", NULL);
  e2e_chat_expect (pair.bert, "message", "text", "by name", NULL);
}

/* --- history --- */

static void
test_history (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) last = NULL;
  g_autoptr (GPtrArray) none = NULL;

  pair_init (&pair);
  for (guint i = 0; i < 10; i++)
    {
      E2eChat *from = i % 3 == 0 ? pair.bert : pair.anna;
      g_autofree char *text = g_strdup_printf ("text %u", i);

      e2e_chat_command (from, "send", "to", from == pair.anna ? "Bert" : "Anna", "text", text,
                        NULL);
      e2e_chat_expect (from, "state", "state", "delivered", NULL);
    }

  all = e2e_chat_get_history (pair.anna, "Bert", -1);
  g_assert_cmpuint (all->len, ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u", i);
      E2eChat *from = i % 3 == 0 ? pair.bert : pair.anna;
      E2eChat *to = i % 3 == 0 ? pair.anna : pair.bert;

      g_assert_cmpstr (e2e_json_get_string (all->pdata[i], "text"), ==, text);
      g_assert_cmpstr (e2e_json_get_string (all->pdata[i], "from"), ==, from->fingerprint);
      g_assert_cmpstr (e2e_json_get_string (all->pdata[i], "to"), ==, to->fingerprint);
      g_assert_cmpstr (e2e_json_get_string (all->pdata[i], "state"), ==, "delivered");
    }

  last = e2e_chat_get_history (pair.anna, "Bert", 3);
  g_assert_cmpuint (last->len, ==, 3);
  g_assert_cmpstr (e2e_json_get_string (last->pdata[0], "text"), ==, "text 7");
  g_assert_cmpstr (e2e_json_get_string (last->pdata[2], "text"), ==, "text 9");
  none = e2e_chat_get_history (pair.anna, "Bert", 0);
  g_assert_cmpuint (none->len, ==, 0);
}

/* --- what is wrong --- */

static void
expect_error (E2eChat    *chat,
              const char *line,
              gssize      length)
{
  e2e_chat_write (chat, line, length);
  e2e_chat_expect (chat, "error", NULL);
}

/* Each bad line is answered by one error, and nothing else happens. */
static void
test_rubbish (void)
{
  static const char * const lines[] = {
    "rubbish", "{", "[]", "17", "null", "\"quit\"", "{}", "{\"cmd\":17}", "{\"cmd\":null}",
    "{\"cmd\":\"fly\"}", "{\"cmd\":{\"cmd\":\"quit\"}}", "{\"cmd\":\"quit\"} x",
    "{\"cmd\":\"send\"}", "{\"cmd\":\"send\",\"to\":\"Bert\"}",
    "{\"cmd\":\"send\",\"text\":\"x\"}", "{\"cmd\":\"send\",\"to\":17,\"text\":\"x\"}",
    "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":[]}",
    "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":17}",
    "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":\"a\\u0000b\"}",
    "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":\"\\ud800\"}",
    "{\"cmd\":\"send\",\"to\":\"Bert\",\"text\":\"\xff\"}",
    "{\"cmd\":\"send\",\"to\":\"Nobody\",\"text\":\"x\"}",
    "{\"cmd\":\"send\",\"to\":\"\",\"text\":\"x\"}", "{\"cmd\":\"connect\"}",
    "{\"cmd\":\"connect\",\"to\":{}}", "{\"cmd\":\"connect\",\"to\":\"Bert\"}",
    "{\"cmd\":\"connect\",\"to\":\"127.0.0.1:0\"}",
    "{\"cmd\":\"connect\",\"to\":\"127.0.0.1:65536\"}", "{\"cmd\":\"read\"}",
    "{\"cmd\":\"read\",\"id\":999999}", "{\"cmd\":\"read\",\"id\":\"x\"}",
    "{\"cmd\":\"read\",\"id\":[]}", "{\"cmd\":\"history\"}",
    "{\"cmd\":\"history\",\"with\":\"Nobody\"}",
    "{\"cmd\":\"history\",\"with\":\"Bert\",\"limit\":-1}",
    "{\"cmd\":\"history\",\"with\":\"Bert\",\"limit\":\"all\"}",
    "{\"cmd\":\"history\",\"with\":\"Bert\",\"limit\":{}}",
  };
  g_auto (Pair) pair = { NULL };
  g_autoptr (GPtrArray) history = NULL;

  pair_init (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *shown = g_strescape (lines[i], NULL);

      g_test_message ("%s", shown);
      expect_error (pair.anna, lines[i], -1);
    }

  expect_error (pair.anna, "{\"cmd\":\"quit\"\0}", 15);
  history = e2e_chat_get_history (pair.anna, "Bert", -1);
  g_assert_cmpuint (history->len, ==, 0);
  g_assert_false (e2e_chat_has (pair.anna, "error"));
  g_assert_false (e2e_chat_has (pair.anna, "state"));

  /* Blank lines and a carriage return do no harm. */
  e2e_chat_write (pair.anna, "", -1);
  e2e_chat_write (pair.anna, "{\"cmd\":\"peers\",\"tag\":\"crlf\"}\r", -1);
  e2e_chat_expect (pair.anna, "end", "tag", "crlf", NULL);
  g_assert_false (e2e_chat_has (pair.anna, "error"));
}

/* A line that is longer than any command can be is passed over, and the next is not. */
static void
test_endless_line (void)
{
  g_auto (Pair) pair = { NULL };
  g_autofree char *line = g_strnfill (9 * MIB, 'x');

  pair_init (&pair);
  expect_error (pair.anna, line, -1);
  e2e_chat_command (pair.anna, "peers", "tag", "after", NULL);
  e2e_chat_expect (pair.anna, "end", "tag", "after", NULL);
  g_assert_false (e2e_chat_has (pair.anna, "error"));
}

/* An address where nobody is: told, with the tag, and nothing is kept for later. */
static void
test_nobody_there (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRelay) relay = e2e_relay_new (0, 1);
  g_autofree char *silent = e2e_relay_get_address (relay, 0);
  g_autoptr (JsonObject) error = NULL;

  pair_init (&pair);
  e2e_chat_command (pair.anna, "send", "to", silent, "text", "lost", "tag", "nobody", NULL);
  error = e2e_chat_take (pair.anna, "error", "tag", "nobody", NULL);
  g_assert_nonnull (strstr (e2e_json_get_string (error, "message"), silent));
  g_assert_false (e2e_chat_has (pair.anna, "state"));
}

/* A host that there is not is told of with the tag, too. */
static void
test_no_such_host (void)
{
  g_auto (Pair) pair = { NULL };

  pair_init (&pair);
  e2e_chat_command (pair.anna, "connect", "to", "nobody.invalid:7891", "tag", "host", NULL);
  e2e_chat_expect (pair.anna, "error", "tag", "host", NULL);
}

/* --- the end --- */

/* What was said before the end of the input is done, and then it ends. */
static void
test_end_of_input (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (GPtrArray) history = NULL;

  pair_init (&pair);
  for (guint i = 0; i < 20; i++)
    e2e_chat_command (pair.anna, "send", "to", "Bert", "text", "last words", NULL);
  e2e_chat_close_input (pair.anna);
  g_assert_cmpint (e2e_chat_wait (pair.anna), ==, 0);

  e2e_chat_start (pair.anna);
  history = e2e_chat_get_history (pair.anna, "Bert", -1);
  g_assert_cmpuint (history->len, ==, 20);
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("json/send", test_send);
  e2e_chat_add ("json/tags", test_tags);
  e2e_chat_add ("json/texts", test_texts);
  e2e_chat_add ("json/connect", test_connect);
  e2e_chat_add ("json/operand", test_operand);
  e2e_chat_add ("json/send-to-address", test_send_to_address);
  e2e_chat_add ("json/peers", test_peers);
  e2e_chat_add ("json/history", test_history);
  e2e_chat_add ("json/rubbish", test_rubbish);
  e2e_chat_add ("json/endless-line", test_endless_line);
  e2e_chat_add ("json/nobody-there", test_nobody_there);
  e2e_chat_add ("json/no-such-host", test_no_such_host);
  e2e_chat_add ("json/end-of-input", test_end_of_input);

  return g_test_run ();
}
