/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

void
chat_conversation_free (ChatConversation *self)
{
  g_clear_pointer (&self->last, chat_message_unref);
  g_free (self);
}

/* The conversation with @contact, as it is now. */
ChatConversation *
chat_store_describe_conversation (ChatStore  *self,
                                  gint64      contact,
                                  GError    **error)
{
  const ChatStoreLink *link = _chat_store_link (self, contact, error);
  g_autoptr (ChatConversation) conversation = NULL;

  if (link == NULL)
    return NULL;

  conversation = g_new0 (ChatConversation, 1);
  conversation->id = link->conversation;
  conversation->contact = link->contact;
  conversation->n_unread = link->n_unread;

  if (link->last != 0)
    {
      conversation->last = chat_store_get_message (self, link->last, error);
      if (conversation->last == NULL)
        return NULL;
    }

  return g_steal_pointer (&conversation);
}

/* The one with the newest message first, those without any last. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  const ChatConversation *left = *(ChatConversation * const *) a;
  const ChatConversation *right = *(ChatConversation * const *) b;
  gint64 left_id = left->last != NULL ? left->last->id : 0;
  gint64 right_id = right->last != NULL ? right->last->id : 0;

  return left_id != right_id ? (left_id < right_id) - (left_id > right_id)
                             : (left->id > right->id) - (left->id < right->id);
}

/* All conversations, as #ChatConversation, the one with the newest message first. */
GPtrArray *
chat_store_list_conversations (ChatStore  *self,
                               GError    **error)
{
  static const char sql[] = "SELECT contact FROM conversation WHERE contact IS NOT NULL";
  const char *what = _chat_store_cannot_read ();
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (ChatStatement) row = NULL;
  int result = SQLITE_ERROR;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_conversation_free);
  row = _chat_store_prepare (self, sql, what, error);

  while (row != NULL && (result = _chat_store_step (self, row, what, error)) == SQLITE_ROW)
    {
      ChatConversation *conversation =
        chat_store_describe_conversation (self, sqlite3_column_int64 (row, 0), error);

      if (conversation == NULL)
        return NULL;
      g_ptr_array_add (list, conversation);
    }

  if (result != SQLITE_DONE)
    return NULL;

  g_ptr_array_sort (list, compare);

  return g_steal_pointer (&list);
}

/* The conversation with @contact, or 0 with @error set. */
gint64
chat_store_get_conversation (ChatStore  *self,
                             gint64      contact,
                             GError    **error)
{
  const ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), 0);

  link = _chat_store_link (self, contact, error);

  return link != NULL ? link->conversation : 0;
}

/* The @limit messages of @conversation before the one @before (0: the newest), the
 * oldest of them first. */
GPtrArray *
chat_store_get_before (ChatStore  *self,
                       gint64      conversation,
                       gint64      before,
                       guint       limit,
                       GError    **error)
{
  static const char sql[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m WHERE conversation = ? AND id < ?"
    " ORDER BY id DESC LIMIT ?";
  g_autoptr (ChatStatement) statement = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (conversation > 0, NULL);

  statement = _chat_store_prepare_ids (self, sql,
                                       CHAT_IDS (conversation, before > 0 ? before : G_MAXINT64,
                                                 limit), _chat_store_cannot_read (), error);
  messages = _chat_store_read_messages (self, statement, error);

  for (guint i = 0; messages != NULL && i < messages->len / 2; i++)
    {
      gpointer last = messages->pdata[messages->len - 1 - i];

      messages->pdata[messages->len - 1 - i] = messages->pdata[i];
      messages->pdata[i] = last;
    }

  return g_steal_pointer (&messages);
}

/* The @limit messages of @conversation after the one @after (0: the oldest), the
 * oldest of them first. */
GPtrArray *
chat_store_get_after (ChatStore  *self,
                      gint64      conversation,
                      gint64      after,
                      guint       limit,
                      GError    **error)
{
  static const char sql[] =
    "SELECT " CHAT_STORE_MESSAGE_COLUMNS " FROM message m WHERE conversation = ? AND id > ?"
    " ORDER BY id LIMIT ?";
  g_autoptr (ChatStatement) statement = NULL;

  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);
  g_return_val_if_fail (conversation > 0, NULL);

  statement = _chat_store_prepare_ids (self, sql, CHAT_IDS (conversation, after, limit),
                                       _chat_store_cannot_read (), error);

  return _chat_store_read_messages (self, statement, error);
}
