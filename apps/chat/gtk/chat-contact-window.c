/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-contact-window"

#include "chat-contact-private.h"

#include "app-mnemonic.h"
#include "chat-date.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (ChatContactWindow, chat_contact_window, ADW_TYPE_PREFERENCES_WINDOW)

/* --- what is shown --- */

static char *
describe_time (gint64 time)
{
  return time != 0 ? chat_date_describe_moment (time, g_get_real_time ()) : g_strdup (_("Never"));
}

static const char *
describe_status (ChatPeer *peer)
{
  const ChatContact *contact = chat_peer_get_contact (peer);

  if (contact->blocked)
    return _("Blocked");
  if (contact->trust == CHAT_TRUST_HELD)
    return _("Held back until you decide");
  if (contact->trust == CHAT_TRUST_VERIFIED)
    return chat_peer_is_online (peer) ? _("Online, verified") : _("Offline, verified");

  return chat_peer_is_online (peer) ? _("Online, not verified") : _("Offline, not verified");
}

static void
show_held (ChatContactWindow *self,
           const ChatContact *contact)
{
  ChatPeer *namesake = chat_engine_get_peer (self->engine, contact->namesake);
  gboolean is_held = contact->trust == CHAT_TRUST_HELD && !contact->blocked;
  g_autofree char *description = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *subtitle = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->held_group), is_held);
  gtk_widget_set_visible (GTK_WIDGET (self->namesake_row), namesake != NULL);
  if (!is_held)
    return;

  description = g_markup_printf_escaped (
    _("Somebody calls itself “%s”, as a contact of yours does, but has another key. That is so "
      "if they have a new computer, or have set Lanyard up anew. It is also so if somebody wants "
      "to be taken for them. Ask them by another way before you accept it."), contact->name);
  adw_preferences_group_set_description (self->held_group, description);
  if (namesake == NULL)
    return;

  seen = describe_time (chat_peer_get_contact (namesake)->last_seen);
  /* Translators: a time, and the start of a fingerprint */
  subtitle = g_strdup_printf (_("Known since before, last seen %s\nKey %.16s…"), seen,
                              chat_peer_get_fingerprint (namesake));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->namesake_row),
                                 chat_peer_get_name (namesake));
  adw_action_row_set_subtitle (self->namesake_row, subtitle);
}

static void
show_names (ChatContactWindow *self,
            const ChatContact *contact)
{
  g_auto (GStrv) names = chat_store_get_names (chat_engine_get_store (self->engine), contact->id,
                                               NULL);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!g_str_equal (names[i], contact->name))
      g_ptr_array_add (others, names[i]);
  g_ptr_array_add (others, NULL);

  text = g_strjoinv ("\n", (char **) others->pdata);
  adw_action_row_set_subtitle (self->other_names_row, text);
  gtk_widget_set_visible (GTK_WIDGET (self->other_names_row), *text != '\0');

  adw_action_row_set_subtitle (self->own_name_row,
                               *contact->name != '\0' ? contact->name : _("Nothing yet"));
  gtk_widget_set_visible (GTK_WIDGET (self->reset_button), contact->petname != NULL);
}

/* What the user is typing there is left alone. */
static void
show_entry (ChatContactWindow *self,
            const char        *name)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->name_row)))
    return;

  adw_entry_row_set_show_apply_button (self->name_row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  adw_entry_row_set_show_apply_button (self->name_row, TRUE);
}

static void
show_network (ChatContactWindow *self,
              const ChatContact *contact)
{
  g_auto (GStrv) addresses = chat_store_get_addresses (chat_engine_get_store (self->engine),
                                                       contact->id, NULL);
  g_autofree char *all = g_strjoinv ("\n", addresses);
  g_autofree char *seen = describe_time (contact->last_seen);
  g_autofree char *met = describe_time (contact->first_seen);

  adw_action_row_set_subtitle (self->seen_row, chat_peer_is_online (self->peer) ? _("Now") : seen);
  adw_action_row_set_subtitle (self->met_row, met);
  adw_action_row_set_subtitle (self->addresses_row,
                               all != NULL && *all != '\0' ? all : _("None is known"));
}

static void
show_safety (ChatContactWindow *self,
             const ChatContact *contact)
{
  gboolean is_verified = contact->trust == CHAT_TRUST_VERIFIED;
  g_autofree char *description = g_markup_printf_escaped (
    /* Translators: the name of a contact */
    _("Compare these digits with those that “%s” sees for you: side by side, by scanning the "
      "code, or by reading them to each other in a call where you know the voice. If all of them "
      "are the same, nobody is between you who could read or change what you say."),
    chat_peer_get_name (self->peer));

  adw_preferences_group_set_description (self->safety_group, description);
  gtk_button_set_label (self->verify_button,
                        is_verified ? _("_Unmark as Verified") : _("Mark as _Verified"));
  app_mnemonic_tidy (GTK_WIDGET (self->verify_button));
  if (is_verified)
    gtk_widget_remove_css_class (GTK_WIDGET (self->verify_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->verify_button), "suggested-action");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact.verify",
                                 contact->trust != CHAT_TRUST_HELD);
}

/* Shows what the engine knows now. */
void
_chat_contact_window_refresh (ChatContactWindow *self)
{
  const ChatContact *contact = chat_peer_get_contact (self->peer);
  const char *name = chat_peer_get_name (self->peer);

  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_label (self->title_label, *name != '\0' ? name : _("No name yet"));
  gtk_label_set_label (self->status_label, describe_status (self->peer));
  show_held (self, contact);
  show_entry (self, name);
  show_names (self, contact);
  show_safety (self, contact);
  show_network (self, contact);
  gtk_switch_set_active (self->block_switch, contact->blocked);
}

static void
on_peer (ChatEngine        *engine,
         ChatPeer          *peer,
         ChatContactWindow *self)
{
  if (self->is_forgotten)
    return;

  if (peer == self->peer ||
      chat_peer_get_contact (peer)->id == chat_peer_get_contact (self->peer)->namesake)
    _chat_contact_window_refresh (self);
}

static void
show_fingerprint (ChatContactWindow *self)
{
  const char *fingerprint = chat_peer_get_fingerprint (self->peer);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; fingerprint[i] != '\0'; i += 4)
    g_string_append_printf (text, "%s%.4s", i == 0 ? "" : i % 16 == 0 ? "\n" : " ",
                            fingerprint + i);

  gtk_label_set_label (self->fingerprint_label, text->str);
}

/* --- life --- */

/* Another engine has other peers: what is shown here is nobody's any more. */
static void
on_engine_gone (gpointer  user_data,
                GObject  *engine)
{
  ChatContactWindow *self = user_data;

  self->engine = NULL;
  gtk_window_destroy (GTK_WINDOW (self));
}

/* Nothing is chosen to begin with, least of all the name to be typed over. */
static void
chat_contact_window_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (chat_contact_window_parent_class)->show (widget);
  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
}

static void
chat_contact_window_dispose (GObject *object)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (object);

  if (self->engine != NULL)
    g_object_weak_unref (G_OBJECT (self->engine), on_engine_gone, self);
  self->engine = NULL;
  self->is_forgotten = TRUE;

  G_OBJECT_CLASS (chat_contact_window_parent_class)->dispose (object);
}

static void
chat_contact_window_finalize (GObject *object)
{
  ChatContactWindow *self = CHAT_CONTACT_WINDOW (object);

  g_clear_object (&self->peer);

  G_OBJECT_CLASS (chat_contact_window_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(field) \
  gtk_widget_class_bind_template_child (widget_class, ChatContactWindow, field)
  BIND (avatar);
  BIND (title_label);
  BIND (status_label);
  BIND (held_group);
  BIND (namesake_row);
  BIND (name_row);
  BIND (reset_button);
  BIND (own_name_row);
  BIND (other_names_row);
  BIND (safety_group);
  BIND (safety_number);
  BIND (verify_button);
  BIND (fingerprint_label);
  BIND (seen_row);
  BIND (met_row);
  BIND (addresses_row);
  BIND (block_switch);
#undef BIND
}

static void
chat_contact_window_class_init (ChatContactWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_contact_window_dispose;
  object_class->finalize = chat_contact_window_finalize;
  widget_class->show = chat_contact_window_show;

  g_type_ensure (CHAT_TYPE_SAFETY_NUMBER);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-contact-window.ui");
  bind_children (widget_class);
  _chat_contact_window_install_actions (widget_class);
}

static void
chat_contact_window_init (ChatContactWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
chat_contact_window_new (GtkWindow       *parent,
                         ChatApplication *application,
                         ChatPeer        *peer)
{
  ChatContactWindow *self = g_object_new (CHAT_TYPE_CONTACT_WINDOW, "transient-for", parent, NULL);

  self->engine = chat_application_get_engine (application);
  self->peer = g_object_ref (peer);
  g_object_weak_ref (G_OBJECT (self->engine), on_engine_gone, self);
  g_signal_connect_object (self->engine, "peer", G_CALLBACK (on_peer), self, 0);

  show_fingerprint (self);
  _chat_contact_window_refresh (self);
  chat_safety_number_set_keys (self->safety_number, chat_engine_get_key (self->engine),
                               chat_peer_get_contact (peer)->key);

  return GTK_WINDOW (self);
}
