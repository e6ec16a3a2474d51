/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-sockets.h"

#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

/* Room for what arrives while the receiving thread is not running. The system gives
 * what its own limit allows. */
#define BUFFER_SIZE (4 * 1024 * 1024)

/* A port that is free for one family may be taken for the other. */
#define PORT_TRIES 16

GSocketAddress *
chat_address_to_gio (const ChatAddress *self)
{
  struct sockaddr_storage native;
  gsize length = chat_address_to_native (self, &native);

  return g_socket_address_new_from_native (&native, length);
}

gboolean
chat_address_from_gio (ChatAddress    *self,
                       GSocketAddress *address)
{
  struct sockaddr_storage native;
  gssize length = g_socket_address_get_native_size (address);

  return length > 0 && (gsize) length <= sizeof native &&
         g_socket_address_to_native (address, &native, sizeof native, NULL) &&
         chat_address_from_native (self, (struct sockaddr *) &native, (gsize) length);
}

/* What makes it faster or more careful where the system knows it. */
static void
tune (GSocket *socket)
{
  gboolean is_v6 = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_broadcast (socket, !is_v6);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, BUFFER_SIZE, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, BUFFER_SIZE, NULL);

  if (is_v6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);

  /* IP must never split a datagram: one lost piece would lose them all. */
#ifdef IP_PMTUDISC_PROBE
  if (is_v6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, NULL);
  else
    g_socket_set_option (socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, NULL);
#endif

#if !LY_PORTABLE && defined (UDP_GRO)
  g_socket_set_option (socket, SOL_UDP, UDP_GRO, 1, NULL);
#endif
}

static GSocket *
open_one (GInetAddress  *ip,
          uint16_t       port,
          GError       **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (ip, port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (ip),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP,
                                             error);
  g_autofree char *text = NULL;

  if (socket == NULL)
    return NULL;

  tune (socket);

  if (g_socket_bind (socket, address, FALSE, error))
    return g_steal_pointer (&socket);

  text = g_inet_address_to_string (ip);
  /* Translators: an IP address; the reason follows */
  g_prefix_error (error, _("cannot listen at %s, port %u: "), text, port);

  return NULL;
}

static uint16_t
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return address != NULL
         ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

static gboolean
open_at (ChatSockets   *self,
         const char    *bind,
         uint16_t       port,
         GError       **error)
{
  g_autoptr (GInetAddress) ip = g_inet_address_new_from_string (bind);
  GSocket **socket;

  if (ip == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is not an IP address"), bind);
      return FALSE;
    }

  socket = g_inet_address_get_family (ip) == G_SOCKET_FAMILY_IPV6 ? &self->v6 : &self->v4;
  *socket = open_one (ip, port, error);

  return *socket != NULL;
}

/* At all addresses of both families. A machine without IPv6 does without. */
static gboolean
open_at_any (ChatSockets   *self,
             uint16_t       port,
             GError       **error)
{
  g_autoptr (GInetAddress) any4 = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GInetAddress) any6 = g_inet_address_new_any (G_SOCKET_FAMILY_IPV6);

  for (guint i = 0; i < PORT_TRIES; i++)
    {
      g_autoptr (GError) local_error = NULL;

      self->v4 = open_one (any4, port, error);
      if (self->v4 == NULL)
        return FALSE;

      self->v6 = open_one (any6, get_port (self->v4), &local_error);
      if (self->v6 != NULL || !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        return TRUE;

      g_clear_object (&self->v4);

      if (port != 0 || i == PORT_TRIES - 1)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }

  return FALSE;
}

/* Opens the sockets at the address @bind, or at all if that is %NULL. A @port of 0
 * is one that the system chooses. */
gboolean
chat_sockets_open (ChatSockets  *self,
                   const char   *bind,
                   uint16_t      port,
                   GError      **error)
{
  *self = (ChatSockets) { .can_segment = !LY_PORTABLE };

  if (bind != NULL ? !open_at (self, bind, port, error) : !open_at_any (self, port, error))
    return FALSE;

  self->port = get_port (self->v4 != NULL ? self->v4 : self->v6);

  if (bind != NULL && self->v4 != NULL)
    {
      g_autoptr (GInetAddress) ip = g_inet_address_new_from_string (bind);

      memcpy (self->source, g_inet_address_to_bytes (ip), sizeof self->source);
    }

  return TRUE;
}

void
chat_sockets_close (ChatSockets *self)
{
  g_clear_object (&self->v4);
  g_clear_object (&self->v6);
}

/* The socket that reaches @to, or NULL if there is none of its family. */
GSocket *
chat_sockets_get_for (const ChatSockets *self,
                      const ChatAddress *to)
{
  return chat_address_is_v4 (to) ? self->v4 : self->v6;
}

/* By which interface the next multicast datagrams go out. */
void
chat_sockets_choose_interface (ChatSockets       *self,
                               const ChatAddress *to,
                               guint              interface)
{
  if (!chat_address_is_v4 (to))
    {
      g_socket_set_option (self->v6, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int) interface, NULL);
    }
  else
    {
      struct ip_mreqn request = { .imr_ifindex = (int) interface };

      setsockopt (g_socket_get_fd (self->v4), IPPROTO_IP, IP_MULTICAST_IF, &request,
                  sizeof request);
    }
}
