/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <string.h>

/* What the store learns of a batch that the network told: see chat-engine-inbox.c. */

static void
step_reset (ChatStep *step)
{
  g_clear_object (&step->peer);
  g_clear_pointer (&step->message, chat_message_unref);
  g_clear_pointer (&step->changed, g_array_unref);
}

void
_chat_step_free (gpointer data)
{
  ChatStep *step = data;

  step_reset (step);
  chat_node_event_free (step->event);
  g_free (step);
}

static gboolean
store_contact (ChatEngine  *self,
               ChatStep    *step,
               const char  *name,
               GError     **error)
{
  g_autoptr (ChatContact) contact = chat_store_meet (self->store, step->event->key, name,
                                                     g_get_real_time (), error);

  if (contact == NULL)
    return FALSE;

  g_set_object (&step->peer, _chat_engine_add_peer (self, contact));

  return TRUE;
}

static gboolean
store_address (ChatEngine  *self,
               ChatStep    *step,
               GError     **error)
{
  g_autofree char *address = chat_address_to_string (&step->event->address);

  return chat_store_add_address (self->store, step->peer->contact->id, address,
                                 g_get_real_time (), error);
}

/* The name is not known before the peer has said it. */
static gboolean
store_session (ChatEngine  *self,
               ChatStep    *step,
               GError     **error)
{
  if (step->peer == NULL && !store_contact (self, step, "", error))
    return FALSE;

  return store_address (self, step, error);
}

static gboolean
store_message (ChatEngine  *self,
               ChatStep    *step,
               GError     **error)
{
  const ChatLinkEvent *link = &step->event->link;
  const ChatLinkMessage *incoming = &link->message;
  g_autoptr (ChatMessage) message = NULL;
  uint8_t uid[CHAT_MESSAGE_UID_SIZE];
  gboolean is_new = FALSE;
  gconstpointer body;
  gsize size;

  /* It comes again when the user has decided. */
  if (!chat_contact_may_talk (step->peer->contact))
    return TRUE;

  body = g_bytes_get_data (incoming->body, &size);
  chat_wire_set_u64 (uid, link->epoch);
  chat_wire_set_u64 (uid + 8, incoming->sequence);
  message = chat_message_new (step->peer->contact->id, incoming->kind, incoming->time, uid, body,
                              size);
  message->sequence = incoming->sequence;

  if (!chat_store_receive (self->store, message, &is_new, error))
    return FALSE;

  step->peer->to_confirm = MAX (step->peer->to_confirm, incoming->sequence);
  if (is_new)
    step->message = g_steal_pointer (&message);

  return TRUE;
}

static gboolean
store_state (ChatEngine        *self,
             ChatStep          *step,
             ChatMessageState   state,
             GError           **error)
{
  step->changed = g_array_new (FALSE, FALSE, sizeof (ChatMark));

  return chat_store_set_state (self->store, step->peer->contact->id, step->event->link.sequence,
                               state, step->changed, error);
}

static gboolean
store_link_event (ChatEngine  *self,
                  ChatStep    *step,
                  GError     **error)
{
  const ChatLinkEvent *link = &step->event->link;

  if (step->peer == NULL)
    return TRUE;

  switch (link->type)
    {
    case CHAT_LINK_EVENT_NAME:
      return store_contact (self, step, link->name, error);
    case CHAT_LINK_EVENT_MESSAGE:
      return store_message (self, step, error);
    case CHAT_LINK_EVENT_SENT:
      return store_state (self, step, CHAT_MESSAGE_SENT, error);
    case CHAT_LINK_EVENT_STORED:
      return store_state (self, step, CHAT_MESSAGE_DELIVERED, error);
    case CHAT_LINK_EVENT_READ:
      return store_state (self, step, CHAT_MESSAGE_READ, error);
    case CHAT_LINK_EVENT_RESET:
      return chat_store_reset_incoming (self->store, step->peer->contact->id, link->epoch,
                                        link->sequence, error);
    case CHAT_LINK_EVENT_CONFLICT:
      return chat_store_renew_epoch (self->store, step->peer->contact->id, error);
    case CHAT_LINK_EVENT_ROOM:
    case CHAT_LINK_EVENT_SILENT:
    case CHAT_LINK_EVENT_CLOSED:
    default:
      return TRUE;
    }
}

static gboolean
store_step (ChatEngine  *self,
            ChatStep    *step,
            GError     **error)
{
  ChatNodeEvent *event = step->event;

  if (event->has_key)
    g_set_object (&step->peer, _chat_engine_get_by_key (self, event->key));

  switch (event->type)
    {
    case CHAT_NODE_SESSION:
      return store_session (self, step, error);
    case CHAT_NODE_MOVED:
      return step->peer == NULL || store_address (self, step, error);
    case CHAT_NODE_LINK:
      return store_link_event (self, step, error);
    case CHAT_NODE_FAILED:
    case CHAT_NODE_HEARD:
    case CHAT_NODE_BEACON:
    default:
      return TRUE;
    }
}

/* What is wrong with one step alone, and would be the next time, too. */
static gboolean
is_hopeless (const GError *error)
{
  return g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID) ||
         g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
}

gboolean
_chat_step_needs_store (const ChatNodeEvent *event)
{
  return event->type == CHAT_NODE_SESSION || event->type == CHAT_NODE_MOVED ||
         event->type == CHAT_NODE_LINK;
}

/* Who is where, and how far our messages have come, peers tell again whenever a session
 * begins. What they have said, they do not. */
static gboolean
is_learnt_again (const ChatNodeEvent *event)
{
  return event->type != CHAT_NODE_LINK || (event->link.type != CHAT_LINK_EVENT_MESSAGE &&
                                           event->link.type != CHAT_LINK_EVENT_RESET &&
                                           event->link.type != CHAT_LINK_EVENT_CONFLICT);
}

/* To wait for the disk is most of the work, so that is done only where it must be. */
static gboolean
begin (ChatEngine  *self,
       GError     **error)
{
  for (guint i = 0; i < self->batch->len; i++)
    {
      const ChatNodeEvent *event = ((ChatStep *) self->batch->pdata[i])->event;

      if (_chat_step_needs_store (event) && !is_learnt_again (event))
        return chat_store_begin (self->store, error);
    }

  return chat_store_begin_lazily (self->store, error);
}

gboolean
_chat_engine_store_batch (ChatEngine  *self,
                          GError     **error)
{
  gboolean is_open = FALSE;

  for (guint i = 0; i < self->batch->len; i++)
    {
      ChatStep *step = self->batch->pdata[i];
      g_autoptr (GError) local_error = NULL;

      step_reset (step);

      if (!is_open && _chat_step_needs_store (step->event))
        {
          if (!begin (self, error))
            return FALSE;
          is_open = TRUE;
        }

      if (store_step (self, step, &local_error))
        continue;

      if (!is_hopeless (local_error))
        {
          chat_store_roll_back (self->store);
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      _chat_engine_tell_problem (self, local_error);
    }

  return !is_open || chat_store_commit (self->store, error);
}
