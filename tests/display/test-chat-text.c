/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-text-window.h"
#include "display.h"

#include <string.h>

/* That the longest text can be opened, without holding up the window. */

#define MAX_SIZE (1024 * 1024)

/* A line in several scripts that never ends. */
static char *
make_text (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; text->len < MAX_SIZE - 64; i++)
    {
      g_string_append_printf (text, "%u the bus leaves ", i);
      for (gunichar j = 0; j < 10; j++)
        g_string_append_unichar (text, 0x4e00 + (i * 7 + j) % 3000);
    }

  return g_string_free (text, FALSE);
}

static char *
read_buffer (GtkTextBuffer *buffer)
{
  GtkTextIter begin, end;

  gtk_text_buffer_get_bounds (buffer, &begin, &end);

  return gtk_text_buffer_get_text (buffer, &begin, &end, TRUE);
}

static gsize
get_longest_line (const char *text)
{
  gsize longest = 0;

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\n");

      longest = MAX (longest, length);
      text += length + (text[length] != '\0');
    }

  return longest;
}

static void
on_text (GObject      *clipboard,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static void
test_long (void)
{
  g_autofree char *text = make_text ();
  GtkWidget *window = chat_text_window_new (NULL, text);
  GtkTextBuffer *buffer;
  g_autofree char *shown = NULL;
  g_autofree char *copied = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *joined = NULL;
  int n_chars = (int) g_utf8_strlen (text, -1);
  int n;

  gtk_window_present (GTK_WINDOW (window));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (display_get (window, GTK_TYPE_TEXT_VIEW, NULL)));
  g_assert_true (display_shows (window, "0 the bus leaves"));

  /* A little in each turn. */
  while ((n = gtk_text_buffer_get_char_count (buffer)) < n_chars)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (gtk_text_buffer_get_char_count (buffer) - n, <=, 16 * 1024);
    }

  shown = read_buffer (buffer);
  parts = g_strsplit (shown, "\n", -1);
  joined = g_strjoinv (" ", parts);
  g_assert_cmpstr (joined, ==, text);
  g_assert_cmpuint (get_longest_line (shown), <=, 4800);

  /* Whatever it is shown in, it is copied as it was written. */
  display_click_on (window, GTK_TYPE_BUTTON, "Copy");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (window), NULL, on_text, &copied);
  display_await (is_set, &copied, "the text in the clipboard");
  g_assert_cmpstr (copied, ==, text);

  gtk_window_destroy (GTK_WINDOW (window));
}

/* Who closes it does not wait for the rest. */
static void
test_closed (void)
{
  g_autofree char *text = make_text ();
  GtkWidget *window = chat_text_window_new (NULL, text);

  gtk_window_present (GTK_WINDOW (window));
  display_get (window, GTK_TYPE_TEXT_VIEW, NULL);
  display_press ("Escape");
  display_settle ();
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-text/long", test_long);
  g_test_add_func ("/display/chat-text/closed", test_closed);

  return g_test_run ();
}
