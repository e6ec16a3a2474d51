/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-wire.h"

#include <string.h>

static gboolean
is_length_right (ChatWireType type,
                 gsize        length)
{
  switch (type)
    {
    case CHAT_WIRE_INITIATION:
      return length == sizeof (ChatWireInitiation);

    case CHAT_WIRE_RESPONSE:
      return length == sizeof (ChatWireResponse);

    case CHAT_WIRE_CONFIRMATION:
      return length == sizeof (ChatWireConfirmation);

    case CHAT_WIRE_DONE:
      return length == sizeof (ChatWireDone);

    case CHAT_WIRE_COOKIE:
      return length == sizeof (ChatWireCookie);

    case CHAT_WIRE_DATA:
      return length >= CHAT_WIRE_DATA_MIN && length <= CHAT_DATAGRAM_MAX;

    case CHAT_WIRE_BEACON:
      return length == sizeof (ChatWireBeacon);

    case CHAT_WIRE_NONE:
    default:
      return FALSE;
    }
}

/* Tells what @datagram is, or CHAT_WIRE_NONE if it is not of this protocol, of
 * another version of it, or longer or shorter than its type is. */
ChatWireType
chat_wire_get_type (const uint8_t *datagram,
                    gsize          length)
{
  ChatWireHeader header;

  if (length < sizeof header)
    return CHAT_WIRE_NONE;

  memcpy (&header, datagram, sizeof header);
  if (header.magic[0] != CHAT_WIRE_MAGIC_0 || header.magic[1] != CHAT_WIRE_MAGIC_1 ||
      header.version != CHAT_WIRE_VERSION)
    return CHAT_WIRE_NONE;

  return is_length_right (header.type, length) ? header.type : CHAT_WIRE_NONE;
}

void
chat_wire_set_header (ChatWireHeader *header,
                      ChatWireType    type)
{
  header->magic[0] = CHAT_WIRE_MAGIC_0;
  header->magic[1] = CHAT_WIRE_MAGIC_1;
  header->version = CHAT_WIRE_VERSION;
  header->type = (uint8_t) type;
}

void
chat_beacon_encode (const ChatBeacon *beacon,
                    uint8_t           datagram[sizeof (ChatWireBeacon)])
{
  ChatWireBeacon wire = { 0 };

  chat_wire_set_header (&wire.header, CHAT_WIRE_BEACON);
  chat_wire_set_u16 (wire.port, beacon->port);
  chat_wire_set_u16 (wire.flags, beacon->asks ? CHAT_WIRE_BEACON_ASKS : 0);
  memcpy (wire.run, beacon->run, sizeof wire.run);
  memcpy (datagram, &wire, sizeof wire);
}

gboolean
chat_beacon_decode (const uint8_t *datagram,
                    gsize          length,
                    ChatBeacon    *beacon)
{
  ChatWireBeacon wire;

  if (chat_wire_get_type (datagram, length) != CHAT_WIRE_BEACON)
    return FALSE;

  memcpy (&wire, datagram, sizeof wire);
  beacon->port = chat_wire_get_u16 (wire.port);
  beacon->asks = (chat_wire_get_u16 (wire.flags) & CHAT_WIRE_BEACON_ASKS) != 0;
  memcpy (beacon->run, wire.run, sizeof wire.run);

  /* Nobody can be talked to there. */
  return beacon->port != 0;
}
