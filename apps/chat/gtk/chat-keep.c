/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-keep"

#include "chat-keep.h"

#include "app-message.h"

#include <glib/gi18n.h>

/* One export, or one clearing out, from the question to the last toast. The engine may
 * have ended when the user answers, and the window when it is done. */
typedef struct
{
  GWeakRef              engine;
  AdwPreferencesWindow *window;       /* NULL once it is closed */
  ChatPeer             *peer;         /* or NULL */
  GtkFileChooserNative *chooser;
  GFile                *file;
  GCancellable         *cancellable;
  AdwToast             *toast;        /* while it is going on */
} Keep;

static Keep *
keep_new (AdwPreferencesWindow *window,
          ChatEngine           *engine,
          ChatPeer             *peer)
{
  Keep *self = g_new0 (Keep, 1);

  g_weak_ref_init (&self->engine, engine);
  g_set_weak_pointer (&self->window, window);
  self->cancellable = g_cancellable_new ();
  if (peer != NULL)
    self->peer = g_object_ref (peer);

  return self;
}

static void
keep_free (Keep *self)
{
  g_weak_ref_clear (&self->engine);
  g_clear_object (&self->chooser);
  g_clear_object (&self->file);
  g_clear_object (&self->peer);
  g_object_unref (self->cancellable);
  g_clear_weak_pointer (&self->toast);
  g_clear_weak_pointer (&self->window);
  g_free (self);
}

static void
tell (Keep       *self,
      const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  if (self->window != NULL)
    adw_preferences_window_add_toast (self->window, adw_toast_new (escaped));
}

/* A toast that stays until it is done. It dies with its window, or when dismissed. */
static AdwToast *
begin (Keep       *self,
       const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  g_set_weak_pointer (&self->toast, toast);
  adw_toast_set_timeout (toast, 0);

  return toast;
}

static void
end (Keep *self)
{
  AdwToast *toast = self->toast;

  g_clear_weak_pointer (&self->toast);
  if (toast != NULL)
    adw_toast_dismiss (toast);
}

/* --- writing it to a file --- */

static void
on_toast_cancelled (AdwToast     *toast,
                    GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
on_exported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Keep *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 n_bytes = chat_engine_export_finish (result, &error);

  end (self);

  if (n_bytes >= 0)
    {
      g_autofree char *size = g_format_size ((guint64) n_bytes);
      g_autofree char *name = g_file_get_basename (self->file);
      g_autofree char *shown = g_filename_display_name (name);
      /* Translators: a file name and its size. */
      g_autofree char *text = g_strdup_printf (_("Saved as “%s” (%s)"), shown, size);

      tell (self, text);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *text = g_strdup_printf (_("Not saved: %s"), error->message);

      tell (self, text);
    }

  keep_free (self);
}

static void
export_begin (Keep *self)
{
  g_autoptr (ChatEngine) engine = g_weak_ref_get (&self->engine);
  AdwToast *toast;

  if (engine == NULL || self->window == NULL)
    {
      keep_free (self);
      return;
    }

  toast = begin (self, _("Saving the history…"));
  adw_toast_set_button_label (toast, _("_Cancel"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_toast_cancelled),
                           self->cancellable, 0);
  adw_preferences_window_add_toast (self->window, toast);
  chat_engine_export_async (engine, self->peer, self->file, self->cancellable, on_exported, self);
}

static void
on_chosen (GtkNativeDialog *dialog,
           int              response,
           gpointer         user_data)
{
  Keep *self = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    self->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (self->file != NULL)
    export_begin (self);
  else
    keep_free (self);
}

/* A name from the network is no path. */
static char *
suggest_name (ChatPeer *peer)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  const char *who = peer != NULL ? chat_peer_get_name (peer) : "Lanyard";
  g_autofree char *name = g_strdup_printf ("%s %s.jsonl", *who != '\0' ? who : "Lanyard", day);

  g_strdelimit (name, G_DIR_SEPARATOR_S "\\:*?\"<>|", '-');

  return name[0] == '.' ? g_strconcat ("-", name, NULL) : g_steal_pointer (&name);
}

void
chat_keep_export (AdwPreferencesWindow *window,
                  ChatEngine           *engine,
                  ChatPeer             *peer)
{
  Keep *self = keep_new (window, engine, peer);
  g_autofree char *name = suggest_name (peer);

  self->chooser = gtk_file_chooser_native_new (_("Save the History"), GTK_WINDOW (window),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"),
                                               _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
chat_keep_write (AdwPreferencesWindow *window,
                 ChatEngine           *engine,
                 ChatPeer             *peer,
                 GFile                *file)
{
  Keep *self = keep_new (window, engine, peer);

  self->file = g_object_ref (file);
  export_begin (self);
}

/* --- keeping it no more --- */

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Keep *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = chat_engine_clear_finish (result, &error);

  end (self);

  if (is_done)
    {
      tell (self, _("The history was deleted"));
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *text = g_strdup_printf (_("Not deleted: %s"), error->message);

      tell (self, text);
    }

  keep_free (self);
}

static void
on_answer (AdwMessageDialog *dialog,
           const char       *response,
           gpointer          user_data)
{
  Keep *self = user_data;
  g_autoptr (ChatEngine) engine = g_weak_ref_get (&self->engine);

  if (engine == NULL || self->window == NULL || !g_str_equal (response, "delete"))
    {
      keep_free (self);
      return;
    }

  adw_preferences_window_add_toast (self->window, begin (self, _("Deleting the history…")));
  chat_engine_clear_async (engine, self->peer, on_cleared, self);
}

void
chat_keep_clear (AdwPreferencesWindow *window,
                 ChatEngine           *engine,
                 ChatPeer             *peer)
{
  Keep *self = keep_new (window, engine, peer);
  GtkWidget *dialog = app_message_new (GTK_WINDOW (window), NULL, NULL);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  if (peer != NULL)
    adw_message_dialog_format_heading (question, _("Delete All Messages With “%s”?"),
                                       chat_peer_get_name (peer));
  else
    adw_message_dialog_set_heading (question, _("Delete All Messages?"));

  adw_message_dialog_set_body (question,
                               _("They are removed from this computer for good. The others keep "
                                 "theirs. What waits to be delivered is kept until it was."));
  adw_message_dialog_add_responses (question, "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (question, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "cancel");
  adw_message_dialog_set_close_response (question, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_answer), self);
  gtk_window_present (GTK_WINDOW (dialog));
}
