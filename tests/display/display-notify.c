/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"
#include "display-private.h"

/* The one on the bus whom programs tell what to notify of: it keeps that for the tests. */

static const char introspection[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
  "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "</interface></node>";

static GDBusConnection *connection;
static GQueue notifications = G_QUEUE_INIT;
static guint n_notified;

void
display_notification_free (DisplayNotification *self)
{
  g_free (self->title);
  g_free (self->body);
  g_strfreev (self->actions);
  g_free (self);
}

static void
on_method_call (GDBusConnection       *bus,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  DisplayNotification *notification;

  if (!g_str_equal (method, "Notify"))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }

  notification = g_new0 (DisplayNotification, 1);
  g_variant_get (parameters, "(susss^asa{sv}i)", NULL, NULL, NULL, &notification->title,
                 &notification->body, &notification->actions, NULL, NULL);
  g_queue_push_tail (&notifications, notification);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", ++n_notified));
}

/* On a connection of its own, as somebody else's. It stays to the end of the program: GLib does
 * not expect one to go on after its application, and ends it if the one who was notified goes
 * while a notification is left. */
void
_display_start_notifications (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  if (connection != NULL)
    return;

  node = g_dbus_node_info_new_for_xml (introspection, NULL);
  address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  connection = g_dbus_connection_new_for_address_sync (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);

  g_dbus_connection_register_object (connection, "/org/freedesktop/Notifications",
                                     node->interfaces[0], &vtable, NULL, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (connection, "org.freedesktop.Notifications",
                                G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
}

static void
ask_bus (GDBusConnection *bus)
{
  g_autoptr (GVariant) id = g_dbus_connection_call_sync (
    bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", NULL,
    NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (id);
}

/* The bus answers in the order in which it is asked: what was sent before has arrived. */
static void
deliver (GDBusConnection *from,
         GDBusConnection *to)
{
  ask_bus (from);
  ask_bus (to);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

/* Lets the application end what it has begun to say, and closes all notifications. */
void
_display_finish_notifications (GApplication *application)
{
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  deliver (bus, connection);
  for (guint id = 1; id <= n_notified; id++)
    g_dbus_connection_emit_signal (connection, NULL, "/org/freedesktop/Notifications",
                                   "org.freedesktop.Notifications", "NotificationClosed",
                                   g_variant_new ("(uu)", id, 2), NULL);
  deliver (connection, bus);
}

/* Nobody asks for what one application had to say when it is gone. */
void
_display_forget_notifications (void)
{
  g_queue_clear_full (&notifications, (GDestroyNotify) display_notification_free);
}

gboolean
display_has_notification (void)
{
  return !g_queue_is_empty (&notifications);
}

static gboolean
has_notification (gpointer user_data)
{
  return display_has_notification ();
}

/* The oldest that was not taken, as soon as there is one. */
DisplayNotification *
display_take_notification (void)
{
  display_await (has_notification, NULL, "there is a notification");

  return g_queue_pop_head (&notifications);
}
