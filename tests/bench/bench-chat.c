/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-chat.h"
#include "bench-util.h"

#include <sodium.h>
#include <string.h>

/* The chat as a whole, on the loopback interface: what a wire, a disk and two
 * processors allow is shared by all that is measured. */

#define N_RUNS 5

#define MEDIAN 0.5
#define P99    0.99

static void
run_bulk (void)
{
  static const guint sizes[] = { 64 * 1024, 1024 * 1024 };
  const BenchCase cases[] = {
    { .name = "messages of 64 KiB", .unit = "Gbit/s", .measure = bench_chat_bulk,
      .data = &sizes[0], .rival = "two threads, sealed", .measure_rival = bench_chat_ceiling,
      .ratio_goal = 0.8 },
    { .name = "messages of 1 MiB", .unit = "Gbit/s", .measure = bench_chat_bulk,
      .data = &sizes[1], .rival = "two threads, sealed", .measure_rival = bench_chat_ceiling,
      .ratio_goal = 0.8 },
  };

  bench_run ("Bulk, from node to node", cases, G_N_ELEMENTS (cases), N_RUNS);
}

static void
run_texts (void)
{
  static const guint one = 1;
  static const guint many = 500;
  const BenchCase cases[] = {
    { .name = "stored and acknowledged", .unit = "/s", .measure = bench_chat_texts, .data = &many,
      .goal = 20000 },
    { .name = "each sent by itself", .unit = "/s", .measure = bench_chat_texts, .data = &one },
  };

  bench_run ("Texts of 100 bytes, from program to program", cases, G_N_ELEMENTS (cases), N_RUNS);
}

static void
run_latency (void)
{
  static const BenchLatency median = { .percentile = MEDIAN, .n_messages = 500 };
  static const BenchLatency p99 = { .percentile = P99, .n_messages = 500 };
  static const BenchLatency lossy = { .percentile = P99, .loss = 0.1, .delay = 1,
                                      .n_messages = 300 };
  const BenchCase cases[] = {
    { .name = "median", .unit = "ms", .less = TRUE, .measure = bench_chat_latency,
      .data = &median, .goal = 2 },
    { .name = "p99", .unit = "ms", .less = TRUE, .measure = bench_chat_latency, .data = &p99,
      .goal = 15 },
    { .name = "p99 at 10 % loss each way, 1 ms", .unit = "ms", .less = TRUE,
      .measure = bench_chat_latency, .data = &lossy, .goal = 200 },
  };

  bench_run ("From sent to delivered", cases, G_N_ELEMENTS (cases), N_RUNS);
}

/* Without arguments all parts, else those that are named. */
int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (void);
  } parts[] = { { "bulk", run_bulk }, { "texts", run_texts }, { "latency", run_latency } };

  if (sodium_init () < 0)
    return 1;

  if (argc == 3 && g_str_equal (argv[1], "--peer"))
    return bench_chat_peer (argv[2]);

  bench_chat_set_program (argv[0]);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (argc == 1 || g_strv_contains ((const char *const *) argv + 1, parts[i].name))
      parts[i].run ();

  return 0;
}
