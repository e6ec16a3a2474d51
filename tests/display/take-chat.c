/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-people.h"
#include "take.h"

/* Takes the pictures of Lanyard Chat for the README and for software centres: what they show was
 * really sent, by others that run elsewhere. */

static void
write_text (GtkWindow  *window,
            const char *text)
{
  GtkWidget *view = display_look_for (window, GTK_TYPE_TEXT_VIEW, NULL);

  gtk_widget_grab_focus (view);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  display_press ("Return");
}

static void
converse (ChatPair  *pair,
          GtkWindow *window)
{
  const char *lines[] = {
    "Have you seen the new tower from the beach? The light is best at seven.",
    "Not yet! I could be there at half past six.",
    "Then I bring the camera. The ferry leaves at 18:10 from pier 4.",
    "Good. I have the pictures of last year here: 3 GB, I send them when we meet 🙂",
    "See you on the boat.",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      if (i % 2 == 0)
        chat_say (pair, lines[i]);
      else
        write_text (window, lines[i]);
      display_await_text (window, lines[i]);
      if (i % 2 == 1)
        chat_hear (pair, lines[i]);
      else
        e2e_chat_expect (pair->bob, "state", "to", pair->ann, "state", "read", NULL);
    }
}

static void
take_all (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();
  AdwStyleManager *style = adw_style_manager_get_default ();

  converse (pair, window);
  take (window, "chat");

  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  take (window, "chat-dark");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);

  gtk_window_set_default_size (window, 360, 640);
  display_settle ();
  take (window, "chat-narrow");
}

int
main (int    argc,
      char **argv)
{
  take_init (&argc, &argv);
  chat_pair_run ("Ann", TRUE, take_all);

  return 0;
}
