/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dest-row"

#include "copy-dest-row.h"

#include "copy-files.h"
#include "copy-text.h"

#include <glib/gi18n.h>

struct _CopyDestRow
{
  AdwActionRow   parent_instance;

  GFile         *file;       /* with a path, or NULL */
  guint          n_sources;
  gboolean       is_new;

  /* Template */
  GtkMenuButton *recent_button;
};

enum { CHANGED, REMOTE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CopyDestRow, copy_dest_row, ADW_TYPE_ACTION_ROW)

static void
show (CopyDestRow *self,
      const char  *title,
      const char  *subtitle)
{
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *subtitle_markup = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle_markup);
}

static void
update (CopyDestRow *self)
{
  const char *path = copy_dest_row_get_path (self);

  if (path != NULL)
    {
      g_autofree char *name = copy_text_name (path);
      g_autofree char *folder = copy_text_path (path);
      g_autofree char *both = g_strjoin ("\n", folder,
                                         _("Does not exist yet; the copy gets this name"), NULL);

      show (self, name, self->is_new ? both : folder);
    }
  else if (self->n_sources == 1)
    {
      show (self, _("Beside the Original"),
            _("As a copy with another name; or choose or drop a folder"));
    }
  else
    {
      show (self, _("Choose a Folder…"), _("Or drop one here"));
    }
}

gboolean
copy_dest_row_set_file (CopyDestRow *self,
                        GFile       *file)
{
  if (file != NULL && g_file_peek_path (file) == NULL)
    return FALSE;

  g_set_object (&self->file, file);
  self->is_new = FALSE;
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

const char *
copy_dest_row_get_path (CopyDestRow *self)
{
  return self->file != NULL ? g_file_peek_path (self->file) : NULL;
}

void
copy_dest_row_set_n_sources (CopyDestRow *self,
                             guint        n_sources)
{
  self->n_sources = n_sources;
  update (self);
}

void
copy_dest_row_set_is_new (CopyDestRow *self,
                          gboolean     is_new)
{
  self->is_new = is_new;
  update (self);
}

static GMenuModel *
list_places (const char * const *paths)
{
  GMenu *places = g_menu_new ();

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      g_autofree char *label = copy_text_path (paths[i]);
      g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);

      g_menu_item_set_attribute (item, G_MENU_ATTRIBUTE_LABEL, "s", label);
      g_menu_item_set_action_and_target_value (item, "dest.recent",
                                               g_variant_new_bytestring (paths[i]));
      g_menu_append_item (places, item);
    }

  return G_MENU_MODEL (places);
}

void
copy_dest_row_set_recent (CopyDestRow        *self,
                          const char * const *paths)
{
  g_autoptr (GMenuModel) places = list_places (paths);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) none = g_menu_new ();

  if (g_menu_model_get_n_items (places) > 0)
    g_menu_append_section (menu, _("Last Destinations"), places);
  g_menu_append (none, _("Beside the Original"), "dest.recent(b'')");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (none));
  gtk_menu_button_set_menu_model (self->recent_button, G_MENU_MODEL (menu));
}

/* The first of them: a folder, or what the program says is none. */
static void
on_chosen (GObject    *owner,
           GListModel *files)
{
  CopyDestRow *self = COPY_DEST_ROW (owner);
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  if (!copy_dest_row_set_file (self, file))
    g_signal_emit (self, signals[REMOTE], 0);
}

static void
choose_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  copy_files_choose (GTK_WINDOW (gtk_widget_get_root (widget)), _("Where to Copy To"), TRUE, FALSE,
                     on_chosen, G_OBJECT (widget));
}

/* In bytes; none if it is empty. */
static void
recent_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  const char *path = g_variant_get_bytestring (parameter);
  g_autoptr (GFile) file = *path != '\0' ? g_file_new_for_path (path) : NULL;

  copy_dest_row_set_file (COPY_DEST_ROW (widget), file);
}

static void
copy_dest_row_finalize (GObject *object)
{
  CopyDestRow *self = COPY_DEST_ROW (object);

  g_clear_object (&self->file);

  G_OBJECT_CLASS (copy_dest_row_parent_class)->finalize (object);
}

static void
copy_dest_row_class_init (CopyDestRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = copy_dest_row_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOTE] = g_signal_new ("remote", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Copy/copy-dest-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyDestRow, recent_button);
  gtk_widget_class_install_action (widget_class, "dest.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "dest.recent", "ay", recent_action);
}

static void
copy_dest_row_init (CopyDestRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  copy_files_add_drop_target (GTK_WIDGET (self), NULL, on_chosen, G_OBJECT (self));
  update (self);
}
