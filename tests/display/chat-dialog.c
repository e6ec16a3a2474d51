/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-dialog.h"

char *
dialog_make_folder (const char *name)
{
  g_autofree char *template = g_strdup_printf ("%sXXXXXX", name);
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp (template, &error);

  g_assert_no_error (error);

  return path;
}

void
dialog_run (DisplayBody body)
{
  g_autofree char *profile = dialog_make_folder ("ada");
  const char *arguments[] = { "--profile", profile, "--name", "Ada", "--bind", "127.0.0.1",
                              "--port", "0", "--no-discovery", NULL };

  display_run (GTK_APPLICATION (chat_application_new ()), arguments, body, NULL);
}

/* As one comes to it by the keyboard, wherever it is. */
void
dialog_use (gpointer    window,
            GType       type,
            const char *name)
{
  GtkWidget *widget = display_get (window, type, name);

  g_assert_true (gtk_widget_grab_focus (widget));
  display_settle ();
  display_press (GTK_IS_LIST_BOX_ROW (widget) ? "Return" : "space");
  display_settle ();
}

void
dialog_fill_row (gpointer    window,
                 const char *name,
                 const char *text)
{
  display_fill (window, ADW_TYPE_ENTRY_ROW, name, text);
  display_press ("Return");
  display_settle ();
}

static gboolean
has_engine (gpointer user_data)
{
  return chat_application_get_engine (user_data) != NULL;
}

ChatEngine *
dialog_get_engine (GtkApplication *application)
{
  display_await (has_engine, application, "the chat begins");

  return chat_application_get_engine (CHAT_APPLICATION (application));
}

/* --- somebody to talk with --- */

static gboolean
has_come (gpointer user_data)
{
  DialogBob *bob = user_data;

  bob->peer = chat_engine_find_peer (bob->ours, chat_engine_get_fingerprint (bob->engine), NULL);

  return bob->peer != NULL && chat_peer_is_online (bob->peer);
}

void
dialog_bob_begin (DialogBob      *bob,
                  GtkApplication *application)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngineOptions options = { .name = "Bob", .bind = "127.0.0.1", .any_port = TRUE,
                                .no_discovery = TRUE };

  bob->ours = dialog_get_engine (application);
  options.profile = bob->profile = dialog_make_folder ("bob");
  bob->engine = chat_engine_new (&options, &error);
  g_assert_no_error (error);
  chat_engine_start (bob->engine);

  address = g_strdup_printf ("127.0.0.1:%u", chat_engine_get_port (bob->ours));
  g_assert_true (chat_engine_connect (bob->engine, address, &error));
  display_await (has_come, bob, "Bob is there");
}

void
dialog_bob_end (DialogBob *bob)
{
  g_assert_finalize_object (bob->engine);
  g_free (bob->profile);
}
