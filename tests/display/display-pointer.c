/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"
#include "display-private.h"

#include <gdk/x11/gdkx.h>
#include <X11/extensions/XTest.h>

/* A pointer that the display itself takes for a real one. */

/* How far it goes to and fro until what is held is dragged, and how often, in milliseconds. */
#define PULL 40
#define PULL_MS 20

typedef struct
{
  GtkWidget *widget;
  int        x;        /* of its middle, on the display */
  int        y;
} Place;

static Display *
get_display (void)
{
  return gdk_x11_display_get_xdisplay (gdk_display_get_default ());
}

/* Whether it can be used and is laid out, and where. */
static gboolean
find_place (gpointer user_data)
{
  Place *place = user_data;
  GtkNative *native = gtk_widget_get_native (place->widget);
  graphene_rect_t bounds;
  Window child;
  double x;
  double y;

  if (!gtk_widget_get_mapped (place->widget) || !gtk_widget_is_sensitive (place->widget) ||
      !gtk_widget_compute_bounds (place->widget, GTK_WIDGET (native), &bounds) ||
      bounds.size.width < 1 || bounds.size.height < 1)
    return FALSE;

  gtk_native_get_surface_transform (native, &x, &y);
  x += bounds.origin.x + bounds.size.width / 2;
  y += bounds.origin.y + bounds.size.height / 2;

  return XTranslateCoordinates (get_display (),
                                gdk_x11_surface_get_xid (gtk_native_get_surface (native)),
                                DefaultRootWindow (get_display ()), (int) x, (int) y,
                                &place->x, &place->y, &child);
}

static void
await_place (Place *place)
{
  g_autofree char *path = display_get_path (place->widget);
  g_autofree char *what = g_strdup_printf ("the pointer can go to this: %s", path);

  display_settle ();
  display_await (find_place, place, what);
}

static void
move (int x,
      int y)
{
  XTestFakeMotionEvent (get_display (), DefaultScreen (get_display ()), x, y, 0);
  _display_finish_input ();
}

static void
press (guint button,
       Bool  down)
{
  XTestFakeButtonEvent (get_display (), button, down, 0);
}

/* --- clicks --- */

static void
click (GtkWidget *widget,
       guint      button)
{
  Place place = { widget, 0, 0 };

  await_place (&place);
  move (place.x, place.y);
  press (button, True);
  press (button, False);
  _display_finish_input ();
}

void
display_click (GtkWidget *widget)
{
  click (widget, 1);
}

void
display_click_secondary (GtkWidget *widget)
{
  click (widget, 3);
}

void
display_click_on (gpointer    root,
                  GType       type,
                  const char *name)
{
  display_click (display_get (root, type, name));
}

/* --- drags --- */

typedef struct
{
  int      x;
  int      y;
  gboolean away;
} Pull;

/* Who looks only at the last of some motions still sees that there are some. */
static gboolean
pull (gpointer user_data)
{
  Pull *self = user_data;
  int by = self->away ? PULL : PULL / 2;

  self->away = !self->away;
  XTestFakeMotionEvent (get_display (), DefaultScreen (get_display ()), self->x - by, self->y - by,
                        0);
  XFlush (get_display ());

  return G_SOURCE_CONTINUE;
}

/* What is at @x, @y is pulled until @is_dragged, laid on @to until @is_taken, and let go. */
static void
drag (int               x,
      int               y,
      GtkWidget        *to,
      DisplayCondition  is_dragged,
      DisplayCondition  is_taken,
      gpointer          user_data)
{
  Place place = { to, 0, 0 };
  Pull pulled = { x, y, FALSE };
  guint puller;

  await_place (&place);
  move (x, y);
  press (1, True);
  _display_finish_input ();
  puller = g_timeout_add (PULL_MS, pull, &pulled);
  display_await (is_dragged, user_data, "it is dragged");
  g_source_remove (puller);

  /* Onto it, and then over it. */
  move (place.x - 1, place.y - 1);
  move (place.x, place.y);
  display_await (is_taken, user_data, "it may be dropped there");
  press (1, False);
  _display_finish_input ();
}

static GtkDragSource *
get_drag_source (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DRAG_SOURCE (controller))
        return GTK_DRAG_SOURCE (controller);
    }

  g_error ("a %s cannot be dragged", G_OBJECT_TYPE_NAME (widget));
}

static gboolean
is_own_dragged (gpointer user_data)
{
  return gtk_drag_source_get_drag (user_data) != NULL;
}

static gboolean
is_own_taken (gpointer user_data)
{
  GdkDrag *own = gtk_drag_source_get_drag (user_data);

  return own != NULL && gdk_drag_get_selected_action (own) != 0;
}

static gboolean
is_own_over (gpointer user_data)
{
  return !is_own_dragged (user_data);
}

void
display_drag (GtkWidget *from,
              GtkWidget *to)
{
  GtkDragSource *source = get_drag_source (from);
  Place place = { from, 0, 0 };

  await_place (&place);
  drag (place.x, place.y, to, is_own_dragged, is_own_taken, source);
  display_await (is_own_over, source, "the drag is over");
  display_settle ();
}

/* --- from another program, drag-source.c, which says how it goes --- */

typedef struct
{
  GDataInputStream *stream;
  int               x;         /* where the files are, or -1 */
  int               y;
  gboolean          dragged;
  gboolean          taken;     /* they would be if they were let go */
  gboolean          over;
  gboolean          ended;
} Offer;

static void on_line (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data);

static void
listen (Offer *self)
{
  g_data_input_stream_read_line_async (self->stream, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Offer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (self->stream, result, NULL, &error);

  g_assert_no_error (error);
  self->ended = line == NULL;
  if (self->ended && !self->over)
    g_error ("the program that offers files has ended");

  if (self->ended)
    return;

  sscanf (line, "at %d %d", &self->x, &self->y);
  self->dragged |= g_str_equal (line, "dragged");
  self->taken = g_str_equal (line, "taken");
  self->over |= g_str_equal (line, "over");
  listen (self);
}

static gboolean
is_offered (gpointer user_data)
{
  return ((Offer *) user_data)->x >= 0;
}

static gboolean
is_dragged (gpointer user_data)
{
  return ((Offer *) user_data)->dragged;
}

static gboolean
is_taken (gpointer user_data)
{
  return ((Offer *) user_data)->taken;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Offer *) user_data)->over;
}

static gboolean
has_ended (gpointer user_data)
{
  return ((Offer *) user_data)->ended;
}

void
display_drop_file (const char *uri,
                   GtkWidget  *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                    G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                    g_getenv ("LANYARD_DRAG_SOURCE"), uri, NULL);
  g_autoptr (GDataInputStream) stream = NULL;
  Offer offer = { .x = -1 };

  g_assert_no_error (error);
  stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (other));
  offer.stream = stream;
  listen (&offer);

  display_await (is_offered, &offer, "another program offers a file");
  drag (offer.x, offer.y, to, is_dragged, is_taken, &offer);
  display_await (is_over, &offer, "the drag is over");

  /* That is the end of it. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (other), NULL, &error);
  g_assert_no_error (error);
  display_await (has_ended, &offer, "the other program ends");
  g_subprocess_wait_check (other, NULL, &error);
  g_assert_no_error (error);
  display_settle ();
}
