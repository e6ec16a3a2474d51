/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-conversation-view"

#include "chat-conversation-private.h"

#include <glib/gi18n.h>

gint64
_chat_conversation_get_contact (ChatConversationView *self)
{
  return chat_peer_get_contact (self->peer)->id;
}

/* --- what is seen --- */

/* Whether the user has it before his eyes. */
static gboolean
is_watched (ChatConversationView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return gtk_widget_get_mapped (GTK_WIDGET (self)) && GTK_IS_WINDOW (root) &&
         gtk_window_is_active (GTK_WINDOW (root));
}

static guint
count_unread (ChatConversationView *self)
{
  g_autoptr (GError) error = NULL;
  guint n_unread = 0;

  if (!chat_store_count_unread (chat_engine_get_store (self->engine),
                                _chat_conversation_get_contact (self), &n_unread, &error))
    g_debug ("cannot count what is unread: %s", error->message);

  return n_unread;
}

static void
show_unread (ChatConversationView *self,
             guint                 n_unread)
{
  g_autofree char *label = g_strdup_printf ("%u", n_unread);
  g_autofree char *words = NULL;

  if (n_unread > 0)
    words = g_strdup_printf (ngettext ("To the newest: %u unread message",
                                       "To the newest: %u unread messages", n_unread), n_unread);

  gtk_label_set_label (self->n_unread, label);
  gtk_widget_set_visible (GTK_WIDGET (self->n_unread), n_unread > 0);
  gtk_widget_set_visible (self->newest, !chat_timeline_is_at_end (self->timeline));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->newest), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words != NULL ? words : _("To the Newest"), -1);
}

static gboolean
on_settled (gpointer user_data)
{
  ChatConversationView *self = user_data;
  ChatItem *seen = chat_timeline_get_last_seen (self->timeline);
  g_autoptr (GError) error = NULL;
  guint n_unread;

  self->settle = 0;
  if (self->history == NULL)
    return G_SOURCE_REMOVE;

  n_unread = count_unread (self);
  if (n_unread > 0 && seen != NULL && chat_item_get_id (seen) > 0 && is_watched (self))
    {
      if (!chat_engine_mark_read (self->engine, chat_item_get_id (seen), &error))
        g_warning ("cannot mark as read: %s", error->message);
      n_unread = count_unread (self);
    }

  show_unread (self, n_unread);
  gtk_widget_set_visible (self->nothing,
                          g_list_model_get_n_items (G_LIST_MODEL (self->history)) == 0);

  return G_SOURCE_REMOVE;
}

/* Not at once: this comes while the window is laid out. */
void
_chat_conversation_moved (ChatConversationView *self)
{
  if (self->settle == 0)
    self->settle = g_idle_add (on_settled, self);
}

/* --- what the engine tells --- */

void
_chat_conversation_show_peer (ChatConversationView *self)
{
  const ChatContact *contact = self->peer != NULL ? chat_peer_get_contact (self->peer) : NULL;

  chat_key_bar_show_contact (self->key_bar, contact);
  chat_composer_set_refusal (self->composer,
                             contact == NULL ? _("No conversation is open")
                             : contact->blocked ? _("Blocked: nothing can be sent")
                             : contact->trust == CHAT_TRUST_HELD
                             ? _("Nothing can be sent before you have decided about the key")
                             : NULL);
}

static void
on_peer (ChatConversationView *self,
         ChatPeer             *peer)
{
  if (peer == self->peer)
    _chat_conversation_show_peer (self);
}

static void
on_message (ChatConversationView *self,
            ChatPeer             *peer,
            ChatMessage          *message)
{
  if (peer != self->peer)
    return;

  /* What comes while nobody looks is what is new when somebody does. */
  if (self->context.first_new == 0 && !is_watched (self))
    {
      self->context.first_new = message->id;
      _chat_conversation_update_rows (self);
    }

  chat_history_catch_up (self->history);
  _chat_conversation_moved (self);
}

static void
on_state (ChatConversationView *self,
          ChatPeer             *peer,
          gint64                id,
          guint                 state)
{
  if (peer == self->peer)
    chat_history_set_state (self->history, id, state);
}

static void
on_removed (ChatConversationView *self,
            ChatPeer             *peer,
            gint64                id)
{
  if (peer != self->peer)
    return;

  if (id != 0)
    chat_history_remove (self->history, id);
  else
    chat_history_reload (self->history);
  _chat_conversation_moved (self);
}

static void
on_conversation (ChatConversationView *self,
                 ChatPeer             *peer)
{
  if (peer != self->peer)
    return;

  if (chat_engine_get_peer (self->engine, _chat_conversation_get_contact (self)) == peer)
    chat_history_catch_up (self->history);
  else
    chat_conversation_view_open (self, self->engine, NULL);
}

void
_chat_conversation_set_engine (ChatConversationView *self,
                               ChatEngine           *engine)
{
  if (self->engine == engine)
    return;

  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);

  g_set_object (&self->engine, engine);
  if (engine == NULL)
    return;

  g_signal_connect_object (engine, "peer", G_CALLBACK (on_peer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "removed", G_CALLBACK (on_removed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "conversation", G_CALLBACK (on_conversation), self,
                           G_CONNECT_SWAPPED);
}
