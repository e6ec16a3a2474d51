/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef __has_feature
# define __has_feature(feature) 0
#endif
#if defined (__SANITIZE_ADDRESS__) || __has_feature (address_sanitizer) || \
    defined (__SANITIZE_THREAD__) || __has_feature (thread_sanitizer)
# define WITH_SANITIZER 1
#else
# define WITH_SANITIZER 0
#endif

/* Fibers that run by themselves on a main context. */

static LyFiber *
start (LyFiberFunc func,
       gpointer    user_data)
{
  LyFiber *fiber = ly_fiber_new (func, user_data, NULL);

  ly_fiber_start (fiber, NULL);

  return fiber;
}

/* Iterates the main context until the fiber has ended. */
static void
run_until_done (LyFiber *fiber)
{
  while (!ly_fiber_is_done (fiber))
    g_main_context_iteration (NULL, TRUE);
}

static void
run_to_value (LyFiber    *fiber,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autofree char *text = NULL;

  run_until_done (fiber);
  result = ly_fiber_get_result (fiber, &error);
  g_assert_no_error (error);
  text = g_variant_print (result, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

static void
run_to_error (LyFiber    *fiber,
              int         code,
              const char *message)
{
  g_autoptr (GError) error = NULL;

  run_until_done (fiber);
  g_assert_null (ly_fiber_get_result (fiber, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static GVariant *
await_future (gpointer   user_data,
              GError   **error)
{
  return ly_fiber_await (user_data, -1, error);
}

static gpointer
resolve_later (gpointer data)
{
  ly_future_resolve (data, g_variant_new_string ("late"));

  return NULL;
}

static void
test_await (void)
{
  g_autoptr (LyFuture) early = ly_future_new ();
  g_autoptr (LyFuture) failed = ly_future_new ();
  LyFiber *fiber;

  ly_future_resolve (early, g_variant_new_string ("early"));
  fiber = start (await_future, early);
  run_to_value (fiber, "'early'");
  g_assert_finalize_object (fiber);

  ly_future_reject (failed, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy"));
  fiber = start (await_future, failed);
  run_to_error (fiber, G_IO_ERROR_BUSY, "the line is busy");
  g_assert_finalize_object (fiber);

  /* From this thread, and from another. */
  for (guint i = 0; i < 200; i++)
    {
      LyFuture *late = ly_future_new ();
      GThread *thread = NULL;

      fiber = start (await_future, late);
      if (i % 2 == 0)
        thread = g_thread_new ("resolve", resolve_later, late);
      else
        while (g_main_context_iteration (NULL, FALSE))
          ;

      if (thread == NULL)
        resolve_later (late);
      run_to_value (fiber, "'late'");
      if (thread != NULL)
        g_thread_join (thread);
      g_assert_finalize_object (fiber);
      g_assert_finalize_object (late);
    }
}

/* A chain: each waits for the one before. */
static GVariant *
join_and_add (gpointer   user_data,
              GError   **error)
{
  g_autoptr (GVariant) value = NULL;

  if (user_data == NULL)
    return g_variant_new_int64 (0);

  value = ly_fiber_join (user_data, TEST_PATIENCE, error);

  return value != NULL ? g_variant_new_int64 (g_variant_get_int64 (value) + 1) : NULL;
}

static void
test_join (void)
{
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i <= 200; i++)
    g_ptr_array_add (fibers, start (join_and_add, i > 0 ? fibers->pdata[i - 1] : NULL));

  run_to_value (fibers->pdata[200], "200");
}

static GVariant *
await_briefly (gpointer   user_data,
               GError   **error)
{
  g_autoptr (GVariant) value = ly_fiber_await (user_data, TEST_MOMENT, error);

  g_assert_null (value);
  g_clear_error (error);

  /* Not at all, and again. */
  value = ly_fiber_await (user_data, 0, error);
  g_assert_null (value);
  g_clear_error (error);

  return ly_fiber_await (user_data, 1000, error);
}

static void
test_timeout (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *fiber = start (await_briefly, never);
  gint64 begin = g_get_monotonic_time ();

  run_to_error (fiber, G_IO_ERROR_TIMED_OUT, "result did not come in time");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_finalize_object (fiber);
  g_assert_finalize_object (never);
}

typedef struct
{
  GString *text;
  guint    number;
} Sleeper;

static GVariant *
sleep_a_while (gpointer   user_data,
               GError   **error)
{
  Sleeper *self = user_data;

  if (!ly_fiber_sleep ((gint64) self->number * TEST_MOMENT / 2, error))
    return NULL;

  g_string_append_printf (self->text, "%u", self->number);

  return NULL;
}

/* They sleep at the same time, and wake in the order of time. */
static void
test_sleep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper sleepers[] = { { text, 4 }, { text, 2 }, { text, 0 }, { text, 3 }, { text, 1 } };
  LyFiber *fibers[G_N_ELEMENTS (sleepers)];
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (fibers); i++)
    fibers[i] = start (sleep_a_while, &sleepers[i]);

  for (guint i = 0; i < G_N_ELEMENTS (fibers); i++)
    {
      run_to_value (fibers[i], "()");
      g_assert_finalize_object (fibers[i]);
    }

  g_assert_cmpstr (text->str, ==, "01234");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * TEST_MOMENT);
}

static GVariant *
take_turns (gpointer   user_data,
            GError   **error)
{
  Sleeper *self = user_data;

  for (guint i = 0; i < 3; i++)
    {
      g_string_append_printf (self->text, "%u", self->number);
      if (!ly_fiber_pass (error))
        return NULL;
    }

  return NULL;
}

static void
test_pass (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper players[] = { { text, 1 }, { text, 2 }, { text, 3 } };
  LyFiber *fibers[3];

  for (guint i = 0; i < 3; i++)
    fibers[i] = start (take_turns, &players[i]);
  for (guint i = 0; i < 3; i++)
    {
      run_to_value (fibers[i], "()");
      g_assert_finalize_object (fibers[i]);
    }

  g_assert_cmpstr (text->str, ==, "123123123");
  g_assert_true (ly_fiber_pass (NULL));
}

static gboolean
note_x (gpointer user_data)
{
  g_string_append_c (user_data, 'x');

  return G_SOURCE_REMOVE;
}

/* Other sources of the context are not kept waiting by fibers that always have
 * something to do. */
static void
test_pass_to_source (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper player = { text, 1 };
  LyFiber *fiber = start (take_turns, &player);

  g_main_context_iteration (NULL, FALSE);
  g_timeout_add (0, note_x, text);
  run_to_value (fiber, "()");
  g_assert_cmpstr (text->str, ==, "11x1");
  g_assert_finalize_object (fiber);
}

/* What it awaits, and how it was told to stop. */
static GVariant *
await_in_vain (gpointer   user_data,
               GError   **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LyFuture) done = ly_future_new ();

  g_assert_null (ly_fiber_await (user_data, -1, &local_error));
  g_assert_error (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (local_error->message, ==, "fiber was cancelled");

  /* From then on, all waiting fails, even for what would be there. */
  ly_future_resolve (done, NULL);
  g_assert_null (ly_fiber_await (done, -1, NULL));
  g_assert_false (ly_fiber_sleep (TEST_PATIENCE, NULL));
  g_assert_false (ly_fiber_pass (NULL));
  g_assert_false (ly_fiber_await_fd (0, G_IO_IN, -1, NULL));

  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

static gpointer
cancel_fiber (gpointer data)
{
  ly_fiber_cancel (data);

  return NULL;
}

static void
test_cancel (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *fiber;

  for (guint i = 0; i < 300; i++)
    {
      GThread *thread = NULL;

      fiber = start (await_in_vain, never);
      while (i % 3 != 0 && g_main_context_iteration (NULL, FALSE))
        ;

      if (i % 3 == 2)
        ly_fiber_cancel (fiber);
      else
        thread = g_thread_new ("cancel", cancel_fiber, fiber);

      /* Begun or not: it ends with the same error. */
      run_to_error (fiber, G_IO_ERROR_CANCELLED, "fiber was cancelled");
      if (thread != NULL)
        g_thread_join (thread);
      g_assert_finalize_object (fiber);
    }

  g_assert_finalize_object (never);
}

static void
test_cancel_by_future (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *inner = start (await_in_vain, never);
  LyFiber *outer = start (await_future, ly_fiber_get_future (inner));

  while (g_main_context_iteration (NULL, FALSE))
    ;

  /* Who waits hears of it at once, and the fiber unwinds later. */
  g_assert_true (ly_future_cancel (ly_fiber_get_future (inner)));
  run_to_error (outer, G_IO_ERROR_CANCELLED, "future was cancelled");
  run_to_error (inner, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  g_assert_finalize_object (inner);
  g_assert_finalize_object (outer);
  g_assert_finalize_object (never);
}

/* Yields what it has waited for. */
static GVariant *
generate_slowly (gpointer   user_data,
                 GError   **error)
{
  for (gint64 i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) passed = NULL;

      if (!ly_fiber_sleep (1000, error))
        return NULL;

      passed = ly_fiber_yield (g_variant_new_int64 (i), error);
      if (passed == NULL)
        return NULL;
    }

  return NULL;
}

static GVariant *
consume (gpointer   user_data,
         GError   **error)
{
  LyFiber *generator = ly_fiber_new (generate_slowly, NULL, NULL);
  GVariant *value;
  gint64 sum = 0;

  while ((value = ly_fiber_resume (generator, NULL, error)) != NULL)
    {
      sum = 10 * sum + g_variant_get_int64 (value);
      g_variant_unref (value);
    }

  g_assert_finalize_object (generator);

  return *error == NULL ? g_variant_new_int64 (sum) : NULL;
}

/* A generator that awaits makes the fiber wait that resumed it. */
static void
test_generator_awaits (void)
{
  LyFiber *first = start (consume, NULL);
  LyFiber *second = start (consume, NULL);
  LyFiber *cancelled = start (consume, NULL);

  g_main_context_iteration (NULL, FALSE);
  ly_fiber_cancel (cancelled);
  run_to_value (first, "12");
  run_to_value (second, "12");
  run_to_error (cancelled, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (cancelled);

  /* With no loop below, it blocks. */
  first = ly_fiber_new (generate_slowly, NULL, NULL);
  for (gint64 i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) value = ly_fiber_resume (first, NULL, NULL);

      g_assert_cmpint (g_variant_get_int64 (value), ==, i);
    }
  g_assert_finalize_object (first);
}

static GVariant *
read_stream (gpointer   user_data,
             GError   **error)
{
  LyFiberAsync async = LY_FIBER_ASYNC_INIT;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_input_stream_read_bytes_async (user_data, 100, G_PRIORITY_DEFAULT,
                                   ly_fiber_get_cancellable (), ly_fiber_async_ready, &async);
  result = ly_fiber_await_async (&async);
  bytes = g_input_stream_read_bytes_finish (user_data, result, error);
  if (bytes == NULL)
    return NULL;

  return g_variant_new_take_string (g_strndup (g_bytes_get_data (bytes, NULL),
                                               g_bytes_get_size (bytes)));
}

static GSocketConnection *
wrap_socket (int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);

  return g_socket_connection_factory_create_connection (socket);
}

static void
test_async (void)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GVariant) value = NULL;
  GInputStream *stream;
  LyFiber *fiber;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  connection = wrap_socket (fds[0]);
  stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  fiber = start (read_stream, stream);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (write (fds[1], "hello", 5), ==, 5);
  run_to_value (fiber, "'hello'");
  g_assert_finalize_object (fiber);

  /* Cancelling the fiber ends the operation. */
  fiber = start (read_stream, stream);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ly_fiber_cancel (fiber);
  run_to_error (fiber, G_IO_ERROR_CANCELLED, "Operation was cancelled");
  g_assert_finalize_object (fiber);

  /* Outside of a fiber it blocks, and runs the loop. */
  g_assert_null (ly_fiber_get_cancellable ());
  g_assert_cmpint (write (fds[1], "there", 5), ==, 5);
  value = g_variant_ref_sink (read_stream (stream, NULL));
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "there");
  close (fds[1]);
}

typedef struct
{
  GMainContext *context;
  LyFiber      *fiber;
} Loop;

static gpointer
iterate (gpointer data)
{
  Loop *loop = data;

  /* It is not the thread's default context, but the fiber's. */
  while (!ly_fiber_is_done (loop->fiber))
    g_main_context_iteration (loop->context, TRUE);

  return NULL;
}

/* On a context of another thread, GIO's operations come back to it. */
static void
test_other_context (void)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GVariant) value = NULL;
  Loop loop = { g_main_context_new (), NULL };
  GThread *thread;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  connection = wrap_socket (fds[0]);
  loop.fiber = ly_fiber_new (read_stream, g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                             NULL);
  ly_fiber_start (loop.fiber, loop.context);
  thread = g_thread_new ("loop", iterate, &loop);

  g_assert_cmpint (write (fds[1], "hello", 5), ==, 5);
  value = test_await_value (ly_fiber_get_future (loop.fiber));
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "hello");

  g_thread_join (thread);
  g_assert_finalize_object (loop.fiber);
  g_main_context_unref (loop.context);
  close (fds[1]);
}

static GVariant *
read_fd (gpointer   user_data,
         GError   **error)
{
  int fd = GPOINTER_TO_INT (user_data);
  char byte;

  if (!ly_fiber_await_fd (fd, G_IO_IN, TEST_MOMENT, error))
    return NULL;

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);

  return g_variant_new_byte ((guchar) byte);
}

static void
test_fd (void)
{
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  LyFiber *fiber;
  int fds[2];

  g_assert_no_errno (pipe (fds));

  fiber = start (read_fd, GINT_TO_POINTER (fds[0]));
  run_to_error (fiber, G_IO_ERROR_TIMED_OUT, "result did not come in time");
  g_assert_finalize_object (fiber);

  fiber = start (read_fd, GINT_TO_POINTER (fds[0]));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (write (fds[1], "a", 1), ==, 1);
  run_to_value (fiber, "0x61");
  g_assert_finalize_object (fiber);

  g_assert_null (read_fd (GINT_TO_POINTER (fds[0]), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (write (fds[1], "b", 1), ==, 1);
  value = g_variant_ref_sink (read_fd (GINT_TO_POINTER (fds[0]), NULL));
  g_assert_cmpint (g_variant_get_byte (value), ==, 'b');

  close (fds[0]);
  close (fds[1]);
}

static gpointer
wait_outside (gpointer data)
{
  g_autoptr (LyFuture) done = ly_future_new ();
  g_autoptr (LyFuture) never = ly_future_new ();
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) joined = NULL;
  g_autoptr (GError) error = NULL;

  ly_future_resolve (done, g_variant_new_string ("here"));
  value = ly_fiber_await (done, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "here");
  g_assert_null (ly_fiber_await (never, 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_true (ly_fiber_sleep (1000, NULL));
  joined = ly_fiber_join (data, TEST_PATIENCE, NULL);
  g_assert_nonnull (joined);

  return NULL;
}

/* The same calls block in a thread that has no fibers. */
static void
test_outside (void)
{
  LyFiber *fiber = ly_fiber_new (generate_slowly, NULL, NULL);
  GThread *thread = g_thread_new ("outside", wait_outside, fiber);

  for (guint i = 0; i < 3; i++)
    g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));

  g_thread_join (thread);
  g_assert_finalize_object (fiber);
}

/* Nothing of it is left when it has ended, nor a source on the context. */
static void
test_keeps_itself (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  LyFuture *future = ly_future_new ();
  LyFiber *fiber = ly_fiber_new (await_future, future, NULL);
  LyFiber *weak = fiber;

  g_object_add_weak_pointer (G_OBJECT (fiber), (gpointer *) &weak);
  ly_fiber_start (fiber, context);
  g_object_unref (fiber);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_nonnull (weak);

  ly_future_resolve (future, NULL);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_null (weak);
  g_assert_finalize_object (future);
}

#define MAX_RSS_KB (512 * 1024)

/* The most memory that this process ever had, in kilobytes. */
static guint64
get_peak_rss (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;

  line = strstr (text, "VmHWM:");

  return line != NULL ? g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* A datagram socket that will be sent to from elsewhere: 10,000 pairs would be
 * more than one process may have in many places. */
static int
open_receiver (struct sockaddr_in *address)
{
  socklen_t length = sizeof *address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  *address = (struct sockaddr_in) { .sin_family = AF_INET };
  address->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_no_errno (bind (fd, (struct sockaddr *) address, length));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) address, &length));

  return fd;
}

static GVariant *
receive (gpointer   user_data,
         GError   **error)
{
  int fd = GPOINTER_TO_INT (user_data);
  guint number = 0;

  if (!ly_fiber_await_fd (fd, G_IO_IN, TEST_PATIENCE, error))
    return NULL;

  g_assert_cmpint (recv (fd, &number, sizeof number, 0), ==, sizeof number);

  return g_variant_new_uint32 (number);
}

/* Ten thousand conversations are held by one thread in little memory. */
static void
test_ten_thousand (void)
{
  guint n = WITH_SANITIZER ? 500 : 10000;
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree struct sockaddr_in *addresses = NULL;
  struct rlimit limit;
  int sender;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  if (limit.rlim_cur < n + 100)
    {
      g_test_skip ("too few descriptors are allowed");
      return;
    }

  addresses = g_new (struct sockaddr_in, n);
  sender = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (sender);

  for (guint i = 0; i < n; i++)
    {
      int fd = open_receiver (&addresses[i]);

      g_array_append_val (fds, fd);
      g_ptr_array_add (fibers, start (receive, GINT_TO_POINTER (fd)));
    }

  while (g_main_context_iteration (NULL, FALSE))
    ;

  for (guint i = 0; i < n; i++)
    {
      g_assert_false (ly_fiber_is_done (fibers->pdata[i]));
      g_assert_cmpint (sendto (sender, &i, sizeof i, 0, (struct sockaddr *) &addresses[i],
                               sizeof addresses[i]), ==, sizeof i);
    }

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u", i);

      run_to_value (fibers->pdata[i], expected);
      close (g_array_index (fds, int, i));
    }

  close (sender);

  if (!WITH_SANITIZER)
    {
      guint64 rss = get_peak_rss ();

      g_test_message ("%u fibers took %" G_GUINT64_FORMAT " KiB", n, rss);
      g_assert_cmpuint (rss, <, MAX_RSS_KB);
    }
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber-await/await", test_await);
  g_test_add_func ("/common/fiber-await/join", test_join);
  g_test_add_func ("/common/fiber-await/timeout", test_timeout);
  g_test_add_func ("/common/fiber-await/sleep", test_sleep);
  g_test_add_func ("/common/fiber-await/pass", test_pass);
  g_test_add_func ("/common/fiber-await/pass-to-source", test_pass_to_source);
  g_test_add_func ("/common/fiber-await/cancel", test_cancel);
  g_test_add_func ("/common/fiber-await/cancel-by-future", test_cancel_by_future);
  g_test_add_func ("/common/fiber-await/generator", test_generator_awaits);
  g_test_add_func ("/common/fiber-await/async", test_async);
  g_test_add_func ("/common/fiber-await/other-context", test_other_context);
  g_test_add_func ("/common/fiber-await/fd", test_fd);
  g_test_add_func ("/common/fiber-await/outside", test_outside);
  g_test_add_func ("/common/fiber-await/keeps-itself", test_keeps_itself);
  g_test_add_func ("/common/fiber-await/ten-thousand", test_ten_thousand);

  return g_test_run ();
}
