/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-channel-util.h"
#include "test-shared-util.h"

#include <signal.h>
#include <unistd.h>

/* Sharing between processes, and what becomes of it when they die. */

#define N_PROCESSES 10
#define N_ROUNDS 100

/* Where a grandchild has a channel to the test itself. */
#define TEST_FD 5

static LyProcess *
start_self (LyShared   *shared,
            const char *mode,
            int         test_fd)
{
  const char *argv[] = { test_get_self_path (), mode, NULL };
  LyProcess *process = ly_process_new (mode, argv);
  g_autoptr (GError) error = NULL;

  if (shared != NULL)
    g_assert_true (ly_shared_give (shared, process, &error));
  g_assert_no_error (error);
  if (test_fd >= 0)
    ly_process_take_fd (process, test_fd, TEST_FD);
  g_assert_true (ly_process_start (process, &error));
  g_assert_no_error (error);

  return process;
}

/* --- What this program does as a child ------------------------------------ */

static LyShared *
inherit (void)
{
  g_autoptr (GError) error = NULL;
  LyShared *shared = ly_shared_inherit (&error);

  g_assert_no_error (error);

  return shared;
}

/* Changes everything, with the lock and without. */
static int
child_change (void)
{
  g_autoptr (LyShared) shared = inherit ();

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GVariant) value = NULL;

      g_assert_true (ly_shared_counter_add (shared, "rounds", 1, NULL, NULL));
      g_assert_true (ly_shared_list_append (shared, g_variant_new ("(iu)", getpid (), i), NULL));

      g_assert_true (ly_shared_lock (shared, TEST_PATIENCE, NULL, NULL));
      value = ly_shared_dict_get (shared, "sum", NULL);
      g_assert_true (ly_shared_dict_set (shared, "sum",
                                         g_variant_new_int32 (g_variant_get_int32 (value) + 1),
                                         NULL));
      g_assert_true (ly_shared_unlock (shared, NULL));
    }

  return 0;
}

/* Takes the lock, begins something, and never ends it. */
static int
child_hold (void)
{
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (NULL);
  g_autoptr (LyShared) shared = inherit ();

  g_assert_true (ly_shared_lock (shared, TEST_PATIENCE, NULL, NULL));
  g_assert_true (ly_shared_dict_set (shared, "half", g_variant_new_boolean (TRUE), NULL));
  g_assert_true (ly_channel_send (channel, g_variant_new ("()"), NULL));
  while (TRUE)
    pause ();

  return 0;
}

/* Sends whether what it got the lock of was left half done, if it gets it. */
static int
child_lock (void)
{
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (NULL);
  g_autoptr (LyShared) shared = inherit ();
  gboolean abandoned;

  g_assert_true (ly_channel_send (channel, g_variant_new ("()"), NULL));
  if (!ly_shared_lock (shared, TEST_PATIENCE, &abandoned, NULL))
    return 1;

  g_assert_true (ly_channel_send (channel, g_variant_new_boolean (abandoned), NULL));
  g_assert_true (ly_shared_unlock (shared, NULL));

  return 0;
}

/* Waits for the lock of what another process shares, and tells the test itself
 * how that ends, and what comes after it. */
static int
child_orphan (void)
{
  g_autoptr (LyChannel) channel = ly_channel_new (TEST_FD, 1000);
  g_autoptr (LyShared) shared = inherit ();

  g_assert_true (ly_channel_send (channel, g_variant_new_string ("here"), NULL));

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (ly_shared_lock (shared, -1, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      g_assert_true (ly_channel_send (channel, g_variant_new_string (error->message), NULL));
    }

  return 0;
}

/* Keeps the lock of what it shares with a child, until it is killed. */
static int
child_own (void)
{
  g_autoptr (LyShared) shared = ly_shared_new (1, TEST_SHARED_SIZE);
  g_autoptr (LyProcess) orphan = NULL;

  g_assert_true (ly_shared_lock (shared, -1, NULL, NULL));
  orphan = start_self (shared, "orphan", TEST_FD);
  while (TRUE)
    pause ();

  return 0;
}

static const struct { const char *mode; int (*func) (void); } modes[] = {
  { "change", child_change },
  { "hold", child_hold },
  { "lock", child_lock },
  { "orphan", child_orphan },
  { "own", child_own },
};

/* --- Tests ---------------------------------------------------------------- */

static void
receive_string (LyChannel  *channel,
                const char *expected)
{
  g_autoptr (GVariant) message = test_receive (channel);

  g_assert_cmpstr (g_variant_get_string (message, NULL), ==, expected);
}

static void
await_word (LyProcess *process)
{
  g_variant_unref (test_receive_from (process));
}

static gboolean
receive_boolean (LyProcess *process)
{
  g_autoptr (GVariant) message = test_receive_from (process);

  return g_variant_get_boolean (message);
}

static void
join (LyProcess *process)
{
  g_autofree char *end = NULL;

  g_assert_true (ly_process_join (process, TEST_PATIENCE));
  end = ly_process_describe_end (process);
  g_assert_cmpstr (end, ==, "exited with status 0");
  g_assert_finalize_object (process);
}

/* All was appended, by each process in its order. */
static void
assert_rounds (GVariant *list)
{
  g_autoptr (GHashTable) rounds = g_hash_table_new (NULL, NULL);

  g_assert_cmpuint (g_variant_n_children (list), ==, N_PROCESSES * N_ROUNDS);

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) item = NULL;
      guint round;
      int pid;

      g_variant_get_child (list, i, "v", &item);
      g_variant_get (item, "(iu)", &pid, &round);
      g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (rounds, GINT_TO_POINTER (pid))), ==,
                        round);
      g_hash_table_insert (rounds, GINT_TO_POINTER (pid), GUINT_TO_POINTER (round + 1));
    }

  g_assert_cmpuint (g_hash_table_size (rounds), ==, N_PROCESSES);
}

static void
test_ten_processes (void)
{
  LyShared *shared = ly_shared_new (N_PROCESSES, TEST_SHARED_SIZE);
  g_autoptr (GVariant) sum = NULL;
  g_autoptr (GVariant) list = NULL;
  LyProcess *processes[N_PROCESSES];
  gint64 n_rounds;

  g_assert_true (ly_shared_dict_set (shared, "sum", g_variant_new_int32 (0), NULL));
  for (guint i = 0; i < N_PROCESSES; i++)
    processes[i] = start_self (shared, "change", -1);
  for (guint i = 0; i < N_PROCESSES; i++)
    join (processes[i]);

  g_assert_true (ly_shared_counter_get (shared, "rounds", &n_rounds, NULL));
  g_assert_cmpint (n_rounds, ==, N_PROCESSES * N_ROUNDS);
  sum = ly_shared_dict_get (shared, "sum", NULL);
  g_assert_cmpint (g_variant_get_int32 (sum), ==, N_PROCESSES * N_ROUNDS);
  list = ly_shared_list_snapshot (shared, NULL);
  assert_rounds (list);

  g_assert_finalize_object (shared);
  test_assert_no_children ();
}

/* Whoever waits gets the lock of one that is killed, and hears of it, once. */
static void
test_killed_holder (void)
{
  LyShared *shared = ly_shared_new (2, TEST_SHARED_SIZE);
  LyProcess *holder = start_self (shared, "hold", -1);
  LyProcess *heir = NULL;
  gboolean abandoned = TRUE;

  await_word (holder);
  heir = start_self (shared, "lock", -1);
  await_word (heir);
  g_assert_false (ly_shared_lock (shared, TEST_MOMENT, NULL, NULL));
  g_assert_no_errno (kill (ly_process_get_pid (holder), SIGKILL));

  g_assert_true (receive_boolean (heir));
  g_assert_true (ly_shared_lock (shared, TEST_PATIENCE, &abandoned, NULL));
  g_assert_false (abandoned);
  g_assert_true (ly_shared_dict_contains (shared, "half", NULL));
  g_assert_true (ly_shared_unlock (shared, NULL));

  join (heir);
  g_assert_true (ly_process_join (holder, TEST_PATIENCE));
  g_assert_finalize_object (holder);
  g_assert_finalize_object (shared);
}

/* A method that waits goes on as well, and whoever locks next is still told. */
static void
test_killed_holder_unlocked (void)
{
  LyShared *shared = ly_shared_new (1, TEST_SHARED_SIZE);
  LyProcess *holder = start_self (shared, "hold", -1);
  gboolean abandoned = FALSE;

  await_word (holder);
  ly_process_kill (holder);
  g_assert_true (ly_shared_dict_contains (shared, "half", NULL));

  g_assert_true (ly_shared_lock (shared, 0, &abandoned, NULL));
  g_assert_true (abandoned);
  g_assert_true (ly_shared_unlock (shared, NULL));
  g_assert_true (ly_shared_lock (shared, 0, &abandoned, NULL));
  g_assert_false (abandoned);
  g_assert_true (ly_shared_unlock (shared, NULL));

  g_assert_finalize_object (holder);
  g_assert_finalize_object (shared);
}

/* One that is killed while it waits is not given the lock. */
static void
test_killed_waiter (void)
{
  LyShared *shared = ly_shared_new (2, TEST_SHARED_SIZE);
  LyProcess *holder = start_self (shared, "hold", -1);
  LyProcess *waiter = NULL;
  gboolean abandoned = FALSE;

  await_word (holder);
  waiter = start_self (shared, "lock", -1);
  await_word (waiter);
  g_assert_false (ly_shared_lock (shared, TEST_MOMENT, NULL, NULL));
  ly_process_kill (waiter);
  g_assert_true (ly_process_join (waiter, TEST_PATIENCE));
  ly_process_kill (holder);

  g_assert_true (ly_shared_lock (shared, TEST_PATIENCE, &abandoned, NULL));
  g_assert_true (abandoned);
  g_assert_true (ly_shared_unlock (shared, NULL));

  g_assert_finalize_object (waiter);
  g_assert_finalize_object (holder);
  g_assert_finalize_object (shared);
  test_assert_no_children ();
}

static void
test_killed_owner (void)
{
  LyChannel *ours = NULL;
  LyChannel *theirs = NULL;
  LyProcess *owner = NULL;

  g_assert_true (ly_channel_new_pair (1000, &ours, &theirs, NULL));
  owner = start_self (NULL, "own", ly_channel_steal_fd (theirs));
  receive_string (ours, "here");
  g_assert_no_errno (kill (ly_process_get_pid (owner), SIGKILL));
  receive_string (ours, "connection to the owner of the shared data was lost");
  receive_string (ours, "shared data is closed");

  /* And then it ends. */
  g_assert_null (ly_channel_receive (ours, NULL));
  g_assert_true (ly_process_join (owner, TEST_PATIENCE));
  g_assert_finalize_object (owner);
  g_assert_finalize_object (ours);
  g_assert_finalize_object (theirs);
}

/* The owner closes while a client holds the lock, and another waits for it. */
static void
test_closed_owner (void)
{
  LyShared *shared = ly_shared_new (2, TEST_SHARED_SIZE);
  LyProcess *holder = start_self (shared, "hold", -1);
  LyProcess *waiter = NULL;
  g_autoptr (GError) error = NULL;

  await_word (holder);
  waiter = start_self (shared, "lock", -1);
  await_word (waiter);
  ly_shared_close (shared);
  g_assert_null (ly_channel_receive (ly_process_get_channel (waiter), NULL));
  g_assert_true (ly_process_join (waiter, TEST_PATIENCE));

  g_assert_cmpint (ly_shared_connect (shared, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  g_assert_finalize_object (waiter);
  g_assert_finalize_object (holder);
  g_assert_finalize_object (shared);
}

static void
test_nothing_inherited (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;

      close (4);
      g_assert_null (ly_shared_inherit (&error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_leaks (void)
{
  guint n_before = test_count_fds ();

  for (guint i = 0; i < 20; i++)
    {
      LyShared *shared = ly_shared_new (2, TEST_SHARED_SIZE);
      LyProcess *process = start_self (shared, "hold", -1);
      LyProcess *never_started = ly_process_new ("never", (const char *[]) { "true", NULL });

      g_assert_true (ly_shared_give (shared, never_started, NULL));
      if (i % 2 == 0)
        await_word (process);
      if (i % 4 < 2)
        g_assert_finalize_object (shared);
      g_assert_finalize_object (process);
      g_assert_finalize_object (never_started);
      if (i % 4 >= 2)
        g_assert_finalize_object (shared);
    }

  test_assert_no_more_fds (n_before);
  test_assert_no_children ();
}

int
main (int   argc,
      char *argv[])
{
  for (guint i = 0; argc == 2 && i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (argv[1], modes[i].mode))
      {
        test_set_self_path (argv[0]);
        /* At once: while a leak checker looks at a child that is killed, GLib
         * believes it reaped. */
        _exit (modes[i].func ());
      }

  test_init (&argc, &argv);

  g_test_add_func ("/common/shared/ten-processes", test_ten_processes);
  g_test_add_func ("/common/shared/killed/holder", test_killed_holder);
  g_test_add_func ("/common/shared/killed/holder-unlocked", test_killed_holder_unlocked);
  g_test_add_func ("/common/shared/killed/waiter", test_killed_waiter);
  g_test_add_func ("/common/shared/killed/owner", test_killed_owner);
  g_test_add_func ("/common/shared/closed-owner", test_closed_owner);
  g_test_add_func ("/common/shared/nothing-inherited", test_nothing_inherited);
  g_test_add_func ("/common/shared/leaks", test_leaks);

  return g_test_run ();
}
