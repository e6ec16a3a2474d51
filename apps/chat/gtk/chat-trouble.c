/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-trouble"

#include "chat-trouble.h"

#include "app-message.h"
#include "chat-identity.h"
#include "chat-profile.h"
#include "chat-vault.h"

#include <glib/gi18n.h>

const char *
chat_trouble_get_title (const GError *error)
{
  if (g_error_matches (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE))
    return _("Lanyard Is Already Running");
  if (g_error_matches (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_UNSAFE) ||
      g_error_matches (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_UNSAFE))
    return _("Others Could Read Your Profile");
  if (g_error_matches (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED))
    return _("Your Key Is Damaged");
  if (error->domain == CHAT_VAULT_ERROR)
    return _("Your Key Is Locked Away");
  if (g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NEWER))
    return _("Your History Is From a Later Version");
  if (error->domain == CHAT_STORE_ERROR)
    return _("Your History Cannot Be Opened");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return _("The Port Is Taken");

  return _("Lanyard Cannot Start");
}

const char *
chat_trouble_get_icon (const GError *error)
{
  return error->domain == G_IO_ERROR ? "network-error-symbolic" : "dialog-error-symbolic";
}

/* An error's text, which goes on where something else began, as a sentence that stands by
 * itself; and where markup is expected. */
char *
chat_trouble_make_markup (const char *text)
{
  char first[8] = "";
  g_autofree char *sentence = NULL;

  if (*text == '\0')
    return g_strdup ("");

  g_unichar_to_utf8 (g_unichar_toupper (g_utf8_get_char (text)), first);
  sentence = g_strconcat (first, g_utf8_next_char (text), NULL);

  return g_markup_escape_text (sentence, -1);
}

/* A damaged history was found when it was opened, and is kept beside the new one. */
void
chat_trouble_show_kept (GtkWindow  *parent,
                        const char *path)
{
  GtkWidget *dialog = app_message_new (parent, _("Your History Was Damaged"), NULL);
  g_autofree char *name = g_filename_display_name (path);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  /* Translators: the name of a file; “one” is a history */
                                  _("A new one has begun. Nothing of the old one was deleted: it "
                                    "is kept as %s."), name);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_damaged_response (ChatApplication *application,
                     const char      *response)
{
  ChatEngine *engine = chat_application_get_engine (application);
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "begin") || engine == NULL)
    return;

  if (!chat_store_set_aside (chat_engine_get_store (engine), &error))
    g_signal_emit_by_name (engine, "problem", error);
  else
    chat_application_start_engine (application);
}

/* Damage that shows while the history is used. */
void
chat_trouble_show_damaged (GtkWindow       *parent,
                           ChatApplication *application)
{
  GtkWidget *dialog =
    app_message_new (parent, _("Your History Is Damaged"),
                     _("Messages can no longer be stored in it. Lanyard can keep it aside "
                       "as it is, and begin a new one."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "close", _("_Not Now"),
                                    "begin", _("_Begin a New History"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "begin",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_damaged_response), application,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
