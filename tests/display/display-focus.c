/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display-private.h"

#include <string.h>

/* Whether a window can be used by somebody who has only a keyboard: from each place that has the
 * focus, Tab and the arrow keys are tried, until they lead nowhere new. */

static const GtkDirectionType directions[] = {
  GTK_DIR_TAB_FORWARD, GTK_DIR_TAB_BACKWARD, GTK_DIR_UP, GTK_DIR_DOWN, GTK_DIR_LEFT, GTK_DIR_RIGHT
};

typedef struct
{
  GtkWindow  *window;
  GtkWidget  *root;      /* the window, or the menu that is open in it */
  GHashTable *reached;
  GQueue      next;
  GString    *missed;
} Walk;

static void
arrive (Walk *walk)
{
  GtkWidget *focus = gtk_window_get_focus (walk->window);

  if (focus != NULL && g_hash_table_add (walk->reached, focus))
    g_queue_push_tail (&walk->next, focus);
}

static void
walk_everywhere (Walk *walk)
{
  GtkWidget *from;

  gtk_window_set_focus (walk->window, NULL);
  gtk_widget_child_focus (walk->root, GTK_DIR_TAB_FORWARD);
  arrive (walk);

  while ((from = g_queue_pop_head (&walk->next)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
      {
        gtk_window_set_focus (walk->window, from);
        gtk_widget_child_focus (walk->root, directions[i]);
        arrive (walk);
      }
}

/* --- what has to be reached --- */

/* The window manager's own keys do what these do. */
static gboolean
belongs_to_frame (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL;
}

static gboolean
is_control (GtkWidget *widget)
{
  GType types[] = {
    GTK_TYPE_BUTTON, GTK_TYPE_TEXT, GTK_TYPE_TEXT_VIEW, GTK_TYPE_SWITCH, GTK_TYPE_CHECK_BUTTON,
    GTK_TYPE_SCALE, GTK_TYPE_DROP_DOWN
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_type_is_a (G_OBJECT_TYPE (widget), types[i]))
      return TRUE;

  /* Of a menu, which has no public type. */
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    return TRUE;

  if (GTK_IS_LIST_BOX_ROW (widget))
    return gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget));

  /* Of a list view, or of a conversation. */
  return gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) ==
         GTK_ACCESSIBLE_ROLE_LIST_ITEM && gtk_widget_get_focusable (widget);
}

/* A row is as good as the switch or the entry in it, and the other way round: one of them has
 * the focus, and does what both do. */
static gboolean
is_reached (Walk      *walk,
            GtkWidget *widget)
{
  GHashTableIter iter;
  gpointer focus;

  g_hash_table_iter_init (&iter, walk->reached);
  while (g_hash_table_iter_next (&iter, &focus, NULL))
    if (focus == widget || gtk_widget_is_ancestor (focus, widget))
      return TRUE;

  widget = gtk_widget_get_ancestor (widget, ADW_TYPE_ACTION_ROW);

  return widget != NULL && g_hash_table_contains (walk->reached, widget) &&
         (ADW_IS_COMBO_ROW (widget) ||
          adw_action_row_get_activatable_widget (ADW_ACTION_ROW (widget)) != NULL);
}

static void
judge (GtkWidget *widget,
       gpointer   user_data)
{
  Walk *walk = user_data;
  g_autofree char *path = NULL;

  if (!is_control (widget) || !gtk_widget_is_sensitive (widget) || belongs_to_frame (widget) ||
      is_reached (walk, widget))
    return;

  path = display_get_path (widget);
  g_string_append_printf (walk->missed, "%s\n", path);
}

static gboolean
is_active (gpointer window)
{
  return gtk_window_is_active (window);
}

/* The controls that no key leads to, one a line: of the menu that is open, or else of all. Newer
 * versions of GTK lead from a row to what is in it only where the window has the keyboard, which
 * without a window manager nothing gets back when what was above it is gone. */
char *
display_list_unreachable (GtkWindow *window)
{
  Walk walk = { .window = window };
  GtkWidget *focus = gtk_window_get_focus (window);

  if (!gtk_window_is_active (window))
    _display_give_keyboard (window);
  display_await (is_active, window, "the window has the keyboard");
  display_settle ();
  walk.root = display_look_for (window, GTK_TYPE_POPOVER_MENU, NULL);
  if (walk.root == NULL)
    walk.root = GTK_WIDGET (window);
  walk.reached = g_hash_table_new (NULL, NULL);
  walk.missed = g_string_new (NULL);
  walk_everywhere (&walk);
  display_visit (walk.root, judge, &walk);
  gtk_window_set_focus (window, focus);
  g_hash_table_unref (walk.reached);

  return g_string_free (walk.missed, FALSE);
}

void
display_assert_keyboard (GtkWindow *window)
{
  g_autofree char *missed = display_list_unreachable (window);

  if (*missed != '\0')
    g_error ("no key leads to these:\n%s", missed);
}
