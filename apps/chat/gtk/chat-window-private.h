/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-conversation-view.h"
#include "chat-sidebar.h"
#include "chat-welcome.h"
#include "chat-window.h"

G_BEGIN_DECLS

/* chat-window.c shows what there is; -actions is what the user does there. */
struct _ChatWindow
{
  AdwApplicationWindow   parent_instance;

  ChatApplication       *application;  /* not owned: it outlives every window */
  gint64                 contact;      /* whose conversation is open, or 0 */
  char                  *wanted;       /* who is to be opened when the engine begins, or NULL */
  char                  *awaited;      /* an address: who appears there is opened; or NULL */
  char                  *told;         /* the text of the last toast, while it is shown */
  AdwToast              *toast;        /* the last one, while it is shown */
  GtkWindow             *details;      /* of a contact: a weak pointer */

  /* Template */
  AdwToastOverlay       *toasts;
  GtkStack              *pages;
  ChatWelcome           *welcome;
  AdwStatusPage         *problem_page;
  AdwLeaflet            *leaflet;
  ChatSidebar           *sidebar;
  GtkWidget             *content;
  AdwWindowTitle        *peer_title;
  GtkWidget             *details_button;
  GtkWidget             *search_button;
  GtkStack              *content_stack;
  AdwStatusPage         *empty_page;
  GtkLabel              *key;
  ChatConversationView  *conversation;
};

ChatPeer *_chat_window_get_peer        (ChatWindow     *self);
void      _chat_window_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
