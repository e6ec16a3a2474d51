/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-notifier"

#include "chat-notifier.h"

#include "chat-window.h"

#include <glib/gi18n.h>
#include <string.h>

/* Messages that come together are told of together. */
#define GATHER_MS 200

/* Of the message, in characters: what desktops show. */
#define TEXT_MAX_CHARS 200

struct _ChatNotifier
{
  GObject          parent_instance;

  ChatApplication *application;  /* not owned: it owns us */
  ChatEngine      *engine;       /* or NULL */
  GHashTable      *waiting;      /* contacts with news: set of gint64 */
  GHashTable      *told;         /* contacts with a notification: set of gint64 */
  guint            gather;       /* a source */
  guint            watch;        /* of who shows notifications */
  gboolean         has_service;  /* there is such a one */
};

G_DEFINE_FINAL_TYPE (ChatNotifier, chat_notifier, G_TYPE_OBJECT)

static char *
make_id (gint64 contact)
{
  return g_strdup_printf ("conversation-%" G_GINT64_FORMAT, contact);
}

static void
withdraw (ChatNotifier *self,
          gint64        contact)
{
  g_autofree char *id = make_id (contact);

  if (g_hash_table_remove (self->told, &contact))
    g_application_withdraw_notification (G_APPLICATION (self->application), id);
}

/* Not every session has somebody who shows notifications, and GLib warns each time one is
 * sent to nobody. In a sandbox the portal takes them, and the name cannot be seen. */
static void
on_appeared (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  CHAT_NOTIFIER (user_data)->has_service = TRUE;
}

static void
on_vanished (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  CHAT_NOTIFIER (user_data)->has_service = FALSE;
}

static void
watch_service (ChatNotifier *self)
{
  self->has_service = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
  if (!self->has_service)
    self->watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.Notifications",
                                    G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared, on_vanished,
                                    self, NULL);
}

static gboolean
may_notify (ChatNotifier *self)
{
  GSettings *settings = chat_application_get_settings (self->application);

  return self->has_service && g_settings_get_boolean (settings, "notifications") &&
         !g_settings_get_boolean (settings, "quiet");
}

static gboolean
is_seen (ChatNotifier *self,
         gint64        contact)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self->application));

  return window != NULL && CHAT_IS_WINDOW (window) && gtk_window_is_active (window) &&
         chat_window_is_showing (CHAT_WINDOW (window), contact);
}

static char *
shorten (const char *text)
{
  g_autofree char *start = g_utf8_strlen (text, -1) > TEXT_MAX_CHARS
                           ? g_utf8_substring (text, 0, TEXT_MAX_CHARS) : NULL;

  return start != NULL ? g_strconcat (start, "…", NULL) : g_strdup (text);
}

static char *
make_body (const ChatConversation *conversation)
{
  const ChatMessage *last = conversation->last;
  g_autofree char *text = NULL;

  if (last == NULL || last->text == NULL)
    return g_strdup (_("A message of a kind that this version does not know"));

  text = shorten (last->text);
  if (conversation->n_unread <= 1)
    return g_steal_pointer (&text);

  /* Translators: a number of messages, and the text of the last of them. */
  return g_strdup_printf (ngettext ("%u new message: %s", "%u new messages: %s",
                                    conversation->n_unread), conversation->n_unread, text);
}

static void
notify (ChatNotifier *self,
        gint64        contact)
{
  ChatPeer *peer = chat_engine_get_peer (self->engine, contact);
  g_autoptr (ChatConversation) conversation = NULL;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *body = NULL;
  g_autofree char *id = make_id (contact);

  if (peer != NULL)
    conversation = chat_store_describe_conversation (chat_engine_get_store (self->engine), contact,
                                                     NULL);
  if (conversation == NULL || conversation->n_unread == 0 || is_seen (self, contact))
    return;

  body = make_body (conversation);
  notification = g_notification_new (chat_peer_get_name (peer));
  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "x",
                                                contact);
  g_notification_add_button_with_target (notification, _("Reply"), "app.reply", "x", contact);
  g_debug ("%s: %s", chat_peer_get_name (peer), body);
  g_application_send_notification (G_APPLICATION (self->application), id, notification);
  g_hash_table_add (self->told, g_memdup2 (&contact, sizeof contact));
}

static gboolean
on_gathered (gpointer user_data)
{
  ChatNotifier *self = user_data;
  GHashTableIter iter;
  gint64 *contact;

  self->gather = 0;

  g_hash_table_iter_init (&iter, self->waiting);
  while (may_notify (self) && g_hash_table_iter_next (&iter, (gpointer *) &contact, NULL))
    notify (self, *contact);
  g_hash_table_remove_all (self->waiting);

  return G_SOURCE_REMOVE;
}

static void
on_message (ChatNotifier *self,
            ChatPeer     *peer)
{
  gint64 contact = chat_peer_get_contact (peer)->id;

  /* Whoever ends the quiet a moment later is not told of what came in it. */
  if (!may_notify (self))
    return;

  g_hash_table_add (self->waiting, g_memdup2 (&contact, sizeof contact));

  if (self->gather == 0)
    self->gather = g_timeout_add (GATHER_MS, on_gathered, self);
}

/* Read, or gone. */
static void
on_conversation (ChatNotifier *self,
                 ChatPeer     *peer)
{
  gint64 contact = chat_peer_get_contact (peer)->id;
  guint n_unread = 0;

  if (!chat_store_count_unread (chat_engine_get_store (self->engine), contact, &n_unread, NULL) ||
      n_unread == 0)
    withdraw (self, contact);
}

void
chat_notifier_set_engine (ChatNotifier *self,
                          ChatEngine   *engine)
{
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_handle_id (&self->gather, g_source_remove);
  g_hash_table_remove_all (self->waiting);

  if (!g_set_object (&self->engine, engine) || engine == NULL)
    return;

  g_signal_connect_swapped (engine, "message", G_CALLBACK (on_message), self);
  g_signal_connect_swapped (engine, "conversation", G_CALLBACK (on_conversation), self);
}

static void
chat_notifier_finalize (GObject *object)
{
  ChatNotifier *self = CHAT_NOTIFIER (object);

  chat_notifier_set_engine (self, NULL);
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->told);

  G_OBJECT_CLASS (chat_notifier_parent_class)->finalize (object);
}

static void
chat_notifier_class_init (ChatNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_notifier_finalize;
}

static void
chat_notifier_init (ChatNotifier *self)
{
  self->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

ChatNotifier *
chat_notifier_new (ChatApplication *application)
{
  ChatNotifier *self = g_object_new (CHAT_TYPE_NOTIFIER, NULL);

  self->application = application;
  watch_service (self);

  return self;
}
