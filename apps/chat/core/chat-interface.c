/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-interface.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

void
chat_interface_free (ChatInterface *self)
{
  g_free (self->name);
  g_array_unref (self->addresses);
  g_array_unref (self->broadcasts);
  g_free (self);
}

static ChatInterface *
ensure (GPtrArray            *interfaces,
        const struct ifaddrs *entry)
{
  ChatInterface *self;

  for (guint i = 0; i < interfaces->len; i++)
    {
      self = interfaces->pdata[i];
      if (g_str_equal (self->name, entry->ifa_name))
        return self;
    }

  self = g_new0 (ChatInterface, 1);
  self->name = g_strdup (entry->ifa_name);
  self->index = if_nametoindex (entry->ifa_name);
  self->is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
  self->addresses = g_array_new (FALSE, FALSE, sizeof (ChatAddress));
  self->broadcasts = g_array_new (FALSE, FALSE, sizeof (ChatAddress));
  g_ptr_array_add (interfaces, self);

  return self;
}

static gsize
get_length (const struct sockaddr *native)
{
  return native->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                       : sizeof (struct sockaddr_in);
}

/* Of loopback networks no broadcast address is told, but there is one. */
static void
add_broadcast (ChatInterface        *self,
               const struct ifaddrs *entry,
               const ChatAddress    *address)
{
  ChatAddress mask;
  ChatAddress broadcast = *address;

  if (!chat_address_is_v4 (address) || entry->ifa_netmask == NULL ||
      !chat_address_from_native (&mask, entry->ifa_netmask, sizeof (struct sockaddr_in)))
    return;

  for (guint i = 12; i < sizeof broadcast.ip; i++)
    broadcast.ip[i] |= (uint8_t) ~mask.ip[i];

  /* A network of one address has nobody else in it. */
  if (!chat_address_equal (&broadcast, address))
    g_array_append_val (self->broadcasts, broadcast);
}

/* Those that are up and have an address: ChatInterface, in the system's order. */
GPtrArray *
chat_interface_list (void)
{
  GPtrArray *interfaces = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_interface_free);
  struct ifaddrs *entries = NULL;

  if (getifaddrs (&entries) != 0)
    return interfaces;

  for (struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next)
    {
      ChatInterface *interface;
      ChatAddress address;

      if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_UP) == 0 ||
          !chat_address_from_native (&address, entry->ifa_addr, get_length (entry->ifa_addr)))
        continue;

      interface = ensure (interfaces, entry);
      g_array_append_val (interface->addresses, address);
      add_broadcast (interface, entry, &address);
    }

  freeifaddrs (entries);

  return interfaces;
}

gboolean
chat_interface_has (const ChatInterface *self,
                    gboolean             v4)
{
  for (guint i = 0; i < self->addresses->len; i++)
    if (chat_address_is_v4 (&g_array_index (self->addresses, ChatAddress, i)) == v4)
      return TRUE;

  return FALSE;
}

/* Whether @address, whatever its port, is one of the interface's own. */
gboolean
chat_interface_has_address (const ChatInterface *self,
                            const ChatAddress   *address)
{
  for (guint i = 0; i < self->addresses->len; i++)
    if (memcmp (g_array_index (self->addresses, ChatAddress, i).ip, address->ip,
                sizeof address->ip) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
interfaces_equal (const ChatInterface *one,
                  const ChatInterface *other)
{
  if (one->index != other->index || one->addresses->len != other->addresses->len)
    return FALSE;

  for (guint i = 0; i < one->addresses->len; i++)
    if (!chat_address_equal (&g_array_index (one->addresses, ChatAddress, i),
                             &g_array_index (other->addresses, ChatAddress, i)))
      return FALSE;

  return TRUE;
}

gboolean
chat_interfaces_equal (GPtrArray *one,
                       GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;

  for (guint i = 0; i < one->len; i++)
    if (!interfaces_equal (one->pdata[i], other->pdata[i]))
      return FALSE;

  return TRUE;
}
