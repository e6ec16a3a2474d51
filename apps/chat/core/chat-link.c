/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-link-private.h"

#include <string.h>

#define DEFAULT_WINDOW   (4 * 1024 * 1024)
#define DEFAULT_PATIENCE (20 * G_TIME_SPAN_SECOND)

ChatLink *
chat_link_new (const ChatLinkState  *state,
               const ChatLinkLimits *limits)
{
  ChatLink *self;

  g_return_val_if_fail (state->run != 0, NULL);
  g_return_val_if_fail (state->epoch != 0, NULL);
  g_return_val_if_fail (state->first >= 1 && state->next >= state->first, NULL);
  g_return_val_if_fail (state->read <= state->stored, NULL);

  self = g_new0 (ChatLink, 1);
  self->run = state->run;
  self->keepalive = limits != NULL ? limits->keepalive : 0;
  self->patience = limits != NULL && limits->patience > 0 ? limits->patience : DEFAULT_PATIENCE;
  self->last_heard = self->silent_since = -1;
  self->told_sent = self->told_stored = state->first - 1;

  /* What was delivered before may have been read since: told_read begins at 0. */
  self->name = g_strdup ("");

  chat_outgoing_init (&self->outgoing, state->epoch, state->first, state->next);
  chat_incoming_init (&self->incoming,
                      limits != NULL && limits->window > 0 ? limits->window : DEFAULT_WINDOW,
                      state->peer_epoch, state->stored, state->stored_time);
  self->incoming.read = state->read;

  chat_recovery_init (&self->recovery);
  chat_congestion_init (&self->congestion);
  chat_acks_init (&self->acks);

  return self;
}

void
chat_link_free (ChatLink *self)
{
  chat_outgoing_clear (&self->outgoing);
  chat_incoming_clear (&self->incoming);
  chat_recovery_clear (&self->recovery);
  chat_acks_clear (&self->acks);
  g_free (self->name);
  g_free (self->peer_name);
  g_free (self);
}

void
chat_link_set_name (ChatLink   *self,
                    const char *name)
{
  g_return_if_fail (strlen (name) <= CHAT_FRAME_NAME_MAX && g_utf8_validate (name, -1, NULL));

  g_free (self->name);
  self->name = g_strdup (name);
  self->knows_name = FALSE;
  self->owes_name = TRUE;
}

void
chat_link_open (ChatLink *self,
                gint64    now,
                gint64    rtt)
{
  for (guint i = 0; i < self->recovery.sent.length; i++)
    {
      const ChatSent *sent = chat_deque_get (&self->recovery.sent, i);

      if (!sent->is_done)
        _chat_link_on_lost (sent, now, self);
    }

  chat_recovery_forget (&self->recovery);
  chat_recovery_guess (&self->recovery, rtt);
  chat_congestion_init (&self->congestion);

  self->is_open = TRUE;
  self->owes_resume = !self->knows_resume;
  self->owes_name = !self->knows_name;
  self->owes_bye = FALSE;
  self->n_probes = 0;
  self->last_heard = MAX (self->last_heard, now);
  self->silent_since = -1;
  self->is_silent = self->told_silent = FALSE;
}

void
chat_link_suspend (ChatLink *self)
{
  self->is_open = FALSE;
  self->owes_bye = FALSE;
}

void
chat_link_close (ChatLink      *self,
                 ChatByeReason  reason)
{
  if (!self->is_open)
    return;

  self->is_open = FALSE;
  self->owes_bye = TRUE;
  self->reason = (guint8) reason;
}

gboolean
chat_link_is_open (const ChatLink *self)
{
  return self->is_open;
}

/* Closes because of what the peer did. */
void
_chat_link_fail (ChatLink      *self,
                 ChatByeReason  reason,
                 gboolean       by_peer)
{
  if (by_peer)
    chat_link_suspend (self);
  else
    chat_link_close (self, reason);

  self->has_closed = TRUE;
  self->was_peer = by_peer;
  self->why = (guint8) reason;
}

guint64
chat_link_get_next (const ChatLink *self)
{
  return chat_outgoing_get_next (&self->outgoing);
}

gboolean
chat_link_send (ChatLink               *self,
                const ChatLinkMessage  *message,
                GError                **error)
{
  gsize size;
  const void *body = g_bytes_get_data (message->body, &size);

  g_return_val_if_fail (message->sequence == chat_link_get_next (self), FALSE);

  if (!chat_link_message_check (message->kind, body, size, error))
    return FALSE;

  if (!chat_outgoing_has_room (&self->outgoing, size))
    {
      self->wants_room = TRUE;
      g_set_error_literal (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_FULL,
                           "too many messages wait to be sent");
      return FALSE;
    }

  chat_outgoing_push (&self->outgoing, message);

  return TRUE;
}

void
chat_link_stored (ChatLink *self,
                  guint64   sequence)
{
  g_return_if_fail (sequence <= self->incoming.delivered);

  if (sequence <= self->incoming.stored)
    return;

  chat_incoming_stored (&self->incoming, sequence);
  self->owes_receipt = TRUE;
}

void
chat_link_set_read (ChatLink *self,
                    guint64   sequence)
{
  g_return_if_fail (sequence <= self->incoming.stored);

  if (sequence <= self->incoming.read)
    return;

  self->incoming.read = sequence;
  self->owes_receipt = TRUE;
}

void
chat_link_ping (ChatLink *self)
{
  self->owes_ping = TRUE;
}

/* Fills @event with what was not told yet about messages that went out. */
static gboolean
next_outgoing_event (ChatLink      *self,
                     ChatLinkEvent *event)
{
  guint64 stored = self->outgoing.first - 1;

  if (self->told_sent < self->outgoing.sent)
    {
      event->type = CHAT_LINK_EVENT_SENT;
      event->sequence = self->told_sent = self->outgoing.sent;
    }
  else if (self->told_stored < stored)
    {
      event->type = CHAT_LINK_EVENT_STORED;
      event->sequence = self->told_stored = stored;
    }
  else if (self->told_read < MIN (self->peer_read, stored))
    {
      event->type = CHAT_LINK_EVENT_READ;
      event->sequence = self->told_read = MIN (self->peer_read, stored);
    }
  else if (self->wants_room && chat_outgoing_is_low (&self->outgoing))
    {
      event->type = CHAT_LINK_EVENT_ROOM;
      self->wants_room = FALSE;
    }
  else
    {
      return FALSE;
    }

  return TRUE;
}

/* Nothing is taken from somebody who has not said who he is. */
static gboolean
next_incoming_event (ChatLink      *self,
                     ChatLinkEvent *event)
{
  if (self->peer_name == NULL)
    return FALSE;

  if (self->has_name)
    {
      event->type = CHAT_LINK_EVENT_NAME;
      event->name = g_strdup (self->peer_name);
      self->has_name = FALSE;
      return TRUE;
    }

  switch (chat_incoming_next (&self->incoming, &event->message))
    {
    case CHAT_INCOMING_MESSAGE:
      event->type = CHAT_LINK_EVENT_MESSAGE;
      event->sequence = event->message.sequence;
      event->epoch = self->incoming.epoch;
      return TRUE;

    case CHAT_INCOMING_RESET:
      event->type = CHAT_LINK_EVENT_RESET;
      event->sequence = self->incoming.stored;
      event->epoch = self->incoming.epoch;
      return TRUE;

    case CHAT_INCOMING_WRONG:
      if (self->is_open)
        _chat_link_fail (self, CHAT_BYE_ERROR, FALSE);
      return FALSE;

    case CHAT_INCOMING_NOTHING:
    default:
      if (chat_incoming_has_news (&self->incoming))
        self->owes_receipt = TRUE;
      return FALSE;
    }
}

static gboolean
next_state_event (ChatLink      *self,
                  ChatLinkEvent *event)
{
  if (self->has_conflict)
    {
      event->type = CHAT_LINK_EVENT_CONFLICT;
      self->has_conflict = FALSE;
    }
  else if (self->has_closed)
    {
      event->type = CHAT_LINK_EVENT_CLOSED;
      event->reason = self->why;
      event->from_peer = self->was_peer;
      self->has_closed = FALSE;
    }
  else if (self->is_silent && !self->told_silent)
    {
      event->type = CHAT_LINK_EVENT_SILENT;
      self->told_silent = TRUE;
    }
  else
    {
      return FALSE;
    }

  return TRUE;
}

gboolean
chat_link_next_event (ChatLink      *self,
                      ChatLinkEvent *event)
{
  *event = (ChatLinkEvent) { 0 };

  return next_outgoing_event (self, event) ||
         next_incoming_event (self, event) ||
         next_state_event (self, event);
}

void
chat_link_event_clear (ChatLinkEvent *event)
{
  g_clear_pointer (&event->message.body, g_bytes_unref);
  g_clear_pointer (&event->name, g_free);
}

void
chat_link_get_info (const ChatLink *self,
                    ChatLinkInfo   *info)
{
  *info = (ChatLinkInfo) {
    .rtt = self->recovery.rtt.measured ? self->recovery.rtt.smoothed : 0,
    .window = self->congestion.window,
    .in_flight = self->congestion.in_flight,
    .last_heard = self->last_heard,
    .silent_since = self->silent_since,
    .n_queued = self->outgoing.messages.length,
    .n_queued_bytes = self->outgoing.end - self->outgoing.begin,
    .n_held_bytes = chat_incoming_get_memory (&self->incoming),
    .n_written = self->n_written,
    .n_read = self->n_read,
    .n_lost = self->recovery.n_lost,
    .n_stale = self->n_stale,
  };
}
