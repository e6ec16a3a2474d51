/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include <string.h>

/* Widgets, found by what people know of them. */

/* Those that can be seen, parents first. */
void
display_visit (gpointer      root,
               DisplayVisit  visit,
               gpointer      user_data)
{
  GtkWidget *widget = root;

  if (!gtk_widget_get_mapped (widget))
    return;

  visit (widget, user_data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    display_visit (child, visit, user_data);
}

/* --- names --- */

/* With or without the underscores that mark keys. */
static gboolean
are_same_words (const char *value,
                const char *name)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *plain = NULL;

  if (value == NULL || g_str_equal (value, name))
    return value != NULL;

  parts = g_strsplit (value, "_", -1);
  plain = g_strjoinv (NULL, parts);

  return g_str_equal (plain, name);
}

static gboolean
has_property (GtkWidget  *widget,
              const char *property,
              const char *name)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (widget), property);
  g_autofree char *value = NULL;

  if (spec == NULL || spec->value_type != G_TYPE_STRING)
    return FALSE;

  g_object_get (widget, property, &value, NULL);

  return are_same_words (value, name);
}

static gboolean
has_accessible_label (GtkWidget  *widget,
                      const char *name)
{
  g_autofree char *other = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;

  other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                              GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return other == NULL;
}

/* A button or a row is called what the labels within it say. */
static gboolean
has_label_within (GtkWidget  *widget,
                  const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child) &&
        ((GTK_IS_LABEL (child) && has_property (child, "label", name)) ||
         has_label_within (child, name)))
      return TRUE;

  return FALSE;
}

gboolean
display_has_name (GtkWidget  *widget,
                  const char *name)
{
  const char *properties[] = {
    "label", "title", "tooltip-text", "placeholder-text", "name", "icon-name", "text"
  };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (has_property (widget, properties[i], name))
      return TRUE;

  return g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), name) == 0 ||
         has_accessible_label (widget, name) ||
         ((GTK_IS_BUTTON (widget) || GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_MENU_BUTTON (widget) ||
           g_str_equal (gtk_widget_get_css_name (widget), "row") ||
           g_str_equal (gtk_widget_get_css_name (widget), "modelbutton")) &&
          has_label_within (widget, name));
}

/* How it is reached from its window. */
char *
display_get_path (GtkWidget *widget)
{
  GString *path = g_string_new (NULL);

  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget));
      g_autofree char *step = g_strconcat ("/", G_OBJECT_TYPE_NAME (widget), id != NULL ? "#" : "",
                                           id != NULL ? id : "", NULL);

      g_string_prepend (path, step);
    }

  return g_string_free (path, FALSE);
}

/* --- looking for one --- */

typedef struct
{
  gpointer    root;
  GType       type;
  const char *name;
  GtkWidget  *found;
} Search;

static void
compare (GtkWidget *widget,
         gpointer   user_data)
{
  Search *search = user_data;

  if (search->found == NULL && g_type_is_a (G_OBJECT_TYPE (widget), search->type) &&
      (search->name == NULL || display_has_name (widget, search->name)))
    search->found = widget;
}

static gboolean
is_found (gpointer user_data)
{
  Search *search = user_data;

  search->found = NULL;
  display_visit (search->root, compare, search);

  return search->found != NULL;
}

static gboolean
is_gone (gpointer user_data)
{
  return !is_found (user_data);
}

/* The first one, or NULL. */
GtkWidget *
display_look_for (gpointer    root,
                  GType       type,
                  const char *name)
{
  Search search = { root, type, name, NULL };

  is_found (&search);

  return search.found;
}

/* The first one, as soon as there is one. */
GtkWidget *
display_get (gpointer    root,
             GType       type,
             const char *name)
{
  g_autofree char *what = g_strdup_printf ("there is a %s “%s”", g_type_name (type), name);
  Search search = { root, type, name, NULL };

  display_await (is_found, &search, what);

  return search.found;
}

void
display_await_gone (gpointer    root,
                    GType       type,
                    const char *name)
{
  g_autofree char *what = g_strdup_printf ("no %s “%s” is left", g_type_name (type), name);
  Search search = { root, type, name, NULL };

  display_await (is_gone, &search, what);
}

static gboolean
find_window (gpointer user_data)
{
  Search *search = user_data;
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  search->found = NULL;
  for (GList *l = windows; l != NULL; l = l->next)
    if (gtk_widget_get_mapped (l->data) && g_type_is_a (G_OBJECT_TYPE (l->data), search->type))
      search->found = l->data;

  return search->found != NULL;
}

GtkWindow *
display_get_window (GType type)
{
  g_autofree char *what = g_strdup_printf ("a %s opens", g_type_name (type));
  Search search = { NULL, type, NULL, NULL };

  display_await (find_window, &search, what);

  return GTK_WINDOW (search.found);
}

/* --- reading --- */

static char *
get_view_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
read_widget (GtkWidget *widget,
             gpointer   user_data)
{
  GString *text = user_data;
  g_autofree char *own = NULL;

  if (GTK_IS_LABEL (widget))
    own = g_strdup (gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_INSCRIPTION (widget))
    own = g_strdup (gtk_inscription_get_text (GTK_INSCRIPTION (widget)));
  else if (GTK_IS_TEXT (widget))
    own = g_strdup (gtk_editable_get_text (GTK_EDITABLE (widget)));
  else if (GTK_IS_TEXT_VIEW (widget))
    own = get_view_text (GTK_TEXT_VIEW (widget));

  if (own != NULL && *own != '\0')
    g_string_append_printf (text, "%s\n", own);
}

/* A line for each text. */
char *
display_read (gpointer root)
{
  GString *text = g_string_new (NULL);

  display_visit (root, read_widget, text);

  return g_string_free (text, FALSE);
}

gboolean
display_shows (gpointer    root,
               const char *text)
{
  g_autofree char *all = display_read (root);

  return strstr (all, text) != NULL;
}

static gboolean
is_shown (gpointer user_data)
{
  Search *search = user_data;

  return display_shows (search->root, search->name);
}

static gboolean
is_not_shown (gpointer user_data)
{
  return !is_shown (user_data);
}

void
display_await_text (gpointer    root,
                    const char *text)
{
  g_autofree char *what = g_strdup_printf ("“%s” is shown", text);
  Search search = { root, 0, text, NULL };

  display_await (is_shown, &search, what);
}

void
display_await_no_text (gpointer    root,
                       const char *text)
{
  g_autofree char *what = g_strdup_printf ("“%s” is not shown", text);
  Search search = { root, 0, text, NULL };

  display_await (is_not_shown, &search, what);
}

static gboolean
has_title (gpointer user_data)
{
  Search *search = user_data;

  return g_strcmp0 (gtk_window_get_title (search->root), search->name) == 0;
}

void
display_await_title (GtkWindow  *window,
                     const char *title)
{
  g_autofree char *what = g_strdup_printf ("a window is called “%s”", title);
  Search search = { window, 0, title, NULL };

  display_await (has_title, &search, what);
}
