/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include "../await.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self_path;

void
test_init (int    *argc,
           char ***argv)
{
  test_set_self_path ((*argv)[0]);
  g_test_init (argc, argv, NULL);
}

/* For a program that is not started as a test. */
void
test_set_self_path (const char *argv0)
{
  g_free (self_path);
  self_path = ly_process_dup_self_path (argv0);
  g_assert_nonnull (self_path);
}

const char *
test_get_self_path (void)
{
  return self_path;
}

/* A process executor whose workers are this program. */
LyExecutor *
test_new_processes (guint n_workers,
                    guint capacity)
{
  const char *worker_argv[] = { self_path, "worker", NULL };

  return ly_process_executor_new (n_workers, capacity, worker_argv);
}

typedef struct
{
  void            (*func) (TestNewExecutor);
  TestNewExecutor   new_executor;
} ExecutorTest;

static void
run_for_executor (gconstpointer data)
{
  const ExecutorTest *test = data;

  test->func (test->new_executor);
  test_assert_no_children ();
}

void
test_add_for_executors (const char *name,
                        void      (*func) (TestNewExecutor))
{
  const struct { const char *name; TestNewExecutor new_executor; } backends[] = {
    { "threads", ly_thread_executor_new },
    { "async", ly_async_executor_new },
    { "processes", test_new_processes },
  };

  for (guint i = 0; i < G_N_ELEMENTS (backends); i++)
    {
      g_autofree char *path = g_strdup_printf ("/common/executor/%s/%s", backends[i].name, name);
      ExecutorTest *test = g_new (ExecutorTest, 1);

      *test = (ExecutorTest) { func, backends[i].new_executor };
      g_test_add_data_func_full (path, test, run_for_executor, g_free);
    }
}

guint
test_count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/dev/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* GLib closes what it watched a child with in a thread of its own, so a few
 * more or less mean nothing. To be asked after doing the same thing often. */
void
test_assert_no_more_fds (guint n_before)
{
  g_assert_cmpuint (test_count_fds (), <, n_before + 10);
}

/* Waits until that thread has closed all. */
void
test_await_fds (guint n_before)
{
  for (guint i = 0; i < TEST_PATIENCE / 1000 / 10 && test_count_fds () > n_before; i++)
    poll (NULL, 0, 10);

  g_assert_cmpuint (test_count_fds (), <=, n_before);
}

/* Neither running ones nor zombies. */
void
test_assert_no_children (void)
{
  pid_t pid = waitpid (-1, NULL, WNOHANG);

  g_assert_cmpint (pid, ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

/* Waits until a process that need not be our child has ended, whether or not
 * its parent takes notice. */
void
test_await_gone (int pid)
{
#ifdef SYS_pidfd_open
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  if (fd >= 0)
    {
      struct pollfd pollfd = { .fd = fd, .events = POLLIN };

      g_assert_cmpint (poll (&pollfd, 1, TEST_PATIENCE / 1000), ==, 1);
      close (fd);
      return;
    }
#endif

  for (guint i = 0; i < TEST_PATIENCE / 1000 / 10 && kill (pid, 0) == 0; i++)
    poll (NULL, 0, 10);

  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

GVariant *
test_await_value (LyFuture *future)
{
  g_autoptr (GError) error = NULL;
  GVariant *value;

  g_assert_true (LY_IS_FUTURE (future));

  value = ly_future_get (future, TEST_PATIENCE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (value);

  return value;
}

gint64
test_await_int64 (LyFuture *future)
{
  g_autoptr (GVariant) value = test_await_value (future);

  g_assert_cmpstr (g_variant_get_type_string (value), ==, "x");

  return g_variant_get_int64 (value);
}

void
test_await_error (LyFuture   *future,
                  GQuark      domain,
                  int         code,
                  const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;

  g_assert_true (LY_IS_FUTURE (future));

  value = ly_future_get (future, TEST_PATIENCE, &error);
  g_assert_null (value);
  g_assert_error (error, domain, code);
  g_assert_cmpstr (error->message, ==, message);
}

void
test_await_cancelled (LyFuture *future)
{
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
}

void
test_take_values (LyFuture **futures,
                  guint      n_futures)
{
  for (guint i = 0; i < n_futures; i++)
    {
      g_variant_unref (test_await_value (futures[i]));
      g_object_unref (futures[i]);
    }
}

void
test_take_cancelled (LyFuture **futures,
                     guint      n_futures)
{
  for (guint i = 0; i < n_futures; i++)
    {
      test_await_cancelled (futures[i]);
      g_object_unref (futures[i]);
    }
}

gpointer
test_take (LyQueue *queue)
{
  g_autoptr (GError) error = NULL;
  gpointer item = ly_queue_get_timed (queue, TEST_PATIENCE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (item);

  return item;
}

/* Drops the last reference but those that sources of the main context hold. */
void
test_await_finalized (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  AWAIT (object == NULL);
}

/* A destroy notify for a guint, that counts how often it is called. */
void
test_count_up (gpointer data)
{
  ++*(guint *) data;
}

LyFuture *
test_submit (LyExecutor *executor,
             const char *task,
             GVariant   *args)
{
  g_autoptr (GError) error = NULL;
  LyFuture *future = ly_executor_submit (executor, task, args, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (future);

  return future;
}

LyFuture *
test_submit_int64 (LyExecutor *executor,
                   const char *task,
                   gint64      number)
{
  return test_submit (executor, task, g_variant_new_int64 (number));
}

void
test_close_and_join (LyExecutor *executor)
{
  ly_executor_close (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
}

static void
on_report (LyExecutor *executor,
           GVariant   *message,
           gpointer    user_data)
{
  g_autoptr (GError) error = NULL;

  ly_queue_try_put (user_data, g_variant_ref (message), &error);
  g_assert_no_error (error);
}

LyQueue *
test_collect_reports (LyExecutor *executor)
{
  LyQueue *reports = ly_queue_new (1000000, (GDestroyNotify) g_variant_unref);

  ly_executor_set_report_func (executor, on_report, reports);

  return reports;
}

void
test_take_report (LyQueue    *reports,
                  const char *text)
{
  g_autoptr (GVariant) message = test_take (reports);

  g_assert_cmpstr (g_variant_get_type_string (message), ==, "s");
  g_assert_cmpstr (g_variant_get_string (message, NULL), ==, text);
}

gint64
test_take_report_int64 (LyQueue *reports)
{
  g_autoptr (GVariant) message = test_take (reports);

  g_assert_cmpstr (g_variant_get_type_string (message), ==, "x");

  return g_variant_get_int64 (message);
}

/* A gate is a named pipe that becomes readable, and stays so. */
TestGate *
test_gate_new (void)
{
  TestGate *self = g_new0 (TestGate, 1);
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("lanyard-test-XXXXXX", &error);
  g_assert_no_error (error);

  self->path = g_build_filename (self->directory, "gate", NULL);
  g_assert_no_errno (mkfifo (self->path, 0600));

  /* For both ways, so that opening it does not wait for anybody. */
  self->fd = open (self->path, O_RDWR | O_CLOEXEC);
  g_assert_no_errno (self->fd);

  return self;
}

void
test_gate_open (TestGate *self)
{
  g_assert_cmpint (write (self->fd, "o", 1), ==, 1);
}

void
test_gate_free (TestGate *self)
{
  close (self->fd);
  g_unlink (self->path);
  g_rmdir (self->directory);
  g_free (self->path);
  g_free (self->directory);
  g_free (self);
}

LyFuture *
test_submit_hold (LyExecutor *executor,
                  TestGate   *gate)
{
  return test_submit (executor, "hold", g_variant_new_string (gate->path));
}
