/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-explain"

#include "chat-explain.h"

#include <glib/gi18n.h>

struct _ChatExplain
{
  AdwWindow        parent_instance;

  ChatApplication *application;  /* not owned: it outlives every window */
  gint64           contact;      /* who is asked about, or 0 */

  /* Template */
  AdwToastOverlay *toasts;
  GtkLabel        *text;
};

G_DEFINE_FINAL_TYPE (ChatExplain, chat_explain, ADW_TYPE_WINDOW)

static void
refresh (ChatExplain *self)
{
  ChatEngine *engine = chat_application_get_engine (self->application);
  ChatPeer *peer = NULL;
  g_autofree char *text = NULL;

  if (engine == NULL)
    return;

  if (self->contact != 0)
    peer = chat_engine_get_peer (engine, self->contact);

  text = chat_engine_explain (engine, peer);
  gtk_label_set_text (self->text, g_strchomp (text));
}

static void
on_refresh (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  refresh (CHAT_EXPLAIN (widget));
}

static void
on_copy (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  ChatExplain *self = CHAT_EXPLAIN (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (self->text));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
chat_explain_class_init (ChatExplainClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-explain.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatExplain, text);
  gtk_widget_class_bind_template_child (widget_class, ChatExplain, toasts);

  gtk_widget_class_install_action (widget_class, "explain.refresh", NULL, on_refresh);
  gtk_widget_class_install_action (widget_class, "explain.copy", NULL, on_copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "explain.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK,
                                       "explain.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_explain_init (ChatExplain *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* About @contact, or about everybody if that is 0. */
GtkWindow *
chat_explain_new (GtkWindow       *parent,
                  ChatApplication *application,
                  gint64           contact)
{
  ChatExplain *self = g_object_new (CHAT_TYPE_EXPLAIN, "application", application,
                                    "transient-for", parent, NULL);

  self->application = application;
  self->contact = contact;
  g_signal_connect_object (application, "notify::engine", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  refresh (self);

  return GTK_WINDOW (self);
}
