/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-text-window"

#include "chat-text-window.h"

#include "chat-markup.h"

#include <string.h>

/* The text is laid out piece by piece, as it is looked at: a mebibyte at once takes
 * seconds. */
#define PIECE_CHARS 1000
#define PIECE_LINES 40

struct _ChatTextWindow
{
  AdwWindow    parent_instance;

  char        *text;

  /* Template */
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (ChatTextWindow, chat_text_window, ADW_TYPE_WINDOW)

static void
on_copy (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), CHAT_TEXT_WINDOW (widget)->text);
}

static GListModel *
split (const char *text)
{
  GtkStringList *pieces = gtk_string_list_new (NULL);
  gsize size = strlen (text);

  while (size > 0)
    {
      gsize length = MAX (1, chat_markup_fold (text, size, PIECE_CHARS, PIECE_LINES));

      gtk_string_list_take (pieces, chat_markup_clean (text, length));
      length += length < size && (text[length] == '\n' || text[length] == ' ');
      text += length;
      size -= length;
    }

  return G_LIST_MODEL (pieces);
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

  G_OBJECT_CLASS (klass)->finalize = chat_text_window_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-text-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatTextWindow, list);
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
  GtkNoSelection *selection = gtk_no_selection_new (split (text));

  self->text = g_strdup (text);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);

  return GTK_WIDGET (self);
}
