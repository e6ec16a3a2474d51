/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-contact-window.h"
#include "chat-safety-number.h"

G_BEGIN_DECLS

struct _ChatContactWindow
{
  AdwPreferencesWindow  parent_instance;

  /* Set once */
  ChatEngine           *engine;   /* NULL once it has ended */
  ChatPeer             *peer;
  gboolean              is_forgotten;

  AdwAvatar            *avatar;
  GtkLabel             *title_label;
  GtkLabel             *status_label;
  AdwPreferencesGroup  *held_group;
  AdwActionRow         *namesake_row;
  AdwEntryRow          *name_row;
  GtkButton            *reset_button;
  AdwActionRow         *own_name_row;
  AdwActionRow         *other_names_row;
  AdwPreferencesGroup  *safety_group;
  ChatSafetyNumber     *safety_number;
  GtkButton            *verify_button;
  GtkLabel             *fingerprint_label;
  AdwActionRow         *seen_row;
  AdwActionRow         *met_row;
  AdwActionRow         *addresses_row;
  GtkSwitch            *block_switch;
};

void _chat_contact_window_refresh         (ChatContactWindow *self);

/* What the user does: chat-contact-actions.c */
void _chat_contact_window_install_actions (GtkWidgetClass    *widget_class);

G_END_DECLS
