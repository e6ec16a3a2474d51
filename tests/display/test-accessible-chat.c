/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "accessible.h"

#include "../e2e/e2e-chat.h"

#include <locale.h>

/* Every control of Lanyard Chat has a name, as it is told to a screen reader. */

static Accessible *
start (E2eTemp    *temp,
       const char *name,
       const char *peer)
{
  g_autofree char *profile = e2e_temp_get (temp, "Ann");

  return accessible_start (g_getenv ("LANYARD_CHAT_APP"), "--profile", profile, "--bind",
                           "127.0.0.1", "--port", "0", "--no-discovery", name, peer, NULL);
}

static void
test_first_start (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (Accessible) app = start (temp, NULL, NULL);

  accessible_await (app, ATSPI_ROLE_LABEL, "Welcome to Lanyard Chat");
  accessible_assert_names (app, "the first start", 4);
}

static void
test_conversation (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) bob = e2e_chat_new (temp, "Bob");
  g_autoptr (JsonObject) ann = NULL;
  g_autofree char *address = NULL;
  Accessible *app;

  e2e_chat_start (bob);
  address = e2e_chat_get_address (bob);
  app = start (temp, "--name=Ann", address);
  ann = e2e_chat_take (bob, "peer", "state", "online", NULL);
  e2e_chat_command (bob, "send", "to", e2e_json_get_string (ann, "fingerprint"), "text",
                    "The bus waits", NULL);

  accessible_await (app, ATSPI_ROLE_LABEL, "The bus waits");
  accessible_assert_names (app, "a conversation", 12);
  accessible_do (app, ATSPI_ROLE_PUSH_BUTTON, "Details of the contact");
  accessible_await (app, ATSPI_ROLE_LABEL, "Safety Number");
  accessible_assert_names (app, "the details of a contact", 24);

  accessible_free (app);
  e2e_chat_quit (bob);
}

/* Looks at what an item of the menu opens, which is reached by its letter, and closes it. */
static void
look_at_item (Accessible *app,
              const char *item,
              const char *letter,
              AtspiRole   role,
              const char *title,
              guint       n_least)
{
  accessible_press (app, "F10");
  accessible_await (app, ATSPI_ROLE_MENU_ITEM, item);
  accessible_look_at (app, letter, role, title, n_least);
}

static void
test_windows (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (Accessible) app = start (temp, "--name=Ann", NULL);

  accessible_await (app, ATSPI_ROLE_LABEL, "Nobody Here Yet");
  accessible_look_at (app, "<Control>comma", ATSPI_ROLE_FRAME, "Preferences", 20);
  accessible_look_at (app, "<Control>n", ATSPI_ROLE_DIALOG, "Add by Address", 8);
  accessible_look_at (app, "F1", ATSPI_ROLE_FRAME, "Keyboard shortcuts", 4);
  look_at_item (app, "About Lanyard Chat", "a", ATSPI_ROLE_FRAME, "About", 8);
  look_at_item (app, "Why Is Nobody Here?", "w", ATSPI_ROLE_FRAME, "Network", 8);

  accessible_press (app, "F10");
  accessible_await (app, ATSPI_ROLE_MENU_ITEM, "Preferences");
  accessible_assert_names (app, "the menu", 8);
  accessible_press (app, "Escape");
  accessible_await_gone (app, ATSPI_ROLE_MENU_ITEM, "Preferences");
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);
  setlocale (LC_ALL, "");

  g_test_add_func ("/display/accessible/chat/first-start", test_first_start);
  g_test_add_func ("/display/accessible/chat/conversation", test_conversation);
  g_test_add_func ("/display/accessible/chat/windows", test_windows);

  return g_test_run ();
}
