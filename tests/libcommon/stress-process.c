/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"
#include "test-shared-util.h"

#include <stdlib.h>
#include <unistd.h>

/* Processes, what they say to each other, and what they share. */

typedef struct
{
  LyChannel *channel;
  guint64    n_received;
} Listener;

static gpointer
listen_to_all (gpointer data)
{
  Listener *listener = data;
  guint64 next[TEST_LOAD_THREADS] = { 0 };
  GVariant *message;

  while ((message = ly_channel_receive (listener->channel, NULL)) != NULL)
    {
      guint32 number;
      guint64 count;

      g_variant_get (message, "(ut)", &number, &count);
      g_assert_cmpuint (count, ==, next[number]++);
      g_variant_unref (message);
      listener->n_received++;
    }

  return NULL;
}

static gpointer
load_channel (gpointer data)
{
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
    g_assert_true (ly_channel_send (load->object,
                                    g_variant_new ("(ut)", load->number, load->n_done), NULL));

  return NULL;
}

static void
stress_channel (void)
{
  LyChannel *channel = NULL;
  Listener listener = { NULL, 0 };
  GThread *thread;
  guint64 n_done;

  g_assert_true (ly_channel_new_pair (1000, &channel, &listener.channel, NULL));
  thread = g_thread_new ("listen", listen_to_all, &listener);
  n_done = test_load_run (channel, load_channel);
  g_assert_finalize_object (channel);
  g_thread_join (thread);
  g_assert_cmpuint (listener.n_received, ==, n_done);
  g_assert_finalize_object (listener.channel);
}

/* Starts processes and ends them in every way, at every moment. */
static gpointer
load_process (gpointer data)
{
  const char *argv[] = { test_get_self_path (), "greet", NULL };
  TestLoad *load = data;

  for (; g_get_monotonic_time () < load->deadline; load->n_done++)
    {
      g_autoptr (LyProcess) process = ly_process_new ("process", argv);
      g_autoptr (GError) error = NULL;

      g_assert_true (ly_process_start (process, &error));
      g_assert_no_error (error);
      if (load->n_done % 2 == 0)
        g_variant_unref (ly_channel_receive (ly_process_get_channel (process), NULL));

      switch (load->n_done % 4)
        {
        case 0:
          ly_process_terminate (process);
          break;
        case 1:
          ly_process_kill (process);
          break;
        case 2:
          g_assert_false (ly_process_join (process, 1000));
          continue;
        default:
          continue;
        }

      g_assert_true (ly_process_join (process, TEST_PATIENCE));
    }

  return NULL;
}

static void
stress_process (void)
{
  guint n_before = test_count_fds ();

  test_load_run (NULL, load_process);
  test_assert_no_children ();
  test_assert_no_more_fds (n_before);
}

/* --- Shared data ----------------------------------------------------------- */

/* Changes what is shared in every way, and each in such a manner that in the end
 * it can be told whether anything was lost. */
static void
change (LyShared *shared,
        guint64   n)
{
  g_autoptr (GVariant) value = NULL;

  g_assert_true (ly_shared_counter_add (shared, "all", 1, NULL, NULL));

  if (n % 4 == 0)
    {
      g_assert_true (ly_shared_lock (shared, TEST_PATIENCE, NULL, NULL));
      value = ly_shared_dict_get (shared, "quarter", NULL);
      g_assert_true (ly_shared_dict_set (shared, "quarter",
                                         g_variant_new_uint64 (g_variant_get_uint64 (value) + 1),
                                         NULL));
      g_assert_true (ly_shared_unlock (shared, NULL));
    }
  else if (n % 4 == 2)
    {
      g_assert_true (ly_shared_list_append (shared, g_variant_new_uint64 (n), NULL));
      value = ly_shared_list_pop (shared, 0, NULL);
      g_assert_nonnull (value);
    }
}

/* The program as one of those who share, until the time that it is told. */
static int
share (const char *deadline)
{
  gint64 end = g_ascii_strtoll (deadline, NULL, 10);
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (NULL);
  g_autoptr (LyShared) shared = ly_shared_inherit (NULL);
  guint64 n;

  /* A whole number of rounds, for the quarters to come out even. */
  for (n = 0; n % 4 != 0 || g_get_monotonic_time () < end; n++)
    change (shared, n);

  g_assert_true (ly_channel_send (channel, g_variant_new_uint64 (n), NULL));

  return 0;
}

static void
stress_shared (void)
{
  g_autofree char *deadline = g_strdup_printf ("%" G_GINT64_FORMAT,
                                               g_get_monotonic_time () + TEST_LOAD_DURATION);
  const char *argv[] = { test_get_self_path (), "share", deadline, NULL };
  LyShared *shared = ly_shared_new (TEST_LOAD_THREADS, TEST_SHARED_SIZE);
  g_autoptr (GVariant) quarter = NULL;
  LyProcess *processes[TEST_LOAD_THREADS];
  guint64 n_done = 0;
  guint64 length;
  gint64 n_all;

  g_assert_true (ly_shared_dict_set (shared, "quarter", g_variant_new_uint64 (0), NULL));

  for (guint i = 0; i < TEST_LOAD_THREADS; i++)
    {
      processes[i] = ly_process_new ("share", argv);
      g_assert_true (ly_shared_give (shared, processes[i], NULL));
      g_assert_true (ly_process_start (processes[i], NULL));
    }

  for (guint i = 0; i < TEST_LOAD_THREADS; i++)
    {
      g_autoptr (GVariant) n = ly_channel_receive (ly_process_get_channel (processes[i]), NULL);

      n_done += g_variant_get_uint64 (n);
      g_assert_true (ly_process_join (processes[i], TEST_PATIENCE));
      g_assert_finalize_object (processes[i]);
    }

  g_test_message ("%" G_GUINT64_FORMAT " rounds", n_done);
  g_assert_true (ly_shared_counter_get (shared, "all", &n_all, NULL));
  g_assert_cmpint (n_all, ==, (gint64) n_done);
  quarter = ly_shared_dict_get (shared, "quarter", NULL);
  g_assert_cmpuint (g_variant_get_uint64 (quarter), ==, n_done / 4);
  g_assert_true (ly_shared_list_get_length (shared, &length, NULL));
  g_assert_cmpuint (length, ==, 0);
  g_assert_finalize_object (shared);
  test_assert_no_children ();
}

/* Says something, and waits for its end. */
static int
greet (void)
{
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (NULL);

  g_assert_true (ly_channel_send (channel, g_variant_new ("()"), NULL));
  g_assert_null (ly_channel_receive (channel, NULL));

  return 0;
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 2 && g_str_equal (argv[1], "greet"))
    return greet ();
  if (argc == 3 && g_str_equal (argv[1], "share"))
    return share (argv[2]);

  test_init (&argc, &argv);

  g_test_add_func ("/common/stress/channel", stress_channel);
  g_test_add_func ("/common/stress/process", stress_process);
  g_test_add_func ("/common/stress/shared", stress_shared);

  return g_test_run ();
}
