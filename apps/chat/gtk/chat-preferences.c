/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-preferences"

#include "chat-preferences.h"

#include "app-message.h"
#include "chat-interface.h"
#include "chat-keep.h"
#include "chat-key-row.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* How long messages may be kept, in days; 0: for ever. Any other number that is in the
 * settings is offered as well. */
static const guint retentions[] = { 0, 7, 30, 90, 365 };

struct _ChatPreferences
{
  AdwPreferencesWindow  parent_instance;

  /* Set once */
  ChatApplication      *application;
  GSettings            *settings;

  GArray               *days;        /* guint: what the rows of retention_row stand for */
  GPtrArray            *addresses;   /* char *: and those of bind_row */
  gboolean              is_showing;  /* not the user, but the settings change a row */

  AdwEntryRow          *name_row;
  GtkSwitch            *notifications_switch;
  GtkSwitch            *quiet_switch;
  GtkSwitch            *background_switch;
  GtkSwitch            *enter_switch;
  AdwComboRow          *style_row;
  GtkSwitch            *discovery_switch;
  AdwComboRow          *bind_row;
  AdwEntryRow          *port_row;
  GtkLabel             *port_label;
  AdwComboRow          *retention_row;
  ChatKeyRow           *key_row;
};

G_DEFINE_FINAL_TYPE (ChatPreferences, chat_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* An entry that is set by us has nothing to apply. */
static void
set_entry (AdwEntryRow *row,
           const char  *text)
{
  adw_entry_row_set_show_apply_button (row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

/* --- the name --- */

static void
show_name (ChatPreferences *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  g_autofree char *name = g_settings_get_string (self->settings, "name");

  set_entry (self->name_row,
             *name == '\0' && engine != NULL ? chat_engine_get_name (engine) : name);
}

static void
on_name_applied (ChatPreferences *self)
{
  g_autofree char *name =
    chat_contact_clean_name (gtk_editable_get_text (GTK_EDITABLE (self->name_row)), -1);

  if (*name != '\0')
    g_settings_set_string (self->settings, "name", name);
  else
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                      adw_toast_new (_("A name needs a letter at least")));

  show_name (self);
}

/* --- the network: the application begins anew when any of this is changed --- */

static void
show_port_hint (ChatPreferences *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  g_autofree char *hint = NULL;

  if (engine != NULL)
    hint = g_strdup_printf (_("Others reach you at port %u now. Leave it empty for the usual one."),
                            chat_engine_get_port (engine));
  else
    hint = g_strdup (_("Leave the port empty for the usual one."));

  gtk_label_set_label (self->port_label, hint);
}

static void
show_port (ChatPreferences *self)
{
  guint port = g_settings_get_uint (self->settings, "port");
  g_autofree char *text = port != 0 ? g_strdup_printf ("%u", port) : g_strdup ("");

  set_entry (self->port_row, text);
  gtk_widget_remove_css_class (GTK_WIDGET (self->port_row), "error");
}

/* Nothing stands for the usual one. */
static gboolean
read_port (ChatPreferences *self,
           guint           *port)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->port_row));
  guint64 number = 0;

  if (*text != '\0' && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;

  *port = (guint) number;

  return TRUE;
}

static void
on_port_changed (ChatPreferences *self)
{
  guint port;

  if (read_port (self, &port))
    gtk_widget_remove_css_class (GTK_WIDGET (self->port_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->port_row), "error");
}

static void
on_port_applied (ChatPreferences *self)
{
  guint port;

  if (!read_port (self, &port))
    {
      adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                        adw_toast_new (_("A port is a number from 1 to 65535")));
      return;
    }

  if (port != g_settings_get_uint (self->settings, "port"))
    g_settings_set_uint (self->settings, "port", port);

  show_port (self);
}

static void
add_address (ChatPreferences *self,
             GtkStringList   *names,
             const char      *address,
             const char      *name)
{
  gtk_string_list_append (names, name);
  g_ptr_array_add (self->addresses, g_strdup (address));
}

/* All, those that the computer has, and the one that is set, if it has gone. */
static void
list_addresses (ChatPreferences *self)
{
  g_autoptr (GPtrArray) interfaces = chat_interface_list ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (self->settings, "bind");
  guint index;

  /* Translators: all addresses of this computer */
  add_address (self, names, "", _("All"));

  for (guint i = 0; i < interfaces->len; i++)
    {
      const ChatInterface *interface = interfaces->pdata[i];

      for (guint j = 0; j < interface->addresses->len; j++)
        {
          const ChatAddress *address = &g_array_index (interface->addresses, ChatAddress, j);
          g_autofree char *text = chat_address_to_ip_string (address);
          g_autofree char *name = g_strdup_printf ("%s (%s)", text, interface->name);

          /* One that is good for a single link can't be all that is used. */
          if (address->scope == 0)
            add_address (self, names, text, name);
        }
    }

  if (!g_ptr_array_find_with_equal_func (self->addresses, chosen, g_str_equal, &index))
    {
      /* Translators: an IP address that this computer had */
      g_autofree char *name = g_strdup_printf (_("%s (not there now)"), chosen);

      index = self->addresses->len;
      add_address (self, names, chosen, name);
    }

  adw_combo_row_set_model (self->bind_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->bind_row, index);
}

static void
on_bind_selected (ChatPreferences *self)
{
  guint index = adw_combo_row_get_selected (self->bind_row);
  g_autofree char *old = g_settings_get_string (self->settings, "bind");

  if (index >= self->addresses->len || g_str_equal (old, self->addresses->pdata[index]))
    return;

  g_settings_set_string (self->settings, "bind", self->addresses->pdata[index]);
}

/* --- how long messages are kept --- */

static char *
describe_days (guint days)
{
  if (days == 0)
    return g_strdup (_("For ever"));
  if (days == 365)
    return g_strdup (_("For a year"));

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "For %u day", "For %u days", days), days);
}

static int
compare_days (gconstpointer a,
              gconstpointer b)
{
  const guint *left = a;
  const guint *right = b;

  return (*left > *right) - (*left < *right);
}

static void
show_retention (ChatPreferences *self)
{
  guint days = g_settings_get_uint (self->settings, "retention-days");

  self->is_showing = TRUE;
  for (guint i = 0; i < self->days->len; i++)
    if (g_array_index (self->days, guint, i) == days)
      adw_combo_row_set_selected (self->retention_row, i);
  self->is_showing = FALSE;
}

static void
list_retentions (ChatPreferences *self)
{
  guint days = g_settings_get_uint (self->settings, "retention-days");
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean is_known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (retentions); i++)
    is_known = is_known || retentions[i] == days;

  g_array_append_vals (self->days, retentions, G_N_ELEMENTS (retentions));
  if (!is_known)
    g_array_append_val (self->days, days);
  g_array_sort (self->days, compare_days);

  for (guint i = 0; i < self->days->len; i++)
    gtk_string_list_take (names, describe_days (g_array_index (self->days, guint, i)));

  self->is_showing = TRUE;
  adw_combo_row_set_model (self->retention_row, G_LIST_MODEL (names));
  self->is_showing = FALSE;
  show_retention (self);
}

static void
on_shorter_answer (AdwMessageDialog *dialog,
                   const char       *response,
                   ChatPreferences  *self)
{
  guint index = adw_combo_row_get_selected (self->retention_row);

  if (g_str_equal (response, "delete"))
    g_settings_set_uint (self->settings, "retention-days",
                         g_array_index (self->days, guint, index));
  else
    show_retention (self);
}

/* To keep them shorter than until now removes some, perhaps many, at once. */
static void
ask_for_shorter (ChatPreferences *self,
                 guint            days)
{
  GtkWidget *dialog = app_message_new (GTK_WINDOW (self), _("Delete Older Messages?"), NULL);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_body (question,
    g_dngettext (GETTEXT_PACKAGE,
                 "All messages that are older than %u day are removed from this computer for "
                 "good, now and from now on.",
                 "All messages that are older than %u days are removed from this computer for "
                 "good, now and from now on.", days), days);
  adw_message_dialog_add_responses (question, "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (question, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "cancel");
  adw_message_dialog_set_close_response (question, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_shorter_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_retention_selected (ChatPreferences *self)
{
  guint index = adw_combo_row_get_selected (self->retention_row);
  guint old = g_settings_get_uint (self->settings, "retention-days");
  guint days;

  if (self->is_showing || index >= self->days->len)
    return;

  days = g_array_index (self->days, guint, index);
  if (days == old)
    return;

  if (days != 0 && (old == 0 || days < old))
    ask_for_shorter (self, days);
  else
    g_settings_set_uint (self->settings, "retention-days", days);
}

static void
export_history (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  ChatPreferences *self = CHAT_PREFERENCES (widget);

  chat_keep_export (ADW_PREFERENCES_WINDOW (self), chat_application_get_engine (self->application),
                    NULL);
}

static void
clear_history (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  ChatPreferences *self = CHAT_PREFERENCES (widget);

  chat_keep_clear (ADW_PREFERENCES_WINDOW (self), chat_application_get_engine (self->application),
                   NULL);
}

/* --- life --- */

/* Nothing is chosen to begin with, least of all the name to be typed over. */
static void
chat_preferences_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_preferences_parent_class)->show (widget);
  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
}

static void
chat_preferences_finalize (GObject *object)
{
  ChatPreferences *self = CHAT_PREFERENCES (object);

  g_array_unref (self->days);
  g_ptr_array_unref (self->addresses);
  g_object_unref (self->settings);
  g_object_unref (self->application);

  G_OBJECT_CLASS (chat_preferences_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(field) gtk_widget_class_bind_template_child (widget_class, ChatPreferences, field)
  BIND (name_row);
  BIND (notifications_switch);
  BIND (quiet_switch);
  BIND (background_switch);
  BIND (enter_switch);
  BIND (style_row);
  BIND (discovery_switch);
  BIND (bind_row);
  BIND (port_row);
  BIND (port_label);
  BIND (retention_row);
  BIND (key_row);
#undef BIND
}

static void
chat_preferences_class_init (ChatPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_preferences_finalize;
  widget_class->show = chat_preferences_show;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-preferences.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_port_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_port_changed);

  gtk_widget_class_install_action (widget_class, "preferences.export", NULL, export_history);
  gtk_widget_class_install_action (widget_class, "preferences.clear", NULL, clear_history);
}

static void
chat_preferences_init (ChatPreferences *self)
{
  g_type_ensure (CHAT_TYPE_KEY_ROW);
  self->days = g_array_new (FALSE, FALSE, sizeof (guint));
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The rows of the theme stand in the order of the choices in the schema. */
static gboolean
get_style (GValue   *value,
           GVariant *variant,
           gpointer  user_data)
{
  const char *name = g_variant_get_string (variant, NULL);

  g_value_set_uint (value, g_str_equal (name, "light") ? 1 : g_str_equal (name, "dark") ? 2 : 0);

  return TRUE;
}

static GVariant *
set_style (const GValue       *value,
           const GVariantType *type,
           gpointer            user_data)
{
  static const char * const names[] = { "system", "light", "dark" };
  guint index = g_value_get_uint (value);

  return index < G_N_ELEMENTS (names) ? g_variant_new_string (names[index]) : NULL;
}

static void
bind_settings (ChatPreferences *self)
{
  GSettings *settings = self->settings;

  g_settings_bind (settings, "notifications", self->notifications_switch, "active", 0);
  g_settings_bind (settings, "quiet", self->quiet_switch, "active", 0);
  g_settings_bind (settings, "run-in-background", self->background_switch, "active", 0);
  g_settings_bind (settings, "enter-sends", self->enter_switch, "active", 0);
  g_settings_bind (settings, "discovery", self->discovery_switch, "active", 0);
  g_settings_bind_with_mapping (settings, "color-scheme", self->style_row, "selected", 0,
                                get_style, set_style, NULL, NULL);
  g_signal_connect_object (settings, "changed::retention-days", G_CALLBACK (show_retention), self,
                           G_CONNECT_SWAPPED);
}

/* The engine is not there while it begins anew, and then perhaps at another port. */
static void
on_engine (ChatPreferences *self)
{
  gboolean has_engine = chat_application_get_engine (self->application) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preferences.export", has_engine);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preferences.clear", has_engine);
  chat_key_row_set_engine (self->key_row, chat_application_get_engine (self->application));
  show_port_hint (self);
}

GtkWindow *
chat_preferences_new (GtkWindow       *parent,
                      ChatApplication *application)
{
  ChatPreferences *self = g_object_new (CHAT_TYPE_PREFERENCES, "transient-for", parent, NULL);

  self->application = g_object_ref (application);
  self->settings = g_object_ref (chat_application_get_settings (application));
  bind_settings (self);
  show_name (self);
  show_port (self);
  list_addresses (self);
  list_retentions (self);
  on_engine (self);
  g_signal_connect_swapped (self->bind_row, "notify::selected", G_CALLBACK (on_bind_selected),
                            self);
  g_signal_connect_swapped (self->retention_row, "notify::selected",
                            G_CALLBACK (on_retention_selected), self);
  g_signal_connect_object (application, "notify::engine", G_CALLBACK (on_engine), self,
                           G_CONNECT_SWAPPED);

  return GTK_WINDOW (self);
}
