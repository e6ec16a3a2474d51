/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-link.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
read_frames (const uint8_t *data,
             size_t         size)
{
  ChatPayloadHeader header;
  ChatFrameReader reader;
  ChatFrame frame;
  ChatFrameResult result = CHAT_FRAME_END;

  if (!chat_payload_begin (data, size, &header, &reader))
    return;

  while ((result = chat_frame_next (&reader, &frame)) == CHAT_FRAME_READ)
    if (frame.type == CHAT_FRAME_DATA)
      g_assert (frame.data.bytes + frame.data.size <= data + size);
    else if (frame.type == CHAT_FRAME_ACK)
      for (guint i = 0; i < frame.ack.n_ranges; i++)
        g_assert (frame.ack.ranges[i].start < frame.ack.ranges[i].end);
}

/* The same as a link sees it: several payloads, each behind its length. */
static void
read_payloads (ChatLink      *link,
               const uint8_t *data,
               size_t         size)
{
  gint64 now = 0;
  guint8 payload[1200];

  while (size >= 2 && chat_link_is_open (link))
    {
      size_t length = MIN (data[0] | (size_t) data[1] << 8, size - 2);
      g_auto (ChatLinkEvent) event = { 0 };

      chat_link_read (link, now, data[1] >> 6, data + 2, length);
      data += 2 + length;
      size -= 2 + length;

      for (; chat_link_next_event (link, &event); chat_link_event_clear (&event))
        if (event.type == CHAT_LINK_EVENT_MESSAGE)
          chat_link_stored (link, event.sequence);

      while (chat_link_write (link, now, payload, sizeof payload) > 0)
        continue;

      now = MAX (now + 1000, chat_link_get_timeout (link));
      chat_link_tick (link, now);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  ChatLinkState state = { .run = 1, .epoch = 1, .first = 1, .next = 3 };
  g_autoptr (ChatLink) link = chat_link_new (&state, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("body", 4);
  ChatLinkMessage message = { 1, CHAT_KIND_TEXT, 1, body };
  guint8 payload[1200];

  read_frames (data, size);

  chat_link_send (link, &message, NULL);
  chat_link_open (link, 0, 0);
  while (chat_link_write (link, 0, payload, sizeof payload) > 0)
    continue;

  read_payloads (link, data, size);

  return 0;
}
