/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-relay.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long it takes from giving the command to send until the event that it was
 * delivered, which is stored by the other side. The figures are told; what is asserted
 * is far beyond them, because a machine may be busy. */

#define LOOSE (5 * G_USEC_PER_SEC)

typedef struct
{
  E2eTemp *temp;
  E2eChat *anna;
  E2eChat *bert;
} Pair;

static void
pair_init (Pair     *self,
           E2eRelay *relay)
{
  g_autofree char *address = NULL;

  self->temp = e2e_temp_new ();
  self->anna = e2e_chat_new (self->temp, "Anna");
  self->bert = e2e_chat_new (self->temp, "Bert");
  e2e_chat_start (self->anna);
  e2e_chat_start (self->bert);
  if (relay == NULL)
    {
      e2e_chat_meet (self->anna, self->bert);
      return;
    }

  e2e_relay_set_side (relay, 0, self->anna);
  e2e_relay_set_side (relay, 1, self->bert);
  address = e2e_relay_get_address (relay, 0);
  e2e_chat_connect (self->anna, address);
}

static void
pair_clear (Pair *self)
{
  e2e_chat_free (self->anna);
  e2e_chat_free (self->bert);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* One after the other, so that none helps another that was lost. */
static void
measure (Pair       *pair,
         guint       n,
         const char *what)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *tag = g_strdup_printf ("%u", i);
      gint64 time = g_get_monotonic_time ();

      e2e_chat_command (pair->anna, "send", "to", pair->bert->fingerprint, "text", tag, "tag", tag,
                        NULL);
      e2e_chat_expect (pair->anna, "state", "state", "delivered", "tag", tag, NULL);
      time = g_get_monotonic_time () - time;
      g_array_append_val (times, time);
      g_ptr_array_set_size (pair->anna->events, 0);
      g_ptr_array_set_size (pair->bert->events, 0);
    }

  g_test_message ("%s: median %.2f ms, p99 %.2f ms, longest %.2f ms", what,
                  (double) e2e_get_percentile (times, 50) / 1000,
                  (double) e2e_get_percentile (times, 99) / 1000,
                  (double) e2e_get_percentile (times, 100) / 1000);
  g_assert_cmpint (e2e_get_percentile (times, 99), <, LOOSE);
}

static void
test_loopback (void)
{
  g_auto (Pair) pair = { NULL };

  pair_init (&pair, NULL);
  measure (&pair, g_test_slow () ? 5000 : 500, "loopback");
}

static void
test_lossy (void)
{
  g_auto (Pair) pair = { NULL };
  g_autoptr (E2eRelay) relay = e2e_relay_new (10, 10);

  pair_init (&pair, relay);
  measure (&pair, g_test_slow () ? 2000 : 200, "10 % lost each way, 1 ms of delay");
}

/* --- a flood --- */

#define N_SOURCES  64
#define FLOOD_RATE 50000
#define FLOOD_SLOT (G_USEC_PER_SEC / 1000)

/* Datagrams that look like the beginning of a handshake, from many addresses. */
typedef struct
{
  GThread            *thread;
  int                 sockets[N_SOURCES];
  struct sockaddr_in  to;
  gint                ends;       /* atomic */
  guint64             n_sent;
} Flood;

/* An initiation has this header, and 1200 bytes; all the rest is made up. */
static void
make_initiation (GRand   *rand,
                 uint8_t  datagram[1200])
{
  static const uint8_t header[] = { 0x4c, 0x79, 1, 1 };

  for (guint i = 0; i < 1200; i += 4)
    {
      guint32 word = g_rand_int (rand);

      memcpy (datagram + i, &word, 4);
    }

  memcpy (datagram, header, sizeof header);
  memset (datagram + 1184, 0, 16);
}

static gpointer
run_flood (gpointer data)
{
  Flood *self = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (50000);
  gint64 begin = g_get_monotonic_time ();
  uint8_t datagram[1200];

  make_initiation (rand, datagram);
  while (!g_atomic_int_get (&self->ends))
    {
      guint64 due = (guint64) (g_get_monotonic_time () - begin) * FLOOD_RATE / G_USEC_PER_SEC;
      gint64 next = g_get_monotonic_time () + FLOOD_SLOT;

      for (; self->n_sent < due; self->n_sent++)
        {
          guint32 word = g_rand_int (rand);

          /* Another index and another key each time. */
          memcpy (datagram + 4, &word, 4);
          memcpy (datagram + 8 + self->n_sent % 7 * 4, &word, 4);
          sendto (self->sockets[self->n_sent % N_SOURCES], datagram, sizeof datagram, 0,
                  (struct sockaddr *) &self->to, sizeof self->to);
        }

      while (g_get_monotonic_time () < next && !g_atomic_int_get (&self->ends))
        g_thread_yield ();
    }

  return NULL;
}

static void
flood_begin (Flood   *self,
             E2eChat *victim)
{
  self->to = (struct sockaddr_in) {
    .sin_family = AF_INET, .sin_port = htons ((uint16_t) victim->port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };

  for (guint i = 0; i < N_SOURCES; i++)
    {
      struct sockaddr_in from = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK + 256 * (i + 1))
      };

      self->sockets[i] = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      g_assert_no_errno (bind (self->sockets[i], (struct sockaddr *) &from, sizeof from));
    }

  self->thread = g_thread_new ("flood", run_flood, self);
}

static void
flood_end (Flood *self)
{
  g_atomic_int_set (&self->ends, 1);
  g_thread_join (self->thread);
  for (guint i = 0; i < N_SOURCES; i++)
    close (self->sockets[i]);
}

static void
test_flood (void)
{
  g_auto (Pair) pair = { NULL };
  Flood flood = { NULL };
  gint64 time;

  pair_init (&pair, NULL);
  measure (&pair, 500, "before the flood");
  time = g_get_monotonic_time ();
  flood_begin (&flood, pair.bert);
  measure (&pair, 2000, "in the flood");
  flood_end (&flood);
  time = g_get_monotonic_time () - time;
  g_test_message ("%" G_GUINT64_FORMAT " bogus initiations in %.1f s: %.0f a second", flood.n_sent,
                  (double) time / G_USEC_PER_SEC,
                  (double) flood.n_sent * G_USEC_PER_SEC / (double) time);
  measure (&pair, 500, "after the flood");
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("latency/loopback", test_loopback);
  e2e_chat_add ("latency/lossy", test_lossy);
  if (g_test_slow ())
    e2e_chat_add ("latency/flood", test_flood);

  return g_test_run ();
}
