/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-key-row"

#include "chat-key-row.h"

#include "app-message.h"

#include <glib/gi18n.h>

struct _ChatKeyRow
{
  AdwActionRow  parent_instance;

  ChatEngine   *engine;      /* weak, or NULL: another cannot begin while somebody has it */
  gboolean      is_there;    /* the desktop has a store */
  gboolean      is_moving;
  gboolean      is_showing;  /* not the user, but what is so moves the switch */

  /* Template */
  GtkSpinner   *spinner;
  GtkSwitch    *place_switch;
};

G_DEFINE_FINAL_TYPE (ChatKeyRow, chat_key_row, ADW_TYPE_ACTION_ROW)

/* Whether the window was closed while something was going on. */
static gboolean
is_gone (ChatKeyRow *self)
{
  return self->place_switch == NULL;
}

/* Who keeps it there can take it back, though the store may not answer now. */
static void
show (ChatKeyRow *self)
{
  gboolean is_in_desktop = self->engine != NULL &&
    chat_engine_get_key_place (self->engine) == CHAT_IDENTITY_IN_DESKTOP;

  gtk_widget_set_sensitive (GTK_WIDGET (self), self->engine != NULL && !self->is_moving &&
                                               (self->is_there || is_in_desktop));
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->is_moving);
  if (self->is_moving)
    return;

  self->is_showing = TRUE;
  gtk_switch_set_active (self->place_switch, is_in_desktop);
  self->is_showing = FALSE;
}

/* What can be said of it while nothing is wrong. */
static void
describe (ChatKeyRow *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
    _("It is encrypted there by your password, and open while you are logged in. Otherwise it is "
      "in the profile, in a file that only you can read."));
}

/* --- whether it can be --- */

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (ChatKeyRow) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_there = chat_engine_look_for_vault_finish (result, &error);
  if (is_gone (self))
    return;

  if (self->is_there)
    {
      describe (self);
    }
  else
    {
      /* Translators: %s: why it cannot be used */
      g_autofree char *text = g_strdup_printf (_("The desktop's secret store cannot be used: %s"),
                                               error->message);
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
    }

  show (self);
}

/* --- moving --- */

static void
tell (ChatKeyRow   *self,
      const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog;

  if (root == NULL)
    return;

  dialog = app_message_new (GTK_WINDOW (root), _("The Key Was Not Moved"), error->message);
  if (g_error_matches (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_LEFT))
    adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (dialog), _("A Copy of the Key Is Left"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_moved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (ChatKeyRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = chat_engine_move_key_finish (result, &error);

  self->is_moving = FALSE;
  if (is_gone (self))
    return;

  show (self);
  if (!done)
    tell (self, error);
}

static void
on_switched (ChatKeyRow *self)
{
  gboolean to_desktop = gtk_switch_get_active (self->place_switch);

  if (self->is_showing || self->is_moving || self->engine == NULL)
    return;

  self->is_moving = TRUE;
  show (self);
  chat_engine_move_key_async (self->engine,
                              to_desktop ? CHAT_IDENTITY_IN_DESKTOP : CHAT_IDENTITY_IN_PROFILE,
                              on_moved, g_object_ref (self));
}

/* --- life --- */

/* The engine of the key, or NULL while there is none. */
void
chat_key_row_set_engine (ChatKeyRow *self,
                         ChatEngine *engine)
{
  if (!g_set_weak_pointer (&self->engine, engine))
    return;

  if (engine != NULL)
    chat_engine_look_for_vault_async (engine, on_looked, g_object_ref (self));
  show (self);
}

static void
chat_key_row_dispose (GObject *object)
{
  g_clear_weak_pointer (&CHAT_KEY_ROW (object)->engine);

  G_OBJECT_CLASS (chat_key_row_parent_class)->dispose (object);
}

static void
chat_key_row_class_init (ChatKeyRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_key_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-key-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, place_switch);
}

static void
chat_key_row_init (ChatKeyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->place_switch, "notify::active", G_CALLBACK (on_switched), self);
  describe (self);
  show (self);
}
