/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-link-util.h"

#include <string.h>

#define N_MESSAGES 10000
#define N_KILLS    10

/* Mostly short, now and then a page, rarely a book; no two alike. */
static GBytes *
make_text (guint   side,
           guint64 sequence)
{
  gsize size = sequence * 7919 % 120;
  char *text;
  char name[32];

  if (sequence % 1000 == 0)
    size = 60000;
  else if (sequence % 50 == 0)
    size = 5000;

  text = g_malloc (size + 1);
  memset (text, 'a' + (int) (sequence % 26), size);
  g_snprintf (name, sizeof name, "%u/%" G_GUINT64_FORMAT " ", side, sequence);
  memcpy (text, name, MIN (size, strlen (name)));

  return g_bytes_new_take (text, size);
}

static WireSettings
get_hostile (guint percent,
             guint seed)
{
  return (WireSettings) {
    .seed = seed,
    .drop = percent / 100.0,
    .repeat = percent / 100.0,
    .delay_more = percent / 100.0,
    .delay = 1 * MS,
    .jitter = 10 * MS,
    .store_delay = 2 * MS,
  };
}

static void
run_hostile (const WireSettings *settings)
{
  g_autoptr (Wire) wire = wire_new (settings, make_text);
  ChatLinkInfo info;

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      wire_queue (wire, 0);
      wire_queue (wire, 1);
    }

  g_assert_true (wire_run_until_stored (wire, N_MESSAGES, N_MESSAGES, 600 * G_TIME_SPAN_SECOND));

  chat_link_get_info (wire_get_link (wire, 0), &info);
  g_test_message ("%.2f s, %" G_GUINT64_FORMAT " payloads, %" G_GUINT64_FORMAT " lost, rtt %.1f ms",
                  wire_get_time (wire) / 1e6, info.n_written, info.n_lost, info.rtt / 1e3);
}

/* Ten times, at any time, one side or the other ends and begins again. */
static void
run_killed (const WireSettings *settings)
{
  g_autoptr (Wire) wire = wire_new (settings, make_text);
  g_autoptr (GRand) rand = g_rand_new_with_seed (settings->seed);
  guint n_kills = 0;

  for (guint i = 1; i <= N_MESSAGES; i++)
    {
      wire_queue (wire, 0);
      wire_queue (wire, 1);
      wire_run_until (wire, wire_get_time (wire) + 200);

      if (i % (N_MESSAGES / N_KILLS) == 0)
        {
          wire_run_until (wire, wire_get_time (wire) + g_rand_int_range (rand, 0, 50) * MS);
          wire_kill (wire, g_rand_int_range (rand, 0, 2));
          n_kills++;
        }
    }

  g_assert_cmpuint (n_kills, ==, N_KILLS);
  g_assert_true (wire_run_until_stored (wire, N_MESSAGES, N_MESSAGES, 600 * G_TIME_SPAN_SECOND));
}

/* Both at once: neither knows anything of the way any more. */
static void
run_both_killed (const WireSettings *settings)
{
  g_autoptr (Wire) wire = wire_new (settings, make_text);

  for (guint i = 0; i < 1000; i++)
    {
      wire_queue (wire, 0);
      wire_queue (wire, 1);
    }

  for (guint i = 0; i < N_KILLS; i++)
    {
      wire_run_until (wire, wire_get_time (wire) + 30 * MS);
      wire_kill (wire, 0);
      wire_kill (wire, 1);
    }

  g_assert_true (wire_run_until_stored (wire, 1000, 1000, 600 * G_TIME_SPAN_SECOND));
}

typedef struct
{
  guint  percent;
  void (*run) (const WireSettings *settings);
} Storm;

/* One seed each time, many when there is time. */
static void
test_storm (gconstpointer data)
{
  const Storm *storm = data;

  for (guint seed = 1; seed <= (g_test_slow () ? 50 : 1); seed++)
    {
      WireSettings settings = get_hostile (storm->percent, seed);

      g_test_message ("seed %u", seed);
      storm->run (&settings);

      settings.size = CHAT_PAYLOAD_SIZE_MIN;
      settings.jitter *= 5;
      storm->run (&settings);
    }
}

static void
add_storm (const char *name,
           guint       percent,
           void      (*run) (const WireSettings *settings))
{
  g_autofree char *path = g_strdup_printf ("/chat/link/%s/%u", name, percent);
  Storm *storm = g_new0 (Storm, 1);

  storm->percent = percent;
  storm->run = run;
  g_test_add_data_func_full (path, storm, test_storm, g_free);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

/* 10 % lost each way, 1 ms of delay. */
static void
test_latency (void)
{
  WireSettings settings = { .seed = 4, .drop = 0.1, .delay = 1 * MS, .keep_times = TRUE };
  g_autoptr (Wire) wire = wire_new (&settings, make_text);
  GArray *times = wire_get_times (wire, 0);
  gint64 median;
  gint64 p99;

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      wire_queue (wire, 0);
      wire_run_until (wire, wire_get_time (wire) + 20 * MS);
    }

  g_assert_true (wire_run_until_stored (wire, 0, N_MESSAGES, G_TIME_SPAN_HOUR));
  g_array_sort (times, compare_times);
  median = g_array_index (times, gint64, N_MESSAGES / 2);
  p99 = g_array_index (times, gint64, N_MESSAGES * 99 / 100);

  g_test_message ("median %.1f ms, p99 %.1f ms", median / 1e3, p99 / 1e3);
  g_assert_cmpint (median, <=, 4 * MS);
  g_assert_cmpint (p99, <, 200 * MS);
}

static GBytes *
make_small_text (guint   side,
                 guint64 sequence)
{
  char text[101];

  g_snprintf (text, sizeof text, "%u %0*" G_GUINT64_FORMAT, side, 98, sequence);

  return g_bytes_new (text, 100);
}

/* How many small texts a core carries through two links, there and acknowledged. */
static void
test_rate (void)
{
  WireSettings settings = { .seed = 1, .delay = 50 };
  g_autoptr (Wire) wire = wire_new (&settings, make_small_text);
  guint n_messages = g_test_perf () ? 500000 : 50000;
  double seconds;

  g_test_timer_start ();
  for (guint i = 0; i < n_messages; i++)
    wire_queue (wire, 0);

  g_assert_true (wire_run_until_stored (wire, 0, n_messages, G_TIME_SPAN_HOUR));

  seconds = g_test_timer_elapsed ();
  g_test_maximized_result (n_messages / seconds, "%.0f texts/s", n_messages / seconds);
}

int
main (int   argc,
      char *argv[])
{
  static const guint percents[] = { 0, 5, 10, 20, 30 };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (percents); i++)
    {
      add_storm ("hostile", percents[i], run_hostile);
      add_storm ("killed", percents[i], run_killed);
      add_storm ("both-killed", percents[i], run_both_killed);
    }

  g_test_add_func ("/chat/link/latency", test_latency);
  g_test_add_func ("/chat/link/rate", test_rate);

  return g_test_run ();
}
