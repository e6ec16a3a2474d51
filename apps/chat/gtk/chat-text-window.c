/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-text-window"

#include "chat-text-window.h"

#include "chat-markup.h"

#include <string.h>

/* The text comes into the window a little in each turn, and is laid out as it is looked at:
 * a mebibyte at once takes seconds. What is one line to its author is several paragraphs,
 * since one is laid out as a whole. */
#define TURN_SIZE     8192
#define PIECE_COLUMNS 1600

struct _ChatTextWindow
{
  AdwWindow    parent_instance;

  char        *text;
  const char  *rest;     /* what is not shown yet */
  gsize        left;     /* bytes of it */
  guint        feeder;

  /* Template */
  GtkTextView *view;
};

G_DEFINE_FINAL_TYPE (ChatTextWindow, chat_text_window, ADW_TYPE_WINDOW)

static void
on_copy (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), CHAT_TEXT_WINDOW (widget)->text);
}

/* The next of the pieces that the text is shown in, and a line break where it has one, or a
 * space, at the end of it. */
static void
append_piece (ChatTextWindow *self,
              GString        *shown)
{
  gsize length = MAX (1, chat_markup_fold (self->rest, self->left, PIECE_COLUMNS, 2));
  g_autofree char *piece = chat_markup_clean (self->rest, length);

  g_string_append (shown, piece);
  length += length < self->left && (self->rest[length] == '\n' || self->rest[length] == ' ');
  self->rest += length;
  self->left -= length;
  if (self->left > 0)
    g_string_append_c (shown, '\n');
}

static gboolean
on_feed (gpointer user_data)
{
  ChatTextWindow *self = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autoptr (GString) shown = g_string_sized_new (2 * TURN_SIZE);
  GtkTextIter end;

  while (self->left > 0 && shown->len < TURN_SIZE)
    append_piece (self, shown);

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, shown->str, (int) shown->len);
  if (self->left > 0)
    return G_SOURCE_CONTINUE;

  self->feeder = 0;

  return G_SOURCE_REMOVE;
}

static void
chat_text_window_dispose (GObject *object)
{
  g_clear_handle_id (&CHAT_TEXT_WINDOW (object)->feeder, g_source_remove);

  G_OBJECT_CLASS (chat_text_window_parent_class)->dispose (object);
}

static void
chat_text_window_finalize (GObject *object)
{
  g_free (CHAT_TEXT_WINDOW (object)->text);

  G_OBJECT_CLASS (chat_text_window_parent_class)->finalize (object);
}

static void
chat_text_window_class_init (ChatTextWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_text_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_text_window_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-text-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatTextWindow, view);
  gtk_widget_class_install_action (widget_class, "text.copy", NULL, on_copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_text_window_init (ChatTextWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_text_window_new (GtkWindow  *parent,
                      const char *text)
{
  ChatTextWindow *self = g_object_new (CHAT_TYPE_TEXT_WINDOW, "transient-for", parent, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter begin;

  self->text = g_strdup (text);
  self->rest = self->text;
  self->left = strlen (text);

  /* What is seen at first; the rest after what others have to do. */
  if (on_feed (self))
    self->feeder = g_idle_add_full (G_PRIORITY_LOW, on_feed, self, NULL);
  gtk_text_buffer_get_start_iter (buffer, &begin);
  gtk_text_buffer_place_cursor (buffer, &begin);

  return GTK_WIDGET (self);
}
