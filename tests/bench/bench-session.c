/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "chat-handshake.h"

#include <sodium.h>
#include <string.h>

/* What sessions cost beside the bare cipher, and what a handshake costs the side that
 * answers. Processor time, in one thread; no datagram leaves the program. */

#define N_RUNS       21
#define N_DATAGRAMS  5000
#define N_HANDSHAKES 500
#define SIZE         1200

static const uint8_t key[CHAT_NOISE_KEY_SIZE] = "a key";

static ChatSession *
make_session (gboolean receiver)
{
  ChatSessionKeys keys = { .local_index = receiver, .remote_index = !receiver };

  memcpy (keys.send, key, sizeof key);
  memcpy (keys.receive, key, sizeof key);

  return chat_session_new (key, &keys, 0);
}

static double
to_rate (double nanoseconds)
{
  return N_DATAGRAMS * (double) SIZE / nanoseconds * 1e3;
}

static double
measure_seal (gconstpointer data)
{
  g_autoptr (ChatSession) session = make_session (FALSE);
  uint8_t datagram[SIZE] = { 0 };
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_DATAGRAMS; i++)
    if (chat_session_seal (session, 0, chat_session_take_number (session), datagram,
                           SIZE - CHAT_WIRE_DATA_OVERHEAD, SIZE) != SIZE)
      g_assert_not_reached ();

  return to_rate (bench_get_cpu () - begin);
}

static double
measure_bare_seal (gconstpointer data)
{
  uint8_t datagram[SIZE] = { 0 };
  uint8_t nonce[12] = { 0 };
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      nonce[0] = (uint8_t) i;
      crypto_aead_chacha20poly1305_ietf_encrypt (datagram + 16, NULL, datagram + 16, SIZE - 32,
                                                 datagram, 16, NULL, nonce, key);
    }

  return to_rate (bench_get_cpu () - begin);
}

static uint8_t *
make_sealed (void)
{
  g_autoptr (ChatSession) session = make_session (FALSE);
  uint8_t *datagrams = g_malloc0 (N_DATAGRAMS * SIZE);

  for (guint i = 0; i < N_DATAGRAMS; i++)
    if (chat_session_seal (session, 0, chat_session_take_number (session), datagrams + i * SIZE,
                           SIZE - CHAT_WIRE_DATA_OVERHEAD, SIZE) != SIZE)
      g_assert_not_reached ();

  return datagrams;
}

static double
measure_open (gconstpointer data)
{
  g_autoptr (ChatSession) session = make_session (TRUE);
  g_autofree uint8_t *datagrams = make_sealed ();
  double begin = bench_get_cpu ();
  ChatOpened opened;

  for (guint i = 0; i < N_DATAGRAMS; i++)
    if (!chat_session_open (session, 0, datagrams + i * SIZE, SIZE, &opened))
      g_assert_not_reached ();

  return to_rate (bench_get_cpu () - begin);
}

static double
measure_bare_open (gconstpointer data)
{
  g_autofree uint8_t *datagrams = make_sealed ();
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      uint8_t *datagram = datagrams + i * SIZE;
      uint8_t nonce[12] = { 0 };

      chat_wire_set_u64 (nonce + 4, i);
      if (crypto_aead_chacha20poly1305_ietf_decrypt (datagram + 16, NULL, NULL, datagram + 16,
                                                     SIZE - 16, datagram, 16, nonce, key) != 0)
        g_assert_not_reached ();
    }

  return to_rate (bench_get_cpu () - begin);
}

/* Gives @to what @from has to send. */
static gboolean
deliver (ChatHandshake     *from,
         ChatHandshake     *to,
         const ChatAddress *address)
{
  uint8_t datagram[CHAT_DATAGRAM_BASE];
  ChatAddress target;
  gsize length = chat_handshake_next_datagram (from, &target, datagram);

  if (length > 0)
    chat_handshake_receive (to, 0, address, datagram, length);

  return length > 0;
}

/* Only what the responder does is counted. */
static double
measure_handshakes (gconstpointer data)
{
  ChatHandshakeLimits limits = { .unproven_rate = 1000000, .unproven_burst = 1000000 };
  g_autoptr (ChatIdentity) responder_identity = chat_identity_new ();
  ChatHandshake *responder = chat_handshake_new (responder_identity, &limits);
  ChatAddress address = { .port = 1 };
  double time = 0;

  for (guint i = 0; i < N_HANDSHAKES; i++)
    {
      g_autoptr (ChatIdentity) identity = chat_identity_new ();
      ChatHandshake *initiator = chat_handshake_new (identity, NULL);
      g_auto (ChatHandshakeEvent) event = { 0 };

      chat_handshake_start (initiator, 0, &address, NULL);
      for (guint j = 0; j < 2; j++)
        {
          double begin = bench_get_cpu ();

          if (!deliver (initiator, responder, &address))
            g_assert_not_reached ();
          time += bench_get_cpu () - begin;
          if (!deliver (responder, initiator, &address))
            g_assert_not_reached ();
        }
      if (!chat_handshake_next_event (responder, &event))
        g_assert_not_reached ();
      g_assert (event.type == CHAT_HANDSHAKE_ESTABLISHED);
      chat_handshake_free (initiator);
    }
  chat_handshake_free (responder);

  return N_HANDSHAKES / time * 1e9;
}

/* What the pattern takes: a key pair and three shared secrets. */
static double
measure_bare_handshakes (gconstpointer data)
{
  uint8_t secret[CHAT_NOISE_KEY_SIZE];
  uint8_t public[CHAT_NOISE_KEY_SIZE];
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_HANDSHAKES; i++)
    {
      randombytes_buf (secret, sizeof secret);
      crypto_scalarmult_base (public, secret);
      for (guint j = 0; j < 3; j++)
        if (crypto_scalarmult (public, secret, public) != 0)
          g_assert_not_reached ();
    }

  return N_HANDSHAKES / (bench_get_cpu () - begin) * 1e9;
}

int
main (void)
{
  const BenchCase cases[] = {
    { .name = "seal 1200 bytes", .unit = "MB/s", .measure = measure_seal,
      .rival = "bare cipher", .measure_rival = measure_bare_seal, .ratio_goal = 0.9 },
    { .name = "open 1200 bytes", .unit = "MB/s", .measure = measure_open,
      .rival = "bare cipher", .measure_rival = measure_bare_open, .ratio_goal = 0.9 },
    { .name = "handshakes answered", .unit = "/s", .measure = measure_handshakes,
      .rival = "bare X25519", .measure_rival = measure_bare_handshakes, .goal = 5000 },
  };

  if (sodium_init () < 0)
    return 1;

  bench_run ("Sealing and handshakes", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
