/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <string.h>

/* Who is who, wherever they are: keys under known names, addresses that change, and
 * messages to people who are away. */

static void
send_and_expect (E2eChat    *from,
                 E2eChat    *to,
                 const char *text)
{
  e2e_chat_command (from, "send", "to", to->fingerprint, "text", text, "tag", text, NULL);
  e2e_chat_expect (to, "message", "from", from->fingerprint, "text", text, NULL);
  e2e_chat_expect (from, "state", "state", "delivered", "tag", text, NULL);
}

/* At the port where it was. */
static void
stay (E2eChat *chat)
{
  g_free (chat->wanted_port);
  chat->wanted_port = g_strdup_printf ("%u", chat->port);
}

/* Somebody else who calls himself @name. */
static E2eChat *
new_namesake (E2eTemp    *temp,
              const char *name)
{
  E2eChat *chat = e2e_chat_new (temp, "other");

  g_free (chat->name);
  chat->name = g_strdup (name);

  return chat;
}

static gboolean
has_text (E2eChat    *chat,
          const char *with,
          const char *text)
{
  g_autoptr (GPtrArray) history = e2e_chat_get_history (chat, with, -1);

  for (guint i = 0; i < history->len; i++)
    if (g_str_equal (e2e_json_get_string (history->pdata[i], "text"), text))
      return TRUE;

  return FALSE;
}

/* --- keys --- */

/* To send somebody a message is to trust the key: another one under this name is held
 * back, in both directions, and the one that is known is not disturbed. */
static void
test_changed_key (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autoptr (E2eChat) other = new_namesake (temp, "Bert");
  g_autoptr (JsonObject) peer = NULL;
  g_autofree char *address = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  address = e2e_chat_get_address (anna);
  e2e_chat_meet (anna, bert);
  send_and_expect (anna, bert, "trusted");

  e2e_chat_start (other);
  e2e_chat_command (other, "send", "to", address, "text", "it is me", "tag", "held", NULL);
  peer = e2e_chat_take (anna, "peer", "fingerprint", other->fingerprint, NULL);
  g_assert_cmpstr (e2e_json_get_string (peer, "state"), ==, "offline");
  g_assert_true (json_object_get_boolean_member (peer, "held"));

  /* Neither hears of the other, and by the name the known one is meant. */
  e2e_chat_command (anna, "send", "to", other->fingerprint, "text", "x", "tag", "to", NULL);
  e2e_chat_expect (anna, "error", "tag", "to", NULL);
  e2e_chat_command (anna, "send", "to", "Bert", "text", "to the known one", NULL);
  e2e_chat_expect (bert, "message", "text", "to the known one", NULL);
  send_and_expect (bert, anna, "from the known one");
  g_assert_false (has_text (anna, other->fingerprint, "it is me"));
  g_assert_false (e2e_chat_has (anna, "message"));
  g_assert_false (e2e_chat_has (other, "message"));

  /* It stays so. */
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);
  e2e_chat_start (anna);
  e2e_chat_command (anna, "send", "to", other->fingerprint, "text", "x", "tag", "later", NULL);
  e2e_chat_expect (anna, "error", "tag", "later", NULL);
}

/* Nobody is held for the name of somebody who was only seen. */
static void
test_namesakes (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autoptr (E2eChat) other = new_namesake (temp, "Bert");

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  e2e_chat_start (other);
  e2e_chat_meet (bert, anna);
  e2e_chat_meet (other, anna);
  send_and_expect (bert, anna, "from one");
  send_and_expect (other, anna, "from another");

  /* Which of them? */
  e2e_chat_command (anna, "send", "to", "Bert", "text", "x", "tag", "both", NULL);
  e2e_chat_expect (anna, "error", "tag", "both", NULL);
  send_and_expect (anna, bert, "to one");
}

/* A lost profile is a new person, who may not take the name that is trusted. */
static void
test_lost_profile (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autofree char *fingerprint = NULL;
  g_autofree char *address = NULL;
  g_autoptr (JsonObject) peer = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  address = e2e_chat_get_address (anna);
  e2e_chat_meet (anna, bert);
  send_and_expect (anna, bert, "trusted");
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);

  e2e_remove (bert->profile);
  fingerprint = g_steal_pointer (&bert->fingerprint);
  e2e_chat_start (bert);
  g_assert_cmpstr (bert->fingerprint, !=, fingerprint);
  e2e_chat_command (bert, "connect", "to", address, NULL);
  peer = e2e_chat_take (anna, "peer", "fingerprint", bert->fingerprint, NULL);
  g_assert_true (json_object_get_boolean_member (peer, "held"));
}

/* --- addresses --- */

/* The peer is somewhere else all of a sudden, and talks on. */
static void
test_roaming (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eRelay) relay = e2e_relay_new (0, 1);
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autofree char *before = e2e_relay_get_address (relay, 0);
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) history = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  e2e_relay_set_side (relay, 0, anna);
  e2e_relay_set_side (relay, 1, bert);
  e2e_chat_connect (anna, before);
  e2e_chat_expect (bert, "peer", "name", "Anna", "state", "online", NULL);
  send_and_expect (anna, bert, "before");

  e2e_relay_move (relay, 0);
  after = e2e_relay_get_address (relay, 0);
  g_assert_cmpstr (before, !=, after);
  send_and_expect (bert, anna, "from elsewhere");
  e2e_chat_expect (anna, "peer", "fingerprint", bert->fingerprint, "address", after, "state",
                   "online", NULL);
  send_and_expect (anna, bert, "to elsewhere");
  history = e2e_chat_get_history (anna, "Bert", -1);
  g_assert_cmpuint (history->len, ==, 3);
}

/* Started again at another port, it is still the same, and finds the other. */
static void
test_another_port (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  guint port;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  e2e_chat_meet (anna, bert);
  send_and_expect (anna, bert, "before");
  port = bert->port;

  /* Once as it likes to end, and once as it does not. */
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
  e2e_chat_expect (anna, "peer", "fingerprint", bert->fingerprint, "state", "offline", NULL);
  e2e_chat_start (bert);
  e2e_chat_kill (bert);
  e2e_chat_start (bert);
  g_assert_cmpuint (bert->port, !=, port);
  send_and_expect (anna, bert, "to another port");
  send_and_expect (bert, anna, "from another port");
  g_assert_true (has_text (bert, "Anna", "before"));
}

/* --- away --- */

/* What is queued for somebody who is away survives, and is read in order. */
static void
test_away (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  e2e_chat_meet (anna, bert);
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
  e2e_chat_expect (anna, "peer", "fingerprint", bert->fingerprint, "state", "offline", NULL);

  e2e_chat_command (anna, "send", "to", "Bert", "text", "1", "tag", "1", NULL);
  e2e_chat_expect (anna, "state", "state", "queued", "tag", "1", NULL);
  e2e_chat_kill (anna);
  stay (anna);
  e2e_chat_start (anna);
  e2e_chat_command (anna, "send", "to", "Bert", "text", "2", "tag", "2", NULL);
  e2e_chat_expect (anna, "state", "state", "queued", "tag", "2", NULL);

  /* Nobody has it yet. */
  g_assert_false (e2e_chat_has (anna, "state"));
  e2e_chat_start (bert);
  e2e_chat_expect (bert, "message", "text", "1", NULL);
  e2e_chat_expect (bert, "message", "text", "2", NULL);
  e2e_chat_expect (anna, "state", "state", "delivered", "tag", "2", NULL);
}

/* That it was read is told when both are there again. */
static void
test_read_while_away (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) delivered = NULL;
  g_autoptr (JsonObject) read = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *line = NULL;

  e2e_chat_start (anna);
  e2e_chat_start (bert);
  e2e_chat_meet (anna, bert);
  e2e_chat_command (anna, "send", "to", "Bert", "text", "read me", NULL);
  message = e2e_chat_take (bert, "message", NULL);
  delivered = e2e_chat_take (anna, "state", "state", "delivered", NULL);
  stay (anna);
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);

  line = g_strdup_printf ("{\"cmd\":\"read\",\"id\":%" G_GINT64_FORMAT "}",
                          json_object_get_int_member (message, "id"));
  e2e_chat_write (bert, line, -1);
  e2e_chat_start (anna);
  read = e2e_chat_take (anna, "state", "state", "read", NULL);
  g_assert_cmpint (json_object_get_int_member (read, "id"), ==,
                   json_object_get_int_member (delivered, "id"));
  history = e2e_chat_get_history (anna, "Bert", -1);
  g_assert_cmpstr (e2e_json_get_string (history->pdata[0], "state"), ==, "read");
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("people/changed-key", test_changed_key);
  e2e_chat_add ("people/namesakes", test_namesakes);
  e2e_chat_add ("people/lost-profile", test_lost_profile);
  e2e_chat_add ("people/roaming", test_roaming);
  e2e_chat_add ("people/another-port", test_another_port);
  e2e_chat_add ("people/away", test_away);
  e2e_chat_add ("people/read-while-away", test_read_while_away);

  return g_test_run ();
}
