/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-conversation-view"

#include "chat-conversation-private.h"

/* How a conversation was left. */
typedef struct
{
  char              *draft;
  char              *reply;
  ChatTimelinePlace  place;
} Left;

G_DEFINE_FINAL_TYPE (ChatConversationView, chat_conversation_view, ADW_TYPE_BIN)

static void
left_free (gpointer data)
{
  Left *left = data;

  g_free (left->draft);
  g_free (left->reply);
  g_free (left);
}

/* Says what went wrong. */
void
_chat_conversation_tell (ChatConversationView *self,
                         const GError         *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/* --- rows --- */

static void
on_update_row (gpointer data,
               gpointer user_data)
{
  chat_message_row_set_context (data, &((ChatConversationView *) user_data)->context);
}

/* What all rows show has changed. */
void
_chat_conversation_update_rows (ChatConversationView *self)
{
  chat_timeline_foreach_row (self->timeline, on_update_row, self);
}

/* “Today” is over. */
static void
on_midnight (gpointer user_data)
{
  _chat_conversation_update_rows (user_data);
}

static void
on_menu (ChatMessageRow       *row,
         int                   x,
         int                   y,
         ChatConversationView *self)
{
  _chat_conversation_show_menu (self, row, x, y);
}

static void
on_row_made (ChatConversationView *self,
             ChatMessageRow       *row)
{
  chat_message_row_set_context (row, &self->context);
  g_signal_connect (row, "menu", G_CALLBACK (on_menu), self);
}

/* --- what the user does --- */

static void
on_send (ChatConversationView *self,
         const char           *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;

  if (self->peer == NULL)
    return;

  message = chat_engine_send (self->engine, self->peer, text, &error);
  if (message == NULL)
    {
      chat_composer_complain (self->composer, error->message);
      return;
    }

  chat_composer_clear (self->composer);
  if (self->context.first_new != 0)
    {
      self->context.first_new = 0;
      _chat_conversation_update_rows (self);
    }
  chat_timeline_scroll_to_end (self->timeline);
}

static void
on_decided (ChatConversationView *self,
            guint                 decision)
{
  g_autoptr (GError) error = NULL;
  gboolean done = decision == CHAT_KEY_ACCEPT
    ? chat_engine_set_trust (self->engine, self->peer, CHAT_TRUST_PINNED, &error)
    : chat_engine_set_blocked (self->engine, self->peer, decision == CHAT_KEY_BLOCK, &error);

  if (!done)
    _chat_conversation_tell (self, error);
  _chat_conversation_show_peer (self);
}

static void
on_newest (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (widget);

  chat_timeline_scroll_to_end (self->timeline);
  chat_composer_focus (self->composer);
}

static void
on_words (ChatConversationView *self,
          const char *const    *words)
{
  g_strfreev (self->context.words);
  self->context.words = g_strdupv ((char **) words);
  _chat_conversation_update_rows (self);
}

static void
on_hit (ChatConversationView *self,
        gint64                id)
{
  chat_conversation_view_show_message (self, id);
}

/* --- from one conversation to another --- */

static void
leave (ChatConversationView *self)
{
  Left *left;
  gint64 id;

  if (self->peer == NULL)
    return;

  _chat_conversation_drop_unwanted (self);
  id = _chat_conversation_get_contact (self);
  left = g_new (Left, 1);
  left->draft = chat_composer_get_text (self->composer);
  left->reply = g_strdup (chat_composer_get_reply (self->composer));
  chat_timeline_get_place (self->timeline, &left->place);
  g_hash_table_insert (self->left, g_memdup2 (&id, sizeof id), left);
}

/* Where the user left it, or where new messages begin. */
static void
find_place (ChatConversationView *self,
            const Left           *left)
{
  g_autoptr (GError) error = NULL;
  guint position;

  if (!chat_store_get_first_unread (chat_engine_get_store (self->engine),
                                    _chat_conversation_get_contact (self),
                                    &self->context.first_new, &error))
    g_warning ("cannot find what is new: %s", error->message);

  if (self->context.first_new != 0 &&
      chat_history_find (self->history, self->context.first_new, &position))
    chat_timeline_scroll_to (self->timeline, position, 0.2);
  else if (left != NULL && !left->place.at_end)
    chat_timeline_set_place (self->timeline, &left->place);
}

static void
enter (ChatConversationView *self)
{
  ChatStore *store = chat_engine_get_store (self->engine);
  g_autoptr (GError) error = NULL;
  gint64 id = _chat_conversation_get_contact (self);
  const Left *left = g_hash_table_lookup (self->left, &id);
  gint64 conversation = chat_store_get_conversation (store, id, &error);

  if (conversation == 0)
    {
      g_warning ("cannot open the conversation: %s", error->message);
      g_clear_object (&self->peer);
      return;
    }

  self->history = chat_history_new (store, conversation);
  chat_timeline_set_history (self->timeline, self->history);
  chat_find_bar_set_conversation (self->find_bar, store, conversation);
  find_place (self, left);
  chat_composer_set_text (self->composer, left != NULL ? left->draft : "");
  chat_composer_set_reply (self->composer, left != NULL ? left->reply : NULL);
}

/* Shows the conversation with @peer, or nothing if it is NULL. @engine, too, may be NULL
 * then. */
void
chat_conversation_view_open (ChatConversationView *self,
                             ChatEngine           *engine,
                             ChatPeer             *peer)
{
  if (self->peer == peer && self->engine == engine)
    return;

  leave (self);
  self->context.first_new = 0;
  self->context.shown = 0;
  chat_find_bar_set_conversation (self->find_bar, NULL, 0);
  chat_timeline_set_history (self->timeline, NULL);
  g_clear_object (&self->history);
  _chat_conversation_set_engine (self, engine);
  g_set_object (&self->peer, peer);
  if (peer != NULL)
    enter (self);

  _chat_conversation_show_peer (self);
  _chat_conversation_moved (self);
}

void
chat_conversation_view_set_peer (ChatConversationView *self,
                                 ChatApplication      *application,
                                 ChatPeer             *peer)
{
  if (!self->is_bound)
    g_settings_bind (chat_application_get_settings (application), "enter-sends", self->composer,
                     "enter-sends", G_SETTINGS_BIND_GET);
  self->is_bound = TRUE;
  chat_conversation_view_open (self, chat_application_get_engine (application), peer);
}

ChatPeer *
chat_conversation_view_get_peer (ChatConversationView *self)
{
  return self->peer;
}

/* Goes to the message @id of this conversation, and makes it stand out. */
void
chat_conversation_view_show_message (ChatConversationView *self,
                                     gint64                id)
{
  guint position;

  self->context.shown = id;
  if (id != 0 && self->history != NULL && chat_history_find (self->history, id, &position))
    chat_timeline_scroll_to (self->timeline, position, 0.4);
  _chat_conversation_update_rows (self);
}

/* It does not take the focus for that itself, or Shift+Tab led there from all that is in it. */
void
chat_conversation_view_begin_writing (ChatConversationView *self)
{
  chat_composer_focus (self->composer);
}

void
chat_conversation_view_begin_search (ChatConversationView *self)
{
  if (self->peer != NULL)
    chat_find_bar_begin (self->find_bar);
}

/* --- life --- */

static void
chat_conversation_view_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (chat_conversation_view_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (_chat_conversation_moved),
                             widget, G_CONNECT_SWAPPED);
}

static void
chat_conversation_view_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), _chat_conversation_moved,
                                        widget);

  GTK_WIDGET_CLASS (chat_conversation_view_parent_class)->unroot (widget);
}

static void
chat_conversation_view_dispose (GObject *object)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (object);

  if (self->engine != NULL)
    _chat_conversation_drop_unwanted (self);
  g_clear_handle_id (&self->settle, g_source_remove);
  g_clear_pointer (&self->midnight, chat_midnight_free);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->history);
  g_clear_object (&self->peer);
  _chat_conversation_set_engine (self, NULL);

  G_OBJECT_CLASS (chat_conversation_view_parent_class)->dispose (object);
}

static void
chat_conversation_view_finalize (GObject *object)
{
  ChatConversationView *self = CHAT_CONVERSATION_VIEW (object);

  g_hash_table_unref (self->left);
  g_hash_table_unref (self->unwanted);
  g_strfreev (self->context.words);

  G_OBJECT_CLASS (chat_conversation_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, key_bar);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, find_bar);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, timeline);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, nothing);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, newest);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, n_unread);
  gtk_widget_class_bind_template_child (widget_class, ChatConversationView, composer);
  gtk_widget_class_bind_template_callback (widget_class, on_decided);
  gtk_widget_class_bind_template_callback (widget_class, on_hit);
  gtk_widget_class_bind_template_callback (widget_class, on_words);
  gtk_widget_class_bind_template_callback (widget_class, on_row_made);
  gtk_widget_class_bind_template_callback_full (widget_class, "on_moved",
                                                G_CALLBACK (_chat_conversation_moved));
  gtk_widget_class_bind_template_callback (widget_class, on_send);
}

static void
chat_conversation_view_class_init (ChatConversationViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_conversation_view_dispose;
  object_class->finalize = chat_conversation_view_finalize;
  widget_class->root = chat_conversation_view_root;
  widget_class->unroot = chat_conversation_view_unroot;

  g_type_ensure (CHAT_TYPE_COMPOSER);
  g_type_ensure (CHAT_TYPE_FIND_BAR);
  g_type_ensure (CHAT_TYPE_KEY_BAR);
  g_type_ensure (CHAT_TYPE_TIMELINE);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "conversation.newest", NULL, on_newest);
  _chat_conversation_install_menu (widget_class);
}

static void
chat_conversation_view_init (ChatConversationView *self)
{
  self->left = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, left_free);
  self->unwanted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->midnight = chat_midnight_new (on_midnight, self);
  _chat_conversation_show_peer (self);
}
