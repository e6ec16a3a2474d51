/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-composer.h"
#include "chat-conversation-view.h"
#include "chat-find-bar.h"
#include "chat-history.h"
#include "chat-key-bar.h"
#include "chat-midnight.h"
#include "chat-message-row.h"
#include "chat-timeline.h"

G_BEGIN_DECLS

struct _ChatConversationView
{
  AdwBin          parent_instance;

  ChatEngine     *engine;     /* or NULL, as the next two */
  ChatPeer       *peer;
  ChatHistory    *history;
  GHashTable     *left;       /* contact -> how its conversation was left */
  GHashTable     *unwanted;   /* ids of messages that go when their toast does */
  ChatRowContext  context;
  ChatMidnight   *midnight;
  guint           settle;     /* a source: what is seen has changed */
  gboolean        is_bound;   /* to the settings */

  /* Template */
  AdwToastOverlay *toasts;
  ChatKeyBar      *key_bar;
  ChatFindBar     *find_bar;
  ChatTimeline    *timeline;
  GtkWidget       *nothing;
  GtkWidget       *newest;
  GtkLabel        *n_unread;
  ChatComposer    *composer;
  GtkWidget       *menu;
};

/* What is seen, and what the engine tells: chat-conversation-engine.c */
gint64 _chat_conversation_get_contact   (ChatConversationView *self);
void   _chat_conversation_moved         (ChatConversationView *self);
void   _chat_conversation_set_engine    (ChatConversationView *self,
                                         ChatEngine           *engine);
void   _chat_conversation_show_peer     (ChatConversationView *self);

/* What can be done with a message: chat-conversation-menu.c */
void   _chat_conversation_install_menu  (GtkWidgetClass       *widget_class);
void   _chat_conversation_show_menu     (ChatConversationView *self,
                                         ChatMessageRow       *row,
                                         int                   x,
                                         int                   y);
void   _chat_conversation_drop_unwanted (ChatConversationView *self);

void   _chat_conversation_tell          (ChatConversationView *self,
                                         const GError         *error);
void   _chat_conversation_update_rows   (ChatConversationView *self);

G_END_DECLS
