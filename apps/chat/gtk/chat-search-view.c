/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-search-view"

#include "chat-search-view.h"

#include "chat-hit-row.h"
#include "chat-markup.h"

/* Hits that are shown at a time; more when the user has come to their end. */
#define STEP 30

enum { ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

struct _ChatSearchView
{
  AdwBin      parent_instance;

  ChatEngine *engine;   /* or NULL */
  char       *query;
  GStrv       words;
  gint64      oldest;   /* the hit that is shown last, or 0 */
  gboolean    has_more;

  /* Template */
  GtkStack   *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (ChatSearchView, chat_search_view, ADW_TYPE_BIN)

static void
look_further (ChatSearchView *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = chat_store_search (chat_engine_get_store (self->engine), 0,
                                                   self->query, self->oldest, STEP, &error);

  if (found == NULL)
    g_warning ("cannot search: %s", error->message);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const ChatMessage *message = found->pdata[i];
      ChatPeer *peer = chat_engine_get_peer (self->engine, message->contact);

      self->oldest = message->id;
      if (peer != NULL)
        gtk_list_box_append (self->list, chat_hit_row_new (peer, message,
                                                           (const char *const *) self->words));
    }

  self->has_more = found != NULL && found->len == STEP;
}

static void
on_edge (ChatSearchView  *self,
         GtkPositionType  edge)
{
  if (edge == GTK_POS_BOTTOM && self->has_more)
    look_further (self);
}

static void
on_activated (ChatSearchView *self,
              ChatHitRow     *row)
{
  g_signal_emit (self, signals[ACTIVATED], 0, chat_hit_row_get_peer (row),
                 chat_hit_row_get_id (row));
}

/* Shows what @query finds, the newest first. @engine may be NULL: nothing. */
void
chat_search_view_look (ChatSearchView *self,
                       ChatEngine     *engine,
                       const char     *query)
{
  GtkWidget *row;

  g_set_object (&self->engine, engine);
  g_free (self->query);
  self->query = g_strdup (query);
  g_strfreev (self->words);
  self->words = chat_markup_parse_query (query);
  self->oldest = 0;
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);

  if (engine != NULL && self->words[0] != NULL)
    look_further (self);

  gtk_stack_set_visible_child_name (self->stack, self->oldest != 0 ? "hits" : "nothing");
}

void
chat_search_view_set_query (ChatSearchView  *self,
                            ChatApplication *application,
                            const char      *query)
{
  chat_search_view_look (self, chat_application_get_engine (application), query);
}

static void
chat_search_view_finalize (GObject *object)
{
  ChatSearchView *self = CHAT_SEARCH_VIEW (object);

  g_clear_object (&self->engine);
  g_free (self->query);
  g_strfreev (self->words);

  G_OBJECT_CLASS (chat_search_view_parent_class)->finalize (object);
}

static void
chat_search_view_class_init (ChatSearchViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_search_view_finalize;

  signals[ACTIVATED] = g_signal_new ("activated", CHAT_TYPE_SEARCH_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 2, CHAT_TYPE_PEER, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-search-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSearchView, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchView, list);
  gtk_widget_class_bind_template_callback (widget_class, on_edge);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
chat_search_view_init (ChatSearchView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
