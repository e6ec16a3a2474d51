/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include <stdarg.h>
#include <string.h>

/* What somebody who looks at a window would call broken: text that is cut off, lies on other text
 * or beyond what it belongs to, a window that a telephone is too narrow for, and two things that
 * answer to one key. Names are short in tests, so whatever is shortened is our own, unless it is a
 * path. */

/* The height of a line may be rounded, and a glyph lean over its box. */
#define TOLERANCE 2

typedef struct
{
  GtkWidget       *widget;
  GtkNative       *native;
  graphene_rect_t  bounds;    /* of its text, in its native */
} Text;

typedef struct
{
  GtkWidget *window;
  GString   *faults;
  GArray    *texts;
} Search;

static void G_GNUC_PRINTF (3, 4)
add_fault (Search     *search,
           GtkWidget  *widget,
           const char *format,
           ...)
{
  g_autofree char *path = display_get_path (widget);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  g_string_append_printf (search->faults, "%s: %s\n", path, what);
}

/* Somebody sees it, though it is mapped. */
static gboolean
is_seen (GtkWidget *widget)
{
  for (; widget != NULL && !GTK_IS_NATIVE (widget); widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_opacity (widget) < 0.05)
      return FALSE;

  return TRUE;
}

/* --- windows --- */

static int
measure (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

/* Also one that is not shown now, for which a stack or a leaflet keeps room. */
static GtkWidget *
get_widest_child (GtkWidget *widget)
{
  GtkWidget *widest = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_NATIVE (child) && gtk_widget_get_visible (child) &&
        (widest == NULL || measure (child) > measure (widest)))
      widest = child;

  return widest;
}

/* Says what makes it so wide, too: where the widest of the widest ends. */
static void
check_width (Search *search)
{
  GtkWidget *widest = get_widest_child (search->window);
  int width = widest != NULL ? measure (widest) : 0;
  g_autofree char *path = NULL;

  /* GTK's own, as it is; nobody needs keys on a telephone. */
  if (width <= DISPLAY_NARROW || GTK_IS_SHORTCUTS_WINDOW (search->window))
    return;

  for (GtkWidget *child = widest; child != NULL; child = get_widest_child (child))
    widest = child;
  path = display_get_path (widest);
  add_fault (search, search->window, "is %d px wide at least, for %s needs %d", width, path,
             measure (widest));
}

/* --- text --- */

/* A path, or what stands below the title of a window and repeats what is in it. */
static gboolean
may_be_shortened (GtkWidget *widget)
{
  return *gtk_label_get_text (GTK_LABEL (widget)) == '/' ||
         (gtk_widget_has_css_class (widget, "subtitle") &&
          gtk_widget_get_ancestor (widget, ADW_TYPE_WINDOW_TITLE) != NULL);
}

static void
check_clipping (Search   *search,
                GtkLabel *label)
{
  GtkWidget *widget = GTK_WIDGET (label);
  PangoLayout *layout = gtk_label_get_layout (label);
  int width;
  int height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout) && !may_be_shortened (widget))
    add_fault (search, widget, "“%s” is shortened", gtk_label_get_text (label));
  else if (width > gtk_widget_get_width (widget) + TOLERANCE ||
           height > gtk_widget_get_height (widget) + TOLERANCE)
    add_fault (search, widget, "“%s” is cut off: %d×%d px in %d×%d", gtk_label_get_text (label),
               width, height, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
}

/* What can be scrolled may be longer than what shows it, but not wider. */
static void
check_parents (Search    *search,
               GtkWidget *widget)
{
  gboolean scrolled = FALSE;
  GtkWidget *child = widget;

  while (!GTK_IS_NATIVE (child))
    {
      GtkWidget *parent = gtk_widget_get_parent (child);
      graphene_rect_t inner;
      graphene_rect_t outer;

      if (parent == NULL || !gtk_widget_compute_bounds (widget, parent, &inner) ||
          !gtk_widget_compute_bounds (parent, parent, &outer))
        return;

      scrolled = scrolled || GTK_IS_SCROLLABLE (parent);
      graphene_rect_inset (&outer, -TOLERANCE, scrolled ? -G_MAXINT16 : -TOLERANCE);
      if (!graphene_rect_contains_rect (&outer, &inner))
        {
          add_fault (search, widget, "“%s” is beyond its %s",
                     gtk_label_get_text (GTK_LABEL (widget)), G_OBJECT_TYPE_NAME (parent));
          return;
        }
      child = parent;
    }
}

/* To what is not scrolled away; whether anything is left. */
static gboolean
clip (Text *text)
{
  GtkWidget *native = GTK_WIDGET (text->native);

  for (GtkWidget *widget = text->widget; widget != native; widget = gtk_widget_get_parent (widget))
    {
      graphene_rect_t view;

      if (GTK_IS_SCROLLABLE (widget) && gtk_widget_compute_bounds (widget, native, &view) &&
          !graphene_rect_intersection (&text->bounds, &view, &text->bounds))
        return FALSE;
    }

  return TRUE;
}

static void
collect_text (Search    *search,
              GtkWidget *widget)
{
  Text text = { widget, gtk_widget_get_native (widget), GRAPHENE_RECT_INIT_ZERO };
  PangoRectangle extents;
  graphene_point_t origin;
  int x;
  int y;

  gtk_label_get_layout_offsets (GTK_LABEL (widget), &x, &y);
  pango_layout_get_pixel_extents (gtk_label_get_layout (GTK_LABEL (widget)), NULL, &extents);
  if (!gtk_widget_compute_point (widget, GTK_WIDGET (text.native), &GRAPHENE_POINT_INIT (x, y),
                                 &origin))
    return;

  graphene_rect_init (&text.bounds, origin.x + extents.x, origin.y + extents.y,
                      extents.width, extents.height);
  graphene_rect_inset (&text.bounds, TOLERANCE, TOLERANCE);
  if (clip (&text))
    g_array_append_val (search->texts, text);
}

static void
check_widget (GtkWidget *widget,
              gpointer   user_data)
{
  Search *search = user_data;

  if (GTK_IS_POPOVER (widget) && gtk_widget_get_width (widget) > DISPLAY_NARROW)
    add_fault (search, widget, "is %d px wide", gtk_widget_get_width (widget));
  if (!GTK_IS_LABEL (widget) || !is_seen (widget) ||
      *gtk_label_get_text (GTK_LABEL (widget)) == '\0')
    return;

  check_clipping (search, GTK_LABEL (widget));
  check_parents (search, widget);
  collect_text (search, widget);
}

/* --- texts beside each other --- */

/* What floats over a window on purpose hides what is below. */
static gboolean
is_overlay (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *parent = gtk_widget_get_parent (widget);

      if (GTK_IS_OVERLAY (parent) && gtk_overlay_get_child (GTK_OVERLAY (parent)) != widget)
        return TRUE;
      if (g_strcmp0 (gtk_widget_get_css_name (widget), "toast") == 0)
        return TRUE;
    }

  return FALSE;
}

/* Or 0. */
static guint
get_key (const Text *text)
{
  guint key = gtk_label_get_mnemonic_keyval (GTK_LABEL (text->widget));

  return key == GDK_KEY_VoidSymbol ? 0 : gdk_keyval_to_lower (key);
}

static void
check_pair (Search     *search,
            const Text *first,
            const Text *second)
{
  guint key = get_key (first);
  const char *one = gtk_label_get_text (GTK_LABEL (first->widget));
  const char *other = gtk_label_get_text (GTK_LABEL (second->widget));

  if (first->native != second->native)
    return;

  if (graphene_rect_intersection (&first->bounds, &second->bounds, NULL) &&
      is_overlay (first->widget) == is_overlay (second->widget))
    add_fault (search, second->widget, "“%s” and “%s” overlap", one, other);

  /* Rows of a list have the same words, and the same key goes from one to the next. */
  if (key != 0 && !g_str_equal (one, other) && key == get_key (second))
    add_fault (search, second->widget, "“%s” and “%s” have the same key: %s", one, other,
               gdk_keyval_name (key));
}

/* A line for each; none if there is nothing to complain of. */
char *
display_list_faults (GtkWindow *window)
{
  g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (Text));
  Search search = { GTK_WIDGET (window), g_string_new (NULL), texts };

  check_width (&search);
  display_visit (window, check_widget, &search);
  for (guint i = 0; i < texts->len; i++)
    for (guint j = i + 1; j < texts->len; j++)
      check_pair (&search, &g_array_index (texts, Text, i), &g_array_index (texts, Text, j));

  return g_string_free (search.faults, FALSE);
}

/* --- narrow windows --- */

static gboolean
is_narrow (gpointer user_data)
{
  int minimum;

  gtk_widget_measure (user_data, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return gtk_widget_get_width (user_data) <= MAX (minimum, DISPLAY_NARROW);
}

/* As wide as a telephone, if it can be. */
void
display_make_narrow (GtkWindow *window)
{
  display_settle ();
  if (!gtk_window_get_resizable (window) || ADW_IS_MESSAGE_DIALOG (window))
    return;

  gtk_window_set_default_size (window, DISPLAY_NARROW, DISPLAY_NARROW * 2);
  display_await (is_narrow, window, "a window gets narrow");
  display_settle ();
}
