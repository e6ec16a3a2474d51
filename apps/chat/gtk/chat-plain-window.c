/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-plain-window"

#include "chat-plain-window.h"

#include "chat-lookup.h"
#include "chat-plain-row.h"
#include "chat-plain.h"
#include "chat-wire.h"

#include <glib/gi18n.h>

/* As many are shown, since anybody may send as many as he likes. */
#define ROWS_MAX 500

struct _ChatPlainWindow
{
  AdwWindow        parent_instance;

  /* Set once */
  char            *bind;         /* where to listen, or NULL */

  ChatPlain       *plain;        /* NULL until there is an address */
  GCancellable    *cancellable;  /* of looking for one */
  ChatAddress      to;
  gboolean         has_to;
  gboolean         ends_lines;   /* who is there, as nc does, and so gets it, too */
  guint            n_rows;
  gboolean         follows;      /* the last row is, and stays, in view */

  AdwWindowTitle  *window_title;
  AdwToastOverlay *toasts;
  GtkStack        *stack;
  AdwEntryRow     *address_row;
  GtkLabel        *reason_label;
  GtkScrolledWindow *scroller;
  GtkListBox      *list;
  GtkLabel        *port_label;
  GtkEntry        *entry;
};

G_DEFINE_FINAL_TYPE (ChatPlainWindow, chat_plain_window, ADW_TYPE_WINDOW)

/* --- what comes and goes --- */

/* Who reads further up is left there. */
static void
on_scrolled (GtkAdjustment   *adjustment,
             ChatPlainWindow *self)
{
  self->follows = gtk_adjustment_get_value (adjustment) +
                  gtk_adjustment_get_page_size (adjustment) + 1 >=
                  gtk_adjustment_get_upper (adjustment);
}

static gboolean
on_frame (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));

  return G_SOURCE_REMOVE;
}

/* While it is being laid out it can't be scrolled, but before the next frame. */
static void
on_grown (GtkAdjustment   *adjustment,
          ChatPlainWindow *self)
{
  if (self->follows)
    gtk_widget_add_tick_callback (GTK_WIDGET (self->scroller), on_frame, NULL, NULL);
}

static void
add (ChatPlainWindow *self,
     GtkWidget       *row)
{
  if (self->n_rows == ROWS_MAX)
    gtk_list_box_remove (self->list, GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0)));
  else
    self->n_rows++;

  gtk_list_box_append (self->list, row);
}

static void
mark_unsent (ChatPlainWindow *self,
             guint64          number)
{
  for (int i = (int) self->n_rows; i-- > 0;)
    {
      ChatPlainRow *row = CHAT_PLAIN_ROW (gtk_list_box_get_row_at_index (self->list, i));

      if (chat_plain_row_get_number (row) == number)
        {
          chat_plain_row_set_unsent (row);
          return;
        }
    }
}

static void
on_event (const ChatPlainEvent *event,
          gpointer              user_data)
{
  ChatPlainWindow *self = user_data;
  gboolean is_other;
  gsize length;
  const char *bytes;

  if (event->type == CHAT_PLAIN_UNSENT)
    {
      mark_unsent (self, event->number);
      return;
    }

  is_other = !self->has_to || !chat_address_equal (&self->to, &event->address);
  bytes = g_bytes_get_data (event->bytes, &length);
  if (!is_other && length > 0)
    self->ends_lines = bytes[length - 1] == '\n';

  add (self, chat_plain_row_new_received (&event->address, event->bytes, is_other));
}

static void
tell (ChatPlainWindow *self,
      const char      *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void
send_text (ChatPlainWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GString) message = g_string_new (text);
  g_autoptr (GError) error = NULL;

  if (!self->has_to || *text == '\0')
    return;

  if (self->ends_lines)
    g_string_append_c (message, '\n');

  if (!chat_plain_send (self->plain, &self->to, message->str, message->len, &error))
    {
      g_autofree char *reason = g_strdup_printf (_("Not sent: %s"), error->message);

      tell (self, reason);
      return;
    }

  self->follows = TRUE;
  add (self, chat_plain_row_new_sent (chat_plain_get_number (self->plain), text));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
on_entry_activated (ChatPlainWindow *self)
{
  send_text (self);
}

static void
send_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  send_text (CHAT_PLAIN_WINDOW (widget));
}

/* --- whom to talk with --- */

static void
show_reason (ChatPlainWindow *self,
             const char      *reason)
{
  gtk_label_set_label (self->reason_label, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), reason != NULL);
  if (reason != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->address_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address_row), "error");
}

static GSocketConnectable *
read_address (ChatPlainWindow  *self,
              GError          **error)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row)));

  return chat_lookup_parse (g_strstrip (text), CHAT_PLAIN_PORT, error);
}

static void
on_address_changed (ChatPlainWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnectable) address = read_address (self, &error);
  gboolean is_empty = *gtk_editable_get_text (GTK_EDITABLE (self->address_row)) == '\0';

  show_reason (self, address == NULL && !is_empty ? error->message : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "plain.begin", address != NULL);
}

/* The usual port is taken if there is another such window, or a command. */
static gboolean
open_plain (ChatPlainWindow  *self,
            GError          **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->plain != NULL)
    return TRUE;

  self->plain = chat_plain_new (self->bind, CHAT_PLAIN_PORT, on_event, self, &local_error);
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      g_clear_error (&local_error);
      self->plain = chat_plain_new (self->bind, 0, on_event, self, &local_error);
    }

  if (self->plain == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return self->plain != NULL;
}

static void
begin_talk (ChatPlainWindow   *self,
            const ChatAddress *to)
{
  g_autofree char *address = chat_address_to_string (to);
  /* Translators: an address */
  g_autofree char *title = g_strdup_printf (_("%s, not encrypted"), address);
  g_autofree char *port = g_strdup_printf (_("Others reach this window at port %u, as long as it "
                                             "is open."), chat_plain_get_port (self->plain));

  self->to = *to;
  self->has_to = TRUE;
  adw_window_title_set_title (self->window_title, address);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_label (self->port_label, port);
  gtk_stack_set_visible_child_name (self->stack, "talk");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static gboolean
can_reach (GSocketFamily family,
           gpointer      user_data)
{
  ChatPlainWindow *self = user_data;

  return self->plain != NULL && chat_plain_reaches (self->plain, family);
}

/* Called in any case, and perhaps after the window was closed. */
static void
on_found (const ChatAddress *address,
          const GError      *error,
          gpointer           user_data)
{
  g_autoptr (ChatPlainWindow) self = user_data;

  if (self->plain == NULL)
    return;

  gtk_widget_set_sensitive (GTK_WIDGET (self->address_row), TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "plain.begin", TRUE);

  if (address != NULL)
    begin_talk (self, address);
  else
    show_reason (self, error->message);
}

static void
look_up (ChatPlainWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnectable) address = read_address (self, &error);

  if (address == NULL || !open_plain (self, &error))
    {
      show_reason (self, error->message);
      return;
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->address_row), FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "plain.begin", FALSE);
  chat_lookup_start (address, self->cancellable, can_reach, on_found, g_object_ref (self));
}

static void
on_address_activated (ChatPlainWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "plain.begin", NULL);
}

static void
begin_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  look_up (CHAT_PLAIN_WINDOW (widget));
}

/* --- life --- */

static void
chat_plain_window_dispose (GObject *object)
{
  ChatPlainWindow *self = CHAT_PLAIN_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->plain, chat_plain_free);

  G_OBJECT_CLASS (chat_plain_window_parent_class)->dispose (object);
}

static void
chat_plain_window_finalize (GObject *object)
{
  ChatPlainWindow *self = CHAT_PLAIN_WINDOW (object);

  g_object_unref (self->cancellable);
  g_free (self->bind);

  G_OBJECT_CLASS (chat_plain_window_parent_class)->finalize (object);
}

static void
chat_plain_window_class_init (ChatPlainWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_plain_window_dispose;
  object_class->finalize = chat_plain_window_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-plain-window.ui");
#define BIND(field) gtk_widget_class_bind_template_child (widget_class, ChatPlainWindow, field)
  BIND (window_title);
  BIND (toasts);
  BIND (stack);
  BIND (address_row);
  BIND (reason_label);
  BIND (scroller);
  BIND (list);
  BIND (port_label);
  BIND (entry);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_address_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);

  gtk_widget_class_install_action (widget_class, "plain.begin", NULL, begin_action);
  gtk_widget_class_install_action (widget_class, "plain.send", NULL, send_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
chat_plain_window_init (ChatPlainWindow *self)
{
  GtkAdjustment *adjustment;

  self->cancellable = g_cancellable_new ();
  self->follows = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_grown), self, 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "plain.begin", FALSE);
}

/* Without @address it is asked for. It lives on when @parent is closed. */
GtkWindow *
chat_plain_window_new (GtkWindow       *parent,
                       ChatApplication *application,
                       const char      *address)
{
  ChatPlainWindow *self = g_object_new (CHAT_TYPE_PLAIN_WINDOW, "application", application, NULL);
  g_autofree char *bind = g_settings_get_string (chat_application_get_settings (application),
                                                 "bind");

  if (*bind != '\0')
    self->bind = g_steal_pointer (&bind);

  if (address != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->address_row), address);
      look_up (self);
    }

  return GTK_WINDOW (self);
}
