/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-hit-row"

#include "chat-hit-row.h"

#include "chat-date.h"
#include "chat-markup.h"

#include <glib/gi18n.h>

struct _ChatHitRow
{
  GtkListBoxRow  parent_instance;

  /* Set once */
  ChatPeer      *peer;
  gint64         id;

  /* Template */
  GtkLabel      *name;
  GtkLabel      *time;
  GtkLabel      *line;
};

G_DEFINE_FINAL_TYPE (ChatHitRow, chat_hit_row, GTK_TYPE_LIST_BOX_ROW)

static void
chat_hit_row_dispose (GObject *object)
{
  g_clear_object (&CHAT_HIT_ROW (object)->peer);

  G_OBJECT_CLASS (chat_hit_row_parent_class)->dispose (object);
}

static void
chat_hit_row_class_init (ChatHitRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_hit_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-hit-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatHitRow, name);
  gtk_widget_class_bind_template_child (widget_class, ChatHitRow, time);
  gtk_widget_class_bind_template_child (widget_class, ChatHitRow, line);
}

static void
chat_hit_row_init (ChatHitRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_hit_row_new (ChatPeer           *peer,
                  const ChatMessage  *message,
                  const char * const *words)
{
  ChatHitRow *self = g_object_new (CHAT_TYPE_HIT_ROW, NULL);
  g_autofree char *time = chat_date_describe_moment (message->time, g_get_real_time ());
  g_autofree char *excerpt = chat_markup_excerpt (message->text, words);
  g_autofree char *line = NULL;

  if (message->outgoing)
    /* Translators: what the user wrote himself, in a list of what was found */
    line = g_strdup_printf (_("You: %s"), excerpt);

  self->peer = g_object_ref (peer);
  self->id = message->id;
  gtk_label_set_label (self->name, chat_peer_get_name (peer));
  gtk_label_set_label (self->time, time);
  gtk_label_set_markup (self->line, line != NULL ? line : excerpt);

  return GTK_WIDGET (self);
}

ChatPeer *
chat_hit_row_get_peer (ChatHitRow *self)
{
  return self->peer;
}

gint64
chat_hit_row_get_id (ChatHitRow *self)
{
  return self->id;
}
