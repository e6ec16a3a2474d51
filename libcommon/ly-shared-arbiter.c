/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-arbiter.h"
#include "ly-deadline-private.h"

void
_ly_shared_arbiter_init (LySharedArbiter *self,
                         gsize            max_size)
{
  *self = (LySharedArbiter) { .store = _ly_shared_store_new (max_size) };
}

void
_ly_shared_arbiter_clear (LySharedArbiter *self)
{
  g_assert (g_queue_is_empty (&self->waiting));

  g_clear_pointer (&self->store, _ly_shared_store_free);
}

static void
execute (LySharedArbiter *self,
         LySharedRequest *request)
{
  GVariant *value = NULL;
  GError *error = NULL;

  switch (request->op)
    {
    case LY_SHARED_LOCK:
      self->holder = request->who;
      value = g_variant_new_boolean (self->abandoned);
      self->abandoned = FALSE;
      break;

    case LY_SHARED_UNLOCK:
      self->holder = NULL;
      value = g_variant_new ("()");
      break;

    default:
      value = _ly_shared_store_apply (self->store, request->op, request->args, &error);
    }

  request->answer (request, value, error);
}

/* In the order in which they came, until one of them locks the others out. */
static void
execute_waiting (LySharedArbiter *self)
{
  while (self->holder == NULL && !g_queue_is_empty (&self->waiting))
    execute (self, g_queue_pop_head_link (&self->waiting)->data);
}

/* Does what @request wants and answers it, at once or when the lock is free. */
void
_ly_shared_arbiter_take (LySharedArbiter *self,
                         LySharedRequest *request)
{
  if (self->holder != NULL && self->holder != request->who)
    {
      request->link.data = request;
      g_queue_push_tail_link (&self->waiting, &request->link);
      return;
    }

  execute (self, request);
  execute_waiting (self);
}

/* Answers a request that is still waiting. */
static void
refuse (LySharedArbiter *self,
        LySharedRequest *request,
        GError          *error)
{
  g_queue_unlink (&self->waiting, &request->link);
  request->answer (request, NULL, error);
}

/* For a request that waits and is not to do so any longer. */
void
_ly_shared_arbiter_time_out (LySharedArbiter *self,
                             LySharedRequest *request)
{
  refuse (self, request, _ly_shared_new_timeout_error ());
}

/* Refuses those whose time is up. Returns when that will be so for the next. */
gint64
_ly_shared_arbiter_expire (LySharedArbiter *self)
{
  gint64 now = g_queue_is_empty (&self->waiting) ? 0 : g_get_monotonic_time ();
  gint64 next = LY_NO_DEADLINE;
  GList *link = self->waiting.head;

  while (link != NULL)
    {
      LySharedRequest *request = link->data;

      link = link->next;
      if (request->deadline <= now)
        _ly_shared_arbiter_time_out (self, request);
      else
        next = MIN (next, request->deadline);
    }

  return next;
}

/* Whatever became of @who, nobody waits for it: its request is dropped and its
 * lock, if it has it, taken away. */
void
_ly_shared_arbiter_forget (LySharedArbiter *self,
                           gconstpointer    who)
{
  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    if (((LySharedRequest *) link->data)->who == who)
      {
        refuse (self, link->data, _ly_shared_new_closed_error ());
        break;
      }

  if (self->holder == who)
    {
      self->holder = NULL;
      self->abandoned = TRUE;
      execute_waiting (self);
    }
}

/* Refuses all who wait. */
void
_ly_shared_arbiter_close (LySharedArbiter *self)
{
  while (!g_queue_is_empty (&self->waiting))
    refuse (self, g_queue_peek_head (&self->waiting), _ly_shared_new_closed_error ());
}
