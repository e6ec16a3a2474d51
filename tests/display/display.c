/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"
#include "display-private.h"

#include "../e2e/e2e-chat.h"

/* Waiting, and a program from its start to its end. */

/* Where the pictures of windows go that disappointed. */
#define PICTURES "LANYARD_DISPLAY_PICTURES"

void
display_init (int    *argc,
              char ***argv)
{
  /* Before GTK begins a thread: a network belongs to a thread. */
  e2e_chat_init (argc, argv);
  gtk_init ();
}

static void
run_test (gconstpointer data)
{
  if (g_test_subprocess ())
    {
      ((GTestFunc) data) ();
      e2e_assert_no_workers ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* A program of its own for each, as those are that are tested. */
void
display_add (const char *path,
             GTestFunc   func)
{
  g_test_add_data_func (path, (gconstpointer) func, run_test);
}

/* --- waiting --- */

/* What somebody would see who looked at the display now. */
static void
tell_what_is_there (void)
{
  const char *pictures = g_getenv (PICTURES);
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    {
      g_autofree char *text = display_read (l->data);
      g_autofree char *name = g_strdup_printf ("%s.png", G_OBJECT_TYPE_NAME (l->data));
      g_autofree char *path = NULL;

      if (!gtk_widget_get_mapped (l->data))
        continue;

      g_printerr ("%s “%s” shows:\n%s\n", G_OBJECT_TYPE_NAME (l->data),
                  gtk_window_get_title (l->data), text);
      path = pictures != NULL ? g_build_filename (pictures, name, NULL) : NULL;
      if (path != NULL)
        display_save (l->data, path);
    }
}

static gboolean
on_patience_ended (gpointer user_data)
{
  tell_what_is_there ();
  g_error ("this was waited for and did not happen: %s", (const char *) user_data);

  return G_SOURCE_REMOVE;
}

void
display_await (DisplayCondition  condition,
               gpointer          user_data,
               const char       *what)
{
  guint timer = g_timeout_add (E2E_PATIENCE / 2 / 1000, on_patience_ended, (gpointer) what);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timer);
}

typedef struct
{
  GtkWidget *window;
  gboolean   painted;
} Frame;

static void
on_after_paint (GdkFrameClock *clock,
                gpointer       user_data)
{
  ((Frame *) user_data)->painted = TRUE;
}

static gboolean
has_painted (gpointer user_data)
{
  Frame *frame = user_data;

  return frame->painted || !gtk_widget_get_mapped (frame->window);
}

/* Lets a mapped window lay itself out and paint. */
static void
await_frame (GtkWidget *window)
{
  g_autoptr (GdkFrameClock) clock = g_object_ref (gtk_widget_get_frame_clock (window));
  g_autofree char *what = g_strdup_printf ("a %s paints", G_OBJECT_TYPE_NAME (window));
  Frame frame = { window, FALSE };
  gulong handler;

  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &frame);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
  display_await (has_painted, &frame, what);

  /* A clock that goes with its window has let go of it. */
  if (g_signal_handler_is_connected (clock, handler))
    g_signal_handler_disconnect (clock, handler);
}

/* Until all that is to happen at once has happened, and all windows show it. */
void
display_settle (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    g_object_ref (l->data);

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (gtk_widget_get_mapped (l->data))
        await_frame (l->data);
      g_object_unref (l->data);
    }

  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

/* --- programs --- */

typedef struct
{
  GtkApplication *application;
  DisplayBody     body;
  gpointer        user_data;
} Run;

static gboolean
on_started (gpointer user_data)
{
  Run *run = user_data;
  GList *windows;

  run->body (run->application, run->user_data);

  while ((windows = gtk_application_get_windows (run->application)) != NULL)
    gtk_window_destroy (windows->data);
  _display_finish_notifications (G_APPLICATION (run->application));
  g_application_quit (G_APPLICATION (run->application));

  return G_SOURCE_REMOVE;
}

/* All that it had is gone afterwards. */
void
display_run (GtkApplication  *application,
             const char     **arguments,
             DisplayBody      body,
             gpointer         user_data)
{
  Run run = { application, body, user_data };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add (builder, g_get_prgname ());
  if (arguments != NULL)
    g_strv_builder_addv (builder, arguments);
  argv = g_strv_builder_end (builder);

  _display_start_notifications ();
  g_idle_add (on_started, &run);
  g_assert_cmpint (g_application_run (G_APPLICATION (application), (int) g_strv_length (argv),
                                      argv), ==, 0);
  _display_forget_notifications ();
  g_assert_finalize_object (application);
}
