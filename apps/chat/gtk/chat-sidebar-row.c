/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-sidebar-row"

#include "chat-sidebar-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

struct _ChatSidebarRow
{
  GtkBox      parent_instance;

  ChatPerson *person;     /* or NULL */
  GtkWidget  *menu;       /* while it is open, else NULL */
};

G_DEFINE_FINAL_TYPE (ChatSidebarRow, chat_sidebar_row, GTK_TYPE_BOX)

enum
{
  PROP_PERSON = 1,
};

static GParamSpec *properties[PROP_PERSON + 1];
static guint opened_signal;

static gboolean
has_text (ChatSidebarRow *self,
          const char     *text)
{
  return text != NULL && *text != '\0';
}

/* --- for those who don't see it --- */

/* The list's own widget around the row is what has the focus, and so is spoken. */
static void
describe (ChatSidebarRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item != NULL && self->person != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    chat_person_get_description (self->person), -1);
}

static void
set_person (ChatSidebarRow *self,
            ChatPerson     *person)
{
  if (self->person != NULL)
    g_signal_handlers_disconnect_by_data (self->person, self);

  if (!g_set_object (&self->person, person))
    return;

  if (person != NULL)
    g_signal_connect_swapped (person, "notify::description", G_CALLBACK (describe), self);
  describe (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERSON]);
}

/* --- the menu --- */

static gboolean
on_idle_unparent (gpointer user_data)
{
  gtk_widget_unparent (user_data);

  return G_SOURCE_REMOVE;
}

/* Its action comes after it is closed, so it has to stay for that. */
static void
on_menu_closed (ChatSidebarRow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_idle_unparent, g_object_ref (self->menu),
                   g_object_unref);
  self->menu = NULL;
}

static void
open_menu (ChatSidebarRow *self,
           double          x,
           double          y)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };
  g_autoptr (GMenu) menu = g_menu_new ();

  if (self->person == NULL || self->menu != NULL)
    return;

  g_menu_append (menu, _("Details"), "person.details");
  g_menu_append (menu, _("Mark as Read"), "person.read");
  g_menu_append (menu, _("What the Network Says"), "person.explain");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "person.read",
                                 chat_person_get_n_unread (self->person) > 0);

  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (on_menu_closed), self);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_menu_pressed (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 gpointer         user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (CHAT_SIDEBAR_ROW (user_data), x, y);
}

static void
on_long_pressed (GtkGestureLongPress *gesture,
                 double               x,
                 double               y,
                 gpointer             user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (CHAT_SIDEBAR_ROW (user_data), x, y);
}

static void
on_menu (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  open_menu (CHAT_SIDEBAR_ROW (widget), gtk_widget_get_width (widget) / 2.0,
             gtk_widget_get_height (widget) / 2.0);
}

/* What the window does for somebody: “person.x” here is “win.person-x” there. */
static void
on_person (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ChatSidebarRow *self = CHAT_SIDEBAR_ROW (widget);
  g_autofree char *action = g_strconcat ("win.person-", name + strlen ("person."), NULL);

  if (self->person != NULL)
    gtk_widget_activate_action (widget, action, "x", chat_person_get_contact (self->person));
}

static void
on_clicked (ChatSidebarRow *self)
{
  if (self->person != NULL)
    g_signal_emit (self, opened_signal, 0);
}

/* --- a widget --- */

static void
chat_sidebar_row_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_PERSON)
    g_value_set_object (value, CHAT_SIDEBAR_ROW (object)->person);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_sidebar_row_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  if (id == PROP_PERSON)
    set_person (CHAT_SIDEBAR_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_sidebar_row_dispose (GObject *object)
{
  ChatSidebarRow *self = CHAT_SIDEBAR_ROW (object);

  if (self->person != NULL)
    g_signal_handlers_disconnect_by_data (self->person, self);
  g_clear_object (&self->person);
  g_clear_pointer (&self->menu, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_sidebar_row_parent_class)->dispose (object);
}

static void
chat_sidebar_row_class_init (ChatSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_sidebar_row_get_property;
  object_class->set_property = chat_sidebar_row_set_property;
  object_class->dispose = chat_sidebar_row_dispose;

  properties[PROP_PERSON] = g_param_spec_object ("person", NULL, NULL, CHAT_TYPE_PERSON,
                                                 G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                 G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  opened_signal = g_signal_new ("opened", CHAT_TYPE_SIDEBAR_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-sidebar-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_menu_pressed);

  gtk_widget_class_install_action (widget_class, "person.menu", NULL, on_menu);
  gtk_widget_class_install_action (widget_class, "person.details", NULL, on_person);
  gtk_widget_class_install_action (widget_class, "person.read", NULL, on_person);
  gtk_widget_class_install_action (widget_class, "person.explain", NULL, on_person);
}

static void
chat_sidebar_row_init (ChatSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

ChatPerson *
chat_sidebar_row_get_person (ChatSidebarRow *self)
{
  return self->person;
}
