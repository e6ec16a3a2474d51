/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"
#include "copy-conflict-dialog.h"
#include "copy-job-row.h"
#include "copy-sheet.h"
#include "copy-tasks.h"
#include "take.h"

/* Takes the pictures of Lanyard Copy for the README and for software centres: what they show was
 * really copied. */

#define FILE_SIZE (3 * 1000 * 1000)

/* Long enough for a curve to be seen. */
#define SECONDS 8

#define WIDTH 480
#define HEIGHT 320

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
start_job (void)
{
  display_click_on (display_get_window (COPY_TYPE_SHEET), GTK_TYPE_BUTTON, "start_button");
}

static void
add_job (GtkWindow  *window,
         const char *source,
         const char *dest)
{
  g_autofree char *source_path = g_build_filename (g_get_home_dir (), source, NULL);
  g_autofree char *dest_path = g_build_filename (g_get_home_dir (), dest, NULL);

  copy_app_add (window, source_path, dest_path);
  start_job ();
}

static GtkWidget *
get_row (GtkWindow  *window,
         const char *source,
         const char *dest)
{
  g_autofree char *name = g_strdup_printf ("%s → %s", source, dest);

  return display_get (window, COPY_TYPE_JOB_ROW, name);
}

/* One copy is done, one is at work, and one waits, which will have a question. */
static void
take_all (GtkApplication *application,
          gpointer        user_data)
{
  GtkWindow *window = display_get_window (COPY_TYPE_WINDOW);
  const char *photos = take_words ("Photos", "照片");
  const char *dest = take_words ("Backup", "备份");
  gboolean up = FALSE;

  start_job ();
  display_get (window, GTK_TYPE_BUTTON, "remove_button");
  add_job (window, photos, dest);
  add_job (window, take_words ("Sketches", "草图"), dest);
  display_click_on (get_row (window, photos, dest), GTK_TYPE_TOGGLE_BUTTON, "details_button");
  g_timeout_add_seconds (SECONDS, on_time_up, &up);
  display_await (is_true, &up, "some seconds pass");
  take (window, "copy");

  display_click_on (get_row (window, photos, dest), GTK_TYPE_BUTTON, "cancel_button");
  display_click_on (window, GTK_TYPE_BUTTON, "answer_button");
  take (display_get_window (COPY_TYPE_CONFLICT_DIALOG), "copy-conflict");
  display_click_on (display_get_window (COPY_TYPE_CONFLICT_DIALOG), GTK_TYPE_BUTTON,
                    "overwrite_button");
  display_await_gone (window, GTK_TYPE_BUTTON, "cancel_button");
}

/* An island in the sea, with the sun that high above it: 0 to 1. */
static void
draw_island (const char *folder,
             double      height)
{
  g_autofree char *path = g_build_filename (folder, "island.png", NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_pattern_t *sky = cairo_pattern_create_linear (0, 0, 0, HEIGHT * 0.7);

  cairo_pattern_add_color_stop_rgb (sky, 0, 0.25, 0.35 + 0.3 * height, 0.55 + 0.4 * height);
  cairo_pattern_add_color_stop_rgb (sky, 1, 0.98, 0.7 + 0.2 * height, 0.45 + 0.5 * height);
  cairo_set_source (cr, sky);
  cairo_paint (cr);

  cairo_set_source_rgb (cr, 1, 0.85 + 0.1 * height, 0.45 + 0.3 * height);
  cairo_arc (cr, WIDTH * 0.7, HEIGHT * (0.65 - 0.45 * height), 26, 0, 2 * G_PI);
  cairo_fill (cr);

  cairo_set_source_rgb (cr, 0.2, 0.35 + 0.1 * height, 0.3);
  cairo_arc (cr, WIDTH * 0.36, HEIGHT * 0.86, HEIGHT * 0.36, G_PI, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.1, 0.25 + 0.15 * height, 0.4 + 0.2 * height);
  cairo_rectangle (cr, 0, HEIGHT * 0.7, WIDTH, HEIGHT * 0.3);
  cairo_fill (cr);

  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_pattern_destroy (sky);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* The folders that are copied, and what is in the way of the last. Returns that of the
 * command line. */
static char *
make_folders (const char *home,
              const char *dest)
{
  char *notes = e2e_make_dir (home, take_words ("Notes", "笔记"));
  g_autofree char *sketches = e2e_make_dir (home, take_words ("Sketches", "草图"));
  g_autofree char *taken = e2e_make_dir (dest, take_words ("Sketches", "草图"));
  g_autofree char *photos = e2e_make_dir (home, take_words ("Photos", "照片"));

  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *photo = g_strdup_printf ("island-%02u.jpg", i);
      g_autofree char *note = g_strdup_printf ("day-%02u.txt", i);

      e2e_make_file (photos, photo, FILE_SIZE);
      e2e_make_file (notes, note, FILE_SIZE / 1000);
    }
  draw_island (sketches, 0.9);
  draw_island (taken, 0.1);

  return notes;
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
  dest = e2e_make_dir (g_get_home_dir (), take_words ("Backup", "备份"));
  source = make_folders (g_get_home_dir (), dest);

  /* Slow enough to be looked at. */
  settings = g_settings_new (COPY_APPLICATION_ID);
  g_settings_set_double (settings, "limit-rate", 5);

  display_run (GTK_APPLICATION (copy_application_new (g_getenv ("LANYARD_COPY_APP"))),
               (const char *[]) { "--to", dest, source, NULL }, take_all, NULL);

  return 0;
}
