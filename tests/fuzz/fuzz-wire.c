/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-wire.h"
#include "fuzz.h"

#include <string.h>

/* What is taken for a beacon is one: written again, it is the same but for flags that
 * this version does not know. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  ChatWireType type = chat_wire_get_type (data, size);
  uint8_t again[sizeof (ChatWireBeacon)];
  ChatBeacon beacon;

  g_assert (type == CHAT_WIRE_NONE || (size >= 16 && data[3] == type));

  if (chat_beacon_decode (data, size, &beacon))
    {
      g_assert (type == CHAT_WIRE_BEACON && size == sizeof again);
      chat_beacon_encode (&beacon, again);
      again[6] = data[6];
      again[7] = data[7];
      g_assert (memcmp (again, data, size) == 0);
    }

  return 0;
}
