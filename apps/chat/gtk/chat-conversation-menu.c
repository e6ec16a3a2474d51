/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-conversation-view"

#include "chat-conversation-private.h"

#include "app-message.h"
#include "chat-date.h"
#include "chat-markup.h"
#include "chat-text-window.h"

#include <glib/gi18n.h>
#include <string.h>

/* Of what is answered, as much as reminds of it. */
#define QUOTE_CHARS 400
#define QUOTE_LINES 8

/* The message that an action is about, or NULL after having said why. */
static ChatMessage *
get_message (ChatConversationView *self,
             GVariant             *parameter)
{
  g_autoptr (GError) error = NULL;
  ChatMessage *message = chat_store_get_message (chat_engine_get_store (self->engine),
                                                 g_variant_get_int64 (parameter), &error);

  if (message == NULL)
    _chat_conversation_tell (self, error);

  return message;
}

static void
on_copy (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  g_autoptr (ChatMessage) message = get_message (self, parameter);

  if (message != NULL && message->text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), message->text);
}

/* What is copied is given: a selection, or where a link goes. */
static void
on_copy_text (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          g_variant_get_string (parameter, NULL));
}

static void
on_reply (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  g_autoptr (ChatMessage) message = get_message (self, parameter);
  g_autoptr (GPtrArray) blocks = NULL;
  g_autofree char *quoted = NULL;
  const char *text;

  if (message == NULL || message->text == NULL)
    return;

  /* What it answered itself is not answered again. */
  blocks = chat_markup_split (message->text, 2);
  if (blocks->len == 0)
    return;

  text = ((ChatBlock *) blocks->pdata[blocks->len - 1])->text;
  quoted = g_strndup (text, chat_markup_fold (text, strlen (text), QUOTE_CHARS, QUOTE_LINES));
  chat_composer_set_reply (self->composer, quoted);
  chat_composer_focus (self->composer);
}

static void
on_show_all (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  g_autoptr (ChatMessage) message = get_message (self, parameter);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (message != NULL && message->text != NULL)
    gtk_window_present (GTK_WINDOW (chat_text_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root)
                                                                               : NULL,
                                                          message->text)));
}

/* --- delete --- */

static void
remove_now (ChatConversationView *self,
            gint64                id)
{
  g_autoptr (GError) error = NULL;

  if (!chat_engine_remove (self->engine, id, &error) &&
      !g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND))
    _chat_conversation_tell (self, error);
}

/* Removes what was only hidden so far. */
void
_chat_conversation_drop_unwanted (ChatConversationView *self)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (self->unwanted);
  g_autofree gint64 *copies = g_new (gint64, g_list_length (ids) + 1);
  guint n = 0;

  for (GList *link = ids; link != NULL; link = link->next)
    copies[n++] = *(gint64 *) link->data;

  g_hash_table_remove_all (self->unwanted);
  for (guint i = 0; self->engine != NULL && i < n; i++)
    remove_now (self, copies[i]);
}

static gint64
get_toast_id (AdwToast *toast)
{
  return *(gint64 *) g_object_get_data (G_OBJECT (toast), "id");
}

static void
on_undo_delete (ChatConversationView *self,
                AdwToast             *toast)
{
  gint64 id = get_toast_id (toast);
  ChatItem *item = self->history != NULL ? chat_history_peek (self->history, id) : NULL;

  if (g_hash_table_remove (self->unwanted, &id) && item != NULL)
    chat_item_set_hidden (item, FALSE);
}

static void
on_dismissed (ChatConversationView *self,
              AdwToast             *toast)
{
  gint64 id = get_toast_id (toast);

  if (g_hash_table_remove (self->unwanted, &id) && self->engine != NULL)
    remove_now (self, id);
}

/* It is hidden at once, and removed when it is too late to change one's mind. */
static void
on_delete (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  gint64 id = g_variant_get_int64 (parameter);
  ChatItem *item = chat_history_peek (self->history, id);
  AdwToast *toast;

  if (item == NULL)
    return;

  chat_item_set_hidden (item, TRUE);
  g_hash_table_add (self->unwanted, g_memdup2 (&id, sizeof id));

  toast = adw_toast_new (_("Message deleted here"));
  adw_toast_set_button_label (toast, _("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "id", g_memdup2 (&id, sizeof id), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_delete), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_dismissed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- once more --- */

static void
on_retry (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  g_autoptr (ChatMessage) message = get_message (self, parameter);
  g_autoptr (ChatMessage) sent = NULL;
  g_autoptr (GError) error = NULL;

  if (message == NULL || message->text == NULL)
    return;

  sent = chat_engine_send (self->engine, self->peer, message->text, &error);
  if (sent != NULL)
    remove_now (self, message->id);
  else
    _chat_conversation_tell (self, error);
}

/* --- details --- */

static char *
describe (ChatConversationView *self,
          const ChatMessage    *message)
{
  g_autofree char *time = chat_date_describe (message->time);
  g_autofree char *size = g_format_size (g_bytes_get_size (message->body));
  const char *state;

  if (!message->outgoing)
    return g_strdup_printf (_("From %s\nWritten: %s\nSize: %s"), chat_peer_get_name (self->peer),
                            time, size);

  state = message->state == CHAT_MESSAGE_QUEUED ? _("waits to be sent")
        : message->state == CHAT_MESSAGE_SENT ? _("sent, not received yet")
        : message->state == CHAT_MESSAGE_DELIVERED ? _("delivered: the other side has stored it")
        : message->state == CHAT_MESSAGE_READ ? _("read") : _("not sent");

  return g_strdup_printf (_("To %s\nWritten: %s\nSize: %s\nState: %s"),
                          chat_peer_get_name (self->peer), time, size, state);
}

static void
on_details (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);
  g_autoptr (ChatMessage) message = get_message (self, parameter);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  if (message == NULL)
    return;

  text = describe (self, message);
  dialog = app_message_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Message"), text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the menu --- */

static void
add_text (GMenu      *menu,
          const char *label,
          const char *text)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "message.copy-text", "s", text);
  g_menu_append_item (menu, item);
}

static void
add_action (GMenu      *menu,
            const char *label,
            const char *action,
            gint64      id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", id);
  g_menu_append_item (menu, item);
}

static GMenuModel *
build_menu (ChatConversationView *self,
            ChatMessageRow       *row)
{
  ChatItem *message = chat_message_row_get_item (row);
  gint64 id = chat_item_get_id (message);
  gboolean is_text = chat_item_get_text (message) != NULL;
  gboolean may_talk = chat_contact_may_talk (chat_peer_get_contact (self->peer));
  const char *link = chat_message_row_get_link (row);
  g_autofree char *selection = chat_message_row_get_selection (row);
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();

  if (selection != NULL)
    add_text (copy, _("Copy _Selection"), selection);
  if (link != NULL)
    add_text (copy, _("Copy _Link"), link);
  if (is_text)
    add_action (copy, _("_Copy"), "message.copy", id);
  if (is_text && may_talk)
    add_action (copy, _("_Reply"), "message.reply", id);
  if (chat_item_is_outgoing (message) && chat_item_get_state (message) == CHAT_MESSAGE_FAILED)
    add_action (copy, _("Send _Again"), "message.retry", id);

  add_action (rest, _("Delete for _Me"), "message.delete", id);
  add_action (rest, _("_Details"), "message.details", id);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));

  return G_MENU_MODEL (menu);
}

/* What can be done with the message in @row, at a point of it. */
void
_chat_conversation_show_menu (ChatConversationView *self,
                              ChatMessageRow       *row,
                              int                   x,
                              int                   y)
{
  graphene_point_t at = GRAPHENE_POINT_INIT ((float) x, (float) y);
  g_autoptr (GMenuModel) model = NULL;

  if (chat_message_row_get_item (row) == NULL ||
      !gtk_widget_compute_point (GTK_WIDGET (row), GTK_WIDGET (self), &at, &at))
    return;

  model = build_menu (self, row);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    }

  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) at.x, (int) at.y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

void
_chat_conversation_install_menu (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.copy", "x", on_copy);
  gtk_widget_class_install_action (widget_class, "message.copy-text", "s", on_copy_text);
  gtk_widget_class_install_action (widget_class, "message.reply", "x", on_reply);
  gtk_widget_class_install_action (widget_class, "message.show-all", "x", on_show_all);
  gtk_widget_class_install_action (widget_class, "message.delete", "x", on_delete);
  gtk_widget_class_install_action (widget_class, "message.retry", "x", on_retry);
  gtk_widget_class_install_action (widget_class, "message.details", "x", on_details);
}
