/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t v4_prefix[12] = { [10] = 0xff, [11] = 0xff };

/* Fails on what is neither IPv4 nor IPv6. */
gboolean
chat_address_from_native (ChatAddress           *self,
                          const struct sockaddr *native,
                          gsize                  length)
{
  memset (self, 0, sizeof *self);

  if (length >= sizeof (struct sockaddr_in) && native->sa_family == AF_INET)
    {
      struct sockaddr_in in;

      memcpy (&in, native, sizeof in);
      memcpy (self->ip, v4_prefix, sizeof v4_prefix);
      memcpy (self->ip + sizeof v4_prefix, &in.sin_addr, sizeof in.sin_addr);
      self->port = ntohs (in.sin_port);

      return TRUE;
    }

  if (length >= sizeof (struct sockaddr_in6) && native->sa_family == AF_INET6)
    {
      struct sockaddr_in6 in6;

      memcpy (&in6, native, sizeof in6);
      memcpy (self->ip, &in6.sin6_addr, sizeof self->ip);
      self->port = ntohs (in6.sin6_port);
      if (IN6_IS_ADDR_LINKLOCAL (&in6.sin6_addr))
        self->scope = in6.sin6_scope_id;

      return TRUE;
    }

  return FALSE;
}

/* Returns the length of what was written to @native. */
gsize
chat_address_to_native (const ChatAddress       *self,
                        struct sockaddr_storage *native)
{
  memset (native, 0, sizeof *native);

  if (chat_address_is_v4 (self))
    {
      struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (self->port) };

      memcpy (&in.sin_addr, self->ip + sizeof v4_prefix, sizeof in.sin_addr);
      memcpy (native, &in, sizeof in);

      return sizeof in;
    }
  else
    {
      struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons (self->port),
                                  .sin6_scope_id = self->scope };

      memcpy (&in6.sin6_addr, self->ip, sizeof self->ip);
      memcpy (native, &in6, sizeof in6);

      return sizeof in6;
    }
}

gboolean
chat_address_is_v4 (const ChatAddress *self)
{
  return memcmp (self->ip, v4_prefix, sizeof v4_prefix) == 0;
}

gboolean
chat_address_equal (const ChatAddress *self,
                    const ChatAddress *other)
{
  return memcmp (self->ip, other->ip, sizeof self->ip) == 0 &&
         self->scope == other->scope && self->port == other->port;
}

/* For tables whose entries no stranger chooses. */
guint
chat_address_hash (const ChatAddress *self)
{
  guint32 words[4];

  memcpy (words, self->ip, sizeof words);

  return ((words[0] ^ words[1]) * 31 + (words[2] ^ words[3])) * 31 +
         (self->scope ^ (guint32) self->port << 16);
}

/* "192.0.2.7" or "fe80::1%2". */
char *
chat_address_to_ip_string (const ChatAddress *self)
{
  char text[INET6_ADDRSTRLEN];

  if (chat_address_is_v4 (self))
    inet_ntop (AF_INET, self->ip + sizeof v4_prefix, text, sizeof text);
  else
    inet_ntop (AF_INET6, self->ip, text, sizeof text);

  return self->scope != 0 ? g_strdup_printf ("%s%%%u", text, self->scope) : g_strdup (text);
}

/* "192.0.2.7:7891" or "[fe80::1%2]:7891". */
char *
chat_address_to_string (const ChatAddress *self)
{
  g_autofree char *ip = chat_address_to_ip_string (self);

  return chat_address_is_v4 (self) ? g_strdup_printf ("%s:%u", ip, self->port)
                                   : g_strdup_printf ("[%s]:%u", ip, self->port);
}
