/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-welcome"

#include "chat-welcome.h"

struct _ChatWelcome
{
  AdwBin           parent_instance;

  ChatApplication *application;  /* not owned: it outlives every window */

  /* Template */
  AdwEntryRow     *name_row;
  AdwActionRow    *key_row;
};

G_DEFINE_FINAL_TYPE (ChatWelcome, chat_welcome, ADW_TYPE_BIN)

static char *
get_name (ChatWelcome *self)
{
  return chat_contact_clean_name (gtk_editable_get_text (GTK_EDITABLE (self->name_row)), -1);
}

static void
on_name_changed (ChatWelcome *self)
{
  g_autofree char *name = get_name (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "welcome.start", *name != '\0');
}

/* The engine begins when it has a name. */
static void
on_start (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  ChatWelcome *self = CHAT_WELCOME (widget);
  g_autofree char *name = get_name (self);

  if (*name != '\0')
    g_settings_set_string (chat_application_get_settings (self->application), "name", name);
}

static void
on_entry_activated (ChatWelcome *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "welcome.start", NULL);
}

static void
chat_welcome_class_init (ChatWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatWelcome, name_row);
  gtk_widget_class_bind_template_child (widget_class, ChatWelcome, key_row);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_install_action (widget_class, "welcome.start", NULL, on_start);
}

static void
chat_welcome_init (ChatWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
chat_welcome_set_application (ChatWelcome     *self,
                              ChatApplication *application)
{
  self->application = application;
}

/* Suggests what the system calls the user, and shows the key. */
void
chat_welcome_begin (ChatWelcome *self)
{
  const char *real = g_get_real_name ();
  g_autofree char *name = chat_contact_clean_name (g_str_equal (real, "Unknown")
                                                   ? g_get_user_name () : real, -1);

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  adw_action_row_set_subtitle (self->key_row, chat_application_get_new_key (self->application));
  on_name_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}
