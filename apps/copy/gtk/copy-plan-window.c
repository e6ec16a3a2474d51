/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-plan-window"

#include "copy-plan-window.h"

#include "app-mnemonic.h"
#include "copy-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define RESOURCES "/io/github/lanyard/Lanyard/Copy/"

struct _CopyPlanWindow
{
  AdwWindow           parent_instance;

  /* Set once */
  CopyPreview        *preview;
  gboolean            confirms;
  GtkCustomFilter    *filter;
  GtkFilterListModel *filtered;

  char               *needle;   /* what is searched, casefolded; NULL for everything */

  /* Template */
  GtkActionBar       *action_bar;
  GtkButton          *confirm_button;
  AdwStatusPage      *empty_page;
  GtkEditable        *search_entry;
  GtkSpinner         *spinner;
  GtkStack           *stack;
  GtkLabel           *summary_label;
  GtkListView        *view;
};

enum
{
  CONFIRMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CopyPlanWindow, copy_plan_window, ADW_TYPE_WINDOW)

static char *
copy_plan_row_dup_icon (GObject      *list_item,
                        CopyPlanLine *line)
{
  return line != NULL ? g_strdup (copy_text_action_icon (copy_plan_line_get_action (line))) : NULL;
}

static char *
copy_plan_row_dup_action (GObject      *list_item,
                          CopyPlanLine *line)
{
  return line != NULL ? g_strdup (copy_text_action (copy_plan_line_get_action (line))) : NULL;
}

/* What it is about: where it comes into being or is lost. */
static const char *
get_path (CopyPlanLine *line)
{
  const char *to = copy_plan_line_get_to (line);

  return to != NULL ? to : copy_plan_line_get_from (line);
}

static char *
copy_plan_row_dup_name (GObject      *list_item,
                        CopyPlanLine *line)
{
  return line != NULL ? copy_text_name (get_path (line)) : NULL;
}

static char *
copy_plan_row_dup_folder (GObject      *list_item,
                          CopyPlanLine *line)
{
  return line != NULL ? copy_text_folder (get_path (line)) : NULL;
}

static char *
copy_plan_row_dup_tooltip (GObject      *list_item,
                           CopyPlanLine *line)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (line == NULL)
    return NULL;
  if (copy_plan_line_get_from (line) == NULL || copy_plan_line_get_to (line) == NULL)
    return copy_text_path (get_path (line));

  from = copy_text_path (copy_plan_line_get_from (line));
  to = copy_text_path (copy_plan_line_get_to (line));

  return g_strdup_printf (_("%s → %s"), from, to);
}

static gboolean
matches (gpointer item,
         gpointer user_data)
{
  CopyPlanWindow *self = user_data;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *folded = NULL;

  if (self->needle == NULL)
    return TRUE;

  path = copy_text_path (get_path (item));
  text = g_strdup_printf ("%s %s", copy_text_action (copy_plan_line_get_action (item)), path);
  folded = g_utf8_casefold (text, -1);

  return strstr (folded, self->needle) != NULL;
}

static void
show_page (CopyPlanWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
  gboolean done = copy_preview_is_done (self->preview);

  adw_status_page_set_title (self->empty_page,
                             self->needle != NULL ? _("Nothing Found")
                             : !done ? _("Looking…")
                             : copy_preview_get_error (self->preview) != NULL ? _("It Cannot Start")
                             : self->confirms ? _("Nothing Would Be Deleted")
                                              : _("Nothing Would Happen"));
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static void
on_search (CopyPlanWindow *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);

  g_clear_pointer (&self->needle, g_free);
  if (*text != '\0')
    self->needle = g_utf8_casefold (text, -1);

  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_page (self);
}

/* How many there are of each kind, in a row of words. */
static char *
describe_counts (CopyPlanWindow *self)
{
  static const CopyAction order[] = {
    COPY_ACTION_CREATE_DIRECTORY, COPY_ACTION_COPY, COPY_ACTION_REPLACE, COPY_ACTION_LINK,
    COPY_ACTION_ASK, COPY_ACTION_SKIP, COPY_ACTION_DELETE,
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      guint64 n = copy_preview_get_count (self->preview, order[i]);
      g_autofree char *count = copy_text_count (n);

      if (n == 0)
        continue;
      if (text->len > 0)
        g_string_append (text, " · ");
      /* Translators: what would happen to how many items, such as "Replace: 12" */
      g_string_append_printf (text, _("%s: %s"), copy_text_action (order[i]), count);
    }

  return g_string_free (text, FALSE);
}

static char *
describe_deletions (CopyPlanWindow *self)
{
  guint64 n = copy_preview_get_n_lines (self->preview);
  g_autofree char *count = copy_text_count (n);

  return g_strdup_printf (g_dngettext (NULL, "%s item would be deleted from the destination, "
                                       "since the sources do not have it.",
                                       "%s items would be deleted from the destination, "
                                       "since the sources do not have them.", (gulong) n), count);
}

static void
update (CopyPlanWindow *self)
{
  const GError *error = copy_preview_get_error (self->preview);
  gboolean done = copy_preview_is_done (self->preview);
  guint64 n = copy_preview_get_n_lines (self->preview);
  guint listed = g_list_model_get_n_items (G_LIST_MODEL (self->preview));
  g_autofree char *text = error != NULL ? g_strdup (error->message)
                          : self->confirms ? describe_deletions (self) : describe_counts (self);

  if (n > listed)
    {
      g_autofree char *listed_text = copy_text_count (listed);
      /* Translators: a number */
      g_autofree char *more = g_strdup_printf (_("The first %s are listed."), listed_text);
      g_autofree char *both = g_strjoin (" ", text, more, NULL);

      gtk_label_set_text (self->summary_label, both);
    }
  else
    {
      gtk_label_set_text (self->summary_label, text);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), !done);
  gtk_button_set_label (self->confirm_button,
                        n > 0 ? _("_Delete and Copy") : C_("action", "_Copy"));
  app_mnemonic_tidy (GTK_WIDGET (self->confirm_button));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "plan.confirm", done && error == NULL);
  show_page (self);
}

static void
confirm_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  /* Who hears of it closes the window below: this one shall not go with it, in the middle of
   * its own click. */
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
  g_signal_emit (widget, signals[CONFIRMED], 0);
  gtk_window_destroy (GTK_WINDOW (widget));
}

static void
copy_plan_window_dispose (GObject *object)
{
  CopyPlanWindow *self = COPY_PLAN_WINDOW (object);

  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->preview);
  g_clear_pointer (&self->needle, g_free);

  G_OBJECT_CLASS (copy_plan_window_parent_class)->dispose (object);
}

static void
copy_plan_window_class_init (CopyPlanWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_plan_window_dispose;

  signals[CONFIRMED] = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCES "copy-plan-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, action_bar);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, confirm_button);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, summary_label);
  gtk_widget_class_bind_template_child (widget_class, CopyPlanWindow, view);
  gtk_widget_class_install_action (widget_class, "plan.confirm", NULL, confirm_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkListItemFactory *
new_row_factory (void)
{
  g_autoptr (GtkBuilderScope) scope = gtk_builder_cscope_new ();

  gtk_builder_cscope_add_callback (scope, copy_plan_row_dup_action);
  gtk_builder_cscope_add_callback (scope, copy_plan_row_dup_folder);
  gtk_builder_cscope_add_callback (scope, copy_plan_row_dup_icon);
  gtk_builder_cscope_add_callback (scope, copy_plan_row_dup_name);
  gtk_builder_cscope_add_callback (scope, copy_plan_row_dup_tooltip);

  return gtk_builder_list_item_factory_new_from_resource (scope, RESOURCES "copy-plan-row.ui");
}

static void
copy_plan_window_init (CopyPlanWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = new_row_factory ();

  gtk_widget_init_template (GTK_WIDGET (self));
  app_mnemonic_tidy (GTK_WIDGET (self));
  gtk_list_view_set_factory (self->view, factory);
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry),
                                           GTK_WIDGET (self));
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (on_search), self);
  g_signal_connect_swapped (self->search_entry, "stop-search", G_CALLBACK (gtk_window_close),
                            self);
}

/* The list is filtered a piece at a time, since it may be long. */
static void
show_preview (CopyPlanWindow *self)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->preview)),
                                              g_object_ref (GTK_FILTER (self->filter)));
  gtk_filter_list_model_set_incremental (self->filtered, TRUE);
  g_signal_connect_object (self->filtered, "items-changed", G_CALLBACK (show_page), self,
                           G_CONNECT_SWAPPED);
  selection = GTK_SELECTION_MODEL (
    gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->filtered))));
  gtk_list_view_set_model (self->view, selection);

  g_signal_connect_object (self->preview, "notify::n-lines", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->preview, "notify::done", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

CopyPlanWindow *
copy_plan_window_new (const CopyRequest *request,
                      gboolean           confirm_deletions,
                      GtkWindow         *parent)
{
  CopyPlanWindow *self = g_object_new (COPY_TYPE_PLAN_WINDOW,
                                       "transient-for", parent,
                                       NULL);

  self->confirms = confirm_deletions;
  self->preview = copy_preview_new (request, confirm_deletions ? 1u << COPY_ACTION_DELETE : 0);
  if (confirm_deletions)
    gtk_window_set_title (GTK_WINDOW (self), _("What Will Be Deleted"));
  gtk_action_bar_set_revealed (self->action_bar, confirm_deletions);
  show_preview (self);

  return self;
}
