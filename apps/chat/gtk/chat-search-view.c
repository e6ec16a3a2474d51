/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-search-view"

#include "chat-search-view.h"

enum { ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

struct _ChatSearchView
{
  AdwBin            parent_instance;

  ChatApplication  *application;  /* not owned: it outlives every window */
};

G_DEFINE_FINAL_TYPE (ChatSearchView, chat_search_view, ADW_TYPE_BIN)

static void
chat_search_view_class_init (ChatSearchViewClass *klass)
{
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, CHAT_TYPE_PEER, G_TYPE_INT64);
}

static void
chat_search_view_init (ChatSearchView *self)
{
}

GtkWidget *
chat_search_view_new (void)
{
  return g_object_new (CHAT_TYPE_SEARCH_VIEW, NULL);
}

/* Shows the hits of @query in all conversations. */
void
chat_search_view_set_query (ChatSearchView  *self,
                            ChatApplication *application,
                            const char      *query)
{
  self->application = application;
}
