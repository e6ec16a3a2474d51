/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "lanyard-common.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a message takes through a LyChannel, beside its bytes through a bare
 * pair of sockets: written and read by one thread, which is all work and no
 * waiting, and to a child process and back. */

#define N_RUNS 21
#define N_MESSAGES 50000
#define N_TRIPS 20000
#define CHILD_FD 4

/* What is in front of a message on a channel, and behind it its type. */
#define N_AROUND 16

typedef struct
{
  gsize size;
} Message;

static char *self_path;

static GVariant *
new_message (const Message *message)
{
  g_autofree guint8 *bytes = g_malloc0 (message->size);

  return g_variant_ref_sink (g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, message->size, 1));
}

/* Microseconds of processor time for sending a message and receiving it. */
static double
measure_channel (gconstpointer data)
{
  g_autoptr (GVariant) message = new_message (data);
  g_autoptr (LyChannel) one = NULL;
  g_autoptr (LyChannel) other = NULL;
  double begin;

  if (!ly_channel_new_pair (LY_CHANNEL_DEFAULT_LIMIT, &one, &other, NULL))
    g_assert_not_reached ();

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      if (!ly_channel_send (one, message, NULL))
        g_assert_not_reached ();
      g_variant_unref (ly_channel_receive (other, NULL));
    }

  return (bench_get_cpu () - begin) / N_MESSAGES / 1000;
}

static void
write_all (int         fd,
           const void *bytes,
           gsize       size)
{
  for (gsize done = 0; done < size;)
    {
      gssize n = write (fd, (const char *) bytes + done, size - done);

      g_assert_cmpint (n, >, 0);
      done += (gsize) n;
    }
}

static gboolean
read_all (int    fd,
          void  *bytes,
          gsize  size)
{
  for (gsize done = 0; done < size;)
    {
      gssize n = read (fd, (char *) bytes + done, size - done);

      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }

  return TRUE;
}

static double
measure_sockets (gconstpointer data)
{
  const Message *message = data;
  gsize size = message->size + N_AROUND;
  g_autofree char *bytes = g_malloc0 (size);
  double begin;
  double time;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      write_all (fds[0], bytes, size);
      if (!read_all (fds[1], bytes, size))
        g_assert_not_reached ();
    }

  time = (bench_get_cpu () - begin) / N_MESSAGES / 1000;
  close (fds[0]);
  close (fds[1]);

  return time;
}

/* Microseconds for a message to a child and back. */
static double
measure_channel_trip (gconstpointer data)
{
  const char *argv[] = { self_path, "echo-messages", NULL };
  g_autoptr (LyProcess) process = ly_process_new ("echo", argv);
  g_autoptr (GVariant) message = new_message (data);
  LyChannel *channel;
  gint64 begin = 0;

  if (!ly_process_start (process, NULL))
    g_assert_not_reached ();
  channel = ly_process_get_channel (process);

  /* The first one waits for the child to start. */
  for (guint i = 0; i <= N_TRIPS; i++)
    {
      if (!ly_channel_send (channel, message, NULL))
        g_assert_not_reached ();
      g_variant_unref (ly_channel_receive (channel, NULL));
      if (i == 0)
        begin = g_get_monotonic_time ();
    }

  return (double) (g_get_monotonic_time () - begin) / N_TRIPS;
}

static double
measure_sockets_trip (gconstpointer data)
{
  const Message *message = data;
  gsize size = message->size + N_AROUND;
  g_autofree char *size_text = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
  const char *argv[] = { self_path, "echo-bytes", size_text, NULL };
  g_autoptr (LyProcess) process = ly_process_new ("echo", argv);
  g_autofree char *bytes = g_malloc0 (size);
  gint64 begin = 0;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  ly_process_take_fd (process, fds[1], CHILD_FD);
  if (!ly_process_start (process, NULL))
    g_assert_not_reached ();

  for (guint i = 0; i <= N_TRIPS; i++)
    {
      write_all (fds[0], bytes, size);
      if (!read_all (fds[0], bytes, size))
        g_assert_not_reached ();
      if (i == 0)
        begin = g_get_monotonic_time ();
    }

  close (fds[0]);

  return (double) (g_get_monotonic_time () - begin) / N_TRIPS;
}

static int
echo_messages (void)
{
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (NULL);
  GVariant *message;

  while ((message = ly_channel_receive (channel, NULL)) != NULL)
    {
      if (!ly_channel_send (channel, message, NULL))
        return 1;
      g_variant_unref (message);
    }

  return 0;
}

static int
echo_bytes (gsize size)
{
  g_autofree char *bytes = g_malloc (size);

  while (read_all (CHILD_FD, bytes, size))
    write_all (CHILD_FD, bytes, size);

  return 0;
}

#define ROW(name, measure, rival, size) \
  { name, "µs", TRUE, measure, size, "write and read", rival, size, 1.5, 0 }

int
main (int   argc,
      char *argv[])
{
  static const Message small = { 64 };
  static const Message large = { 8192 };
  static const BenchCase cases[] = {
    ROW ("64 bytes, one thread", measure_channel, measure_sockets, &small),
    ROW ("8 KiB, one thread", measure_channel, measure_sockets, &large),
    ROW ("64 bytes, to a child and back", measure_channel_trip, measure_sockets_trip, &small),
    ROW ("8 KiB, to a child and back", measure_channel_trip, measure_sockets_trip, &large),
  };

  if (argc == 2 && g_str_equal (argv[1], "echo-messages"))
    return echo_messages ();
  if (argc == 3 && g_str_equal (argv[1], "echo-bytes"))
    return echo_bytes ((gsize) atol (argv[2]));

  self_path = ly_process_dup_self_path (argv[0]);
  bench_run ("LyChannel", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
