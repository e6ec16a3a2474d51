/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-chat.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A way between two programs that loses and delays datagrams, in a thread of its own.
 * What comes from the one side goes to the other; who speaks first is the one. */

#define DATAGRAM_MAX 65536

typedef struct
{
  gint64             due;
  struct sockaddr_in to;
  gsize              length;
  uint8_t            bytes[];
} Delayed;

struct _BenchRelay
{
  /* Set once */
  int                fd;
  int                ended[2];   /* a pipe: closed to end the thread */
  uint16_t           port;
  double             loss;
  gint64             delay;      /* microseconds */
  struct sockaddr_in to;
  GThread           *thread;

  /* The thread's */
  struct sockaddr_in from;
  GQueue             delayed;
  GRand             *random;
  uint8_t            bytes[DATAGRAM_MAX];
};

static struct sockaddr_in
make_address (uint16_t port)
{
  return (struct sockaddr_in) {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
}

/* Takes one datagram. FALSE if there was none. */
static gboolean
take (BenchRelay *self)
{
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  gssize length = recvfrom (self->fd, self->bytes, sizeof self->bytes, MSG_DONTWAIT,
                            (struct sockaddr *) &from, &size);
  gboolean is_answer;
  Delayed *delayed;

  if (length < 0)
    return FALSE;

  is_answer = from.sin_port == self->to.sin_port;
  if (!is_answer)
    self->from = from;

  if (g_rand_double (self->random) < self->loss)
    return TRUE;

  delayed = g_malloc (sizeof *delayed + (gsize) length);
  delayed->due = g_get_monotonic_time () + self->delay;
  delayed->to = is_answer ? self->from : self->to;
  delayed->length = (gsize) length;
  memcpy (delayed->bytes, self->bytes, (gsize) length);
  g_queue_push_tail (&self->delayed, delayed);

  return TRUE;
}

/* Passes on what is due. Returns how long the next one has to wait, or -1. */
static gint64
pass_on (BenchRelay *self)
{
  while (!g_queue_is_empty (&self->delayed))
    {
      Delayed *delayed = g_queue_peek_head (&self->delayed);
      gint64 wait = delayed->due - g_get_monotonic_time ();

      if (wait > 0)
        return wait;

      (void) !sendto (self->fd, delayed->bytes, delayed->length, 0,
                      (struct sockaddr *) &delayed->to, sizeof delayed->to);
      g_free (g_queue_pop_head (&self->delayed));
    }

  return -1;
}

static gpointer
run (gpointer user_data)
{
  BenchRelay *self = user_data;
  struct pollfd fds[] = { { self->fd, POLLIN, 0 }, { self->ended[0], 0, 0 } };

  while (fds[1].revents == 0)
    {
      gint64 wait = pass_on (self);
      struct timespec time = { wait / G_USEC_PER_SEC, wait % G_USEC_PER_SEC * 1000 };

      ppoll (fds, G_N_ELEMENTS (fds), wait < 0 ? NULL : &time, NULL);
      while (take (self))
        ;
    }

  return NULL;
}

/* A way to the port @to of this machine. */
BenchRelay *
bench_relay_new (uint16_t to,
                 double   loss,
                 guint    delay)
{
  BenchRelay *self = g_new0 (BenchRelay, 1);
  struct sockaddr_in address = make_address (0);
  socklen_t size = sizeof address;

  self->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (self->fd < 0 || bind (self->fd, (struct sockaddr *) &address, size) < 0 ||
      getsockname (self->fd, (struct sockaddr *) &address, &size) < 0 || pipe (self->ended) < 0)
    g_error ("cannot make a relay: %s", g_strerror (errno));

  self->port = ntohs (address.sin_port);
  self->loss = loss;
  self->delay = delay * G_TIME_SPAN_MILLISECOND;
  self->to = make_address (to);
  self->random = g_rand_new_with_seed (to);
  self->thread = g_thread_new ("relay", run, self);

  return self;
}

uint16_t
bench_relay_get_port (BenchRelay *self)
{
  return self->port;
}

void
bench_relay_free (BenchRelay *self)
{
  close (self->ended[1]);
  g_thread_join (self->thread);
  close (self->ended[0]);
  close (self->fd);
  g_queue_clear_full (&self->delayed, g_free);
  g_rand_free (self->random);
  g_free (self);
}
