/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-application.h"
#include "copy-conflict-dialog.h"
#include "copy-sheet.h"
#include "copy-tasks.h"
#include "copy-window.h"
#include "take.h"

#include "../e2e/e2e-tree.h"

/* Takes the pictures of Lanyard Copy for the README and for software centres: what they show was
 * really copied. */

#define FILE_SIZE (3 * 1000 * 1000)

/* Long enough for a curve to be seen. */
#define SECONDS 8

static gboolean
on_time_up (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
take_all (GtkApplication *application,
          gpointer        user_data)
{
  GtkWindow *window = display_get_window (COPY_TYPE_WINDOW);
  gboolean up = FALSE;

  display_click_on (display_get_window (COPY_TYPE_SHEET), GTK_TYPE_BUTTON, "start_button");
  g_timeout_add_seconds (SECONDS, on_time_up, &up);
  display_await (is_true, &up, "some seconds pass");
  display_click_on (window, GTK_TYPE_TOGGLE_BUTTON, "details_button");
  take (window, "copy");

  display_click_on (window, GTK_TYPE_BUTTON, "answer_button");
  take (display_get_window (COPY_TYPE_CONFLICT_DIALOG), "copy-conflict");
  display_click_on (display_get_window (COPY_TYPE_CONFLICT_DIALOG), GTK_TYPE_BUTTON,
                    "overwrite_button");
  display_click_on (window, GTK_TYPE_BUTTON, "cancel_button");
  display_get (window, GTK_TYPE_BUTTON, "remove_button");
}

static void
make_photos (const char *source,
             const char *dest)
{
  g_autofree char *taken = e2e_make_dir (dest, "Photos");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("island-%02u.jpg", i);

      e2e_make_file (source, name, FILE_SIZE);
    }

  e2e_make_text (source, "a-list.txt", "What we saw on the island, and when");
  e2e_make_text (taken, "a-list.txt", "What we saw");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autofree char *source = NULL;
  g_autofree char *dest = NULL;

  take_init (&argc, &argv);
  copy_tasks_register ();
  source = e2e_make_dir (g_get_home_dir (), "Photos");
  dest = e2e_make_dir (g_get_home_dir (), "Backup");
  make_photos (source, dest);

  /* Slow enough to be looked at. */
  settings = g_settings_new (COPY_APPLICATION_ID);
  g_settings_set_double (settings, "limit-rate", 5);

  display_run (GTK_APPLICATION (copy_application_new (g_getenv ("LANYARD_COPY_APP"))),
               (const char *[]) { "--to", dest, source, NULL }, take_all, NULL);

  return 0;
}
