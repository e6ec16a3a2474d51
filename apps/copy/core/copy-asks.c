/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-asks"

#include "copy-asks.h"

#include "copy-event.h"

struct _CopyAsks
{
  /* Guarded by @mutex */
  GMutex     mutex;
  LyQueue   *events;     /* of the job while it runs */
  GPtrArray *questions;  /* the open ones, the oldest first */
  GArray    *answers;    /* of CopyAnswer, not taken yet */
  gboolean   announced;  /* an event is on its way: the queue has room for one */
};

static GPtrArray *
new_questions (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) copy_question_unref);
}

CopyAsks *
copy_asks_new (void)
{
  CopyAsks *self = g_new0 (CopyAsks, 1);

  g_mutex_init (&self->mutex);
  self->questions = new_questions ();
  self->answers = g_array_new (FALSE, FALSE, sizeof (CopyAnswer));

  return self;
}

void
copy_asks_free (CopyAsks *self)
{
  g_assert (self->events == NULL);

  g_ptr_array_unref (self->questions);
  g_array_unref (self->answers);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
copy_asks_open (CopyAsks *self,
                LyQueue  *events)
{
  g_mutex_lock (&self->mutex);
  self->events = g_object_ref (events);
  g_mutex_unlock (&self->mutex);
}

/* Nothing that is open will be answered. */
void
copy_asks_close (CopyAsks *self)
{
  g_autoptr (LyQueue) events = NULL;

  g_mutex_lock (&self->mutex);
  events = g_steal_pointer (&self->events);
  g_ptr_array_set_size (self->questions, 0);
  g_array_set_size (self->answers, 0);
  g_mutex_unlock (&self->mutex);
}

void
copy_asks_add (CopyAsks     *self,
               CopyQuestion *question)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->questions, copy_question_ref (question));
  g_mutex_unlock (&self->mutex);
}

/* Takes the answers, in their order, after the event that told of them. */
GArray *
copy_asks_take (CopyAsks *self)
{
  GArray *answers = g_array_new (FALSE, FALSE, sizeof (CopyAnswer));

  g_mutex_lock (&self->mutex);
  g_array_append_vals (answers, self->answers->data, self->answers->len);
  g_array_set_size (self->answers, 0);
  self->announced = FALSE;
  g_mutex_unlock (&self->mutex);

  return answers;
}

static gboolean
find (CopyAsks *self,
      guint64   id,
      guint    *index)
{
  for (*index = 0; *index < self->questions->len; (*index)++)
    if (((CopyQuestion *) g_ptr_array_index (self->questions, *index))->id == id)
      return TRUE;

  return FALSE;
}

/* The queue's events for the one answer that is to be told; NULL if the job
 * knows already that there are some. With the lock held. */
static LyQueue *
add_answer (CopyAsks   *self,
            CopyAnswer  answer)
{
  gboolean tell = !self->announced && self->events != NULL;

  g_array_append_val (self->answers, answer);
  self->announced = TRUE;

  return tell ? g_object_ref (self->events) : NULL;
}

gboolean
copy_asks_answer (CopyAsks           *self,
                  const CopyQuestion *question,
                  CopyConflict        answer,
                  gboolean            for_all)
{
  g_autoptr (LyQueue) events = NULL;
  gboolean is_open;
  guint index;

  if (answer >= COPY_CONFLICT_ASK || (answer == COPY_CONFLICT_RENAME && !question->may_rename))
    return FALSE;

  g_mutex_lock (&self->mutex);

  is_open = find (self, question->id, &index);
  if (is_open && for_all)
    {
      g_ptr_array_set_size (self->questions, 0);
      events = add_answer (self, (CopyAnswer) { 0, answer });
    }
  else if (is_open)
    {
      g_ptr_array_remove_index (self->questions, index);
      events = add_answer (self, (CopyAnswer) { question->id, answer });
    }

  g_mutex_unlock (&self->mutex);

  if (events != NULL)
    {
      CopyEvent *event = copy_event_new (COPY_EVENT_ANSWER);

      if (!ly_queue_try_put (events, event, NULL))
        copy_event_free (event);
    }

  return is_open;
}

GPtrArray *
copy_asks_list (CopyAsks *self)
{
  GPtrArray *list = new_questions ();

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->questions->len; i++)
    g_ptr_array_add (list, copy_question_ref (g_ptr_array_index (self->questions, i)));
  g_mutex_unlock (&self->mutex);

  return list;
}
