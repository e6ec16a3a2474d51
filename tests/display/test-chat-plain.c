/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-dialog.h"

#include "chat-plain-window.h"

#include "../e2e/e2e-stranger.h"

#include <string.h>

/* A conversation that is not encrypted, with sockets that know nothing of Lanyard. */

typedef struct
{
  E2eStranger  stranger;
  char        *address;
  char         bytes[256];
  gssize       length;
} Script;

static void
script_begin (Script *self)
{
  e2e_stranger_init (&self->stranger);
  g_socket_set_blocking (self->stranger.socket, FALSE);
  self->address = g_strdup_printf ("127.0.0.1:%u", self->stranger.port);
}

static void
script_end (Script *self)
{
  e2e_stranger_clear (&self->stranger);
  g_free (self->address);
}

static gboolean
has_received (gpointer user_data)
{
  Script *self = user_data;

  self->length = g_socket_receive (self->stranger.socket, self->bytes, sizeof self->bytes, NULL,
                                   NULL);

  return self->length >= 0;
}

/* The port that the window says it is reached at. */
static guint16
read_port (GtkWindow *window)
{
  const char *text = gtk_label_get_label (GTK_LABEL (display_get (window, GTK_TYPE_LABEL,
                                                                  "port_label")));

  return (guint16) g_ascii_strtoull (text + strcspn (text, "0123456789"), NULL, 10);
}

static void
talk_plainly (GtkApplication *application,
              gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  Script script = { 0 };
  Script other = { 0 };
  GtkWindow *window;
  guint16 port;

  /* From there, nobody else can be reached, whatever network there is. */
  g_settings_set_string (settings, "bind", "127.0.0.1");
  script_begin (&script);
  script_begin (&other);
  window = chat_plain_window_new (NULL, CHAT_APPLICATION (application), script.address);
  gtk_window_present (window);
  display_await_text (window, "Not encrypted: anybody on the way can read this");
  display_await_text (window, script.address);
  port = read_port (window);

  display_type ("hello");
  display_press ("Return");
  display_await (has_received, &script, "the text arrives");
  g_assert_cmpint (script.length, ==, 5);
  g_assert_cmpmem (script.bytes, 5, "hello", 5);
  display_await_text (window, "You");

  e2e_stranger_say (&script.stranger, port, "\xff\x1b[2J 你好\n", 13);
  display_await_text (window, "\\xff\\x1b[2J 你好");
  display_await_no_text (window, "somebody else");
  e2e_stranger_say (&other.stranger, port, "me too", 6);
  display_await_text (window, "somebody else");

  /* Who ends lines is given lines. */
  display_type ("line");
  display_press ("Return");
  display_await (has_received, &script, "the line arrives");
  g_assert_cmpmem (script.bytes, script.length, "line\n", 5);
  display_await_no_text (window, "Not sent");

  display_assert_keyboard (window);
  gtk_window_destroy (window);
  script_end (&script);
  script_end (&other);
}

static void
fail_plainly (GtkApplication *application,
              gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  g_autofree char *long_text = g_strnfill (66000, 'x');
  GtkWindow *window;

  g_settings_set_string (settings, "bind", "127.0.0.1");
  window = chat_plain_window_new (NULL, CHAT_APPLICATION (application), NULL);
  gtk_window_present (window);

  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:99999");
  display_await_text (window, "“192.0.2.1:99999” is not an address");
  g_assert_true (gtk_widget_get_visible (display_get (window, GTK_TYPE_LABEL, "reason_label")));
  g_assert_false (gtk_widget_is_sensitive (display_get (window, GTK_TYPE_BUTTON, "begin_button")));

  /* From loopback there is no way out. */
  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:9");
  display_click_on (window, GTK_TYPE_BUTTON, "begin_button");
  display_await_text (window, "Others reach this window");
  display_type ("into the void");
  display_press ("Return");
  display_await_text (window, "Not sent: too long for the network there, or no way there");

  display_fill (window, GTK_TYPE_ENTRY, "entry", long_text);
  display_press ("Return");
  display_await_text (window, "a datagram holds");

  /* It is still there, to be made shorter. */
  g_assert_cmpuint (strlen (gtk_editable_get_text (GTK_EDITABLE (
    display_get (window, GTK_TYPE_ENTRY, "entry")))), >, 65507);

  gtk_window_destroy (window);
}

DIALOG_TEST (talk_plainly)
DIALOG_TEST (fail_plainly)

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-plain/talk", test_talk_plainly);
  g_test_add_func ("/display/chat-plain/fail", test_fail_plainly);

  return g_test_run ();
}
