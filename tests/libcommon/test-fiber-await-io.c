/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../sanitizers.h"
#include "test-fiber-util.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Fibers that wait for descriptors, and for what GIO does. */

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

  fiber = test_start_fiber (read_stream, stream);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (write (fds[1], "hello", 5), ==, 5);
  test_run_to_value (fiber, "'hello'");
  g_assert_finalize_object (fiber);

  /* Cancelling the fiber ends the operation. */
  fiber = test_start_fiber (read_stream, stream);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ly_fiber_cancel (fiber);
  test_run_to_error (fiber, G_IO_ERROR_CANCELLED, "Operation was cancelled");
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

  fiber = test_start_fiber (read_fd, GINT_TO_POINTER (fds[0]));
  test_run_to_error (fiber, G_IO_ERROR_TIMED_OUT, "result did not come in time");
  g_assert_finalize_object (fiber);

  fiber = test_start_fiber (read_fd, GINT_TO_POINTER (fds[0]));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (write (fds[1], "a", 1), ==, 1);
  test_run_to_value (fiber, "0x61");
  g_assert_finalize_object (fiber);

  g_assert_null (read_fd (GINT_TO_POINTER (fds[0]), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (write (fds[1], "b", 1), ==, 1);
  value = g_variant_ref_sink (read_fd (GINT_TO_POINTER (fds[0]), NULL));
  g_assert_cmpint (g_variant_get_byte (value), ==, 'b');

  close (fds[0]);
  close (fds[1]);
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
  guint n = WITH_ASAN || WITH_TSAN ? 500 : 10000;
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
      g_ptr_array_add (fibers, test_start_fiber (receive, GINT_TO_POINTER (fd)));
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

      test_run_to_value (fibers->pdata[i], expected);
      close (g_array_index (fds, int, i));
    }

  close (sender);

  if (!WITH_ASAN && !WITH_TSAN)
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

  g_test_add_func ("/common/fiber-await-io/async", test_async);
  g_test_add_func ("/common/fiber-await-io/other-context", test_other_context);
  g_test_add_func ("/common/fiber-await-io/fd", test_fd);
  g_test_add_func ("/common/fiber-await-io/ten-thousand", test_ten_thousand);

  return g_test_run ();
}
