/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-contact-window"

#include "chat-contact-private.h"

#include "app-message.h"
#include "chat-keep.h"

#include <glib/gi18n.h>

static void
tell (ChatContactWindow *self,
      const char        *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_timeout (toast, 3);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

/* Takes @error, which is set if what was asked for could not be done. */
static void
finish (ChatContactWindow *self,
        GError            *error)
{
  g_autoptr (GError) owned = error;

  if (owned != NULL)
    tell (self, owned->message);

  _chat_contact_window_refresh (self);
}

static void
rename_peer (ChatContactWindow *self,
             const char        *name)
{
  GError *error = NULL;

  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  chat_engine_rename (self->engine, self->peer, name, &error);
  finish (self, error);
}

static void
on_name_applied (ChatContactWindow *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  const ChatContact *contact = chat_peer_get_contact (self->peer);

  g_strstrip (name);
  rename_peer (self, *name == '\0' || g_str_equal (name, contact->name) ? NULL : name);
}

static void
reset_name (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  rename_peer (CHAT_CONTACT_WINDOW (widget), NULL);
}

static void
set_trust (ChatContactWindow *self,
           ChatTrust          trust)
{
  GError *error = NULL;

  chat_engine_set_trust (self->engine, self->peer, trust, &error);
  finish (self, error);
}

static void
verify (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);
  ChatTrust trust = chat_peer_get_contact (self->peer)->trust;

  set_trust (self, trust == CHAT_TRUST_VERIFIED ? CHAT_TRUST_PINNED : CHAT_TRUST_VERIFIED);
}

static void
accept_key (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  set_trust (CHAT_CONTACT_WINDOW (widget), CHAT_TRUST_PINNED);
}

static void
set_blocked (ChatContactWindow *self,
             gboolean           blocked)
{
  GError *error = NULL;

  if (chat_peer_get_contact (self->peer)->blocked == blocked)
    return;

  chat_engine_set_blocked (self->engine, self->peer, blocked, &error);
  finish (self, error);
}

static gboolean
on_block_set (ChatContactWindow *self,
              gboolean           blocked)
{
  set_blocked (self, blocked);

  return GDK_EVENT_PROPAGATE;
}

static void
block (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  set_blocked (CHAT_CONTACT_WINDOW (widget), TRUE);
}

static void
copy_number (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          chat_safety_number_get_digits (self->safety_number));
  tell (self, _("Safety number copied"));
}

static void
copy_fingerprint (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          chat_peer_get_fingerprint (self->peer));
  tell (self, _("Fingerprint copied"));
}

static void
export_history (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);

  chat_keep_export (ADW_PREFERENCES_WINDOW (self), self->engine, self->peer);
}

static void
clear_history (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);

  chat_keep_clear (ADW_PREFERENCES_WINDOW (self), self->engine, self->peer);
}

static void
on_forget_answer (AdwMessageDialog  *dialog,
                  const char        *response,
                  ChatContactWindow *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "forget") || self->engine == NULL)
    return;

  self->is_forgotten = TRUE;
  if (chat_engine_forget (self->engine, self->peer, &error))
    {
      /* The dialog, which is still closing, would come to nothing with its parent. */
      gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }

  self->is_forgotten = FALSE;
  tell (self, error->message);
}

static void
forget (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (widget);
  GtkWidget *dialog = app_message_new (GTK_WINDOW (self), NULL, NULL);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_heading (question, _("Forget “%s”?"),
                                     chat_peer_get_name (self->peer));
  adw_message_dialog_set_body (question,
                               _("All messages with this contact are deleted, also those that wait "
                                 "to be delivered, and so are the name you gave it, its addresses, "
                                 "and that you verified or blocked it. If it comes back, it is a "
                                 "stranger."));
  adw_message_dialog_add_responses (question, "cancel", _("_Cancel"), "forget", _("_Forget"), NULL);
  adw_message_dialog_set_response_appearance (question, "forget", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "cancel");
  adw_message_dialog_set_close_response (question, "cancel");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_forget_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
_chat_contact_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_block_set);

  gtk_widget_class_install_action (widget_class, "contact.reset-name", NULL, reset_name);
  gtk_widget_class_install_action (widget_class, "contact.verify", NULL, verify);
  gtk_widget_class_install_action (widget_class, "contact.accept", NULL, accept_key);
  gtk_widget_class_install_action (widget_class, "contact.block", NULL, block);
  gtk_widget_class_install_action (widget_class, "contact.copy-number", NULL, copy_number);
  gtk_widget_class_install_action (widget_class, "contact.copy-fingerprint", NULL,
                                   copy_fingerprint);
  gtk_widget_class_install_action (widget_class, "contact.export", NULL, export_history);
  gtk_widget_class_install_action (widget_class, "contact.clear", NULL, clear_history);
  gtk_widget_class_install_action (widget_class, "contact.forget", NULL, forget);
}
