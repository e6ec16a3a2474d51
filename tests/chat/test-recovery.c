/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-acks.h"
#include "chat-congestion.h"
#include "chat-recovery.h"

#define MS G_TIME_SPAN_MILLISECOND

static void
note (const ChatSent *sent,
      gint64          now,
      gpointer        user_data)
{
  g_array_append_val ((GArray *) user_data, sent->number);
}

static ChatFrameAck
make_ack (guint64 start,
          guint64 end)
{
  return (ChatFrameAck) { .n_ranges = 1, .ranges = { { start, end } } };
}

static guint64
get_number (GArray *array,
            guint   index)
{
  return g_array_index (array, guint64, index);
}

/* RFC 9002, 6.1.1: three later ones have arrived. */
static void
test_recovery_reordering (void)
{
  g_autoptr (GArray) acked = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (guint64));
  ChatFrameAck ack = make_ack (2, 4);
  ChatRecovery recovery;

  chat_recovery_init (&recovery);
  for (guint64 number = 0; number < 5; number++)
    chat_recovery_sent (&recovery, number, 0);

  chat_recovery_read_ack (&recovery, &ack, 10 * MS, note, acked);
  chat_recovery_detect (&recovery, 10 * MS, note, lost);
  g_assert_cmpuint (acked->len, ==, 2);
  g_assert_cmpuint (lost->len, ==, 1);
  g_assert_cmpuint (get_number (lost, 0), ==, 0);
  g_assert_cmpuint (recovery.n_lost, ==, 1);

  /* 1 is two behind: 9/8 of the round trip is its limit. 4 is not behind at all. */
  g_assert_cmpint (recovery.rtt.smoothed, ==, 10 * MS);
  g_assert_cmpint (chat_recovery_get_timeout (&recovery), ==, 11250);
  chat_recovery_detect (&recovery, 11250, note, lost);
  g_assert_cmpuint (lost->len, ==, 2);
  g_assert_cmpuint (get_number (lost, 1), ==, 1);

  /* What is said again, or too late, changes nothing. */
  ack = make_ack (0, 4);
  chat_recovery_read_ack (&recovery, &ack, 12 * MS, note, acked);
  g_assert_cmpuint (acked->len, ==, 2);
  g_assert_cmpint (recovery.rtt.smoothed, ==, 10 * MS);
  chat_recovery_clear (&recovery);
}

/* PTO = srtt + max (4 rttvar, 1 ms) + 10 ms, twice as long each time, up to 2 s. */
static void
test_recovery_probe (void)
{
  g_autoptr (GArray) acked = g_array_new (FALSE, FALSE, sizeof (guint64));
  ChatFrameAck ack = make_ack (0, 1);
  ChatRecovery recovery;

  chat_recovery_init (&recovery);
  g_assert_cmpint (chat_recovery_get_timeout (&recovery), ==, -1);

  chat_recovery_sent (&recovery, 0, 0);
  g_assert_cmpint (chat_recovery_get_timeout (&recovery), ==, 333 * MS + 2 * 333 * MS + 10 * MS);

  chat_recovery_read_ack (&recovery, &ack, 8 * MS, note, acked);
  g_assert_cmpint (chat_recovery_get_timeout (&recovery), ==, -1);

  chat_recovery_sent (&recovery, 1, 100 * MS);
  g_assert_cmpint (chat_recovery_get_probe (&recovery), ==, (100 + 8 + 16 + 10) * MS);
  recovery.n_timeouts = 2;
  g_assert_cmpint (chat_recovery_get_probe (&recovery), ==, (100 + 4 * 34) * MS);
  recovery.n_timeouts = 60;
  g_assert_cmpint (chat_recovery_get_probe (&recovery), ==, 2100 * MS);

  ack = make_ack (1, 2);
  chat_recovery_read_ack (&recovery, &ack, 200 * MS, note, acked);
  g_assert_cmpuint (recovery.n_timeouts, ==, 0);
  chat_recovery_clear (&recovery);
}

/* RFC 9002, 5.3: what the peer waited does not count, if it can be believed. */
static void
test_rtt_delay (void)
{
  ChatRtt rtt;

  chat_rtt_init (&rtt, 0);
  chat_rtt_sample (&rtt, 20 * MS, 5 * MS);
  g_assert_cmpint (rtt.smoothed, ==, 20 * MS);
  g_assert_cmpint (rtt.variation, ==, 10 * MS);

  chat_rtt_sample (&rtt, 36 * MS, 8 * MS);
  g_assert_cmpint (rtt.smoothed, ==, 21 * MS);
  g_assert_cmpint (rtt.variation, ==, 9500);

  /* An hour is not believed, and neither is less than the least that was seen. */
  chat_rtt_sample (&rtt, 21 * MS, G_TIME_SPAN_HOUR);
  g_assert_cmpint (rtt.smoothed, ==, 21 * MS);
  g_assert_cmpint (rtt.smallest, ==, 20 * MS);
}

static void
test_congestion_window (void)
{
  ChatCongestion congestion;
  gsize window;

  chat_congestion_init (&congestion);
  g_assert_cmpuint (congestion.window, ==, 12000);

  for (guint i = 0; i < 10; i++)
    {
      g_assert_true (chat_congestion_may_send (&congestion, 1200));
      chat_congestion_sent (&congestion, 1200);
    }
  g_assert_false (chat_congestion_may_send (&congestion, 1));

  /* Slow start doubles it in a round trip, while it is made use of. */
  for (guint i = 0; i < 4; i++)
    chat_congestion_acked (&congestion, 1200, 0);
  g_assert_cmpuint (congestion.window, ==, 12000 + 4 * 1200);

  /* All losses of one round trip halve it once. */
  window = congestion.window;
  chat_congestion_lost (&congestion, 1200, 1, 10);
  chat_congestion_lost (&congestion, 1200, 2, 10);
  g_assert_cmpuint (congestion.window, ==, window / 2);
  chat_congestion_lost (&congestion, 1200, 11, 20);
  g_assert_cmpuint (congestion.window, ==, 4800);
  g_assert_cmpuint (congestion.in_flight, ==, 3 * 1200);

  /* From here on it grows by one unit in a round trip. */
  chat_congestion_sent (&congestion, 1200);
  for (guint i = 0; i < 4; i++)
    {
      chat_congestion_acked (&congestion, 1200, 30);
      chat_congestion_sent (&congestion, 1200);
    }
  g_assert_cmpuint (congestion.window, >, 5700);
  g_assert_cmpuint (congestion.window, <=, 6000);

  chat_congestion_collapse (&congestion);
  g_assert_cmpuint (congestion.window, ==, 4800);
}

static void
test_acks_when (void)
{
  guint8 bytes[256];
  ChatFrameWriter writer = { bytes, sizeof bytes, 0 };
  ChatAcks acks;

  chat_acks_init (&acks);
  chat_acks_arrived (&acks, 0, FALSE, 0);
  g_assert_cmpint (acks.deadline, ==, -1);
  g_assert_false (chat_acks_write (&acks, &writer, 0));

  /* One may wait, the second may not, and neither may one after a gap. */
  chat_acks_arrived (&acks, 1, TRUE, 1 * MS);
  g_assert_cmpint (acks.deadline, ==, 11 * MS);
  chat_acks_arrived (&acks, 2, TRUE, 2 * MS);
  g_assert_cmpint (acks.deadline, ==, 2 * MS);
  g_assert_true (chat_acks_write (&acks, &writer, 2 * MS));
  g_assert_cmpint (acks.deadline, ==, -1);

  chat_acks_arrived (&acks, 4, TRUE, 3 * MS);
  g_assert_cmpint (acks.deadline, ==, 3 * MS);
  g_assert_cmpuint (chat_ranges_get_length (&acks.numbers), ==, 2);

  /* What the peer knows is not said again, but for the highest. */
  chat_acks_known (&acks, 4);
  g_assert_cmpuint (chat_ranges_get_length (&acks.numbers), ==, 1);
  g_assert_cmpuint (chat_ranges_get (&acks.numbers, 0)->start, ==, 4);

  /* Gaps take no more memory than can be said. */
  for (guint64 number = 6; number < 10000; number += 2)
    chat_acks_arrived (&acks, number, TRUE, 4 * MS);
  g_assert_cmpuint (chat_ranges_get_length (&acks.numbers), ==, CHAT_FRAME_ACK_RANGES_MAX);
  g_assert_true (chat_acks_write (&acks, &writer, 4 * MS));
  chat_acks_clear (&acks);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/recovery/reordering", test_recovery_reordering);
  g_test_add_func ("/chat/recovery/probe", test_recovery_probe);
  g_test_add_func ("/chat/rtt/delay", test_rtt_delay);
  g_test_add_func ("/chat/congestion/window", test_congestion_window);
  g_test_add_func ("/chat/acks/when", test_acks_when);

  return g_test_run ();
}
