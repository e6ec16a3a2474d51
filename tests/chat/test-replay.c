/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-replay.h"

static void
test_table (void)
{
  static const struct
  {
    uint64_t number;
    gboolean is_new;
  } steps[] = {
    { 0, TRUE },
    { 0, FALSE },
    { 1, TRUE },
    { 9, TRUE },
    { 8, TRUE },
    { 9, FALSE },
    { 1, FALSE },
    { 7, TRUE },
    { 63, TRUE },
    { 64, TRUE },
    { 65, TRUE },
    { 63, FALSE },
    { CHAT_REPLAY_WINDOW, TRUE },
    { 2, TRUE },
    { 1, FALSE },
    { CHAT_REPLAY_WINDOW + 3, TRUE },
    { 3, FALSE },  /* too old */
    { 4, TRUE },
    { 4, FALSE },
    { CHAT_REPLAY_WINDOW + 3, FALSE },
    { 10 * CHAT_REPLAY_WINDOW, TRUE },
    { 10 * CHAT_REPLAY_WINDOW - 1, TRUE },
    { 9 * CHAT_REPLAY_WINDOW + 1, TRUE },
    { 9 * CHAT_REPLAY_WINDOW, FALSE },
    { CHAT_REPLAY_WINDOW + 4, FALSE },
    { (UINT64_C (1) << 62) - 1, TRUE },
    { 10 * CHAT_REPLAY_WINDOW + 1, FALSE },
    { (UINT64_C (1) << 62) - 2, TRUE },
    { UINT64_MAX - 1, TRUE },
    { UINT64_MAX, FALSE },
  };
  g_autofree ChatReplay *replay = g_new0 (ChatReplay, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_test_message ("step %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (chat_replay_is_new (replay, steps[i].number), ==, steps[i].is_new);
      g_assert_cmpint (chat_replay_add (replay, steps[i].number), ==, steps[i].is_new);
    }
}

/* Against a list of all that was had. */
static void
test_random (void)
{
  g_autofree ChatReplay *replay = g_new0 (ChatReplay, 1);
  g_autoptr (GHashTable) had = g_hash_table_new (NULL, NULL);
  uint64_t highest = 0;

  for (guint i = 0; i < 300000; i++)
    {
      guint jump = g_test_rand_int_range (0, 1000) == 0 ? 20000 : 40;
      uint64_t back = g_test_rand_int_range (0, g_test_rand_bit () ? 100 : 9000);
      uint64_t number = highest + g_test_rand_int_range (0, jump);
      gboolean expected;

      number = number > back ? number - back : 0;
      expected = !g_hash_table_contains (had, GUINT_TO_POINTER (number)) &&
                 (number >= highest || highest + 1 - number <= CHAT_REPLAY_WINDOW);
      g_assert_cmpint (chat_replay_add (replay, number), ==, expected);
      g_hash_table_add (had, GUINT_TO_POINTER (number));
      highest = MAX (highest, number);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/replay/table", test_table);
  g_test_add_func ("/chat/replay/random", test_random);

  return g_test_run ();
}
