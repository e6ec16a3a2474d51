/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-discovery.h"

#include "chat-interface.h"

#include <glib/gi18n.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>

/* After a start or a change of the network, and then for ever. Milliseconds. */
static const guint burst[] = { 300, 700, 2000 };
#define INTERVAL 10000

/* Who is asked by everybody at once answers at a time of his own. */
#define ANSWER_SPREAD 100

/* An answer for each new run, but not for more of them than there can be people. */
#define ANSWERS_MAX 64

#define BEACONS_AT_ONCE 64

typedef struct
{
  GSocket *socket;   /* or NULL: .problem says why */
  GSource *source;
  char    *problem;
} Listener;

struct _ChatDiscovery
{
  /* Set once */
  ChatNode          *node;
  ChatDiscoveryFunc  func;
  gpointer           user_data;
  gboolean           has_bind;
  ChatAddress        bind;
  ChatBeacon         beacon;
  GMainContext      *context;

  Listener           v4;
  Listener           v6;
  GPtrArray         *interfaces;   /* ChatInterface, as they were last seen */
  GSource           *timer;
  guint              n_beacons;    /* since the last change */
  GArray            *answers;      /* ChatAddress: to whom they go when it is time */
  GSource           *answer_timer; /* or NULL */
  GNetworkMonitor   *monitor;

  guint64            n_sent;
  guint64            n_heard;      /* of others */
  gint64             last_heard;   /* or 0 */
  gint64             last_own;     /* when one of ours came back, or 0 */
};

/* --- sending --- */

/* Whether beacons go out by @interface to its @v4 or its IPv6 neighbours. */
static gboolean
uses (ChatDiscovery       *self,
      const ChatInterface *interface,
      gboolean             v4)
{
  if (!chat_interface_has (interface, v4))
    return FALSE;

  if (!self->has_bind)
    return TRUE;

  if (chat_address_is_v4 (&self->bind) != v4)
    return FALSE;

  /* All of 127.0.0.0/8 is the machine itself, though only one address is listed. */
  return chat_interface_has_address (interface, &self->bind) ||
         (interface->is_loopback && v4 && self->bind.ip[12] == 127);
}

static void
send_to_group (ChatDiscovery       *self,
               const ChatInterface *interface,
               const char          *group,
               const ChatBeacon    *beacon)
{
  g_autoptr (GSocketAddress) gio = g_inet_socket_address_new_from_string (group,
                                                                          CHAT_DISCOVERY_PORT);
  ChatAddress to;

  g_assert (chat_address_from_gio (&to, gio));
  if (!chat_address_is_v4 (&to))
    to.scope = interface->index;

  chat_node_send_beacon (self->node, &to, interface->index, beacon);
  self->n_sent++;
}

static void
send_by (ChatDiscovery       *self,
         const ChatInterface *interface,
         const ChatBeacon    *beacon)
{
  if (uses (self, interface, TRUE))
    {
      send_to_group (self, interface, CHAT_DISCOVERY_GROUP_4, beacon);

      /* There are networks that carry no multicast. */
      for (guint i = 0; i < interface->broadcasts->len; i++)
        {
          ChatAddress to = g_array_index (interface->broadcasts, ChatAddress, i);

          to.port = CHAT_DISCOVERY_PORT;
          chat_node_send_beacon (self->node, &to, interface->index, beacon);
          self->n_sent++;
        }
    }

  if (uses (self, interface, FALSE))
    send_to_group (self, interface, CHAT_DISCOVERY_GROUP_6, beacon);
}

/* --- listening --- */

/* FALSE when there is nothing more. */
static gboolean
receive_one (ChatDiscovery *self,
             int            fd)
{
  uint8_t datagram[sizeof (ChatWireBeacon) + 1];
  struct sockaddr_storage native;
  socklen_t native_length = sizeof native;
  ChatAddress from;
  ChatBeacon beacon;
  gssize length = recvfrom (fd, datagram, sizeof datagram, 0, (struct sockaddr *) &native,
                            &native_length);

  if (length < 0)
    return FALSE;

  if (chat_address_from_native (&from, (struct sockaddr *) &native, native_length) &&
      chat_beacon_decode (datagram, (gsize) length, &beacon))
    chat_discovery_receive (self, &from, &beacon);

  return TRUE;
}

/* Where there are many, so are their beacons: not each is worth to be woken. */
static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  for (guint i = 0; i < BEACONS_AT_ONCE && receive_one (user_data, g_socket_get_fd (socket)); i++)
    ;

  return G_SOURCE_CONTINUE;
}

static void
listener_open (Listener      *self,
               ChatDiscovery *discovery,
               GSocketFamily  family)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, CHAT_DISCOVERY_PORT);
  g_autoptr (GError) error = NULL;

  self->socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  if (self->socket != NULL && family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (self->socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);

  /* Several programs on one machine all listen at this port. */
  if (self->socket == NULL || !g_socket_bind (self->socket, address, TRUE, &error))
    {
      self->problem = g_strdup (error->message);
      g_clear_object (&self->socket);
      return;
    }

  g_socket_set_blocking (self->socket, FALSE);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), discovery, NULL);
  g_source_attach (self->source, discovery->context);
}

static void
listener_close (Listener *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);

  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->problem, g_free);
}

/* To join again where one is a member already does no harm. */
static void
join (ChatDiscovery *self)
{
  g_autoptr (GInetAddress) group4 = g_inet_address_new_from_string (CHAT_DISCOVERY_GROUP_4);
  g_autoptr (GInetAddress) group6 = g_inet_address_new_from_string (CHAT_DISCOVERY_GROUP_6);

  for (guint i = 0; i < self->interfaces->len; i++)
    {
      const ChatInterface *interface = self->interfaces->pdata[i];

      if (self->v4.socket != NULL && uses (self, interface, TRUE))
        g_socket_join_multicast_group (self->v4.socket, group4, FALSE, interface->name, NULL);
      if (self->v6.socket != NULL && uses (self, interface, FALSE))
        g_socket_join_multicast_group (self->v6.socket, group6, FALSE, interface->name, NULL);
    }
}

/* --- time --- */

static gboolean on_timer (gpointer user_data);

static void
clear_timer (GSource **timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);

  g_clear_pointer (timer, g_source_unref);
}

static void
set_timer (ChatDiscovery  *self,
           GSource       **timer,
           guint           wait,
           GSourceFunc     func)
{
  clear_timer (timer);
  *timer = g_timeout_source_new (wait);
  g_source_set_callback (*timer, func, self, NULL);
  g_source_attach (*timer, self->context);
}

static void
schedule (ChatDiscovery *self)
{
  guint wait = self->n_beacons <= G_N_ELEMENTS (burst) ? burst[self->n_beacons - 1] : INTERVAL;

  set_timer (self, &self->timer, wait, on_timer);
}

/* Looks at the interfaces again, because not every change of theirs is told. */
static void
look_around (ChatDiscovery *self)
{
  g_autoptr (GPtrArray) interfaces = chat_interface_list ();

  if (chat_interfaces_equal (self->interfaces, interfaces))
    return;

  g_clear_pointer (&self->interfaces, g_ptr_array_unref);
  self->interfaces = g_steal_pointer (&interfaces);
  self->n_beacons = 0;
  join (self);
}

static void
send_all (ChatDiscovery *self)
{
  ChatBeacon beacon = self->beacon;

  look_around (self);

  beacon.asks = self->n_beacons <= G_N_ELEMENTS (burst);
  for (guint i = 0; i < self->interfaces->len; i++)
    send_by (self, self->interfaces->pdata[i], &beacon);

  self->n_beacons = MIN (self->n_beacons + 1, G_N_ELEMENTS (burst) + 1);
  schedule (self);
}

static gboolean
on_timer (gpointer user_data)
{
  send_all (user_data);

  return G_SOURCE_REMOVE;
}

static void
on_network_changed (GNetworkMonitor *monitor,
                    gboolean         is_available,
                    gpointer         user_data)
{
  ChatDiscovery *self = user_data;

  self->n_beacons = 0;
  send_all (self);
}

/* --- answers --- */

static gboolean
on_answer_time (gpointer user_data)
{
  ChatDiscovery *self = user_data;
  ChatBeacon beacon = self->beacon;

  beacon.asks = FALSE;
  for (guint i = 0; i < self->answers->len; i++)
    chat_node_send_beacon (self->node, &g_array_index (self->answers, ChatAddress, i), 0, &beacon);

  self->n_sent += self->answers->len;
  g_array_set_size (self->answers, 0);
  g_clear_pointer (&self->answer_timer, g_source_unref);

  return G_SOURCE_REMOVE;
}

static void
plan_answer (ChatDiscovery     *self,
             const ChatAddress *to)
{
  /* The same beacon comes in several ways. */
  for (guint i = 0; i < self->answers->len; i++)
    if (chat_address_equal (&g_array_index (self->answers, ChatAddress, i), to))
      return;

  if (self->answers->len >= ANSWERS_MAX)
    return;

  g_array_append_val (self->answers, *to);
  if (self->answer_timer == NULL)
    set_timer (self, &self->answer_timer, randombytes_uniform (ANSWER_SPREAD), on_answer_time);
}

/* --- public --- */

/* Sends beacons through @node, and the first at once. Listens for others on a socket
 * of its own, while answers come to the node: give those to chat_discovery_receive().
 * @bind is what the node is bound to, or %NULL. */
ChatDiscovery *
chat_discovery_new (ChatNode          *node,
                    const char        *bind,
                    ChatDiscoveryFunc  func,
                    gpointer           user_data)
{
  ChatDiscovery *self = g_new0 (ChatDiscovery, 1);
  g_autoptr (GSocketAddress) gio = bind != NULL
                                   ? g_inet_socket_address_new_from_string (bind, 0) : NULL;

  self->node = node;
  self->func = func;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->has_bind = gio != NULL && chat_address_from_gio (&self->bind, gio);
  self->beacon.port = chat_node_get_port (node);
  randombytes_buf (self->beacon.run, sizeof self->beacon.run);
  self->answers = g_array_new (FALSE, FALSE, sizeof (ChatAddress));
  self->interfaces = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_interface_free);

  listener_open (&self->v4, self, G_SOCKET_FAMILY_IPV4);
  listener_open (&self->v6, self, G_SOCKET_FAMILY_IPV6);

  self->monitor = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);

  send_all (self);

  return self;
}

void
chat_discovery_free (ChatDiscovery *self)
{
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_object_unref (self->monitor);

  clear_timer (&self->timer);
  clear_timer (&self->answer_timer);
  g_array_unref (self->answers);
  listener_close (&self->v4);
  listener_close (&self->v6);
  g_ptr_array_unref (self->interfaces);
  g_main_context_unref (self->context);
  g_free (self);
}

void
chat_discovery_receive (ChatDiscovery     *self,
                        const ChatAddress *from,
                        const ChatBeacon  *beacon)
{
  ChatAddress address = *from;
  int order = memcmp (beacon->run, self->beacon.run, sizeof beacon->run);

  address.port = beacon->port;

  if (order == 0)
    {
      self->last_own = g_get_monotonic_time ();
      return;
    }

  self->n_heard++;
  self->last_heard = g_get_monotonic_time ();

  if (self->func (&address, beacon->run, order < 0, self->user_data) && beacon->asks)
    plan_answer (self, &address);
}

/* --- why? --- */

static void
explain_time (GString    *text,
              const char *what,
              gint64      time)
{
  if (time == 0)
    /* Translators: what did not happen yet, such as “last heard from ourselves” */
    g_string_append_printf (text, _("  %s: never\n"), what);
  else
    /* Translators: what happened, such as “last heard from ourselves”, and when */
    g_string_append_printf (text, _("  %s: %.1f s ago\n"), what,
                            (double) (g_get_monotonic_time () - time) / G_USEC_PER_SEC);
}

static void
explain_interface (ChatDiscovery       *self,
                   const ChatInterface *interface,
                   GString             *text)
{
  g_string_append_printf (text, "  %s:", interface->name);

  for (guint i = 0; i < interface->addresses->len; i++)
    {
      const ChatAddress *address = &g_array_index (interface->addresses, ChatAddress, i);
      g_autofree char *ip = chat_address_to_ip_string (address);

      g_string_append_printf (text, " %s", ip);
    }

  if (!uses (self, interface, TRUE) && !uses (self, interface, FALSE))
    g_string_append (text, _(" (not used: bound to another address)"));

  g_string_append_c (text, '\n');
}

/* Appends what was tried and what was heard, a line each. */
void
chat_discovery_explain (ChatDiscovery *self,
                        GString       *text)
{
  const Listener *listeners[] = { &self->v4, &self->v6 };

  g_string_append (text, _("beacons:\n"));

  for (guint i = 0; i < self->interfaces->len; i++)
    explain_interface (self, self->interfaces->pdata[i], text);

  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    if (listeners[i]->problem != NULL)
      /* Translators: “IPv4” or “IPv6”, a port, and the reason */
      g_string_append_printf (text, _("  cannot listen for %s beacons at port %u: %s\n"),
                              i == 0 ? "IPv4" : "IPv6", CHAT_DISCOVERY_PORT,
                              listeners[i]->problem);

  g_string_append_printf (text, _("  sent: %llu\n"), (unsigned long long) self->n_sent);
  explain_time (text, _("last heard from somebody else"), self->last_heard);
  explain_time (text, _("last heard from ourselves"), self->last_own);
}
