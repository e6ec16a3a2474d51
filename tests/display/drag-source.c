/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include <gdk/x11/gdkx.h>
#include <gio/gunixinputstream.h>

/* drag-source URI: a small window in a corner of the display, where a file can be taken as from a
 * file manager. It says on its output where that is, and how the drag goes, a line each. It ends
 * when its input does. */

/* Out of the way of other windows. */
#define MARGIN 10
#define SIZE 90

static void
say (const char *what)
{
  g_print ("%s\n", what);
}

static void
on_selected_action (GdkDrag *drag)
{
  say (gdk_drag_get_selected_action (drag) != 0 ? "taken" : "refused");
}

static void
on_drag_begin (GtkDragSource *source,
               GdkDrag       *drag)
{
  g_signal_connect (drag, "notify::selected-action", G_CALLBACK (on_selected_action), NULL);
  say ("dragged");
}

static void
on_drag_end (void)
{
  say ("over");
}

static GdkContentProvider *
offer (const char *uri)
{
  g_autoptr (GFile) file = g_file_new_for_uri (uri);
  GSList link = { file, NULL };

  return gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, &link);
}

/* There is nobody who places windows. */
static void
place (GtkWindow *window)
{
  Display *display = gdk_x11_display_get_xdisplay (gdk_display_get_default ());
  Window xid = gdk_x11_surface_get_xid (gtk_native_get_surface (GTK_NATIVE (window)));
  int screen = DefaultScreen (display);
  int x = DisplayWidth (display, screen) - SIZE - MARGIN;
  int y = DisplayHeight (display, screen) - SIZE - MARGIN;
  Window child;

  XMoveWindow (display, xid, x, y);
  XTranslateCoordinates (display, xid, DefaultRootWindow (display), SIZE / 2, SIZE / 2, &x, &y,
                         &child);
  g_print ("at %d %d\n", x, y);
}

static gboolean
on_input (GObject  *stream,
          gpointer  user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GSource) ending =
    g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_autoptr (GdkContentProvider) content = NULL;
  GtkDragSource *source;
  GtkWindow *window;
  gboolean ended = FALSE;

  gtk_init ();
  source = gtk_drag_source_new ();
  window = GTK_WINDOW (gtk_window_new ());
  content = offer (argv[1]);
  gtk_drag_source_set_content (source, content);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_drag_begin), NULL);
  g_signal_connect (source, "drag-end", G_CALLBACK (on_drag_end), NULL);

  gtk_window_set_decorated (window, FALSE);
  gtk_window_set_default_size (window, SIZE, SIZE);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (source));
  gtk_window_present (window);
  display_settle ();
  place (window);

  g_source_set_callback (ending, G_SOURCE_FUNC (on_input), &ended, NULL);
  g_source_attach (ending, NULL);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);

  gtk_window_destroy (window);

  return 0;
}
