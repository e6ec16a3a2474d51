/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-batch.h"

#include "chat-wire.h"

void
chat_batch_receive (ChatBatch *self,
                    GSocket   *socket)
{
  self->n = 0;
  self->used = 0;

  while (self->n < self->n_max && self->size - self->used > CHAT_DATAGRAM_MAX)
    {
      g_autoptr (GSocketAddress) from = NULL;
      ChatDatagram *datagram = &self->datagrams[self->n];
      gssize length;

      datagram->bytes = self->arena + self->used;
      length = g_socket_receive_from (socket, &from, (char *) datagram->bytes,
                                      CHAT_DATAGRAM_MAX + 1, NULL, NULL);
      if (length < 0)
        return;

      if (from == NULL || length > CHAT_DATAGRAM_MAX ||
          !chat_address_from_gio (&datagram->address, from))
        continue;

      datagram->interface = 0;
      datagram->length = (gsize) length;
      self->used += (gsize) length;
      self->n++;
    }
}

static gboolean
send_one (const ChatDatagram *datagram,
          ChatSockets        *sockets,
          GCancellable       *cancellable)
{
  GSocket *socket = chat_sockets_get_for (sockets, &datagram->address);
  g_autoptr (GSocketAddress) to = chat_address_to_gio (&datagram->address);
  g_autoptr (GError) error = NULL;

  if (socket == NULL)
    return FALSE;

  if (datagram->interface != 0)
    chat_sockets_choose_interface (sockets, &datagram->address, datagram->interface);

  while (g_socket_send_to (socket, to, (const char *) datagram->bytes, datagram->length, NULL,
                           &error) < 0)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
          !g_socket_condition_wait (socket, G_IO_OUT, cancellable, NULL))
        return FALSE;

      g_clear_error (&error);
    }

  return TRUE;
}

guint
chat_batch_send (ChatBatch    *self,
                 ChatSockets  *sockets,
                 GCancellable *cancellable)
{
  guint n_dropped = 0;

  for (guint i = 0; i < self->n; i++)
    if (!send_one (&self->datagrams[i], sockets, cancellable))
      n_dropped++;

  self->n = 0;
  self->used = 0;

  return n_dropped;
}
