/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-ranges.h"

#define N_NUMBERS 200

static void
test_ranges_joined (void)
{
  ChatRanges ranges;

  chat_ranges_init (&ranges);
  chat_ranges_add (&ranges, 0, 1);
  chat_ranges_add (&ranges, 2, 3);
  chat_ranges_add (&ranges, 5, 5);
  g_assert_cmpuint (chat_ranges_get_length (&ranges), ==, 2);

  chat_ranges_add (&ranges, 1, 2);
  g_assert_cmpuint (chat_ranges_get_length (&ranges), ==, 1);
  g_assert_cmpuint (chat_ranges_get (&ranges, 0)->start, ==, 0);
  g_assert_cmpuint (chat_ranges_get (&ranges, 0)->end, ==, 3);
  g_assert_cmpuint (chat_ranges_find (&ranges, 2), ==, 0);
  g_assert_cmpuint (chat_ranges_find (&ranges, 3), ==, 1);

  chat_ranges_remove (&ranges, 1, 2);
  g_assert_cmpuint (chat_ranges_get_length (&ranges), ==, 2);
  chat_ranges_drop (&ranges, 1);
  g_assert_cmpuint (chat_ranges_get (&ranges, 0)->start, ==, 2);
  chat_ranges_set_empty (&ranges);
  g_assert_cmpuint (chat_ranges_get_length (&ranges), ==, 0);
  chat_ranges_clear (&ranges);
}

/* In order, none empty, none touching, and just those numbers that there should be. */
static void
assert_same (const ChatRanges *ranges,
             const gboolean   *expected)
{
  guint64 at = 0;

  for (guint i = 0; i < chat_ranges_get_length (ranges); i++)
    {
      const ChatRange *range = chat_ranges_get (ranges, i);

      g_assert_true (i == 0 || range->start > at);
      g_assert_cmpuint (range->start, <, range->end);
      g_assert_cmpuint (range->end, <=, N_NUMBERS);

      for (; at < range->start; at++)
        g_assert_false (expected[at]);
      for (; at < range->end; at++)
        g_assert_true (expected[at]);
    }

  for (; at < N_NUMBERS; at++)
    g_assert_false (expected[at]);
}

static void
test_ranges_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gboolean expected[N_NUMBERS] = { FALSE };
  ChatRanges ranges;

  chat_ranges_init (&ranges);

  for (guint i = 0; i < 20000; i++)
    {
      guint start = (guint) g_rand_int_range (rand, 0, N_NUMBERS);
      guint length = (guint) g_rand_int_range (rand, 0, i % 7 == 0 ? 60 : 5);
      guint end = MIN (N_NUMBERS, start + length);
      gboolean adds = g_rand_boolean (rand);

      if (adds)
        chat_ranges_add (&ranges, start, end);
      else
        chat_ranges_remove (&ranges, start, end);

      for (guint n = start; n < end; n++)
        expected[n] = adds;

      assert_same (&ranges, expected);
    }

  chat_ranges_clear (&ranges);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/ranges/joined", test_ranges_joined);
  g_test_add_func ("/chat/ranges/random", test_ranges_random);

  return g_test_run ();
}
