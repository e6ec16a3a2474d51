/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-link-util.h"

#include <string.h>

#define USUAL_SIZE 1136

/* What is kept when a side is killed. */
typedef struct
{
  guint64 first;        /* ours that is not known to be stored */
  guint64 n_queued;
  guint64 peer_epoch;
  guint64 stored;
  gint64  stored_time;
} Disk;

typedef struct
{
  ChatLink *link;
  guint32   run;
  guint64   epoch;
  Disk      disk;
  Disk      memory;
  gint64    flush;      /* when memory goes to the disk, or -1 */
  guint64   delivered;  /* known to be stored by the other, in this run */
  GArray   *queued_at;
  GArray   *times;
} Side;

typedef struct
{
  gint64  time;
  guint   to;
  guint32 run;          /* of the receiver whose keys it was sealed with */
  guint64 session;
  GBytes *payload;
} Datagram;

struct _Wire
{
  WireSettings  settings;
  WireTextFunc  text;
  GRand        *rand;
  gint64        now;
  GSequence    *flying;
  guint64       n_sessions;
  Side          sides[2];
};

static gint
compare_datagrams (gconstpointer a,
                   gconstpointer b,
                   gpointer      user_data)
{
  const Datagram *left = a;
  const Datagram *right = b;

  return (left->time > right->time) - (left->time < right->time);
}

static void
datagram_free (gpointer data)
{
  Datagram *datagram = data;

  g_bytes_unref (datagram->payload);
  g_free (datagram);
}

static void
fly (Wire   *self,
     guint   from,
     GBytes *payload)
{
  Datagram *datagram = g_new0 (Datagram, 1);

  datagram->time = self->now + self->settings.delay;
  if (g_rand_double (self->rand) < self->settings.delay_more)
    datagram->time += g_rand_int_range (self->rand, 0, (gint32) self->settings.jitter + 1);

  datagram->to = !from;
  datagram->run = self->sides[!from].run;
  datagram->session = self->n_sessions;
  datagram->payload = g_bytes_ref (payload);
  g_sequence_insert_sorted (self->flying, datagram, compare_datagrams, NULL);
}

static void
send_datagram (Wire         *self,
               guint         from,
               const guint8 *data,
               gsize         size)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, size);

  if (g_rand_double (self->rand) >= self->settings.drop)
    fly (self, from, payload);
  if (g_rand_double (self->rand) < self->settings.repeat)
    fly (self, from, payload);
}

/* Queues as much of what is on the disk and not delivered as the link takes. */
static void
fill (Wire  *self,
      guint  index)
{
  Side *side = &self->sides[index];

  while (chat_link_get_next (side->link) <= side->memory.n_queued)
    {
      guint64 sequence = chat_link_get_next (side->link);
      g_autoptr (GBytes) body = self->text (index, sequence);
      ChatLinkMessage message = { sequence, CHAT_KIND_TEXT, (gint64) sequence * 1000, body };
      g_autoptr (GError) error = NULL;

      if (!chat_link_send (side->link, &message, &error))
        {
          g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_FULL);
          return;
        }
    }
}

static void
on_message (Wire            *self,
            guint            index,
            ChatLinkMessage *message)
{
  Side *side = &self->sides[index];
  g_autoptr (GBytes) expected = self->text (!index, message->sequence);

  g_assert_cmpuint (message->sequence, ==, side->memory.stored + 1);
  g_assert_cmpuint (message->kind, ==, CHAT_KIND_TEXT);
  g_assert_cmpint (message->time, ==, (gint64) message->sequence * 1000);
  g_assert_true (g_bytes_equal (message->body, expected));

  side->memory.stored = message->sequence;
  side->memory.stored_time = message->time;
  if (side->flush < 0)
    side->flush = self->now + self->settings.store_delay;
}

static void
on_delivered (Wire    *self,
              guint    index,
              guint64  sequence)
{
  Side *side = &self->sides[index];

  /* The word of the other side is kept by it, even when it is killed. */
  g_assert_cmpuint (sequence, <=, self->sides[!index].disk.stored);

  for (; self->settings.keep_times && side->delivered < sequence; side->delivered++)
    {
      gint64 time = self->now - g_array_index (side->queued_at, gint64, side->delivered);

      g_array_append_val (side->times, time);
    }

  side->delivered = sequence;
  side->memory.first = sequence + 1;
  if (side->flush < 0)
    side->flush = self->now + self->settings.store_delay;
}

static void
take_events (Wire  *self,
             guint  index)
{
  Side *side = &self->sides[index];
  g_auto (ChatLinkEvent) event = { 0 };

  for (; chat_link_next_event (side->link, &event); chat_link_event_clear (&event))
    switch (event.type)
      {
      case CHAT_LINK_EVENT_MESSAGE:
        g_assert_cmpuint (event.epoch, ==, self->sides[!index].epoch);
        on_message (self, index, &event.message);
        break;
      case CHAT_LINK_EVENT_STORED:
        on_delivered (self, index, event.sequence);
        break;
      case CHAT_LINK_EVENT_ROOM:
        fill (self, index);
        break;
      case CHAT_LINK_EVENT_RESET:
        g_assert_cmpuint (event.epoch, ==, self->sides[!index].epoch);
        g_assert_cmpuint (event.sequence, ==, 0);
        side->memory.peer_epoch = event.epoch;
        break;
      case CHAT_LINK_EVENT_NAME:
      case CHAT_LINK_EVENT_SENT:
      case CHAT_LINK_EVENT_READ:
      case CHAT_LINK_EVENT_SILENT:
        break;
      case CHAT_LINK_EVENT_CONFLICT:
      case CHAT_LINK_EVENT_CLOSED:
      default:
        g_assert_not_reached ();
      }
}

static void
write_all (Wire  *self,
           guint  index)
{
  gsize size = self->settings.size > 0 ? self->settings.size : USUAL_SIZE;
  g_autofree guint8 *payload = g_malloc (size);
  gsize length;

  take_events (self, index);

  while ((length = chat_link_write (self->sides[index].link, self->now, payload, size)) > 0)
    {
      g_assert_cmpuint (length, <=, size);
      send_datagram (self, index, payload, length);
    }

  take_events (self, index);
}

static void
flush (Wire  *self,
       guint  index)
{
  Side *side = &self->sides[index];

  side->flush = -1;
  side->disk = side->memory;
  chat_link_stored (side->link, side->disk.stored);
  write_all (self, index);
}

static void
start (Wire  *self,
       guint  index)
{
  Side *side = &self->sides[index];
  ChatLinkState state = {
    .run = side->run = g_rand_int (self->rand) | 1,
    .epoch = side->epoch,
    .first = side->disk.first,
    .next = side->disk.n_queued + 1,
    .peer_epoch = side->disk.peer_epoch,
    .stored = side->disk.stored,
    .stored_time = side->disk.stored_time,
  };

  self->n_sessions++;
  side->memory = side->disk;
  side->delivered = side->disk.first - 1;
  side->flush = -1;
  side->link = chat_link_new (&state, NULL);
  fill (self, index);
  chat_link_open (side->link, self->now, 2 * self->settings.delay);
}

Wire *
wire_new (const WireSettings *settings,
          WireTextFunc        text)
{
  Wire *self = g_new0 (Wire, 1);

  self->settings = *settings;
  self->text = text;
  self->rand = g_rand_new_with_seed (settings->seed);
  self->flying = g_sequence_new (datagram_free);

  for (guint i = 0; i < 2; i++)
    {
      self->sides[i].epoch = 1000 + i;
      self->sides[i].disk.first = 1;
      self->sides[i].queued_at = g_array_new (FALSE, FALSE, sizeof (gint64));
      self->sides[i].times = g_array_new (FALSE, FALSE, sizeof (gint64));
      start (self, i);
    }

  for (guint i = 0; i < 2; i++)
    write_all (self, i);

  return self;
}

void
wire_free (Wire *self)
{
  for (guint i = 0; i < 2; i++)
    {
      chat_link_free (self->sides[i].link);
      g_array_unref (self->sides[i].queued_at);
      g_array_unref (self->sides[i].times);
    }

  g_sequence_free (self->flying);
  g_rand_free (self->rand);
  g_free (self);
}

/* Queues one more message. It is on the disk before the link knows of it. */
void
wire_queue (Wire  *self,
            guint  index)
{
  Side *side = &self->sides[index];

  side->disk.n_queued = ++side->memory.n_queued;
  if (self->settings.keep_times)
    g_array_append_val (side->queued_at, self->now);

  fill (self, index);
  write_all (self, index);
}

/* Ends a side without warning, and starts it anew from what was on its disk. What
 * flies to it cannot be opened any more; what it sent itself still can be. */
void
wire_kill (Wire  *self,
           guint  index)
{
  chat_link_free (self->sides[index].link);
  start (self, index);
  write_all (self, index);
}

static void
arrive (Wire *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->flying);
  Datagram *datagram = g_sequence_get (first);
  Side *side = &self->sides[datagram->to];
  guint to = datagram->to;
  gsize size;
  const guint8 *data = g_bytes_get_data (datagram->payload, &size);

  if (datagram->run == side->run)
    g_assert_true (chat_link_read (side->link, self->now, datagram->session, data, size));

  g_sequence_remove (first);
  write_all (self, to);
}

static gint64
sooner (gint64 a,
        gint64 b)
{
  return a < 0 || b < 0 ? MAX (a, b) : MIN (a, b);
}

static gint64
get_next_time (Wire *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->flying);
  gint64 time = -1;

  if (!g_sequence_iter_is_end (first))
    time = ((Datagram *) g_sequence_get (first))->time;

  for (guint i = 0; i < 2; i++)
    {
      time = sooner (time, chat_link_get_timeout (self->sides[i].link));
      time = sooner (time, self->sides[i].flush);
    }

  return time;
}

static void
step (Wire *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->flying);

  for (guint i = 0; i < 2; i++)
    {
      gint64 timeout = chat_link_get_timeout (self->sides[i].link);

      if (self->sides[i].flush >= 0 && self->sides[i].flush <= self->now)
        flush (self, i);

      if (timeout >= 0 && timeout <= self->now)
        {
          chat_link_tick (self->sides[i].link, self->now);
          write_all (self, i);
        }
    }

  if (!g_sequence_iter_is_end (first) &&
      ((Datagram *) g_sequence_get (first))->time <= self->now)
    arrive (self);
}

void
wire_run_until (Wire   *self,
                gint64  time)
{
  gint64 next;

  while ((next = get_next_time (self)) >= 0 && next <= time)
    {
      self->now = MAX (self->now, next);
      step (self);
    }

  self->now = MAX (self->now, time);
}

/* Runs until so many messages were stored, and the senders know it. */
gboolean
wire_run_until_stored (Wire    *self,
                       guint64  n_left,
                       guint64  n_right,
                       gint64   limit)
{
  while (self->sides[0].delivered < n_right || self->sides[1].delivered < n_left)
    {
      gint64 next = get_next_time (self);

      if (next < 0 || next > limit)
        return FALSE;

      self->now = MAX (self->now, next);
      step (self);
    }

  return self->sides[0].disk.stored == n_left && self->sides[1].disk.stored == n_right;
}

gint64
wire_get_time (Wire *self)
{
  return self->now;
}

ChatLink *
wire_get_link (Wire  *self,
               guint  index)
{
  return self->sides[index].link;
}

/* Takes as long as it took until the sender knew that each message was stored. */
GArray *
wire_get_times (Wire  *self,
                guint  index)
{
  return self->sides[index].times;
}
