/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-find-bar"

#include "chat-find-bar.h"

#include "chat-markup.h"

#include <glib/gi18n.h>

/* Hits that are asked for at a time. */
#define STEP 50

struct _ChatFindBar
{
  AdwBin          parent_instance;

  ChatStore      *store;         /* or NULL */
  gint64          conversation;
  GArray         *hits;          /* gint64, the newest first */
  guint           at;            /* the one that is shown */
  gboolean        has_more;

  /* Template */
  GtkSearchBar   *bar;
  GtkSearchEntry *entry;
  GtkLabel       *count;
  GtkWidget      *older;
  GtkWidget      *newer;
};

enum { HIT, WORDS, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatFindBar, chat_find_bar, ADW_TYPE_BIN)

static const char *
get_query (ChatFindBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static void
show_count (ChatFindBar *self)
{
  g_autofree char *count = NULL;
  gboolean nothing = self->hits->len == 0 && *get_query (self) != '\0';

  if (nothing)
    count = g_strdup (_("Nothing found"));
  else if (self->hits->len > 0)
    /* Translators: which of the hits is shown, as in “3 of 12”, or of “50+” */
    count = g_strdup_printf (self->has_more ? _("%u of %u+")
                                            /* Translators: as in “3 of 12”, hits of a search */
                                            : _("%u of %u"), self->at + 1, self->hits->len);

  gtk_label_set_label (self->count, count != NULL ? count : "");
  gtk_widget_set_sensitive (self->older, self->at + 1 < self->hits->len || self->has_more);
  gtk_widget_set_sensitive (self->newer, self->at > 0);
  if (nothing)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

/* Adds the hits before those that are there. */
static void
look_further (ChatFindBar *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  gint64 before = self->hits->len > 0 ? g_array_index (self->hits, gint64, self->hits->len - 1) : 0;

  found = chat_store_search (self->store, self->conversation, get_query (self), before, STEP,
                             &error);
  if (found == NULL)
    g_warning ("cannot search: %s", error->message);

  for (guint i = 0; found != NULL && i < found->len; i++)
    g_array_append_val (self->hits, ((ChatMessage *) found->pdata[i])->id);

  self->has_more = found != NULL && found->len == STEP;
}

static void
go_to (ChatFindBar *self,
       guint        at)
{
  if (at == self->hits->len && self->has_more)
    look_further (self);

  if (at < self->hits->len)
    {
      self->at = at;
      g_signal_emit (self, signals[HIT], 0, g_array_index (self->hits, gint64, at));
    }

  show_count (self);
}

static void
on_search (ChatFindBar *self)
{
  const char *query = get_query (self);
  g_auto (GStrv) words = *query != '\0' ? chat_markup_parse_query (query) : NULL;

  g_array_set_size (self->hits, 0);
  self->at = 0;
  self->has_more = FALSE;
  if (words != NULL && words[0] != NULL && self->store != NULL)
    look_further (self);

  g_signal_emit (self, signals[WORDS], 0, words);
  if (self->hits->len == 0)
    g_signal_emit (self, signals[HIT], 0, (gint64) 0);
  go_to (self, 0);
}

static void
on_older (ChatFindBar *self)
{
  go_to (self, self->at + 1);
}

static void
on_newer (ChatFindBar *self)
{
  if (self->at > 0)
    go_to (self, self->at - 1);
}

static void
on_mode (ChatFindBar *self)
{
  if (!gtk_search_bar_get_search_mode (self->bar))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

void
chat_find_bar_begin (ChatFindBar *self)
{
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
chat_find_bar_end (ChatFindBar *self)
{
  gtk_search_bar_set_search_mode (self->bar, FALSE);
}

/* @store may be NULL: there is nothing to look in. */
void
chat_find_bar_set_conversation (ChatFindBar *self,
                                ChatStore   *store,
                                gint64       conversation)
{
  chat_find_bar_end (self);
  g_set_object (&self->store, store);
  self->conversation = conversation;
}

static void
chat_find_bar_finalize (GObject *object)
{
  ChatFindBar *self = CHAT_FIND_BAR (object);

  g_array_unref (self->hits);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (chat_find_bar_parent_class)->finalize (object);
}

static void
chat_find_bar_class_init (ChatFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_find_bar_finalize;

  signals[HIT] = g_signal_new ("hit", CHAT_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[WORDS] = g_signal_new ("words", CHAT_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRV);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, older);
  gtk_widget_class_bind_template_child (widget_class, ChatFindBar, newer);
  gtk_widget_class_bind_template_callback (widget_class, on_mode);
  gtk_widget_class_bind_template_callback (widget_class, on_search);
  gtk_widget_class_bind_template_callback (widget_class, on_older);
  gtk_widget_class_bind_template_callback (widget_class, on_newer);
  gtk_widget_class_bind_template_callback (widget_class, chat_find_bar_end);
}

static void
chat_find_bar_init (ChatFindBar *self)
{
  self->hits = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  show_count (self);
}
