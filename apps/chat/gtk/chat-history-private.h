/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-history.h"

G_BEGIN_DECLS

/* A message's place is counted from where the newest one was when the history was made,
 * so that neither finding out how long the conversation is nor what comes new changes it.
 * Pages are of places: what is on one changes only by removing. */

#define CHAT_HISTORY_PAGE_SIZE 32

/* The first message from @id on is in @place. */
typedef struct
{
  gint64 id;
  gint64 place;
} ChatHistoryMark;

typedef struct
{
  gint64     number;
  GPtrArray *items;
} ChatHistoryPage;

struct _ChatHistory
{
  GObject     parent_instance;

  /* Set once */
  ChatStore  *store;
  gint64      conversation;

  gint64      first;    /* the place of the oldest that was counted */
  gint64      end;      /* and behind the newest */
  gint64      newest;   /* its id */
  GArray     *marks;    /* ChatHistoryMark, by id */
  GQueue      pages;    /* ChatHistoryPage, what was used last first */
  GHashTable *items;    /* id -> ChatItem, all that somebody has */
  guint       counter;  /* as long as older ones are being counted */
};

/* Reading: chat-history-pages.c */
void             _chat_history_warn            (GError       *error);
gint64           _chat_history_get_page_number (gint64        place);
gint64           _chat_history_get_page_start  (ChatHistory  *self,
                                                gint64        number);
ChatHistoryPage *_chat_history_get_page        (ChatHistory  *self,
                                                gint64        number);
void             _chat_history_drop_pages      (ChatHistory  *self,
                                                gint64        number);
void             _chat_history_let_go          (ChatHistory  *self);

G_END_DECLS
