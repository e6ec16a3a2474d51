/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-endpoint.h"

#include "chat-wire.h"
#include "lanyard-common.h"

#define LAST_BATCHES 64

struct _ChatEndpoint
{
  /* Set once, before the threads start */
  ChatSockets        sockets;
  ChatEndpointFuncs  funcs;
  gpointer           user_data;
  GCancellable      *ended;
  LyEvent           *woken;
  GThread           *receiver;
  GThread           *sender;

  /* Only grow; any thread */
  gint64             n_received;
  gint64             n_sent;
  gint64             n_unsent;
};

static void
count (gint64 *counter,
       guint   n)
{
  __atomic_fetch_add (counter, n, __ATOMIC_RELAXED);
}

/* One batch, and then it is the other socket's turn. */
static void
receive_some (ChatEndpoint *self,
              ChatBatch    *batch,
              GSocket      *socket)
{
  chat_batch_receive (batch, socket);
  count (&self->n_received, batch->n);

  if (batch->n > 0)
    self->funcs.receive (batch, g_get_monotonic_time (), self->user_data);
}

static gpointer
run_receiver (gpointer user_data)
{
  ChatEndpoint *self = user_data;
  g_autoptr (ChatBatch) batch = chat_batch_new_to_receive ();
  GSocket *sockets[2] = { self->sockets.v4, self->sockets.v6 };
  GPollFD fds[3];
  guint n_fds = 0;

  g_assert (g_cancellable_make_pollfd (self->ended, &fds[n_fds++]));

  for (guint i = 0; i < G_N_ELEMENTS (sockets); i++)
    if (sockets[i] != NULL)
      fds[n_fds++] = (GPollFD) { .fd = g_socket_get_fd (sockets[i]), .events = G_IO_IN };

  while (!g_cancellable_is_cancelled (self->ended))
    {
      g_poll (fds, n_fds, -1);

      for (guint i = 0; i < G_N_ELEMENTS (sockets); i++)
        if (sockets[i] != NULL)
          receive_some (self, batch, sockets[i]);
    }

  g_cancellable_release_fd (self->ended);

  return NULL;
}

/* Sends a batch, if there is anything to send. Returns how long there will be nothing
 * more, or -1; 0 if there may be more now. */
static gint64
send_some (ChatEndpoint *self,
           ChatBatch    *batch)
{
  gint64 again = self->funcs.send (batch, g_get_monotonic_time (), self->user_data);
  gboolean is_full = chat_batch_reserve (batch, CHAT_DATAGRAM_BASE) == NULL;
  guint n = batch->n;

  if (n > 0)
    {
      guint n_unsent = chat_batch_send (batch, &self->sockets, self->ended);

      count (&self->n_sent, n - n_unsent);
      count (&self->n_unsent, n_unsent);
    }

  if (is_full)
    return 0;

  return again < 0 ? -1 : MAX (again - g_get_monotonic_time (), 0);
}

static gpointer
run_sender (gpointer user_data)
{
  ChatEndpoint *self = user_data;
  g_autoptr (ChatBatch) batch = chat_batch_new_to_send ();

  while (!g_cancellable_is_cancelled (self->ended))
    {
      gint64 wait = send_some (self, batch);

      if (wait != 0)
        ly_event_wait (self->woken, wait);
    }

  /* What was asked for before the end, good-byes above all, is still sent. */
  for (guint i = 0; i < LAST_BATCHES && send_some (self, batch) == 0; i++)
    ;

  return NULL;
}

/* Opens the sockets, see chat_sockets_open(). @funcs are called from
 * chat_endpoint_start() on. */
ChatEndpoint *
chat_endpoint_new (const char               *bind,
                   uint16_t                  port,
                   const ChatEndpointFuncs  *funcs,
                   gpointer                  user_data,
                   GError                  **error)
{
  g_auto (ChatSockets) sockets = { NULL };
  ChatEndpoint *self;

  if (!chat_sockets_open (&sockets, bind, port, error))
    return NULL;

  self = g_new0 (ChatEndpoint, 1);
  self->sockets = sockets;
  sockets = (ChatSockets) { NULL };
  self->funcs = *funcs;
  self->user_data = user_data;
  self->ended = g_cancellable_new ();
  self->woken = ly_event_new_auto_reset ();

  return self;
}

void
chat_endpoint_start (ChatEndpoint *self)
{
  g_assert (self->receiver == NULL);

  self->receiver = g_thread_new ("chat-receive", run_receiver, self);
  self->sender = g_thread_new ("chat-send", run_sender, self);
}

/* Ends both threads and waits for them. */
void
chat_endpoint_free (ChatEndpoint *self)
{
  g_cancellable_cancel (self->ended);
  ly_event_set (self->woken);

  g_clear_pointer (&self->receiver, g_thread_join);
  g_clear_pointer (&self->sender, g_thread_join);

  chat_sockets_close (&self->sockets);
  g_object_unref (self->ended);
  g_object_unref (self->woken);
  g_free (self);
}

/* There is something to send, or another time to be asked at. May be called from any
 * thread. */
void
chat_endpoint_wake (ChatEndpoint *self)
{
  ly_event_set (self->woken);
}

uint16_t
chat_endpoint_get_port (const ChatEndpoint *self)
{
  return self->sockets.port;
}

gboolean
chat_endpoint_has (const ChatEndpoint *self,
                   GSocketFamily       family)
{
  return (family == G_SOCKET_FAMILY_IPV6 ? self->sockets.v6 : self->sockets.v4) != NULL;
}

void
chat_endpoint_get_info (ChatEndpoint     *self,
                        ChatEndpointInfo *info)
{
  info->n_received = (guint64) __atomic_load_n (&self->n_received, __ATOMIC_RELAXED);
  info->n_sent = (guint64) __atomic_load_n (&self->n_sent, __ATOMIC_RELAXED);
  info->n_unsent = (guint64) __atomic_load_n (&self->n_unsent, __ATOMIC_RELAXED);
}
