/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-window"

#include "chat-window-private.h"

#include "chat-own-key.h"
#include "chat-trouble.h"

#include "app-shortcuts.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (ChatWindow, chat_window, ADW_TYPE_APPLICATION_WINDOW)

/* Whose conversation is open, or NULL. */
ChatPeer *
_chat_window_get_peer (ChatWindow *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);

  return engine != NULL && self->contact != 0 ? chat_engine_get_peer (engine, self->contact) : NULL;
}

/* --- what is said at the bottom --- */

static void
on_toast_dismissed (ChatWindow *self,
                    AdwToast   *toast)
{
  if (toast != self->toast)
    return;

  self->toast = NULL;
  g_clear_pointer (&self->told, g_free);
}

/* Says it for some seconds; not again while it is still there. */
void
chat_window_tell (ChatWindow *self,
                  const char *text)
{
  g_autofree char *escaped = chat_trouble_make_markup (text);
  AdwToast *toast;

  if (g_strcmp0 (self->told, text) == 0)
    return;

  g_free (self->told);
  self->told = g_strdup (text);
  toast = adw_toast_new (escaped);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_toast_dismissed), self,
                           G_CONNECT_SWAPPED);
  self->toast = toast;
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- the conversation that is open --- */

static void
show_title (ChatWindow *self)
{
  ChatPeer *peer = _chat_window_get_peer (self);
  g_autofree char *state = peer != NULL ? chat_person_describe_peer (peer) : NULL;
  guint n_unread = chat_people_get_n_unread (chat_application_get_people (self->application));
  /* Translators: the number of unread messages */
  g_autofree char *title = n_unread > 0 ? g_strdup_printf (_("(%u) Lanyard Chat"), n_unread)
                                        : g_strdup (_("Lanyard Chat"));

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->peer_title, peer != NULL ? chat_peer_get_name (peer) : "");
  adw_window_title_set_subtitle (self->peer_title, state != NULL ? state : "");
}

static void
allow_actions (ChatWindow *self)
{
  gboolean is_open = self->contact != 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.details", is_open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", is_open);
  gtk_widget_set_visible (self->details_button, is_open);
  gtk_widget_set_visible (self->search_button, is_open);
}

static void
close_conversation (ChatWindow *self)
{
  self->contact = 0;
  if (self->details != NULL)
    gtk_window_destroy (self->details);
  chat_conversation_view_set_peer (self->conversation, self->application, NULL);
  gtk_stack_set_visible_child_name (self->content_stack, "empty");
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  chat_sidebar_select (self->sidebar, 0);
  show_title (self);
  allow_actions (self);
}

/* Shows the conversation with @contact, if there is such a one. */
void
chat_window_open (ChatWindow *self,
                  gint64      contact,
                  gboolean    to_talk)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  ChatPeer *peer = engine != NULL ? chat_engine_get_peer (engine, contact) : NULL;

  if (peer == NULL)
    return;

  self->contact = contact;
  g_clear_pointer (&self->awaited, g_free);
  if (chat_conversation_view_get_peer (self->conversation) != peer)
    chat_conversation_view_set_peer (self->conversation, self->application, peer);
  gtk_stack_set_visible_child_name (self->content_stack, "conversation");
  adw_leaflet_set_visible_child (self->leaflet, self->content);
  chat_sidebar_select (self->sidebar, contact);
  show_title (self);
  allow_actions (self);

  if (to_talk)
    chat_conversation_view_begin_writing (self->conversation);
}

/* Whether the user would see what comes from @contact, if the window is in front. */
gboolean
chat_window_is_showing (ChatWindow *self,
                        gint64      contact)
{
  return self->contact == contact && gtk_widget_get_mapped (GTK_WIDGET (self->conversation));
}

/* Opens the conversation with @who: a name, the start of a fingerprint, or an address,
 * where somebody may have to be waited for. */
gboolean
chat_window_look_for (ChatWindow  *self,
                      const char  *who,
                      GError     **error)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  /* Translators: a name or an address */
  g_autofree char *looking = g_strdup_printf (_("Looking for %s…"), who);
  g_autoptr (GError) local_error = NULL;
  ChatPeer *peer;

  /* As soon as there is one. */
  if (engine == NULL)
    {
      g_free (self->wanted);
      self->wanted = g_strdup (who);
      return TRUE;
    }

  peer = chat_engine_find_peer (engine, who, &local_error);
  if (peer != NULL)
    {
      chat_window_open (self, chat_peer_get_contact (peer)->id, TRUE);
      return TRUE;
    }

  if (!chat_engine_is_address (who))
    {
      chat_window_tell (self, local_error->message);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_free (self->awaited);
  self->awaited = g_strdup (who);
  chat_window_tell (self, looking);

  return chat_engine_connect (engine, who, error);
}

static void
on_opened (ChatWindow *self,
           ChatPeer   *peer,
           gboolean    to_talk)
{
  chat_window_open (self, chat_peer_get_contact (peer)->id, to_talk);
}

static void
on_found (ChatWindow *self,
          ChatPeer   *peer,
          gint64      id)
{
  chat_window_open (self, chat_peer_get_contact (peer)->id, FALSE);
  chat_conversation_view_show_message (self->conversation, id);
}

/* What is at hand at the left is chosen there; folded, it is to be chosen anew. */
static void
on_leaflet (ChatWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back",
                                 adw_leaflet_get_folded (self->leaflet) &&
                                 adw_leaflet_get_visible_child (self->leaflet) == self->content);
}

/* Folded, one page comes in the place of the other. The focus does not stay in what has gone, from
 * where no key would lead on. */
static void
on_page (GtkWidget  *page,
         ChatWindow *self)
{
  GtkWidget *leaflet = GTK_WIDGET (self->leaflet);
  GtkWidget *left = gtk_widget_get_focus_child (leaflet);

  if (left == NULL || left == page || !adw_leaflet_get_folded (self->leaflet) ||
      adw_leaflet_get_visible_child (self->leaflet) != page)
    return;

  gtk_widget_set_focus_child (leaflet, NULL);
  gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

/* --- what the engine tells --- */

/* What says that somebody is looked for is not true any more. */
static void
stop_looking (ChatWindow *self)
{
  g_autofree char *looking = g_strdup_printf (_("Looking for %s…"), self->awaited);

  if (self->toast != NULL && g_strcmp0 (self->told, looking) == 0)
    adw_toast_dismiss (self->toast);
}

static void
on_peer (ChatWindow *self,
         ChatPeer   *peer)
{
  ChatEngine *engine = chat_application_get_engine (self->application);

  if (self->awaited != NULL && chat_engine_find_peer_at (engine, self->awaited) == peer)
    {
      stop_looking (self);
      chat_window_open (self, chat_peer_get_contact (peer)->id, TRUE);
    }
  else if (chat_peer_get_contact (peer)->id == self->contact)
    show_title (self);
}

static void
on_conversation (ChatWindow *self,
                 ChatPeer   *peer)
{
  if (self->contact != 0 && _chat_window_get_peer (self) == NULL)
    close_conversation (self);
}

static void
on_unreached (ChatWindow *self,
              const char *address,
              const char *reason)
{
  g_autofree char *text = NULL;

  if (g_strcmp0 (address, self->awaited) != 0)
    return;

  g_clear_pointer (&self->awaited, g_free);
  text = g_strdup_printf (_("%s was not reached: %s"), address, reason);
  chat_window_tell (self, text);
}

static void
on_problem (ChatWindow   *self,
            const GError *error)
{
  if (g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_DAMAGED))
    chat_trouble_show_damaged (GTK_WINDOW (self), self->application);
  else
    chat_window_tell (self, error->message);
}

static void
listen (ChatWindow *self,
        ChatEngine *engine)
{
  const struct
  {
    const char *name;
    GCallback   callback;
  } all[] = {
    { "peer", G_CALLBACK (on_peer) },
    { "conversation", G_CALLBACK (on_conversation) },
    { "unreached", G_CALLBACK (on_unreached) },
    { "problem", G_CALLBACK (on_problem) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_signal_connect_object (engine, all[i].name, all[i].callback, self, G_CONNECT_SWAPPED);
}

/* --- pages --- */

static void
show_name (ChatWindow *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  g_autofree char *title = NULL;

  if (engine == NULL)
    return;

  title = g_strdup_printf (_("Others See You as “%s”"), chat_engine_get_name (engine));
  chat_sidebar_set_engine (self->sidebar, engine);
  adw_status_page_set_title (self->empty_page, title);
}

static void
show_chat (ChatWindow *self,
           ChatEngine *engine)
{
  const char *kept = chat_store_get_kept_as (chat_engine_get_store (engine));
  g_autofree char *wanted = g_steal_pointer (&self->wanted);
  g_autofree char *key = chat_own_key_format (chat_engine_get_fingerprint (engine));

  listen (self, engine);
  show_name (self);
  gtk_label_set_label (self->key, key);
  gtk_stack_set_visible_child_name (self->pages, "chat");

  /* The same as before the engine began anew. */
  if (_chat_window_get_peer (self) != NULL)
    chat_window_open (self, self->contact, FALSE);
  else
    close_conversation (self);

  if (wanted != NULL)
    chat_window_look_for (self, wanted, NULL);
  if (kept != NULL)
    chat_trouble_show_kept (GTK_WINDOW (self), kept);
}

static void
show_problem (ChatWindow   *self,
              const GError *problem)
{
  g_autofree char *text = chat_trouble_make_markup (problem->message);

  adw_status_page_set_icon_name (self->problem_page, chat_trouble_get_icon (problem));
  adw_status_page_set_title (self->problem_page, chat_trouble_get_title (problem));
  adw_status_page_set_description (self->problem_page, text);
  gtk_stack_set_visible_child_name (self->pages, "problem");
}

static void
on_engine (ChatWindow *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  const GError *problem = chat_application_get_problem (self->application);

  if (engine != NULL)
    {
      show_chat (self, engine);
      return;
    }

  chat_sidebar_set_engine (self->sidebar, NULL);
  chat_conversation_view_set_peer (self->conversation, self->application, NULL);
  if (self->details != NULL)
    gtk_window_destroy (self->details);

  if (problem != NULL)
    {
      show_problem (self, problem);
    }
  else if (chat_application_get_new_key (self->application) != NULL)
    {
      gtk_stack_set_visible_child_name (self->pages, "welcome");
      chat_welcome_begin (self->welcome);
    }
  else
    {
      gtk_stack_set_visible_child_name (self->pages, "opening");
    }
}

/* --- a widget --- */

static void
chat_window_dispose (GObject *object)
{
  ChatWindow *self = CHAT_WINDOW (object);

  g_clear_weak_pointer (&self->details);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->awaited, g_free);
  g_clear_pointer (&self->told, g_free);

  G_OBJECT_CLASS (chat_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Chat/chat-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, welcome);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, problem_page);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, content);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, peer_title);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, details_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, key);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, conversation);
  gtk_widget_class_bind_template_callback (widget_class, on_found);
  gtk_widget_class_bind_template_callback (widget_class, on_leaflet);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_page);
}

static void
chat_window_class_init (ChatWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_window_dispose;

  g_type_ensure (CHAT_TYPE_CONVERSATION_VIEW);
  g_type_ensure (CHAT_TYPE_SIDEBAR);
  g_type_ensure (CHAT_TYPE_WELCOME);
  bind_template (widget_class);
  _chat_window_install_actions (widget_class);
}

static void
chat_window_init (ChatWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_shortcuts_add (GTK_APPLICATION_WINDOW (self));
  on_leaflet (self);
  allow_actions (self);
}

static void
bind_settings (ChatWindow *self,
               GSettings  *settings)
{
  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "run-in-background", self, "hide-on-close", G_SETTINGS_BIND_GET);

  /* The application has told the engine before. */
  g_signal_connect_object (settings, "changed::name", G_CALLBACK (show_name), self,
                           G_CONNECT_SWAPPED);
}

ChatWindow *
chat_window_new (ChatApplication *application)
{
  ChatWindow *self = g_object_new (CHAT_TYPE_WINDOW, "application", application, NULL);
  ChatPeople *people = chat_application_get_people (application);

  self->application = application;
  bind_settings (self, chat_application_get_settings (application));
  chat_welcome_set_application (self->welcome, application);
  chat_sidebar_set_application (self->sidebar, application);
  g_signal_connect_object (people, "notify::n-unread", G_CALLBACK (show_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "notify::engine", G_CALLBACK (on_engine), self,
                           G_CONNECT_SWAPPED);
  on_engine (self);

  return self;
}
