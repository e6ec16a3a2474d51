/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-stranger.h"

#include "e2e-run.h"

void
e2e_stranger_init (E2eStranger *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) mine = NULL;
  g_autoptr (GError) error = NULL;

  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                               G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (self->socket, E2E_PATIENCE / G_USEC_PER_SEC);
  g_socket_bind (self->socket, any, FALSE, &error);
  g_assert_no_error (error);
  mine = g_socket_get_local_address (self->socket, &error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (mine));
}

void
e2e_stranger_clear (E2eStranger *self)
{
  g_clear_object (&self->socket);
}

void
e2e_stranger_say (E2eStranger *self,
                  guint        port,
                  const char  *bytes,
                  gsize        length)
{
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;

  g_socket_send_to (self->socket, to, bytes, length, NULL, &error);
  g_assert_no_error (error);
}

void
e2e_stranger_assert_hears (E2eStranger *self,
                           const char  *bytes,
                           gsize        length)
{
  g_autofree char *buffer = g_malloc (65536);
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (self->socket, buffer, 65536, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, (gsize) n, bytes, length);
}
