/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-plain.h"

#include "chat-wire.h"
#include "lanyard-common.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* Datagrams of any size: 64 KiB each at the worst. */
#define INBOX_CAPACITY  256
#define OUTBOX_CAPACITY 256

/* So that a flood does not keep the main context from all else. */
#define EVENTS_IN_A_ROW 64

struct _ChatPlain
{
  /* Set once */
  ChatEndpoint   *endpoint;
  LyQueue        *inbox;         /* of ChatPlainEvent; any thread */
  LyQueue        *outbox;        /* of Outgoing; any thread */
  GMainContext   *context;

  /* Main context only */
  ChatPlainFunc   func;
  gpointer        user_data;
  GSource        *source;
  guint64         number;        /* of what was last put into the outbox; from 1 on */

  /* Sending thread only */
  guint64         sending;       /* the same of what was last taken out of it */
  ChatAddress     sent_to;       /* of the datagram that was last given away ... */
  gboolean        is_sending;    /* ... if it was not looked after yet */
  guint64         n_unsent;
};

typedef struct
{
  ChatAddress to;
  GBytes     *bytes;
} Outgoing;

static void
outgoing_free (gpointer data)
{
  Outgoing *outgoing = data;

  g_bytes_unref (outgoing->bytes);
  g_free (outgoing);
}

static ChatPlainEvent *
event_new (ChatPlainEventType  type,
           const ChatAddress  *address,
           GBytes             *bytes,
           guint64             number)
{
  ChatPlainEvent *event = g_new (ChatPlainEvent, 1);

  *event = (ChatPlainEvent) { type, *address, bytes, number };

  return event;
}

static void
event_free (gpointer data)
{
  ChatPlainEvent *event = data;

  g_clear_pointer (&event->bytes, g_bytes_unref);
  g_free (event);
}

/* --- the two threads --- */

/* Waits while the inbox is full; the system then drops what it has no room for, as
 * with any program that reads too slowly. */
static void
on_receive (ChatBatch *batch,
            gint64     now,
            gpointer   user_data)
{
  ChatPlain *self = user_data;

  for (guint i = 0; i < batch->n; i++)
    {
      const ChatDatagram *datagram = &batch->datagrams[i];
      ChatPlainEvent *event = event_new (CHAT_PLAIN_RECEIVED, &datagram->address,
                                         g_bytes_new (datagram->bytes, datagram->length), 0);

      if (!ly_queue_try_put (self->inbox, event, NULL))
        {
          g_main_context_wakeup (self->context);

          if (!ly_queue_put (self->inbox, event, NULL))
            event_free (event);
        }
    }

  g_main_context_wakeup (self->context);
}

/* The endpoint asks for the next datagram once the one before is with the system, or
 * is not: there is only one at a time, so that is known of which. */
static void
look_after_sent (ChatPlain *self)
{
  ChatEndpointInfo info;

  if (!self->is_sending)
    return;

  chat_endpoint_get_info (self->endpoint, &info);

  if (info.n_unsent != self->n_unsent)
    {
      ChatPlainEvent *event = event_new (CHAT_PLAIN_UNSENT, &self->sent_to, NULL, self->sending);

      /* Not waiting: the main context may itself wait for the outbox. Who is that
       * flooded learns of other failures. */
      if (!ly_queue_try_put (self->inbox, event, NULL))
        event_free (event);

      g_main_context_wakeup (self->context);
    }

  self->n_unsent = info.n_unsent;
  self->is_sending = FALSE;
  ly_queue_task_done (self->outbox, NULL);
}

static gint64
on_send (ChatBatch *batch,
         gint64     now,
         gpointer   user_data)
{
  ChatPlain *self = user_data;
  Outgoing *outgoing;
  gconstpointer bytes;
  uint8_t *room;
  gsize length;

  look_after_sent (self);

  outgoing = ly_queue_try_get (self->outbox, NULL);
  if (outgoing == NULL)
    return -1;

  bytes = g_bytes_get_data (outgoing->bytes, &length);
  room = chat_batch_reserve (batch, length);
  g_assert (room != NULL);

  if (length > 0)
    memcpy (room, bytes, length);
  chat_batch_add (batch, &outgoing->to, 0, length);

  self->sent_to = outgoing->to;
  self->sending++;
  self->is_sending = TRUE;
  outgoing_free (outgoing);

  return now;
}

/* --- the main context --- */

typedef struct
{
  GSource    source;
  ChatPlain *plain;
} PlainSource;

static gboolean
source_check (GSource *source)
{
  return !ly_queue_is_empty (((PlainSource *) source)->plain->inbox);
}

static gboolean
source_prepare (GSource *source,
                int     *timeout)
{
  *timeout = -1;

  return source_check (source);
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  return callback (user_data);
}

static gboolean
on_inbox (gpointer user_data)
{
  ChatPlain *self = user_data;

  for (guint i = 0; i < EVENTS_IN_A_ROW; i++)
    {
      ChatPlainEvent *event = ly_queue_try_get (self->inbox, NULL);

      if (event == NULL)
        break;

      self->func (event, self->user_data);
      event_free (event);
    }

  return G_SOURCE_CONTINUE;
}

static void
attach (ChatPlain *self)
{
  static GSourceFuncs funcs = { source_prepare, source_check, source_dispatch };

  self->source = g_source_new (&funcs, sizeof (PlainSource));
  ((PlainSource *) self->source)->plain = self;
  g_source_set_static_name (self->source, "chat-plain inbox");
  g_source_set_callback (self->source, on_inbox, self, NULL);
  g_source_attach (self->source, self->context);
}

/* Listens at @bind and @port, see chat_sockets_open(). @func is called on the caller's
 * thread-default main context for all that comes, and must not free the object. */
ChatPlain *
chat_plain_new (const char     *bind,
                uint16_t        port,
                ChatPlainFunc   func,
                gpointer        user_data,
                GError        **error)
{
  static const ChatEndpointFuncs funcs = { on_receive, on_send };
  ChatPlain *self = g_new0 (ChatPlain, 1);

  self->endpoint = chat_endpoint_new (bind, port, &funcs, self, error);
  if (self->endpoint == NULL)
    {
      g_free (self);
      return NULL;
    }

  self->inbox = ly_queue_new (INBOX_CAPACITY, event_free);
  self->outbox = ly_queue_new (OUTBOX_CAPACITY, outgoing_free);
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->user_data = user_data;
  attach (self);
  chat_endpoint_start (self->endpoint);

  return self;
}

/* What is still in the outbox is not sent any more, see chat_plain_flush(). */
void
chat_plain_free (ChatPlain *self)
{
  /* The receiving thread may be waiting for room. */
  ly_queue_close (self->inbox);
  chat_endpoint_free (self->endpoint);

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->inbox);
  g_object_unref (self->outbox);
  g_main_context_unref (self->context);
  g_free (self);
}

uint16_t
chat_plain_get_port (const ChatPlain *self)
{
  return chat_endpoint_get_port (self->endpoint);
}

/* Whether it can send to addresses of this family. */
gboolean
chat_plain_reaches (const ChatPlain *self,
                    GSocketFamily    family)
{
  return chat_endpoint_has (self->endpoint, family);
}

/* Sends one datagram, which may be empty. Fails at once, with an error of G_IO_ERROR,
 * if the text is not UTF-8 (INVALID_DATA), too long (MESSAGE_TOO_LARGE), or for a
 * family that is not listened to (NOT_SUPPORTED). Waits while the outbox is full; the
 * sending thread empties it as fast as the network takes it. */
gboolean
chat_plain_send (ChatPlain          *self,
                 const ChatAddress  *to,
                 const char         *text,
                 gsize               length,
                 GError            **error)
{
  GSocketFamily family = chat_address_is_v4 (to) ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
  Outgoing *outgoing;

  if (length > CHAT_DATAGRAM_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _("the text has %lu bytes; a datagram holds %d at most"),
                   (unsigned long) length, CHAT_DATAGRAM_MAX);
      return FALSE;
    }

  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("the text is not valid UTF-8"));
      return FALSE;
    }

  if (!chat_plain_reaches (self, family))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           family == G_SOCKET_FAMILY_IPV6
                           ? _("there is no IPv6 where this program listens")
                           : _("there is no IPv4 where this program listens"));
      return FALSE;
    }

  outgoing = g_new (Outgoing, 1);
  *outgoing = (Outgoing) { *to, g_bytes_new (text, length) };
  self->number++;
  ly_queue_put (self->outbox, outgoing, NULL);
  chat_endpoint_wake (self->endpoint);

  return TRUE;
}

/* Which one it was that chat_plain_send() sent last, counted from 1. */
guint64
chat_plain_get_number (const ChatPlain *self)
{
  return self->number;
}

/* Waits until the system has taken, or refused, all that was sent, and tells what came
 * of it. Returns whether that was so in time. */
gboolean
chat_plain_flush (ChatPlain *self,
                  gint64     timeout_us)
{
  gboolean in_time = ly_queue_join (self->outbox, timeout_us);

  for (guint n = 0; n < INBOX_CAPACITY; n += EVENTS_IN_A_ROW)
    on_inbox (self);

  return in_time;
}
