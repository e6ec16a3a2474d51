/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 65535
#define BUFFER_SIZE  (8 * 1024 * 1024)

/* What every datagram waits, and at most what one that is overtaken does, in
 * microseconds. */
#define DELAY      1000
#define DELAY_MORE 10000

/* The last datagrams to each side, to be repeated by who wants to do harm. */
#define N_RECENT 64

typedef struct
{
  gint64  due;
  guint64 order;     /* among those that are due at the same time */
  guint   side;      /* where it goes */
  gsize   length;
  uint8_t bytes[];
} Datagram;

struct _E2eRelay
{
  /* Set once */
  GThread            *thread;
  int                 sockets[E2E_RELAY_SIDES];   /* what each side sees of the other */
  int                 wake_fds[2];   /* to be closed at the end */
  guint               percent;

  /* The thread's */
  GRand              *rand;
  GSequence          *waiting;   /* Datagram */
  guint64             n_ever;
  uint8_t             buffer[DATAGRAM_MAX];

  /* Guarded by @mutex */
  GMutex              mutex;
  struct sockaddr_in  sides[E2E_RELAY_SIDES];     /* port 0: not there yet */
  GQueue              recent[E2E_RELAY_SIDES];    /* GBytes */
  E2eRelayInfo        info;
};

static int
compare_due (gconstpointer one,
             gconstpointer other,
             gpointer      user_data)
{
  const Datagram *a = one;
  const Datagram *b = other;

  if (a->due != b->due)
    return a->due < b->due ? -1 : 1;

  return a->order < b->order ? -1 : 1;
}

/* --- passing on --- */

static void
pass_on (E2eRelay       *self,
         guint           side,
         const uint8_t  *bytes,
         gsize           length)
{
  struct sockaddr_in to;

  g_mutex_lock (&self->mutex);
  to = self->sides[side];
  g_queue_push_tail (&self->recent[side], g_bytes_new (bytes, length));
  if (self->recent[side].length > N_RECENT)
    g_bytes_unref (g_queue_pop_head (&self->recent[side]));
  g_mutex_unlock (&self->mutex);

  /* Who is not there, or has just been killed, misses it. */
  if (to.sin_port != 0)
    sendto (self->sockets[side], bytes, length, 0, (struct sockaddr *) &to, sizeof to);
}

static gboolean
happens (E2eRelay *self)
{
  return (guint) g_rand_int_range (self->rand, 0, 100) < self->percent;
}

static void
hold (E2eRelay *self,
      guint     side,
      gsize     length,
      gboolean  is_late)
{
  Datagram *datagram = g_malloc (sizeof *datagram + length);

  datagram->due = g_get_monotonic_time () + DELAY;
  if (is_late)
    datagram->due += g_rand_int_range (self->rand, 1, DELAY_MORE);
  datagram->order = self->n_ever++;
  datagram->side = side;
  datagram->length = length;
  memcpy (datagram->bytes, self->buffer, length);
  g_sequence_insert_sorted (self->waiting, datagram, compare_due, NULL);
}

static void
take (E2eRelay *self,
      guint     from,
      gsize     length)
{
  gboolean is_dropped = happens (self);
  gboolean is_repeated = happens (self);
  gboolean is_late = happens (self);

  g_mutex_lock (&self->mutex);
  self->info.n_received++;
  self->info.n_dropped += is_dropped;
  self->info.n_repeated += is_repeated && !is_dropped;
  self->info.n_reordered += is_late && !is_dropped;
  g_mutex_unlock (&self->mutex);

  if (is_dropped)
    return;

  hold (self, 1 - from, length, is_late);
  if (is_repeated)
    hold (self, 1 - from, length, happens (self));
}

static void
receive (E2eRelay *self,
         guint     from)
{
  gssize n;

  while ((n = recv (self->sockets[from], self->buffer, sizeof self->buffer, 0)) >= 0)
    take (self, from, (gsize) n);
}

/* Passes on what is due, and returns how long it is until the next is, or -1. */
static gint64
flush (E2eRelay *self)
{
  GSequenceIter *first;

  while (!g_sequence_iter_is_end (first = g_sequence_get_begin_iter (self->waiting)))
    {
      Datagram *datagram = g_sequence_get (first);
      gint64 wait = datagram->due - g_get_monotonic_time ();

      if (wait > 0)
        return wait;

      pass_on (self, datagram->side, datagram->bytes, datagram->length);
      g_sequence_remove (first);
    }

  return -1;
}

static gpointer
run (gpointer data)
{
  E2eRelay *self = data;
  struct pollfd fds[] = {
    { .fd = self->sockets[0], .events = POLLIN },
    { .fd = self->sockets[1], .events = POLLIN },
    { .fd = self->wake_fds[0], .events = POLLIN },
  };

  while ((fds[2].revents & POLLHUP) == 0)
    {
      gint64 wait = flush (self);
      struct timespec time = { wait / G_USEC_PER_SEC, wait % G_USEC_PER_SEC * 1000 };

      if (ppoll (fds, G_N_ELEMENTS (fds), wait < 0 ? NULL : &time, NULL) < 0)
        g_assert_cmpint (errno, ==, EINTR);

      if (fds[2].revents & POLLIN)
        g_assert_cmpint (read (self->wake_fds[0], self->buffer, sizeof self->buffer), >, 0);

      for (guint i = 0; i < E2E_RELAY_SIDES; i++)
        receive (self, i);
    }

  return NULL;
}

/* --- public --- */

static int
open_socket (void)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)
  };
  int size = BUFFER_SIZE;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_assert_no_errno (fd);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));

  return fd;
}

/* Drops @percent of all datagrams, repeats as many, and lets as many be overtaken by
 * later ones. All are delayed by a millisecond. */
E2eRelay *
e2e_relay_new (guint   percent,
               guint32 seed)
{
  E2eRelay *self = g_new0 (E2eRelay, 1);

  self->percent = percent;
  self->rand = g_rand_new_with_seed (seed);
  self->waiting = g_sequence_new (g_free);
  g_mutex_init (&self->mutex);
  g_assert_no_errno (pipe2 (self->wake_fds, O_CLOEXEC));

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    self->sockets[i] = open_socket ();

  self->thread = g_thread_new ("relay", run, self);

  return self;
}

void
e2e_relay_free (E2eRelay *self)
{
  close (self->wake_fds[1]);
  g_thread_join (self->thread);
  close (self->wake_fds[0]);

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      close (self->sockets[i]);
      g_queue_clear_full (&self->recent[i], (GDestroyNotify) g_bytes_unref);
    }

  g_sequence_free (self->waiting);
  g_rand_free (self->rand);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Says where the program on one side is now. */
void
e2e_relay_set_side (E2eRelay *self,
                    guint     side,
                    E2eChat  *chat)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) chat->port) };

  g_assert_cmpint (inet_pton (AF_INET, chat->bind, &address.sin_addr), ==, 1);
  g_mutex_lock (&self->mutex);
  self->sides[side] = address;
  g_mutex_unlock (&self->mutex);
}

/* From now on the other seems to be somewhere else to @side, and is not to be found any
 * more where it was. */
void
e2e_relay_move (E2eRelay *self,
                guint     side)
{
  int fd = open_socket ();

  g_assert_no_errno (dup3 (fd, self->sockets[side], O_CLOEXEC));
  close (fd);

  /* The thread has to look at the new one. */
  g_assert_cmpint (write (self->wake_fds[1], "", 1), ==, 1);
}

/* Where @side finds the other. */
char *
e2e_relay_get_address (E2eRelay *self,
                       guint     side)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  g_assert_no_errno (getsockname (self->sockets[side], (struct sockaddr *) &address, &length));

  return g_strdup_printf ("127.0.0.1:%u", ntohs (address.sin_port));
}

/* One of the last datagrams that @side got, or NULL if there was none yet. */
GBytes *
e2e_relay_get_recent (E2eRelay *self,
                      guint     side,
                      guint     n)
{
  GBytes *bytes = NULL;

  g_mutex_lock (&self->mutex);
  if (self->recent[side].length > 0)
    bytes = g_bytes_ref (g_queue_peek_nth (&self->recent[side], n % self->recent[side].length));
  g_mutex_unlock (&self->mutex);

  return bytes;
}

/* Sends @side something that seems to come from the other. */
void
e2e_relay_inject (E2eRelay      *self,
                  guint          side,
                  const uint8_t *datagram,
                  gsize          length)
{
  struct sockaddr_in to;

  g_mutex_lock (&self->mutex);
  to = self->sides[side];
  g_mutex_unlock (&self->mutex);

  sendto (self->sockets[side], datagram, length, 0, (struct sockaddr *) &to, sizeof to);
}

E2eRelayInfo
e2e_relay_get_info (E2eRelay *self)
{
  E2eRelayInfo info;

  g_mutex_lock (&self->mutex);
  info = self->info;
  g_mutex_unlock (&self->mutex);

  return info;
}
