/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-people.h"
#include "chat-sidebar.h"
#include "take.h"

/* Takes the pictures of Lanyard Chat for the README and for software centres: what they show was
 * really sent, by others that run elsewhere. */

static const struct
{
  const char *english;
  const char *chinese;
} lines[] = {
  { "Have you seen the new tower from the beach? The light is best at seven.",
    "你从海滩上看过那座新塔吗？七点的光线最好。" },
  { "Not yet! I could be there at half past six.", "还没有！我六点半能到。" },
  { "Then I bring the camera. The ferry leaves at 18:10 from pier 4.",
    "那我带上相机。渡轮 18:10 从 4 号码头出发。" },
  { "Good. I have last year’s pictures here, 3 GB of them 🙂", "好。去年的照片都在我这里，有 3 GB 🙂" },
  { "See you on the boat.", "船上见。" },
};

static const struct
{
  const char *name[2];
  const char *text[2];
} others[] = {
  { { "Lab 3", "三号实验室" }, { "Backup finished: 41,208 files.", "备份完成：41,208 个文件。" } },
  { { "Carla", "小林" }, { "Who has the key to the darkroom?", "谁有暗房的钥匙？" } },
  { { "Dana", "王老师" }, { "The printer works again.", "打印机又能用了。" } },
};

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
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const char *line = take_words (lines[i].english, lines[i].chinese);

      if (i % 2 == 0)
        chat_say (pair, line);
      else
        write_text (window, line);
      display_await_text (window, line);
      if (i % 2 == 1)
        chat_hear (pair, line);
      else
        e2e_chat_expect (pair->bob, "state", "to", pair->ann, "state", "read", NULL);
      display_await_text (display_get (window, CHAT_TYPE_SIDEBAR, NULL), line);
    }
}

/* More people of the same network, who have written to Ann. */
static GPtrArray *
gather (ChatPair  *pair,
        GtkWindow *window)
{
  GPtrArray *chats = g_ptr_array_new_with_free_func ((GDestroyNotify) e2e_chat_free);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      const char *text = take_words (others[i].text[0], others[i].text[1]);
      E2eChat *chat = e2e_chat_new (pair->temp, take_words (others[i].name[0], others[i].name[1]));

      e2e_chat_start (chat);
      e2e_chat_connect (chat, pair->ann_address);
      e2e_chat_command (chat, "send", "to", pair->ann, "text", text, NULL);
      display_await_text (window, text);
      g_ptr_array_add (chats, chat);
    }

  return chats;
}

static void
take_all (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr (GPtrArray) chats = gather (pair, window);

  converse (pair, window);
  take (window, "chat");

  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  take (window, "chat-dark");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);

  gtk_window_set_default_size (window, 360, 640);
  display_settle ();
  take (window, "chat-narrow");

  for (guint i = 0; i < chats->len; i++)
    e2e_chat_quit (chats->pdata[i]);
}

int
main (int    argc,
      char **argv)
{
  take_init (&argc, &argv);
  chat_pair_run ("Ann", TRUE, take_all);

  return 0;
}
