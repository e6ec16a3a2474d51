/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

#include "chat-arguments.h"
#include "chat-notifier.h"

G_BEGIN_DECLS

struct _ChatApplication
{
  AdwApplication  parent_instance;

  ChatArguments   arguments;    /* a setting that is changed after them has the last word */
  GSettings      *settings;
  ChatEngine     *engine;       /* NULL until the user has a name */
  GError         *problem;      /* why there is none though there is a name, or NULL */
  char           *new_key;      /* of a profile that has no name yet; or NULL */
  gboolean        is_opening;
  gboolean        is_wanted_again; /* what is being opened is not what is wanted now */
  ChatPeople     *people;
  ChatNotifier   *notifier;
  guint           restart;      /* a source */
  guint           ends[3];      /* sources: what the system asks to end by */
  gboolean        is_held;      /* without a window, too */
};

/* It begins and ends in chat-application-engine.c */
void _chat_application_stop_engine (ChatApplication *self);

G_END_DECLS
