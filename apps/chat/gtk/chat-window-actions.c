/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-window"

#include "chat-window-private.h"

#include "chat-contact-window.h"
#include "chat-explain.h"
#include "chat-plain-window.h"

static void
on_action (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (g_str_equal (name, "win.search"))
    chat_conversation_view_begin_search (self->conversation);
  else if (g_str_equal (name, "win.retry"))
    chat_application_start_engine (self->application);
  else if (g_str_equal (name, "win.back"))
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  else if (g_str_equal (name, "win.plain"))
    gtk_window_present (chat_plain_window_new (GTK_WINDOW (self), self->application, NULL));
}

static void
on_search_list (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);

  if (!g_str_equal (gtk_stack_get_visible_child_name (self->pages), "chat"))
    return;

  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  if (g_str_equal (name, "win.search-all"))
    chat_sidebar_search_messages (self->sidebar);
  else
    chat_sidebar_search_people (self->sidebar);
}

static void
on_step (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  ChatPeople *people = chat_application_get_people (self->application);
  guint n_people = g_list_model_get_n_items (G_LIST_MODEL (people));
  guint position = chat_people_get_position (people, self->contact);
  gboolean forward = g_str_equal (name, "win.next");
  g_autoptr (ChatPerson) person = NULL;

  if (position >= n_people)
    position = forward ? 0 : n_people - 1;
  else
    position += forward ? 1 : G_MAXUINT;

  person = g_list_model_get_item (G_LIST_MODEL (people), position);
  if (person != NULL)
    chat_window_open (self, chat_person_get_contact (person), TRUE);
}

static void
show_details (ChatWindow *self,
              ChatPeer   *peer)
{
  if (self->details != NULL)
    gtk_window_destroy (self->details);

  g_set_weak_pointer (&self->details,
                      chat_contact_window_new (GTK_WINDOW (self), self->application, peer));
  gtk_window_present (self->details);
}

static void
on_details (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  ChatPeer *peer = _chat_window_get_peer (self);

  if (peer != NULL)
    show_details (self, peer);
}

static void
mark_read (ChatWindow *self,
           ChatEngine *engine,
           gint64      contact)
{
  ChatPerson *person = chat_people_find (chat_application_get_people (self->application), contact);
  g_autoptr (GError) error = NULL;

  if (person != NULL && chat_person_get_last (person) != 0 &&
      !chat_engine_mark_read (engine, chat_person_get_last (person), &error))
    chat_window_tell (self, error->message);
}

/* For somebody in the list, who need not be the one whose conversation is open. */
static void
on_person (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ChatWindow *self = CHAT_WINDOW (widget);
  ChatEngine *engine = chat_application_get_engine (self->application);
  gint64 contact = g_variant_get_int64 (parameter);
  ChatPeer *peer = engine != NULL ? chat_engine_get_peer (engine, contact) : NULL;

  if (peer == NULL)
    return;

  if (g_str_equal (name, "win.person-details"))
    show_details (self, peer);
  else if (g_str_equal (name, "win.person-read"))
    mark_read (self, engine, contact);
  else
    gtk_window_present (chat_explain_new (GTK_WINDOW (self), self->application, contact));
}

void
_chat_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.back", NULL, on_action);
  gtk_widget_class_install_action (widget_class, "win.plain", NULL, on_action);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, on_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, on_action);
  gtk_widget_class_install_action (widget_class, "win.search-all", NULL, on_search_list);
  gtk_widget_class_install_action (widget_class, "win.search-people", NULL, on_search_list);
  gtk_widget_class_install_action (widget_class, "win.next", NULL, on_step);
  gtk_widget_class_install_action (widget_class, "win.previous", NULL, on_step);
  gtk_widget_class_install_action (widget_class, "win.details", NULL, on_details);
  gtk_widget_class_install_action (widget_class, "win.person-details", "x", on_person);
  gtk_widget_class_install_action (widget_class, "win.person-explain", "x", on_person);
  gtk_widget_class_install_action (widget_class, "win.person-read", "x", on_person);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
}
