/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-connect"

#include "chat-connect.h"

#include <glib/gi18n.h>

struct _ChatConnect
{
  AdwWindow        parent_instance;

  ChatApplication *application;  /* not owned: it outlives every window */
  ChatEngine      *engine;       /* a weak pointer: it may begin anew */
  char            *wanted;       /* the address that is being tried, or NULL */

  /* Template */
  AdwEntryRow     *address_row;
  GtkLabel        *problem;
  GtkLabel        *own;
  GtkSpinner      *spinner;
};

G_DEFINE_FINAL_TYPE (ChatConnect, chat_connect, ADW_TYPE_WINDOW)

static char *
get_address (ChatConnect *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row))));
}

/* Shows how it stands: an address or NULL, and what was wrong or NULL. */
static void
show (ChatConnect *self,
      const char  *wanted,
      const char  *problem)
{
  g_autofree char *address = get_address (self);
  char *old = self->wanted;

  self->wanted = g_strdup (wanted);
  g_free (old);
  gtk_spinner_set_spinning (self->spinner, wanted != NULL);
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "connect.connect",
                                 wanted == NULL && chat_engine_is_address (address));
}

static void
on_changed (ChatConnect *self)
{
  show (self, NULL, NULL);
}

static gboolean
open_if_there (ChatConnect *self)
{
  ChatPeer *peer = self->wanted != NULL && self->engine != NULL
                   ? chat_engine_find_peer_at (self->engine, self->wanted) : NULL;

  if (peer == NULL)
    return FALSE;

  g_action_group_activate_action (G_ACTION_GROUP (self->application), "open-conversation",
                                  g_variant_new_int64 (chat_peer_get_contact (peer)->id));
  gtk_window_close (GTK_WINDOW (self));

  return TRUE;
}

static void
on_peer (ChatConnect *self)
{
  open_if_there (self);
}

static void
on_unreached (ChatConnect *self,
              const char  *address,
              const char  *reason)
{
  g_autofree char *problem = NULL;

  if (g_strcmp0 (address, self->wanted) != 0)
    return;

  /* Translators: an address, and the reason */
  problem = g_strdup_printf (_("%s was not reached: %s. Is Lanyard running there, and is this its "
                               "port?"), address, reason);
  show (self, NULL, problem);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

static void
on_connect (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  ChatConnect *self = CHAT_CONNECT (widget);
  g_autofree char *address = get_address (self);
  g_autoptr (GError) error = NULL;

  if (self->engine == NULL)
    return;

  show (self, address, NULL);
  if (!open_if_there (self) && !chat_engine_connect (self->engine, address, &error))
    show (self, NULL, error->message);
}

static void
on_entry_activated (ChatConnect *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "connect.connect", NULL);
}

static void
chat_connect_dispose (GObject *object)
{
  ChatConnect *self = CHAT_CONNECT (object);

  g_clear_weak_pointer (&self->engine);
  g_clear_pointer (&self->wanted, g_free);

  G_OBJECT_CLASS (chat_connect_parent_class)->dispose (object);
}

static void
chat_connect_class_init (ChatConnectClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_connect_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-connect.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConnect, address_row);
  gtk_widget_class_bind_template_child (widget_class, ChatConnect, own);
  gtk_widget_class_bind_template_child (widget_class, ChatConnect, problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnect, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);
  gtk_widget_class_install_action (widget_class, "connect.connect", NULL, on_connect);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_connect_init (ChatConnect *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  on_changed (self);
}

GtkWindow *
chat_connect_new (GtkWindow       *parent,
                  ChatApplication *application)
{
  ChatConnect *self = g_object_new (CHAT_TYPE_CONNECT, "transient-for", parent, NULL);
  ChatEngine *engine = chat_application_get_engine (application);
  g_autofree char *own = NULL;

  self->application = application;
  if (engine == NULL)
    return GTK_WINDOW (self);

  g_set_weak_pointer (&self->engine, engine);
  g_signal_connect_object (engine, "peer", G_CALLBACK (on_peer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "unreached", G_CALLBACK (on_unreached), self,
                           G_CONNECT_SWAPPED);
  own = g_strdup_printf (_("Others reach you at port %u of this computer."),
                         chat_engine_get_port (engine));
  gtk_label_set_label (self->own, own);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));

  return GTK_WINDOW (self);
}
