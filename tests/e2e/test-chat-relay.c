/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <string.h>

/* Two programs that send each other messages over a bad network, and are killed while
 * they do: every message has to be stored exactly once by the other, in order. */

/* Messages on their way while somebody may be killed at any time. */
#define WINDOW 200

typedef struct _Talk Talk;

/* One of the two. */
typedef struct
{
  Talk       *talk;
  guint       side;
  E2eChat    *chat;
  E2eChat    *other;
  guint       n_written;    /* of its messages, so far */
  guint       n_heard;      /* of the other's: the next one has this number, or more */
  GHashTable *delivered;    /* ids of its messages that the other has stored, as a set */
} Talker;

struct _Talk
{
  E2eTemp  *temp;
  E2eRelay *relay;
  Talker    talkers[E2E_RELAY_SIDES];
  guint     n_messages;
  guint     n_kills;        /* that are planned */
  guint     n_killed;
};

/* The text that has the number @n: most are short, and some are split by the wire. */
static char *
make_text (guint n)
{
  gsize length = n % 100 == 42 ? 40000 : n % 50 == 7 ? 5000 : n % 80;
  g_autofree char *rest = g_strnfill (length, (char) ('a' + n % 26));

  return g_strdup_printf ("%u é%s", n, rest);
}

static void
check_text (const char *text,
            guint       n)
{
  g_autofree char *expected = make_text (n);

  g_assert_cmpstr (text, ==, expected);
}

static void
write_more (Talker *self)
{
  Talk *talk = self->talk;
  guint window = talk->n_kills > 0 ? WINDOW : talk->n_messages;

  while (self->n_written < talk->n_messages &&
         self->n_written < g_hash_table_size (self->delivered) + window)
    {
      g_autofree char *text = make_text (self->n_written++);

      e2e_chat_command (self->chat, "send", "to", self->other->fingerprint, "text", text, NULL);
    }
}

static void
add_delivered (Talker *self,
               gint64  id)
{
  g_hash_table_add (self->delivered, g_memdup2 (&id, sizeof id));
}

/* Who was killed may have stored a message without telling us, but nobody tells of one
 * twice, or in another order. */
static void
hear (Talker     *self,
      const char *text)
{
  guint n = (guint) g_ascii_strtoull (text, NULL, 10);

  if (self->talk->n_kills == 0)
    g_assert_cmpuint (n, ==, self->n_heard);
  else
    g_assert_cmpuint (n, >=, self->n_heard);

  check_text (text, n);
  self->n_heard = n + 1;
}

static gboolean
on_event (E2eChat    *chat,
          JsonObject *event,
          gpointer    user_data)
{
  Talker *self = user_data;
  const char *name = e2e_json_get_event (event);

  if (g_str_equal (name, "message"))
    {
      g_assert_cmpstr (e2e_json_get_string (event, "from"), ==, self->other->fingerprint);
      hear (self, e2e_json_get_string (event, "text"));
      return TRUE;
    }

  if (g_str_equal (name, "state"))
    {
      if (g_str_equal (e2e_json_get_string (event, "state"), "delivered"))
        {
          add_delivered (self, json_object_get_int_member (event, "id"));
          write_more (self);
        }
      return TRUE;
    }

  if (g_str_equal (name, "error"))
    g_error ("%s: %s", chat->name, e2e_json_get_string (event, "message"));

  return FALSE;
}

static void
start (Talker *self)
{
  e2e_chat_start (self->chat);
  e2e_relay_set_side (self->talk->relay, self->side, self->chat);
}

/* Begins a conversation by way of a relay. */
static void
talk_begin (Talk  *self,
            guint  percent)
{
  g_autofree char *address = NULL;

  self->temp = e2e_temp_new ();
  self->relay = e2e_relay_new (percent, 4 + percent);

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      Talker *talker = &self->talkers[i];

      talker->talk = self;
      talker->side = i;
      talker->delivered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      talker->chat = e2e_chat_new (self->temp, i == 0 ? "Anna" : "Bert");
      self->talkers[1 - i].other = talker->chat;
      start (talker);
    }

  address = e2e_relay_get_address (self->relay, 0);
  e2e_chat_connect (self->talkers[0].chat, address);
  e2e_chat_expect (self->talkers[1].chat, "peer", "name", "Anna", "state", "online", NULL);

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      self->talkers[i].chat->func = on_event;
      self->talkers[i].chat->user_data = &self->talkers[i];
    }
}

static void
talk_end (Talk *self)
{
  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      g_assert_cmpint (e2e_chat_quit (self->talkers[i].chat), ==, 0);
      e2e_chat_free (self->talkers[i].chat);
      g_hash_table_unref (self->talkers[i].delivered);
    }

  e2e_relay_free (self->relay);
  e2e_temp_free (self->temp);
}

/* --- what is stored --- */

/* Takes over from the history how far it is with its own messages, and checks those of
 * both. What was told to be delivered stays so: some of that may have been told after
 * the history was read. Returns how many of the other's there are. */
static guint
look_up (Talker *self)
{
  g_autoptr (GPtrArray) history = e2e_chat_get_history (self->chat, self->other->fingerprint, -1);
  guint n_theirs = 0;

  self->n_written = 0;

  for (guint i = 0; i < history->len; i++)
    {
      JsonObject *message = history->pdata[i];
      const char *text = e2e_json_get_string (message, "text");

      if (g_str_equal (e2e_json_get_string (message, "from"), self->other->fingerprint))
        {
          check_text (text, n_theirs++);
          continue;
        }

      check_text (text, self->n_written++);
      if (g_str_equal (e2e_json_get_string (message, "state"), "delivered"))
        add_delivered (self, json_object_get_int_member (message, "id"));
    }

  return n_theirs;
}

static void
check_all_stored (Talker *self)
{
  g_assert_cmpuint (look_up (self), ==, self->talk->n_messages);
  g_assert_cmpuint (self->n_written, ==, self->talk->n_messages);
  g_assert_cmpuint (g_hash_table_size (self->delivered), ==, self->talk->n_messages);
}

/* --- the conversation --- */

static guint
count_delivered (Talk *self)
{
  return g_hash_table_size (self->talkers[0].delivered) +
         g_hash_table_size (self->talkers[1].delivered);
}

static gboolean
is_time (gpointer user_data)
{
  Talk *self = user_data;
  guint all = E2E_RELAY_SIDES * self->n_messages;

  return count_delivered (self) >= all / (self->n_kills + 1) * (self->n_killed + 1) ||
         count_delivered (self) == all;
}

static gboolean
is_done (gpointer user_data)
{
  Talk *self = user_data;

  return count_delivered (self) == E2E_RELAY_SIDES * self->n_messages;
}

/* The two take turns. What had been queued by then has to be found again. */
static void
kill_one (Talk *self)
{
  Talker *victim = &self->talkers[self->n_killed++ % E2E_RELAY_SIDES];
  guint n_stored;

  /* Nothing more is written before it is known how much of that was read. */
  victim->n_written = self->n_messages;
  e2e_chat_kill (victim->chat);
  start (victim);
  n_stored = look_up (victim);
  victim->n_heard = MAX (victim->n_heard, n_stored);
  write_more (victim);
}

static void
talk (guint n_messages,
      guint percent,
      guint n_kills)
{
  Talk self = { .n_messages = n_messages, .n_kills = n_kills };
  gint64 begin = g_get_monotonic_time ();
  E2eRelayInfo info;

  talk_begin (&self, percent);
  write_more (&self.talkers[0]);
  write_more (&self.talkers[1]);

  while (self.n_killed < n_kills)
    {
      e2e_chat_await (is_time, &self, "messages are delivered between two kills");
      kill_one (&self);
    }

  e2e_chat_await (is_done, &self, "all messages are delivered");
  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      /* The events of all that is stored come before the answer. */
      check_all_stored (&self.talkers[i]);
      if (n_kills == 0)
        g_assert_cmpuint (self.talkers[i].n_heard, ==, n_messages);
    }

  info = e2e_relay_get_info (self.relay);
  g_test_message ("%u messages each way at %u %%, %u kills: %.1f s; %" G_GUINT64_FORMAT
                  " datagrams, %" G_GUINT64_FORMAT " dropped, %" G_GUINT64_FORMAT " repeated, %"
                  G_GUINT64_FORMAT " late", n_messages, percent, n_kills,
                  (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC, info.n_received,
                  info.n_dropped, info.n_repeated, info.n_reordered);
  if (percent > 0)
    g_assert_cmpuint (MIN (info.n_dropped, MIN (info.n_repeated, info.n_reordered)), >, 0);
  talk_end (&self);
}

static void
test_messages (gconstpointer data)
{
  talk (g_test_slow () ? 10000 : 300, GPOINTER_TO_UINT (data), 0);
  e2e_assert_no_workers ();
}

/* In the slow suite each of the two is killed ten times. */
static void
test_killed (gconstpointer data)
{
  talk (g_test_slow () ? 10000 : 300, GPOINTER_TO_UINT (data), g_test_slow () ? 20 : 3);
  e2e_assert_no_workers ();
}

static void
add_for (const char     *name,
         guint           percent,
         GTestDataFunc   func)
{
  g_autofree char *path = g_strdup_printf ("/e2e/chat/relay/%s/%u", name, percent);

  g_test_add_data_func (path, GUINT_TO_POINTER (percent), func);
}

int
main (int    argc,
      char **argv)
{
  static const guint many[] = { 0, 5, 10, 20, 30 };
  static const guint few[] = { 0, 10, 30 };

  e2e_chat_init (&argc, &argv);

  for (guint i = 0; i < (g_test_slow () ? G_N_ELEMENTS (many) : G_N_ELEMENTS (few)); i++)
    add_for ("messages", g_test_slow () ? many[i] : few[i], test_messages);

  for (guint i = 0; i < (g_test_slow () ? G_N_ELEMENTS (few) : 1); i++)
    add_for ("killed", g_test_slow () ? few[i] : 10, test_killed);

  return g_test_run ();
}
