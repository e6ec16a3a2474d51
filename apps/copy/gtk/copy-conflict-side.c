/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-conflict-side"

#include "copy-conflict-side.h"

#include "copy-text.h"
#include "copy-thumbnail.h"

#include <glib/gi18n.h>

/* Twice as large as it is shown, for screens that have the dots. */
#define PICTURE_SIZE 320

struct _CopyConflictSide
{
  GtkBox        parent_instance;

  char         *heading;
  GCancellable *cancellable;  /* of the picture on its way */

  /* Template */
  GtkLabel     *folder_label;
  GtkLabel     *heading_label;
  GtkImage     *icon;
  GtkPicture   *picture;
  GtkLabel     *size_label;
  GtkLabel     *time_label;
};

enum
{
  PROP_0,
  PROP_HEADING,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (CopyConflictSide, copy_conflict_side, GTK_TYPE_BOX)

static void
on_picture (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  CopyConflictSide *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = copy_thumbnail_load_finish (result, &error);

  /* Cancelled: @self may be gone, or be about something else. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), texture != NULL);
  gtk_widget_set_opacity (GTK_WIDGET (self->icon), texture != NULL ? 0 : 1);
}

static void
forget_picture (CopyConflictSide *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
show_picture (CopyConflictSide *self,
              const CopySide   *side)
{
  g_autofree char *type = S_ISDIR (side->type) ? g_strdup ("inode/directory")
                        : S_ISLNK (side->type) ? g_strdup ("inode/symlink")
                        : g_content_type_guess (side->path, NULL, 0, NULL);
  g_autoptr (GIcon) icon = g_content_type_get_icon (type);

  forget_picture (self);
  gtk_image_set_from_gicon (self->icon, icon);
  gtk_widget_set_opacity (GTK_WIDGET (self->icon), 1);
  gtk_picture_set_paintable (self->picture, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), FALSE);

  if (!S_ISREG (side->type))
    return;

  self->cancellable = g_cancellable_new ();
  copy_thumbnail_load_async (side->path, PICTURE_SIZE, self->cancellable, on_picture, self);
}

static char *
describe_size (const CopySide *side,
               const CopySide *other)
{
  g_autofree char *size = g_format_size (side->size);

  if (S_ISDIR (side->type))
    return g_strdup (_("Folder"));
  if (S_ISLNK (side->type))
    /* Translators: a symbolic link, instead of a size */
    return g_strdup (_("Link"));
  if (!S_ISREG (side->type))
    return g_strdup (_("Special file"));

  if (S_ISREG (other->type) && side->size > other->size)
    /* Translators: a size */
    return g_strdup_printf (_("%s, larger"), size);

  return g_steal_pointer (&size);
}

static char *
describe_time (const CopySide *side,
               const CopySide *other)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (side->mtime.tv_sec);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%x %X") : g_strdup ("?");

  if (side->mtime.tv_sec > other->mtime.tv_sec ||
      (side->mtime.tv_sec == other->mtime.tv_sec && side->mtime.tv_nsec > other->mtime.tv_nsec))
    /* Translators: a time */
    return g_strdup_printf (_("%s, newer"), text);

  return g_steal_pointer (&text);
}

void
copy_conflict_side_show (CopyConflictSide *self,
                         const CopySide   *side,
                         const CopySide   *other)
{
  g_autofree char *size = describe_size (side, other);
  g_autofree char *time = describe_time (side, other);
  g_autofree char *folder = copy_text_folder (side->path);
  g_autofree char *path = copy_text_path (side->path);
  g_autofree char *spoken = g_strdup_printf ("%s: %s, %s", self->heading, size, time);

  gtk_label_set_text (self->size_label, size);
  gtk_label_set_text (self->time_label, time);
  gtk_label_set_text (self->folder_label, folder);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  show_picture (self, side);
}

static void
copy_conflict_side_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  CopyConflictSide *self = COPY_CONFLICT_SIDE (object);

  if (property_id != PROP_HEADING)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      return;
    }

  g_free (self->heading);
  self->heading = g_value_dup_string (value);
  gtk_label_set_text (self->heading_label, self->heading);
}

static void
copy_conflict_side_dispose (GObject *object)
{
  CopyConflictSide *self = COPY_CONFLICT_SIDE (object);

  forget_picture (self);
  g_clear_pointer (&self->heading, g_free);

  G_OBJECT_CLASS (copy_conflict_side_parent_class)->dispose (object);
}

static void
copy_conflict_side_class_init (CopyConflictSideClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = copy_conflict_side_dispose;
  object_class->set_property = copy_conflict_side_set_property;

  properties[PROP_HEADING] = g_param_spec_string ("heading", NULL, NULL, NULL,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Copy/copy-conflict-side.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, folder_label);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, heading_label);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, icon);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, picture);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, size_label);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictSide, time_label);
}

static void
copy_conflict_side_init (CopyConflictSide *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
