/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-chat.h"
#include "chat-batch.h"
#include "chat-noise-cipher.h"
#include "chat-wire.h"

#include <string.h>

/* What two threads could do at best: one seals datagrams and sends them by the batch,
 * the other receives and opens them. What gets lost on the way does not count. */

#define TOTAL (256u * 1024 * 1024)
#define PLAIN (CHAT_DATAGRAM_BASE - CHAT_WIRE_DATA_OVERHEAD)

/* When nothing has come for so long after the last was sent, nothing will. */
#define QUIET_MS 50

static const uint8_t key[CHAT_NOISE_KEY_SIZE] = "a key";

typedef struct
{
  ChatSockets  from;
  ChatSockets  to;
  ChatAddress  address;
  int          is_sent;
  guint64      n_opened;
  gint64       begin;
  gint64       end;
} Probe;

static void
fill (ChatBatch         *batch,
      const ChatAddress *to,
      uint64_t          *number)
{
  uint8_t *bytes;

  while ((bytes = chat_batch_reserve (batch, CHAT_DATAGRAM_BASE)) != NULL)
    {
      ChatWireData header = { .receiver = { 0 } };

      chat_wire_set_header (&header.header, CHAT_WIRE_DATA);
      chat_wire_set_u64 (header.number, *number);
      memcpy (bytes, &header, sizeof header);
      chat_noise_aead_seal (key, (*number)++, bytes, sizeof header, bytes + sizeof header, PLAIN,
                            bytes + sizeof header);
      chat_batch_add (batch, to, 0, CHAT_DATAGRAM_BASE);
    }
}

static gpointer
run_sender (gpointer user_data)
{
  Probe *probe = user_data;
  g_autoptr (ChatBatch) batch = chat_batch_new_to_send ();
  uint64_t number = 0;

  while (number * PLAIN < TOTAL)
    {
      fill (batch, &probe->address, &number);
      chat_batch_send (batch, &probe->from, NULL);
    }

  g_atomic_int_set (&probe->is_sent, TRUE);

  return NULL;
}

static guint
open_all (const ChatBatch *batch)
{
  guint n = 0;

  for (guint i = 0; i < batch->n; i++)
    {
      uint8_t *bytes = batch->datagrams[i].bytes;
      ChatWireData header;

      memcpy (&header, bytes, sizeof header);
      n += chat_noise_aead_open (key, chat_wire_get_u64 (header.number), bytes, sizeof header,
                                 bytes + sizeof header,
                                 batch->datagrams[i].length - sizeof header,
                                 bytes + sizeof header);
    }

  return n;
}

static void
receive (Probe *probe)
{
  g_autoptr (ChatBatch) batch = chat_batch_new_to_receive ();
  GPollFD fd = { .fd = g_socket_get_fd (probe->to.v4), .events = G_IO_IN };

  while (g_poll (&fd, 1, QUIET_MS) > 0 || !g_atomic_int_get (&probe->is_sent))
    {
      chat_batch_receive (batch, probe->to.v4);
      if (probe->begin == 0 && batch->n > 0)
        probe->begin = g_get_monotonic_time ();

      probe->n_opened += open_all (batch);
      if (batch->n > 0)
        probe->end = g_get_monotonic_time ();
    }
}

double
bench_chat_ceiling (gconstpointer data)
{
  Probe probe = { .begin = 0 };
  g_autoptr (GSocketAddress) gio = NULL;
  g_autoptr (GError) error = NULL;
  GThread *sender;

  if (!chat_sockets_open (&probe.from, "127.0.0.1", 0, &error) ||
      !chat_sockets_open (&probe.to, "127.0.0.1", 0, &error))
    g_error ("%s", error->message);

  gio = g_socket_get_local_address (probe.to.v4, NULL);
  if (!chat_address_from_gio (&probe.address, gio))
    g_assert_not_reached ();

  sender = g_thread_new ("send", run_sender, &probe);
  receive (&probe);
  g_thread_join (sender);

  chat_sockets_close (&probe.from);
  chat_sockets_close (&probe.to);

  return (double) probe.n_opened * PLAIN * 8 / 1e3 / (double) (probe.end - probe.begin);
}
