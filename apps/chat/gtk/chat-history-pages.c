/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-history"

#include "chat-history-private.h"

/* The messages of a history that are at hand: pages, and what is on them. */

/* What is kept: some screens. */
#define MAX_PAGES 12

/* Reading fails only with the disk. What cannot be read is shown as such. */
void
_chat_history_warn (GError *error)
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

void
_chat_history_let_go (ChatHistory *self)
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
page_free (ChatHistoryPage *page)
{
  g_ptr_array_unref (page->items);
  g_free (page);
}

gint64
_chat_history_get_page_number (gint64 place)
{
  return place >= 0 ? place / CHAT_HISTORY_PAGE_SIZE
                    : -((CHAT_HISTORY_PAGE_SIZE - 1 - place) / CHAT_HISTORY_PAGE_SIZE);
}

gint64
_chat_history_get_page_start (ChatHistory *self,
                              gint64       number)
{
  return MAX (number * CHAT_HISTORY_PAGE_SIZE, self->first);
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
  const ChatHistoryMark *mark = NULL;
  gint64 previous;
  gint64 id;

  for (guint i = self->marks->len; i > 0 && (mark == NULL || mark->place > place); i--)
    mark = &g_array_index (self->marks, ChatHistoryMark, i - 1);

  if (!chat_store_get_nth (self->store, self->conversation, mark->id, (guint) (place - mark->place),
                           &id, error) ||
      !chat_store_count_back (self->store, self->conversation, id, 1, n_before, &previous,
                              error))
    return NULL;

  return chat_store_get_beginnings (self->store, self->conversation,
                                    (*n_before > 0 ? previous : id) - 1, n + *n_before,
                                    CHAT_ITEM_MAX_TEXT, error);
}

static ChatHistoryPage *
load_page (ChatHistory *self,
           gint64       number)
{
  gint64 start = _chat_history_get_page_start (self, number);
  guint n = (guint) (MIN ((number + 1) * CHAT_HISTORY_PAGE_SIZE, self->end) - start);
  g_autoptr (GError) error = NULL;
  guint n_before = 0;
  g_autoptr (GPtrArray) messages = read_places (self, start, n, &n_before, &error);
  g_autoptr (ChatItem) previous = NULL;
  ChatHistoryPage *page = g_new (ChatHistoryPage, 1);

  _chat_history_warn (error);
  page->number = number;
  page->items = g_ptr_array_new_full (CHAT_HISTORY_PAGE_SIZE, g_object_unref);
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

ChatHistoryPage *
_chat_history_get_page (ChatHistory *self,
                        gint64       number)
{
  GList *link = self->pages.head;

  while (link != NULL && ((ChatHistoryPage *) link->data)->number != number)
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
void
_chat_history_drop_pages (ChatHistory *self,
                          gint64       number)
{
  for (GList *link = self->pages.head, *next; link != NULL; link = next)
    {
      next = link->next;
      if (((ChatHistoryPage *) link->data)->number < number)
        continue;

      page_free (link->data);
      g_queue_delete_link (&self->pages, link);
    }
}
