/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-key-bar"

#include "chat-key-bar.h"

#include "app-choices.h"

#include <glib/gi18n.h>

struct _ChatKeyBar
{
  AdwBin     parent_instance;

  /* Template */
  GtkWidget *bar;
  GtkImage  *icon;
  GtkLabel  *title;
  GtkLabel  *text;
  GtkWidget *choices;
  GtkWidget *unblock;
};

enum { DECIDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatKeyBar, chat_key_bar, ADW_TYPE_BIN)

static void
show_words (ChatKeyBar        *self,
            const ChatContact *contact)
{
  const char *name = chat_contact_get_name (contact);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (contact->blocked)
    {
      title = g_strdup_printf (_("You have blocked %s"), name);
      text = g_strdup (_("No messages are sent or received."));
    }
  else
    {
      title = g_strdup_printf (_("The key of %s has changed"), name);
      /* Translators: the name of a contact, twice */
      text = g_strdup_printf (_("This is not the %s you know: either %s uses Lanyard on another "
                                "computer or anew, or somebody else uses this name. Compare the "
                                "numbers by telephone or in person. Until you decide, nothing is "
                                "sent or received."), name, name);
    }

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->text, text);
}

/* Says what there is to be said about @contact, who may be NULL. */
void
chat_key_bar_show_contact (ChatKeyBar        *self,
                           const ChatContact *contact)
{
  gboolean needed = contact != NULL && !chat_contact_may_talk (contact);
  gboolean held = needed && !contact->blocked;

  if (needed)
    show_words (self, contact);

  gtk_image_set_from_icon_name (self->icon, held ? "dialog-warning-symbolic"
                                                 : "action-unavailable-symbolic");
  gtk_widget_set_visible (self->choices, held);
  gtk_widget_set_visible (self->unblock, needed && !held);
  if (held)
    gtk_widget_add_css_class (self->bar, "held");
  else
    gtk_widget_remove_css_class (self->bar, "held");

  gtk_widget_set_visible (GTK_WIDGET (self), needed);
}

static void
on_decide (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  ChatKeyDecision decision = g_str_equal (action, "key.accept") ? CHAT_KEY_ACCEPT
                           : g_str_equal (action, "key.block") ? CHAT_KEY_BLOCK : CHAT_KEY_UNBLOCK;

  g_signal_emit (widget, signals[DECIDED], 0, (guint) decision);
}

static void
chat_key_bar_class_init (ChatKeyBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[DECIDED] = g_signal_new ("decided", CHAT_TYPE_KEY_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (APP_TYPE_CHOICES);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-key-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, icon);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, title);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, text);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, choices);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBar, unblock);

  gtk_widget_class_install_action (widget_class, "key.accept", NULL, on_decide);
  gtk_widget_class_install_action (widget_class, "key.block", NULL, on_decide);
  gtk_widget_class_install_action (widget_class, "key.unblock", NULL, on_decide);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
chat_key_bar_init (ChatKeyBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
