/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"
#include "chat-window.h"
#include "display.h"

#include "../e2e/e2e-chat.h"

G_BEGIN_DECLS

/* Ann, who has Lanyard Chat and whose window is looked at, and Bob, who runs the command. */
typedef struct
{
  E2eTemp         *temp;
  E2eChat         *bob;
  ChatApplication *app;
  char            *ann;            /* her fingerprint, once they have met */
  char            *ann_address;
} ChatPair;

typedef void (*ChatPairBody) (ChatPair      *pair);

void         chat_pair_run   (const char    *name,
                              gboolean       meets,
                              ChatPairBody   body);
GtkWindow   *chat_get_window (void);
void         chat_say        (ChatPair      *pair,
                              const char    *text);
void         chat_hear       (ChatPair      *pair,
                              const char    *text);

G_END_DECLS
