/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-history"

#include "chat-history-private.h"

/* Messages that are counted at a time, which takes less than a millisecond. Whole pages,
 * or one would grow at its beginning. */
#define COUNT_STEP (640 * CHAT_HISTORY_PAGE_SIZE)

static void chat_history_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatHistory, chat_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      chat_history_list_model_init))

/* --- the list --- */

static GType
chat_history_get_item_type (GListModel *model)
{
  return CHAT_TYPE_ITEM;
}

static guint
chat_history_get_n_items (GListModel *model)
{
  ChatHistory *self = CHAT_HISTORY (model);

  return (guint) (self->end - self->first);
}

static gpointer
chat_history_get_item (GListModel *model,
                       guint       position)
{
  ChatHistory *self = CHAT_HISTORY (model);
  gint64 place = self->first + position;
  gint64 number = _chat_history_get_page_number (place);
  const ChatHistoryPage *page;

  if (place >= self->end)
    return NULL;

  page = _chat_history_get_page (self, number);

  return g_object_ref (page->items->pdata[place - _chat_history_get_page_start (self, number)]);
}

static void
chat_history_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = chat_history_get_item_type;
  iface->get_n_items = chat_history_get_n_items;
  iface->get_item = chat_history_get_item;
}

/* --- how long it is --- */

static guint
count_more (ChatHistory *self)
{
  const ChatHistoryMark *oldest = &g_array_index (self->marks, ChatHistoryMark, 0);
  g_autoptr (GError) error = NULL;
  ChatHistoryMark mark = { 0 };
  guint n = 0;

  chat_store_count_back (self->store, self->conversation, oldest->id, COUNT_STEP, &n, &mark.id,
                         &error);
  _chat_history_warn (error);

  if (n > 0)
    {
      mark.place = self->first -= n;
      g_array_prepend_val (self->marks, mark);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
    }

  return n;
}

static gboolean
on_count (gpointer user_data)
{
  ChatHistory *self = user_data;

  if (count_more (self) == COUNT_STEP)
    return G_SOURCE_CONTINUE;

  self->counter = 0;

  return G_SOURCE_REMOVE;
}

/* Whether all messages have been counted. */
gboolean
chat_history_is_whole (ChatHistory *self)
{
  return self->counter == 0;
}

/* Begins with the newest messages. */
static void
begin (ChatHistory *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  ChatHistoryMark mark = { 0 };
  guint n = 0;

  g_array_set_size (self->marks, 0);
  _chat_history_drop_pages (self, G_MININT64);
  g_clear_handle_id (&self->counter, g_source_remove);

  newest = chat_store_get_before (self->store, self->conversation, 0, 1, &error);
  if (newest != NULL)
    chat_store_count_back (self->store, self->conversation, G_MAXINT64, 2 * CHAT_HISTORY_PAGE_SIZE,
                           &n, &mark.id, &error);
  _chat_history_warn (error);

  self->end = 0;
  self->first = mark.place = -(gint64) n;
  self->newest = n > 0 ? ((ChatMessage *) newest->pdata[0])->id : 0;
  g_array_append_val (self->marks, mark);

  if (n == 2 * CHAT_HISTORY_PAGE_SIZE)
    self->counter = g_idle_add (on_count, self);
}

/* --- changes --- */

/* There may be new messages at the end. */
void
chat_history_catch_up (ChatHistory *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  const ChatHistoryMark *last = &g_array_index (self->marks, ChatHistoryMark, self->marks->len - 1);
  guint n_before = (guint) (self->end - self->first);
  guint n = 0;

  if (chat_store_count (self->store, self->conversation, self->newest + 1, G_MAXINT64, &n,
                        &error) && n > 0)
    newest = chat_store_get_before (self->store, self->conversation, 0, 1, &error);
  _chat_history_warn (error);
  if (newest == NULL || newest->len == 0)
    return;

  _chat_history_drop_pages (self, _chat_history_get_page_number (self->end));
  self->newest = ((ChatMessage *) newest->pdata[0])->id;
  self->end += n;
  if (self->end - last->place > COUNT_STEP)
    {
      ChatHistoryMark mark = { self->newest, self->end - 1 };
      g_array_append_val (self->marks, mark);
    }

  g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n);
}

/* Where the message is, or would be if it were there. */
static gboolean
find_place (ChatHistory *self,
            gint64       id,
            gint64      *place)
{
  g_autoptr (GError) error = NULL;
  const ChatHistoryMark *mark = NULL;
  guint n = 0;

  for (guint i = self->marks->len; i > 0 && (mark == NULL || mark->id > id); i--)
    mark = &g_array_index (self->marks, ChatHistoryMark, i - 1);

  if (mark->id > id ||
      !chat_store_count (self->store, self->conversation, mark->id, id, &n, &error))
    {
      _chat_history_warn (error);
      return FALSE;
    }

  *place = mark->place + n;

  return TRUE;
}

/* The store has no message @id any more. */
void
chat_history_remove (ChatHistory *self,
                     gint64       id)
{
  gint64 place;

  if (!find_place (self, id, &place) || place >= self->end)
    return;

  for (guint i = 0; i < self->marks->len; i++)
    {
      ChatHistoryMark *mark = &g_array_index (self->marks, ChatHistoryMark, i);

      mark->place -= mark->place > place;
    }

  self->end--;
  _chat_history_drop_pages (self, _chat_history_get_page_number (place));
  g_list_model_items_changed (G_LIST_MODEL (self), (guint) (place - self->first), 1, 0);

  /* What follows may follow another one now: reading the page again tells it. */
  if (place < self->end)
    _chat_history_get_page (self, _chat_history_get_page_number (place));
}

/* Anything may have changed. */
void
chat_history_reload (ChatHistory *self)
{
  guint n_before = (guint) (self->end - self->first);

  begin (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, (guint) (self->end - self->first));
}

void
chat_history_set_state (ChatHistory      *self,
                        gint64            id,
                        ChatMessageState  state)
{
  ChatItem *item = chat_history_peek (self, id);

  if (item != NULL)
    chat_item_set_state (item, state);
}

/* --- looking --- */

ChatItem *
chat_history_get (ChatHistory *self,
                  guint        position)
{
  return g_list_model_get_item (G_LIST_MODEL (self), position);
}

/* The item of the message @id if it is at hand, or NULL. */
ChatItem *
chat_history_peek (ChatHistory *self,
                   gint64       id)
{
  return g_hash_table_lookup (self->items, &id);
}

/* Where the message @id is. What was not counted by now is, if it has to be. */
gboolean
chat_history_find (ChatHistory *self,
                   gint64       id,
                   guint       *position)
{
  g_autoptr (GError) error = NULL;
  gint64 place = 0;
  guint n = 0;

  if (!chat_store_count (self->store, self->conversation, id, id + 1, &n, &error) || n == 0)
    {
      _chat_history_warn (error);
      return FALSE;
    }

  while (g_array_index (self->marks, ChatHistoryMark, 0).id > id && count_more (self) > 0)
    ;

  if (!find_place (self, id, &place))
    return FALSE;

  *position = (guint) (place - self->first);

  return place < self->end;
}

/* --- life --- */

static void
chat_history_finalize (GObject *object)
{
  ChatHistory *self = CHAT_HISTORY (object);

  g_clear_handle_id (&self->counter, g_source_remove);
  _chat_history_drop_pages (self, G_MININT64);
  _chat_history_let_go (self);
  g_hash_table_unref (self->items);
  g_array_unref (self->marks);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (chat_history_parent_class)->finalize (object);
}

static void
chat_history_class_init (ChatHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_history_finalize;
}

static void
chat_history_init (ChatHistory *self)
{
  self->marks = g_array_new (FALSE, FALSE, sizeof (ChatHistoryMark));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->pages);
}

ChatHistory *
chat_history_new (ChatStore *store,
                  gint64     conversation)
{
  ChatHistory *self = g_object_new (CHAT_TYPE_HISTORY, NULL);

  self->store = g_object_ref (store);
  self->conversation = conversation;
  begin (self);

  return self;
}
