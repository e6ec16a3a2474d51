/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <sodium.h>
#include <string.h>

/* What the network tells is taken in batches. First the store learns of the whole
 * batch, in one transaction; when that is safe, peers are told and signals emitted.
 * If it fails, the same batch is tried again until it is stored: nothing was
 * acknowledged before, so nothing is lost. */

#define BATCH_MAX  1024
#define RETRY_MS   1000

/* What is tidied up at a time, in microseconds, and how often, in milliseconds. */
#define TIDY_TIME  4000
#define TIDY_MS    25

/* Where many meet, those who have come are stored together: not more often than would
 * take one part of the time in so many, but before long. */
#define MEETINGS_SHARE 16
#define MEETINGS_WAIT  (500 * G_TIME_SPAN_MILLISECOND)

/* Silence that is an event, so that who has gone is known to be gone within 30 s:
 * see PING_AFTER in chat-engine-reach.c. */
#define PATIENCE (10 * G_USEC_PER_SEC)

/* --- acting --- */

static void
open_link (ChatEngine *self,
           ChatPeer   *peer)
{
  g_autoptr (GError) error = NULL;
  ChatSequences sequences;
  ChatLinkState state;
  ChatLinkLimits limits = { .patience = PATIENCE };

  if (!chat_store_get_sequences (self->store, peer->contact->id, &sequences, &error))
    {
      _chat_engine_tell_problem (self, error);
      return;
    }

  state = (ChatLinkState) {
    .run = 1 + randombytes_uniform (G_MAXUINT32 - 1),
    .epoch = sequences.epoch,
    .first = sequences.first,
    .next = sequences.next,
    .peer_epoch = sequences.peer_epoch,
    .stored = sequences.stored,
    .read = sequences.read,
    .stored_time = sequences.stored_time,
  };

  chat_node_open_link (self->node, peer->contact->key, &state, &limits);
  peer->is_linked = TRUE;
  peer->next = sequences.next;
  peer->acked = peer->fed = sequences.first - 1;
  _chat_engine_feed (self, peer);
}

static void
come_online (ChatEngine *self,
             ChatPeer   *peer)
{
  if (peer->is_online)
    return;

  peer->is_online = TRUE;
  _chat_engine_tell_peer (self, peer);
}

/* A new contact is not online before its name is known: it could be that of somebody
 * else, whose key it does not have. */
static void
act_on_session (ChatEngine *self,
                ChatStep   *step)
{
  ChatPeer *peer = step->peer;

  if (!chat_contact_may_talk (peer->contact))
    {
      _chat_engine_unlink (self, peer, CHAT_BYE_BLOCKED);
      return;
    }

  _chat_engine_found (self, peer, &step->event->address);

  if (!peer->is_linked)
    open_link (self, peer);
  else
    come_online (self, peer);
}

static void
act_on_name (ChatEngine *self,
             ChatPeer   *peer)
{
  if (chat_contact_may_talk (peer->contact))
    peer->is_online = TRUE;
  else
    _chat_engine_unlink (self, peer, CHAT_BYE_BLOCKED);

  _chat_engine_tell_peer (self, peer);
}

static void
tell_states (ChatEngine       *self,
             ChatStep         *step,
             ChatMessageState  state)
{
  for (guint i = 0; i < step->changed->len; i++)
    g_signal_emit_by_name (self, "state", step->peer,
                           g_array_index (step->changed, ChatMark, i).id, (guint) state);
}

static void
act_on_link_event (ChatEngine *self,
                   ChatStep   *step)
{
  const ChatLinkEvent *link = &step->event->link;
  ChatPeer *peer = step->peer;

  switch (link->type)
    {
    case CHAT_LINK_EVENT_NAME:
      act_on_name (self, peer);
      break;
    case CHAT_LINK_EVENT_MESSAGE:
      if (step->message == NULL)
        break;

      _chat_engine_pin (self, peer);
      g_signal_emit_by_name (self, "message", peer, step->message);
      break;
    case CHAT_LINK_EVENT_SENT:
      tell_states (self, step, CHAT_MESSAGE_SENT);
      break;
    case CHAT_LINK_EVENT_STORED:
      peer->acked = MAX (peer->acked, link->sequence);
      tell_states (self, step, CHAT_MESSAGE_DELIVERED);
      _chat_engine_feed (self, peer);
      break;
    case CHAT_LINK_EVENT_READ:
      tell_states (self, step, CHAT_MESSAGE_READ);
      break;
    case CHAT_LINK_EVENT_ROOM:
      peer->fed = MIN (peer->fed, link->sequence);
      _chat_engine_feed (self, peer);
      break;
    case CHAT_LINK_EVENT_CONFLICT:
      open_link (self, peer);
      break;
    case CHAT_LINK_EVENT_SILENT:
      _chat_engine_lost (self, peer);
      break;
    case CHAT_LINK_EVENT_CLOSED:
      _chat_engine_lost (self, peer);
      if (link->reason != CHAT_BYE_LEAVING)
        _chat_engine_be_patient (peer);
      break;
    case CHAT_LINK_EVENT_RESET:
    default:
      break;
    }
}

static void
act_on_step (ChatEngine *self,
             ChatStep   *step)
{
  ChatNodeEvent *event = step->event;

  switch (event->type)
    {
    case CHAT_NODE_SESSION:
      if (step->peer != NULL)
        act_on_session (self, step);
      break;
    case CHAT_NODE_MOVED:
      if (step->peer != NULL && _chat_peer_set_address (step->peer, &event->address))
        _chat_engine_tell_peer (self, step->peer);
      break;
    case CHAT_NODE_HEARD:
      if (step->peer != NULL && step->peer->is_linked)
        come_online (self, step->peer);
      break;
    case CHAT_NODE_FAILED:
      _chat_engine_failed (self, event);
      break;
    case CHAT_NODE_BEACON:
      if (self->discovery != NULL)
        chat_discovery_receive (self->discovery, &event->address, &event->beacon);
      break;
    case CHAT_NODE_LINK:
    default:
      if (step->peer != NULL && step->peer->is_linked)
        act_on_link_event (self, step);
      break;
    }
}

/* First of all peers learn what is safe. */
static void
confirm (ChatEngine *self)
{
  for (guint i = 0; i < self->batch->len; i++)
    {
      ChatPeer *peer = ((ChatStep *) self->batch->pdata[i])->peer;

      if (peer == NULL || peer->to_confirm == 0)
        continue;

      if (peer->is_linked)
        chat_node_set_stored (self->node, peer->contact->key, peer->to_confirm);
      peer->to_confirm = 0;
    }
}

/* --- batches --- */

/* A little at a time, and only when there is nothing better to do. */
static gboolean
on_tidy (gpointer user_data)
{
  ChatEngine *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + TIDY_TIME;
  gboolean more = TRUE;

  while (more && error == NULL && g_get_monotonic_time () < end)
    if (!chat_store_tidy (self->store, &more, &error))
      _chat_engine_tell_problem (self, error);

  if (more)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->tidy, g_source_unref);

  return G_SOURCE_REMOVE;
}

void
_chat_engine_plan_tidy (ChatEngine *self)
{
  if (self->tidy != NULL)
    return;

  self->tidy = g_timeout_source_new (TIDY_MS);
  g_source_set_priority (self->tidy, G_PRIORITY_LOW);
  g_source_set_callback (self->tidy, on_tidy, self, NULL);
  g_source_attach (self->tidy, self->context);
}

static gboolean on_news (gpointer    user_data);

/* Takes what the network tells from now on. */
void
_chat_engine_listen (ChatEngine *self)
{
  self->inbox = chat_node_create_source (self->node);
  g_source_set_callback (self->inbox, on_news, self, NULL);
  g_source_attach (self->inbox, self->context);

  /* What was left to do. */
  _chat_engine_plan_tidy (self);
}

static gboolean
store_and_act (ChatEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) batch = NULL;
  gint64 begun = g_get_monotonic_time ();
  gint64 now;

  if (!_chat_engine_store_batch (self, &error))
    {
      _chat_engine_tell_problem (self, error);
      return FALSE;
    }

  now = g_get_monotonic_time ();
  self->next_meeting = now + MIN (MEETINGS_SHARE * (now - begun), MEETINGS_WAIT);
  confirm (self);
  _chat_engine_plan_tidy (self);

  /* Who hears a signal may end the engine. */
  g_object_ref (self);
  batch = g_steal_pointer (&self->batch);
  self->is_urgent = self->has_meetings = FALSE;

  for (guint i = 0; i < batch->len && self->node != NULL; i++)
    act_on_step (self, batch->pdata[i]);

  g_object_unref (self);

  return TRUE;
}

static gboolean
on_retry (gpointer user_data)
{
  ChatEngine *self = user_data;

  if (!store_and_act (self))
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->retry, g_source_unref);
  _chat_engine_listen (self);

  return G_SOURCE_REMOVE;
}

static void
set_timer (ChatEngine   *self,
           GSource     **timer,
           guint         wait,
           GSourceFunc   func)
{
  *timer = g_timeout_source_new (wait);
  g_source_set_callback (*timer, func, self, NULL);
  g_source_attach (*timer, self->context);
}

static void
process (ChatEngine *self)
{
  if (self->meeting != NULL)
    g_source_destroy (self->meeting);
  g_clear_pointer (&self->meeting, g_source_unref);

  if (store_and_act (self))
    return;

  /* Nothing more is taken from the network until this is safe. */
  g_source_destroy (self->inbox);
  g_clear_pointer (&self->inbox, g_source_unref);
  set_timer (self, &self->retry, RETRY_MS, on_retry);
}

static void
take_news (ChatEngine *self)
{
  ChatNodeEvent *event;

  if (self->batch == NULL)
    self->batch = g_ptr_array_new_with_free_func (_chat_step_free);

  while (self->batch->len < BATCH_MAX && (event = chat_node_next_event (self->node)) != NULL)
    {
      ChatStep *step = g_new0 (ChatStep, 1);

      step->event = event;
      g_ptr_array_add (self->batch, step);

      if (event->type == CHAT_NODE_LINK && event->link.type != CHAT_LINK_EVENT_NAME)
        self->is_urgent = TRUE;
      else if (_chat_step_needs_store (event))
        self->has_meetings = TRUE;
    }
}

static gboolean
on_meeting (gpointer user_data)
{
  ChatEngine *self = user_data;

  process (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_news (gpointer user_data)
{
  ChatEngine *self = user_data;
  gint64 wait = self->next_meeting - g_get_monotonic_time ();

  take_news (self);

  /* Nobody waits for who has come as for a message. */
  if (self->is_urgent || self->batch->len == BATCH_MAX || !self->has_meetings || wait <= 0)
    process (self);
  else if (self->meeting == NULL)
    set_timer (self, &self->meeting, (guint) (wait / G_TIME_SPAN_MILLISECOND), on_meeting);

  return G_SOURCE_CONTINUE;
}
