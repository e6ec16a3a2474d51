/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-files"

#include "copy-files.h"

#include <glib/gi18n.h>
#include <string.h>

static void
tell_error (GtkWidget    *widget,
            const GError *error)
{
  gtk_widget_activate_action (widget, "win.tell", "s", error->message);
}

static void
on_report_written (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    gtk_widget_activate_action (widget, "win.tell", "s", _("Report saved"));
  else
    tell_error (widget, error);
}

typedef struct
{
  GtkWidget *widget;
  char      *text;
} Saving;

static void
saving_free (gpointer  data,
             GClosure *closure)
{
  Saving *self = data;

  g_object_unref (self->widget);
  g_free (self->text);
  g_free (self);
}

static void
on_report_named (GtkNativeDialog *dialog,
                 int              response,
                 Saving          *saving)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (saving->text, strlen (saving->text));

      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                           on_report_written, g_object_ref (saving->widget));
    }

  g_object_unref (dialog);
}

void
copy_files_save_report (GtkWidget        *widget,
                        const CopyReport *report)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Save Report"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                 GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), NULL);
  Saving *saving = g_new0 (Saving, 1);

  saving->widget = g_object_ref (widget);
  saving->text = copy_report_to_text (report);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), _("copy-report.txt"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_report_named), saving, saving_free,
                         0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_launched (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    tell_error (widget, error);
}

/* Where there is no file manager to show an item in its folder, whatever opens
 * folders opens the folder. */
static void
open_folder (GtkWidget  *widget,
             const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = g_file_get_uri (folder != NULL ? folder : file);
  g_autoptr (GdkAppLaunchContext) context =
    gdk_display_get_app_launch_context (gtk_widget_get_display (widget));

  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), NULL, on_launched,
                                           g_object_ref (widget));
}

static void
on_shown (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    open_folder (widget, g_object_get_data (G_OBJECT (widget), "copy-files-shown"));
}

void
copy_files_show (GtkWidget          *widget,
                 const char * const *paths)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus = application != NULL ? g_application_get_dbus_connection (application)
                                             : NULL;
  GVariantBuilder uris;

  if (bus == NULL)
    {
      open_folder (widget, paths[0]);
      return;
    }

  g_variant_builder_init (&uris, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (paths[i]);

      g_variant_builder_add_value (&uris, g_variant_new_take_string (g_file_get_uri (file)));
    }

  g_object_set_data_full (G_OBJECT (widget), "copy-files-shown", g_strdup (paths[0]), g_free);
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(ass)", &uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_shown, g_object_ref (widget));
}

typedef struct
{
  CopyFilesChosen  chosen;
  GObject         *owner;   /* weak */
} Choosing;

static Choosing *
choosing_new (CopyFilesChosen  chosen,
              GObject         *owner)
{
  Choosing *self = g_new0 (Choosing, 1);

  self->chosen = chosen;
  g_set_weak_pointer (&self->owner, owner);

  return self;
}

static void
choosing_free (gpointer  data,
               GClosure *closure)
{
  Choosing *self = data;

  g_clear_weak_pointer (&self->owner);
  g_free (self);
}

static void
on_chosen (GtkNativeDialog *dialog,
           int              response,
           Choosing        *choosing)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT && choosing->owner != NULL)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      choosing->chosen (choosing->owner, files);
    }

  g_object_unref (dialog);
}

void
copy_files_choose (GtkWindow       *parent,
                   const char      *title,
                   gboolean         folders,
                   gboolean         multiple,
                   CopyFilesChosen  chosen,
                   GObject         *owner)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (title, parent,
                                 folders ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                         : GTK_FILE_CHOOSER_ACTION_OPEN,
                                 _("_Choose"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), multiple);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_chosen),
                         choosing_new (chosen, owner), choosing_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* The files of a #GdkFileList. */
static GListModel *
list_files (const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  GListStore *store = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = files; l != NULL; l = l->next)
    g_list_store_append (store, l->data);

  return G_LIST_MODEL (store);
}

static void
on_pasted (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Choosing *choosing = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GListModel) files = value != NULL ? list_files (value)
                                               : G_LIST_MODEL (g_list_store_new (G_TYPE_FILE));

  if (choosing->owner != NULL)
    choosing->chosen (choosing->owner, files);
  choosing_free (choosing, NULL);
}

void
copy_files_paste (GtkWidget       *widget,
                  CopyFilesChosen  pasted)
{
  gdk_clipboard_read_value_async (gtk_widget_get_clipboard (widget), GDK_TYPE_FILE_LIST,
                                  G_PRIORITY_DEFAULT, NULL, on_pasted,
                                  choosing_new (pasted, G_OBJECT (widget)));
}

static gboolean
on_dropped (GtkDropTarget *target,
            const GValue  *value,
            double         x,
            double         y,
            Choosing      *choosing)
{
  g_autoptr (GListModel) files = list_files (value);

  if (choosing->owner == NULL || g_list_model_get_n_items (files) == 0)
    return FALSE;

  choosing->chosen (choosing->owner, files);

  return TRUE;
}

static GdkDragAction
on_drop_enter (GtkRevealer *invitation)
{
  gtk_revealer_set_reveal_child (invitation, TRUE);

  return GDK_ACTION_COPY;
}

static void
on_drop_leave (GtkRevealer *invitation)
{
  gtk_revealer_set_reveal_child (invitation, FALSE);
}

void
copy_files_add_drop_target (GtkWidget       *widget,
                            GtkRevealer     *invitation,
                            CopyFilesChosen  dropped,
                            GObject         *owner)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_data (target, "drop", G_CALLBACK (on_dropped), choosing_new (dropped, owner),
                         choosing_free, 0);
  if (invitation != NULL)
    {
      g_signal_connect_object (target, "enter", G_CALLBACK (on_drop_enter), invitation,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (target, "leave", G_CALLBACK (on_drop_leave), invitation,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
