/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-channel-util.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- What this program does as a child ------------------------------------ */

static LyChannel *
inherit (void)
{
  g_autoptr (GError) error = NULL;
  LyChannel *channel = ly_process_inherit_channel (&error);

  g_assert_no_error (error);

  return channel;
}

/* Sends back what it gets, until there is no more. */
static int
child_echo (void)
{
  g_autoptr (LyChannel) channel = inherit ();
  GVariant *message;

  while ((message = ly_channel_receive (channel, NULL)) != NULL)
    {
      ly_channel_send (channel, message, NULL);
      g_variant_unref (message);
    }

  return 0;
}

/* Exits with the status it is sent. */
static int
child_exit (void)
{
  g_autoptr (LyChannel) channel = inherit ();
  g_autoptr (GVariant) message = ly_channel_receive (channel, NULL);

  return message != NULL ? g_variant_get_int32 (message) : 99;
}

/* Says hello and then never looks at its channel again. */
static int
child_linger (void)
{
  g_autoptr (LyChannel) channel = inherit ();

  ly_channel_send (channel, g_variant_new_string ("hello"), NULL);
  while (TRUE)
    pause ();

  return 0;
}

/* Sends what it finds on its standard input and how many descriptors it has. */
static int
child_look (void)
{
  g_autoptr (LyChannel) channel = inherit ();
  int c = getchar ();

  printf ("not ok 1 this must not be seen\n");
  fflush (stdout);
  ly_channel_send (channel, g_variant_new ("(iu)", c, test_count_fds ()), NULL);

  return 0;
}

static LyProcess *
start_self (const char *mode)
{
  const char *argv[] = { test_get_self_path (), mode, NULL };
  LyProcess *process = ly_process_new (mode, argv);
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_process_start (process, &error));
  g_assert_no_error (error);

  return process;
}

/* Has a child of its own, whose pid it sends, and waits to be killed. */
static int
nest (const char *mode)
{
  g_autoptr (LyChannel) channel = inherit ();
  g_autoptr (LyProcess) process = start_self (mode);
  GVariant *hello = g_variant_new_string ("hello");

  ly_channel_send (ly_process_get_channel (process), hello, NULL);
  g_variant_unref (test_receive_from (process));
  ly_channel_send (channel, g_variant_new_int32 (ly_process_get_pid (process)), NULL);
  while (TRUE)
    pause ();

  return 0;
}

static int
child_nest_echo (void)
{
  return nest ("echo");
}

static int
child_nest_linger (void)
{
  return nest ("linger");
}

static const struct { const char *mode; int (*func) (void); } modes[] = {
  { "echo", child_echo },
  { "exit", child_exit },
  { "linger", child_linger },
  { "look", child_look },
  { "nest-echo", child_nest_echo },
  { "nest-linger", child_nest_linger },
};

/* --- Tests ---------------------------------------------------------------- */

static void
send_to (LyProcess *process,
         GVariant  *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_send (ly_process_get_channel (process), message, &error));
  g_assert_no_error (error);
}

static void
assert_end (LyProcess  *process,
            const char *expected)
{
  g_autofree char *end = ly_process_describe_end (process);

  g_assert_cmpstr (end, ==, expected);
}

static void
test_life (void)
{
  LyProcess *process = start_self ("echo");
  g_autoptr (GVariant) message = NULL;
  int pid = ly_process_get_pid (process);

  g_assert_cmpstr (ly_process_get_name (process), ==, "echo");
  g_assert_cmpint (pid, >, 1);
  g_assert_no_errno (kill (pid, 0));
  g_assert_true (ly_process_is_alive (process));
  assert_end (process, "is still running");

  send_to (process, g_variant_new_string ("Hallo"));
  message = test_receive_from (process);
  g_assert_cmpstr (g_variant_get_string (message, NULL), ==, "Hallo");

  ly_process_kill (process);
  g_assert_true (ly_process_join (process, -1));
  g_assert_true (ly_process_join (process, 0));
  g_assert_false (ly_process_is_alive (process));
  g_assert_cmpint (ly_process_get_pid (process), ==, pid);
  test_assert_no_children ();

  /* Too late, and harmless. */
  ly_process_kill (process);
  ly_process_terminate (process);
  g_assert_finalize_object (process);
}

static void
test_not_started (void)
{
  const char *argv[] = { "true", NULL };
  LyProcess *process = ly_process_new ("nobody", argv);

  g_assert_cmpint (ly_process_get_pid (process), ==, 0);
  g_assert_null (ly_process_get_channel (process));
  g_assert_false (ly_process_is_alive (process));
  g_assert_true (ly_process_join (process, -1));
  assert_end (process, "was not started");
  ly_process_kill (process);
  ly_process_terminate (process);
  g_assert_finalize_object (process);
}

static void
test_join (void)
{
  LyProcess *process = start_self ("exit");
  gint64 begin = g_get_monotonic_time ();

  g_assert_false (ly_process_join (process, TEST_MOMENT));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);
  g_assert_false (ly_process_join (process, 0));
  g_assert_false (ly_process_join (process, 1));
  g_assert_true (ly_process_is_alive (process));

  send_to (process, g_variant_new_int32 (0));
  g_assert_true (ly_process_join (process, G_MAXINT64));
  g_assert_false (ly_process_is_alive (process));
  test_assert_no_children ();
  g_assert_finalize_object (process);
}

static gboolean
never (gpointer user_data)
{
  g_assert_not_reached ();
}

/* Joining does not run what else waits on the main context. */
static void
test_join_alone (void)
{
  LyProcess *process = start_self ("exit");
  guint source = g_idle_add_full (G_PRIORITY_HIGH, never, NULL, NULL);

  send_to (process, g_variant_new_int32 (0));
  g_assert_true (ly_process_join (process, TEST_PATIENCE));
  g_source_remove (source);
  g_assert_finalize_object (process);
}

static void
test_ends (void)
{
  const struct { int status; const char *text; } exits[] = {
    { 0, "exited with status 0" },
    { 1, "exited with status 1" },
    { 255, "exited with status 255" },
  };
  const struct { int signal; const char *text; } kills[] = {
    { SIGKILL, "was killed by signal 9 (Killed)" },
    { SIGTERM, "was killed by signal 15 (Terminated)" },
    { SIGUSR1, "was killed by signal 10 (User defined signal 1)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (exits); i++)
    {
      LyProcess *process = start_self ("exit");

      send_to (process, g_variant_new_int32 (exits[i].status));
      g_assert_true (ly_process_join (process, TEST_PATIENCE));
      assert_end (process, exits[i].text);
      g_assert_finalize_object (process);
    }

  for (guint i = 0; i < G_N_ELEMENTS (kills); i++)
    {
      LyProcess *process = start_self ("linger");

      g_variant_unref (test_receive_from (process));
      g_assert_no_errno (kill (ly_process_get_pid (process), kills[i].signal));
      g_assert_true (ly_process_join (process, TEST_PATIENCE));
      assert_end (process, kills[i].text);
      g_assert_finalize_object (process);
    }
}

static void
test_terminate (void)
{
  LyProcess *process = start_self ("linger");

  g_variant_unref (test_receive_from (process));
  ly_process_terminate (process);
  g_assert_true (ly_process_join (process, TEST_PATIENCE));
  assert_end (process, "was killed by signal 15 (Terminated)");
  g_assert_finalize_object (process);
}

/* Even one that is stopped can be killed. */
static void
test_kill (void)
{
  LyProcess *process = start_self ("linger");

  g_variant_unref (test_receive_from (process));
  g_assert_no_errno (kill (ly_process_get_pid (process), SIGSTOP));
  ly_process_kill (process);
  g_assert_true (ly_process_join (process, TEST_PATIENCE));
  assert_end (process, "was killed by signal 9 (Killed)");
  g_assert_finalize_object (process);
}

static void
test_dropped (void)
{
  LyProcess *process = start_self ("linger");
  int pid = ly_process_get_pid (process);

  g_assert_finalize_object (process);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
  test_assert_no_children ();
}

static void
test_missing_program (void)
{
  const char *argv[] = { "/nonexistent/program", NULL };
  LyProcess *process = ly_process_new ("worker 7", argv);
  guint n_before = test_count_fds ();

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (ly_process_start (process, &error));
      g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
      g_assert_cmpstr (error->message, ==,
                       "starting worker 7: Failed to execute child process "
                       "“/nonexistent/program” (No such file or directory)");
      g_assert_false (ly_process_is_alive (process));
    }

  assert_end (process, "was not started");
  test_assert_no_more_fds (n_before);
  test_assert_no_children ();
  g_assert_finalize_object (process);
}

static void
test_leaks (void)
{
  guint n_before = test_count_fds ();

  for (guint i = 0; i < 40; i++)
    {
      LyProcess *process = start_self ("exit");

      send_to (process, g_variant_new_int32 (0));
      if (i % 2 == 0)
        g_assert_true (ly_process_join (process, TEST_PATIENCE));
      g_assert_finalize_object (process);
      test_assert_no_children ();
    }

  test_assert_no_more_fds (n_before);
}

static void
look (void)
{
  g_autoptr (LyProcess) process = start_self ("look");
  g_autoptr (GVariant) message = test_receive_from (process);
  int c;
  guint n_fds;

  g_variant_get (message, "(iu)", &c, &n_fds);
  g_assert_cmpint (c, ==, EOF);
  /* Three, the channel, and the one that counts them. */
  g_assert_cmpuint (n_fds, ==, 5);
  g_assert_true (ly_process_join (process, TEST_PATIENCE));
}

static gpointer
look_often (gpointer data)
{
  for (guint i = 0; i < 8; i++)
    look ();

  return NULL;
}

/* A child has its own channel and nothing of its siblings. */
static void
test_inherits_nothing (void)
{
  GThread *threads[4];

  look ();

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("look", look_often, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  test_assert_no_children ();
}

/* The descriptors of a channel may be those that the child gets. */
static void
test_few_descriptors (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  for (int fd = 3; fd < 20; fd++)
    close (fd);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (LyProcess) process = start_self ("echo");
      g_autoptr (GVariant) message = NULL;

      send_to (process, g_variant_new_uint32 (i));
      message = test_receive_from (process);
      g_assert_cmpuint (g_variant_get_uint32 (message), ==, i);
    }
}

static void
assert_grandchild_dies (const char *mode)
{
  LyProcess *process = start_self (mode);
  g_autoptr (GVariant) message = test_receive_from (process);
  int pid = g_variant_get_int32 (message);

  g_assert_no_errno (kill (pid, 0));
  g_assert_no_errno (kill (ly_process_get_pid (process), SIGKILL));
  g_assert_true (ly_process_join (process, TEST_PATIENCE));
  test_await_gone (pid);
  g_assert_finalize_object (process);
}

static void
test_dies_with_parent (void)
{
  assert_grandchild_dies ("nest-echo");
}

/* Where the system helps, also one that is deaf to its channel. */
static void
test_dies_with_parent_deaf (void)
{
#if LY_PORTABLE
  g_test_skip ("the portable build has to notice that the channel is closed");
#else
  assert_grandchild_dies ("nest-linger");
#endif
}

static void
test_nothing_inherited (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *text = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, test_get_self_path (),
                              "worker", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &text, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 2);
  g_assert_cmpstr (text, ==,
                   "no channel was inherited: this program is started by Lanyard itself\n");
}

static void
test_self_path (void)
{
  g_autofree char *path = ly_process_dup_self_path (test_get_self_path ());
  g_autofree char *base = g_path_get_basename (path);

  g_assert_true (g_path_is_absolute (path));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE));
  g_assert_cmpstr (base, ==, "test-process");
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

  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  g_test_add_func ("/common/process/life", test_life);
  g_test_add_func ("/common/process/not-started", test_not_started);
  g_test_add_func ("/common/process/join", test_join);
  g_test_add_func ("/common/process/join-alone", test_join_alone);
  g_test_add_func ("/common/process/ends", test_ends);
  g_test_add_func ("/common/process/terminate", test_terminate);
  g_test_add_func ("/common/process/kill", test_kill);
  g_test_add_func ("/common/process/dropped", test_dropped);
  g_test_add_func ("/common/process/missing-program", test_missing_program);
  g_test_add_func ("/common/process/leaks", test_leaks);
  g_test_add_func ("/common/process/inherits-nothing", test_inherits_nothing);
  g_test_add_func ("/common/process/few-descriptors", test_few_descriptors);
  g_test_add_func ("/common/process/dies-with-parent/deaf", test_dies_with_parent_deaf);
  g_test_add_func ("/common/process/dies-with-parent/listening", test_dies_with_parent);
  g_test_add_func ("/common/process/nothing-inherited", test_nothing_inherited);
  g_test_add_func ("/common/process/self-path", test_self_path);

  return g_test_run ();
}
