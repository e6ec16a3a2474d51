/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-history"

#include "chat-history.h"

/* A message's place is counted from where the newest one was when the history was made,
 * so that neither finding out how long the conversation is nor what comes new changes it.
 * Pages are of places: what is on one changes only by removing. */

#define PAGE_SIZE 32

/* What is kept: some screens. */
#define MAX_PAGES 12

/* Messages that are counted at a time, which takes less than a millisecond. Whole pages,
 * or one would grow at its beginning. */
#define COUNT_STEP (640 * PAGE_SIZE)

/* The first message from @id on is in @place. */
typedef struct
{
  gint64 id;
  gint64 place;
} Mark;

typedef struct
{
  gint64     number;
  GPtrArray *items;
} Page;

struct _ChatHistory
{
  GObject     parent_instance;

  /* Set once */
  ChatStore  *store;
  gint64      conversation;

  gint64      first;    /* the place of the oldest that was counted */
  gint64      end;      /* and behind the newest */
  gint64      newest;   /* its id */
  GArray     *marks;    /* Mark, by id */
  GQueue      pages;    /* Page, what was used last first */
  GHashTable *items;    /* id -> ChatItem, all that somebody has */
  guint       counter;  /* as long as older ones are being counted */
};

static void chat_history_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatHistory, chat_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      chat_history_list_model_init))

/* Reading fails only with the disk. What cannot be read is shown as such. */
static void
warn (GError *error)
{
  if (error != NULL)
    g_warning ("cannot show the history: %s", error->message);
}

/* --- items --- */

/* What the table knows an item by, as long as somebody has it. */
typedef struct
{
  gint64       id;
  ChatHistory *history;
} Known;

static void
on_item_gone (gpointer  data,
              GObject  *item)
{
  Known *known = data;

  g_hash_table_remove (known->history->items, known);
}

/* The same message is always the same item, whatever page it comes with. */
static ChatItem *
make_item (ChatHistory       *self,
           const ChatMessage *message)
{
  ChatItem *item = g_hash_table_lookup (self->items, &message->id);
  Known *known;

  if (item != NULL)
    {
      chat_item_set_state (item, message->state);
      return g_object_ref (item);
    }

  item = chat_item_new (message);
  known = g_new (Known, 1);
  *known = (Known) { message->id, self };
  g_hash_table_insert (self->items, known, item);
  g_object_weak_ref (G_OBJECT (item), on_item_gone, known);

  return item;
}

static void
let_go_of_items (ChatHistory *self)
{
  GHashTableIter iter;
  gpointer known, item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &known, &item))
    g_object_weak_unref (item, on_item_gone, known);

  g_hash_table_remove_all (self->items);
}

/* --- pages --- */

static void
page_free (Page *page)
{
  g_ptr_array_unref (page->items);
  g_free (page);
}

static gint64
get_page_number (gint64 place)
{
  return place >= 0 ? place / PAGE_SIZE : -((PAGE_SIZE - 1 - place) / PAGE_SIZE);
}

static gint64
get_page_start (ChatHistory *self,
                gint64       number)
{
  return MAX (number * PAGE_SIZE, self->first);
}

/* The messages in @n places from @place on, and before them the one that is before them,
 * if there is any: @n_before is 1. */
static GPtrArray *
read_places (ChatHistory  *self,
             gint64        place,
             guint         n,
             guint        *n_before,
             GError      **error)
{
  const Mark *mark = NULL;
  gint64 previous;
  gint64 id;

  for (guint i = self->marks->len; i > 0 && (mark == NULL || mark->place > place); i--)
    mark = &g_array_index (self->marks, Mark, i - 1);

  if (!chat_store_get_nth (self->store, self->conversation, mark->id, (guint) (place - mark->place),
                           &id, error)
      || !chat_store_count_back (self->store, self->conversation, id, 1, n_before, &previous,
                                 error))
    return NULL;

  return chat_store_get_beginnings (self->store, self->conversation,
                                    (*n_before > 0 ? previous : id) - 1, n + *n_before,
                                    CHAT_ITEM_MAX_TEXT, error);
}

static Page *
load_page (ChatHistory *self,
           gint64       number)
{
  gint64 start = get_page_start (self, number);
  guint n = (guint) (MIN ((number + 1) * PAGE_SIZE, self->end) - start);
  g_autoptr (GError) error = NULL;
  guint n_before = 0;
  g_autoptr (GPtrArray) messages = read_places (self, start, n, &n_before, &error);
  g_autoptr (ChatItem) previous = NULL;
  Page *page = g_new (Page, 1);

  warn (error);
  page->number = number;
  page->items = g_ptr_array_new_full (PAGE_SIZE, g_object_unref);
  if (messages != NULL && messages->len > 0 && n_before > 0)
    previous = chat_item_new (messages->pdata[0]);

  for (guint i = n_before; i < n + n_before; i++)
    {
      ChatItem *item = messages != NULL && i < messages->len
        ? make_item (self, messages->pdata[i]) : chat_item_new_unreadable ();

      chat_item_set_previous (item, previous);
      g_set_object (&previous, item);
      g_ptr_array_add (page->items, item);
    }

  return page;
}

static Page *
get_page (ChatHistory *self,
          gint64       number)
{
  GList *link = self->pages.head;

  while (link != NULL && ((Page *) link->data)->number != number)
    link = link->next;

  if (link != NULL)
    {
      g_queue_unlink (&self->pages, link);
      g_queue_push_head_link (&self->pages, link);
      return link->data;
    }

  if (self->pages.length == MAX_PAGES)
    page_free (g_queue_pop_tail (&self->pages));
  g_queue_push_head (&self->pages, load_page (self, number));

  return self->pages.head->data;
}

/* What is on the pages from @number on is not what is in their places any more. */
static void
drop_pages (ChatHistory *self,
            gint64       number)
{
  for (GList *link = self->pages.head, *next; link != NULL; link = next)
    {
      next = link->next;
      if (((Page *) link->data)->number < number)
        continue;

      page_free (link->data);
      g_queue_delete_link (&self->pages, link);
    }
}

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
  gint64 number = get_page_number (place);
  const Page *page;

  if (place >= self->end)
    return NULL;

  page = get_page (self, number);

  return g_object_ref (page->items->pdata[place - get_page_start (self, number)]);
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
  const Mark *oldest = &g_array_index (self->marks, Mark, 0);
  g_autoptr (GError) error = NULL;
  Mark mark = { 0 };
  guint n = 0;

  chat_store_count_back (self->store, self->conversation, oldest->id, COUNT_STEP, &n, &mark.id,
                         &error);
  warn (error);

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
  Mark mark = { 0 };
  guint n = 0;

  g_array_set_size (self->marks, 0);
  drop_pages (self, G_MININT64);
  g_clear_handle_id (&self->counter, g_source_remove);

  newest = chat_store_get_before (self->store, self->conversation, 0, 1, &error);
  if (newest != NULL)
    chat_store_count_back (self->store, self->conversation, G_MAXINT64, 2 * PAGE_SIZE, &n, &mark.id,
                           &error);
  warn (error);

  self->end = 0;
  self->first = mark.place = -(gint64) n;
  self->newest = n > 0 ? ((ChatMessage *) newest->pdata[0])->id : 0;
  g_array_append_val (self->marks, mark);

  if (n == 2 * PAGE_SIZE)
    self->counter = g_idle_add (on_count, self);
}

/* --- changes --- */

/* There may be new messages at the end. */
void
chat_history_catch_up (ChatHistory *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  const Mark *last = &g_array_index (self->marks, Mark, self->marks->len - 1);
  guint n_before = (guint) (self->end - self->first);
  guint n = 0;

  if (chat_store_count (self->store, self->conversation, self->newest + 1, G_MAXINT64, &n, &error)
      && n > 0)
    newest = chat_store_get_before (self->store, self->conversation, 0, 1, &error);
  warn (error);
  if (newest == NULL || newest->len == 0)
    return;

  drop_pages (self, get_page_number (self->end));
  self->newest = ((ChatMessage *) newest->pdata[0])->id;
  self->end += n;
  if (self->end - last->place > COUNT_STEP)
    {
      Mark mark = { self->newest, self->end - 1 };
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
  const Mark *mark = NULL;
  guint n = 0;

  for (guint i = self->marks->len; i > 0 && (mark == NULL || mark->id > id); i--)
    mark = &g_array_index (self->marks, Mark, i - 1);

  if (mark->id > id
      || !chat_store_count (self->store, self->conversation, mark->id, id, &n, &error))
    {
      warn (error);
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
      Mark *mark = &g_array_index (self->marks, Mark, i);

      mark->place -= mark->place > place;
    }

  self->end--;
  drop_pages (self, get_page_number (place));
  g_list_model_items_changed (G_LIST_MODEL (self), (guint) (place - self->first), 1, 0);

  /* What follows may follow another one now: reading the page again tells it. */
  if (place < self->end)
    get_page (self, get_page_number (place));
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
      warn (error);
      return FALSE;
    }

  while (g_array_index (self->marks, Mark, 0).id > id && count_more (self) > 0)
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
  drop_pages (self, G_MININT64);
  let_go_of_items (self);
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
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
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
