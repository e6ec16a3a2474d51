/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-replay.h"
#include "chat-session.h"

#include <string.h>

#define SIZE 1200

typedef struct
{
  gint64       now;
  ChatSession *sides[2];
} Fixture;

typedef struct
{
  uint64_t number;
  gsize    length;
  uint8_t  bytes[SIZE];
} Sealed;

static void
make_keys (guint           generation,
           guint           side,
           gboolean        initiator,
           ChatSessionKeys keys[1])
{
  memset (keys->send, 2 * generation + side + 1, sizeof keys->send);
  memset (keys->receive, 2 * generation + 1 - side + 1, sizeof keys->receive);
  keys->local_index = 100 * (generation + 1) + side;
  keys->remote_index = 100 * (generation + 1) + 1 - side;
  keys->initiator = initiator;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static const uint8_t peers[2][CHAT_NOISE_KEY_SIZE] = { "second", "first" };

  fixture->now = 0;
  for (guint i = 0; i < 2; i++)
    {
      ChatSessionKeys keys;

      make_keys (0, i, i == 0, &keys);
      fixture->sides[i] = chat_session_new (peers[i], &keys, 0);
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  chat_session_unref (fixture->sides[0]);
  chat_session_unref (fixture->sides[1]);
}

static gboolean
seal (Fixture    *fixture,
      guint       side,
      const char *text,
      Sealed     *sealed)
{
  gsize length = strlen (text);

  memset (sealed->bytes, 0xee, sizeof sealed->bytes);
  memcpy (sealed->bytes + sizeof (ChatWireData), text, length);
  sealed->number = chat_session_take_number (fixture->sides[side]);
  sealed->length = chat_session_seal (fixture->sides[side], fixture->now, sealed->number,
                                      sealed->bytes, length, sizeof sealed->bytes);

  return sealed->length > 0;
}

/* Leaves @sealed as it is. */
static gboolean
open_copy (Fixture      *fixture,
           guint         side,
           const Sealed *sealed,
           const char   *text)
{
  Sealed copy = *sealed;
  ChatOpened opened;

  if (!chat_session_open (fixture->sides[side], fixture->now, copy.bytes, copy.length, &opened))
    return FALSE;

  g_assert_cmpuint (opened.number, ==, sealed->number);
  g_assert_cmpuint (opened.length, >=, strlen (text));
  g_assert_cmpmem (opened.payload, strlen (text), text, strlen (text));
  for (gsize i = strlen (text); i < opened.length; i++)
    g_assert_cmpint (opened.payload[i], ==, 0);

  return TRUE;
}

static void
assert_goes (Fixture    *fixture,
             guint       from,
             const char *text)
{
  Sealed sealed;

  g_assert_true (seal (fixture, from, text, &sealed));
  g_assert_true (open_copy (fixture, 1 - from, &sealed, text));
  g_assert_false (open_copy (fixture, 1 - from, &sealed, text));
}

static void
test_both_ways (Fixture       *fixture,
                gconstpointer  data)
{
  ChatSessionInfo info;

  assert_goes (fixture, 0, "one");
  assert_goes (fixture, 1, "");
  assert_goes (fixture, 0, "another");
  g_assert_cmpuint (chat_session_peek_number (fixture->sides[0]), ==, 2);

  chat_session_get_info (fixture->sides[1], &info);
  g_assert_cmpuint (info.n_opened, ==, 2);
  g_assert_cmpuint (info.n_sealed, ==, 1);
  g_assert_cmpuint (info.n_replayed, ==, 2);
  g_assert_cmpuint (info.n_forged, ==, 0);
}

static void
test_altered (Fixture       *fixture,
              gconstpointer  data)
{
  Sealed sealed;

  g_assert_true (seal (fixture, 0, "do not touch", &sealed));
  for (gsize bit = 0; bit < 8 * sealed.length; bit++)
    {
      sealed.bytes[bit / 8] ^= 1 << bit % 8;
      g_assert_false (open_copy (fixture, 1, &sealed, ""));
      sealed.bytes[bit / 8] ^= 1 << bit % 8;
    }
  for (gsize length = sealed.length - 1; length > 0; length--)
    {
      Sealed cut = sealed;

      cut.length = length;
      g_assert_false (open_copy (fixture, 1, &cut, ""));
    }

  /* Not back to where it came from, either. */
  g_assert_false (open_copy (fixture, 0, &sealed, ""));
  g_assert_true (open_copy (fixture, 1, &sealed, "do not touch"));
}

/* What is late is taken, what is far too late is not; and only what moves the window
 * tells where the peer is. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree Sealed *early = g_new (Sealed, 3);
  Sealed sealed;
  ChatOpened opened;

  for (guint i = 0; i < 3; i++)
    g_assert_true (seal (fixture, 0, "early", &early[i]));
  g_assert_true (seal (fixture, 0, "late", &sealed));
  g_assert_true (chat_session_open (fixture->sides[1], 0, sealed.bytes, sealed.length, &opened));
  g_assert_true (opened.newest);

  g_assert_true (chat_session_open (fixture->sides[1], 0, early[2].bytes, early[2].length,
                                    &opened));
  g_assert_false (opened.newest);

  for (guint i = 0; i < CHAT_REPLAY_WINDOW - 3; i++)
    g_assert_true (seal (fixture, 0, "", &sealed));
  g_assert_true (open_copy (fixture, 1, &sealed, ""));
  g_assert_false (open_copy (fixture, 1, &early[0], "early"));
  g_assert_true (open_copy (fixture, 1, &early[1], "early"));
}

/* Nothing gets the same number sealed twice. */
static void
test_numbers (Fixture       *fixture,
              gconstpointer  data)
{
  uint8_t datagram[SIZE] = { 0 };
  ChatSession *session = fixture->sides[0];

  g_assert_cmpuint (chat_session_seal (session, 0, 0, datagram, 0, SIZE), ==, 0);
  g_assert_cmpuint (chat_session_take_number (session), ==, 0);
  g_assert_cmpuint (chat_session_take_number (session), ==, 1);
  g_assert_cmpuint (chat_session_seal (session, 0, 1, datagram, 0, SIZE), >, 0);
  g_assert_cmpuint (chat_session_seal (session, 0, 0, datagram, 0, SIZE), >, 0);
  g_assert_cmpuint (chat_session_seal (session, 0, 0, datagram, 0, SIZE), ==, 0);
  g_assert_cmpuint (chat_session_seal (session, 0, 1, datagram, 0, SIZE), ==, 0);
  g_assert_cmpuint (chat_session_seal (session, 0, 2, datagram, 0, SIZE), ==, 0);
}

static void
test_padding (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    gsize length;
    gsize most;
    gsize padded;
  } cases[] = {
    { 0, 1168, 64 }, { 1, 1168, 64 }, { 64, 1168, 64 }, { 65, 1168, 128 },
    { 500, 1168, 512 }, { 513, 1168, 640 }, { 1023, 1168, 1024 }, { 1025, 1168, 1168 },
    { 1168, 1168, 1168 }, { 0, 10, 10 }, { 10, 10, 10 }, { 0, 0, 0 },
    { 65475, 65475, 65475 }, { 40000, 65475, 40960 },
  };
  uint8_t datagram[SIZE] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (chat_session_pad (cases[i].length, cases[i].most), ==, cases[i].padded);

  /* There is no room for what is too long, and never a byte beyond the end. */
  for (gsize size = 0; size < 200; size++)
    {
      uint64_t number = chat_session_take_number (fixture->sides[0]);
      gsize sealed;

      memset (datagram, 0xee, sizeof datagram);
      sealed = chat_session_seal (fixture->sides[0], 0, number, datagram, 50, size);
      g_assert_cmpuint (sealed, ==, size < 50 + 32 ? 0 : MIN (size, 64 + 32));
      for (gsize i = sealed; i < sizeof datagram; i++)
        g_assert_cmpint (datagram[i], ==, 0xee);
    }
}

/* --- keys -------------------------------------------------------------------- */

static void
rekey (Fixture *fixture,
       guint    generation,
       guint    side,
       gboolean initiator)
{
  ChatSessionKeys keys;

  make_keys (generation, side, initiator, &keys);
  chat_session_rekey (fixture->sides[side], &keys, fixture->now);
}

/* The responder has the keys first but must not use them first. Whatever was sealed
 * before can still be opened, and the numbers go on. */
static void
test_rekey (Fixture       *fixture,
            gconstpointer  data)
{
  Sealed old[2], sealed;
  uint32_t indexes[CHAT_SESSION_GENERATIONS];

  assert_goes (fixture, 0, "before");
  for (guint i = 0; i < 2; i++)
    g_assert_true (seal (fixture, i, "on the way", &old[i]));

  rekey (fixture, 1, 1, FALSE);
  g_assert_cmpuint (chat_session_get_indexes (fixture->sides[1], indexes), ==, 2);
  assert_goes (fixture, 1, "still with the old keys");
  g_assert_cmpuint (chat_session_get_remote (fixture->sides[1]), ==, 100);

  rekey (fixture, 1, 0, TRUE);
  g_assert_true (seal (fixture, 0, "with the new ones", &sealed));
  g_assert_cmpuint (sealed.number, ==, 2);
  g_assert_cmpuint (chat_wire_get_u32 (sealed.bytes + 4), ==, 201);
  g_assert_true (open_copy (fixture, 1, &sealed, "with the new ones"));
  g_assert_cmpuint (chat_session_get_remote (fixture->sides[1]), ==, 200);

  for (guint i = 0; i < 2; i++)
    g_assert_true (open_copy (fixture, 1 - i, &old[i], "on the way"));
  assert_goes (fixture, 1, "after");
}

static void
test_times (Fixture       *fixture,
            gconstpointer  data)
{
  Sealed sealed, early;
  uint32_t indexes[CHAT_SESSION_GENERATIONS];

  g_assert_true (seal (fixture, 0, "early", &early));
  fixture->now = CHAT_REKEY_AFTER - 1;
  g_assert_false (chat_session_wants_rekey (fixture->sides[0], fixture->now));
  fixture->now++;
  g_assert_true (chat_session_wants_rekey (fixture->sides[0], fixture->now));
  g_assert_false (chat_session_wants_rekey (fixture->sides[1], fixture->now));
  fixture->now = CHAT_REKEY_AFTER_BY_RESPONDER;
  g_assert_true (chat_session_wants_rekey (fixture->sides[1], fixture->now));

  fixture->now = CHAT_REJECT_AFTER - 1;
  g_assert_true (chat_session_can_seal (fixture->sides[0], fixture->now));
  assert_goes (fixture, 0, "at the last moment");
  fixture->now++;
  g_assert_false (chat_session_can_seal (fixture->sides[0], fixture->now));
  g_assert_false (seal (fixture, 0, "too late", &sealed));
  g_assert_false (open_copy (fixture, 1, &early, "early"));

  /* Without its keys it still has its index, and goes on when it has new ones. */
  for (guint i = 0; i < 2; i++)
    chat_session_tick (fixture->sides[i], fixture->now);
  g_assert_cmpuint (chat_session_get_indexes (fixture->sides[0], indexes), ==, 1);
  g_assert_cmpuint (indexes[0], ==, 100);
  fixture->now = 0;
  g_assert_false (open_copy (fixture, 1, &early, "early"));
  g_assert_false (seal (fixture, 0, "wiped", &sealed));

  rekey (fixture, 1, 1, FALSE);
  rekey (fixture, 1, 0, TRUE);
  assert_goes (fixture, 1, "again");
  g_assert_false (chat_session_wants_rekey (fixture->sides[0], fixture->now));
}

/* --- threads ----------------------------------------------------------------- */

#define N_DATAGRAMS 20000

static gpointer
run_sealer (gpointer data)
{
  ChatSession *session = data;
  uint8_t datagram[SIZE] = { 0 };
  guint n_sealed = 0;

  for (guint i = 0; i < N_DATAGRAMS; i++)
    n_sealed += chat_session_seal (session, 0, chat_session_take_number (session), datagram,
                                   16, sizeof datagram) > 0;

  return GUINT_TO_POINTER (n_sealed);
}

/* One side seals and opens while it is given new keys. */
static void
test_threads (Fixture       *fixture,
              gconstpointer  data)
{
  GThread *sealer = g_thread_new ("sealer", run_sealer, fixture->sides[1]);
  ChatSessionInfo info;
  Sealed sealed;

  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      if (i % 100 == 50)
        {
          rekey (fixture, 1 + i / 100, 1, FALSE);
          rekey (fixture, 1 + i / 100, 0, TRUE);
        }
      chat_session_tick (fixture->sides[1], 0);
      g_assert_true (seal (fixture, 0, "go", &sealed));
      g_assert_true (open_copy (fixture, 1, &sealed, "go"));
    }

  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (sealer)), ==, N_DATAGRAMS);
  chat_session_get_info (fixture->sides[1], &info);
  g_assert_cmpuint (info.n_sealed, ==, N_DATAGRAMS);
  g_assert_cmpuint (info.n_opened, ==, N_DATAGRAMS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/chat/session/both-ways", test_both_ways);
  ADD ("/chat/session/altered", test_altered);
  ADD ("/chat/session/order", test_order);
  ADD ("/chat/session/numbers", test_numbers);
  ADD ("/chat/session/padding", test_padding);
  ADD ("/chat/session/rekey", test_rekey);
  ADD ("/chat/session/times", test_times);
  ADD ("/chat/session/threads", test_threads);
#undef ADD

  return g_test_run ();
}
