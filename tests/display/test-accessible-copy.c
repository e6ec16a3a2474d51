/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "accessible.h"

#include "../e2e/e2e-chat.h"

#include <locale.h>

/* Every control of Lanyard Copy has a name, as it is told to a screen reader. */

static void
test_empty (void)
{
  g_autoptr (Accessible) app = accessible_start (g_getenv ("LANYARD_COPY_APP"), NULL);

  accessible_await (app, "frame", "Lanyard Copy");
  accessible_assert_names (app, "the empty window", 2);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);
  setlocale (LC_ALL, "");

  g_test_add_func ("/display/accessible/copy/empty", test_empty);

  return g_test_run ();
}
