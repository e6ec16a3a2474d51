/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-plain-row"

#include "chat-plain-row.h"

#include "app-text.h"
#include "chat-date.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ChatPlainRow
{
  GtkListBoxRow  parent_instance;

  /* Set once */
  guint64        number;         /* of a text of ours; 0: it came */

  GtkBox        *box;
  GtkLabel      *heading_label;
  GtkLabel      *text_label;
  GtkLabel      *unsent_label;
};

G_DEFINE_FINAL_TYPE (ChatPlainRow, chat_plain_row, GTK_TYPE_LIST_BOX_ROW)

static void
chat_plain_row_class_init (ChatPlainRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-plain-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatPlainRow, box);
  gtk_widget_class_bind_template_child (widget_class, ChatPlainRow, heading_label);
  gtk_widget_class_bind_template_child (widget_class, ChatPlainRow, text_label);
  gtk_widget_class_bind_template_child (widget_class, ChatPlainRow, unsent_label);
}

static void
chat_plain_row_init (ChatPlainRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Whoever it is from may write anything: what is not text is seen as its number. */
static ChatPlainRow *
row_new (const char *bytes,
         gsize       length,
         const char *who,
         const char *css_class)
{
  ChatPlainRow *self = g_object_new (CHAT_TYPE_PLAIN_ROW, NULL);
  g_autofree char *time = chat_date_describe_hour (g_get_real_time ());
  g_autofree char *heading = g_strdup_printf ("%s · %s", who, time);
  g_autofree char *text = app_text_escape_lines ("", bytes, length);

  if (*text != '\0')
    text[strlen (text) - 1] = '\0';

  gtk_label_set_label (self->heading_label, heading);
  gtk_label_set_label (self->text_label, text);
  gtk_widget_add_css_class (GTK_WIDGET (self->text_label), css_class);

  return self;
}

GtkWidget *
chat_plain_row_new_sent (guint64     number,
                         const char *text)
{
  ChatPlainRow *self = row_new (text, strlen (text), _("You"), "outgoing");

  self->number = number;
  gtk_widget_set_halign (GTK_WIDGET (self->box), GTK_ALIGN_END);
  gtk_widget_set_halign (GTK_WIDGET (self->heading_label), GTK_ALIGN_END);
  gtk_widget_set_halign (GTK_WIDGET (self->text_label), GTK_ALIGN_END);

  return GTK_WIDGET (self);
}

/* @is_other: it is not from who is written to. */
GtkWidget *
chat_plain_row_new_received (const ChatAddress *from,
                             GBytes            *bytes,
                             gboolean           is_other)
{
  g_autofree char *address = chat_address_to_string (from);
  /* Translators: an address */
  g_autofree char *other = is_other ? g_strdup_printf (_("%s, somebody else"), address) : NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return GTK_WIDGET (row_new (length > 0 ? data : "", length, is_other ? other : address,
                              is_other ? "other" : "incoming"));
}

guint64
chat_plain_row_get_number (ChatPlainRow *self)
{
  return self->number;
}

void
chat_plain_row_set_unsent (ChatPlainRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->unsent_label), TRUE);
}
