/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "accessible.h"

#include "../e2e/e2e-chat.h"
#include "../e2e/e2e-tree.h"

#include <locale.h>

/* Every control of Lanyard Copy has a name, as it is told to a screen reader. */

static void
test_empty (void)
{
  g_autoptr (Accessible) app = accessible_start (g_getenv ("LANYARD_COPY_APP"), NULL);

  accessible_await (app, ATSPI_ROLE_FRAME, "Lanyard Copy");
  accessible_assert_names (app, "the empty window", 2);
}

/* The sheet, a job, and its details. */
static void
test_job (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *dest = e2e_make_dir (temp->path, "dest");
  g_autoptr (Accessible) app = NULL;

  e2e_make_text (source, "one.txt", "1");
  app = accessible_start (g_getenv ("LANYARD_COPY_APP"), "--to", dest, source, NULL);
  accessible_await (app, ATSPI_ROLE_FRAME, "New Copy");
  accessible_assert_names (app, "the sheet", 20);
  accessible_await (app, ATSPI_ROLE_CHECK_BOX, "Mirror");
  accessible_await (app, ATSPI_ROLE_PUSH_BUTTON, "Copy");
  accessible_do (app, ATSPI_ROLE_PUSH_BUTTON, "Copy");
  accessible_await (app, ATSPI_ROLE_PUSH_BUTTON, "Remove from List");
  accessible_do (app, ATSPI_ROLE_TOGGLE_BUTTON, "Details");
  accessible_await (app, ATSPI_ROLE_PUSH_BUTTON, "Save Report…");
  accessible_assert_names (app, "a job", 6);
}

/* What would be done, and what is asked. */
static void
test_questions (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *dest = e2e_make_dir (temp->path, "dest");
  g_autoptr (Accessible) app = NULL;

  e2e_make_text (source, "same.txt", "the new one");
  e2e_make_dir (dest, "source");
  e2e_make_text (dest, "source/same.txt", "an old");
  app = accessible_start (g_getenv ("LANYARD_COPY_APP"), "--to", dest, source, NULL);
  accessible_await (app, ATSPI_ROLE_FRAME, "New Copy");
  accessible_do (app, ATSPI_ROLE_PUSH_BUTTON, "Show Plan…");
  accessible_await (app, ATSPI_ROLE_FRAME, "Plan");
  accessible_assert_names (app, "the plan", 20);
  accessible_press (app, "Escape");
  accessible_await_gone (app, ATSPI_ROLE_FRAME, "Plan");

  accessible_do (app, ATSPI_ROLE_PUSH_BUTTON, "Copy");
  accessible_await (app, ATSPI_ROLE_CHECK_BOX, "Do the same for all of this job");
  accessible_assert_names (app, "the conflict", 12);
  accessible_press (app, "Escape");
  accessible_await_gone (app, ATSPI_ROLE_FRAME, "The Name Is Taken");
  accessible_await (app, ATSPI_ROLE_PUSH_BUTTON, "Answer…");
}

/* Those that keys and the menu open. */
static void
test_windows (void)
{
  g_autoptr (Accessible) app = accessible_start (g_getenv ("LANYARD_COPY_APP"), NULL);

  accessible_await (app, ATSPI_ROLE_FRAME, "Lanyard Copy");
  accessible_look_at (app, "<Control>comma", ATSPI_ROLE_FRAME, "Preferences", 5);
  accessible_look_at (app, "<Control>question", ATSPI_ROLE_FRAME, "Keyboard shortcuts", 4);
  accessible_press (app, "F10");
  accessible_await (app, ATSPI_ROLE_MENU_ITEM, "About Lanyard Copy");
  accessible_assert_names (app, "the menu", 8);
  accessible_look_at (app, "a", ATSPI_ROLE_FRAME, "About", 8);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);
  setlocale (LC_ALL, "");

  g_test_add_func ("/display/accessible/copy/empty", test_empty);

  g_test_add_func ("/display/accessible/copy/job", test_job);
  g_test_add_func ("/display/accessible/copy/questions", test_questions);
  g_test_add_func ("/display/accessible/copy/windows", test_windows);

  return g_test_run ();
}
