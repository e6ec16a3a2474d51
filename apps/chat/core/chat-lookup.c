/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-lookup"

#include "chat-lookup.h"

#include <glib/gi18n.h>

typedef struct
{
  GCancellable     *cancellable;
  ChatLookupFilter  filter;
  ChatLookupFunc    func;
  gpointer          user_data;
  ChatAddress       found;
  gboolean          has_found;
} Lookup;

/* HOST:PORT, or HOST alone. */
GSocketConnectable *
chat_lookup_parse (const char  *text,
                   uint16_t     default_port,
                   GError     **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, default_port, NULL);

  if (connectable == NULL || g_network_address_get_port (G_NETWORK_ADDRESS (connectable)) == 0 ||
      *g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)) == '\0')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is not an address of the form ADDR:PORT"), text);
      return NULL;
    }

  return g_steal_pointer (&connectable);
}

static void
end (Lookup       *self,
     const GError *error)
{
  g_autoptr (GError) none = NULL;

  if (!self->has_found && error == NULL)
    none = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE,
                                _("no address that can be reached from here"));

  self->func (self->has_found ? &self->found : NULL, error != NULL ? error : none,
              self->user_data);
  g_object_unref (self->cancellable);
  g_free (self);
}

/* On the plain wire nothing answers from which could be told that one address of several
 * is the wrong one; scripts listen at IPv4 alone, most of the time. */
static void
on_address (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GSocketAddressEnumerator *enumerator = G_SOCKET_ADDRESS_ENUMERATOR (source);
  Lookup *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address =
    g_socket_address_enumerator_next_finish (enumerator, result, &error);
  GSocketFamily family;
  ChatAddress found;

  if (address == NULL)
    {
      end (self, error);
      return;
    }

  family = g_socket_address_get_family (address);
  if (self->filter (family, self->user_data) && chat_address_from_gio (&found, address) &&
      (!self->has_found || family == G_SOCKET_FAMILY_IPV4))
    {
      self->found = found;
      self->has_found = TRUE;
    }

  if (self->has_found && chat_address_is_v4 (&self->found))
    end (self, NULL);
  else
    g_socket_address_enumerator_next_async (enumerator, self->cancellable, on_address, self);
}

/* Calls @func once, later, on the main context, even if cancelled. Of the addresses that
 * pass @filter, IPv4 comes first. */
void
chat_lookup_start (GSocketConnectable *connectable,
                   GCancellable       *cancellable,
                   ChatLookupFilter    filter,
                   ChatLookupFunc      func,
                   gpointer            user_data)
{
  g_autoptr (GSocketAddressEnumerator) enumerator = g_socket_connectable_enumerate (connectable);
  Lookup *self = g_new0 (Lookup, 1);

  self->cancellable = g_object_ref (cancellable);
  self->filter = filter;
  self->func = func;
  self->user_data = user_data;
  g_socket_address_enumerator_next_async (enumerator, self->cancellable, on_address, self);
}
