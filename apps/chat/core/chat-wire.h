/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Everything that can be seen on the network: the datagrams of the secure wire
 * and of discovery, and their limits. PROTOCOL.md says what they are for.
 *
 * The structures consist of bytes alone, so they have no gaps and may lie at any
 * address. Integers are little-endian. */

#define CHAT_WIRE_MAGIC_0 0x4c
#define CHAT_WIRE_MAGIC_1 0x79
#define CHAT_WIRE_VERSION 1

#define CHAT_PLAIN_PORT     7890
#define CHAT_PORT           7891
#define CHAT_DISCOVERY_PORT 7892

/* In the blocks that no switch prunes and no router passes on. */
#define CHAT_DISCOVERY_GROUP_4 "224.0.0.178"
#define CHAT_DISCOVERY_GROUP_6 "ff12::4c79"

/* The largest UDP payload there is. Receive into one byte more: the system does
 * not say that it cut something off. */
#define CHAT_DATAGRAM_MAX  65507

/* What every path takes, and the size of the first datagram of a handshake: no
 * answer to a stranger is larger. */
#define CHAT_DATAGRAM_BASE 1200

#define CHAT_WIRE_KEY_SIZE    32
#define CHAT_WIRE_TAG_SIZE    16
#define CHAT_WIRE_COOKIE_SIZE 16
#define CHAT_WIRE_ECHO_SIZE   16
#define CHAT_WIRE_RUN_SIZE    8

typedef enum
{
  CHAT_WIRE_NONE         = 0x00, /* not one of ours */
  CHAT_WIRE_INITIATION   = 0x01,
  CHAT_WIRE_RESPONSE     = 0x02,
  CHAT_WIRE_CONFIRMATION = 0x03,
  CHAT_WIRE_DONE         = 0x04,
  CHAT_WIRE_COOKIE       = 0x05,
  CHAT_WIRE_DATA         = 0x06,
  CHAT_WIRE_BEACON       = 0x10,
} ChatWireType;

typedef struct
{
  uint8_t magic[2];
  uint8_t version;
  uint8_t type;
} ChatWireHeader;

/* The payload of Noise's first message, not encrypted. */
typedef struct
{
  uint8_t continues[4];  /* the receiver's index of the session to be rekeyed, or 0 */
  uint8_t features[4];   /* 0; unknown bits are ignored */
} ChatWireHello;

typedef struct
{
  ChatWireHeader header;
  uint8_t        sender[4];
  uint8_t        noise[CHAT_WIRE_KEY_SIZE + sizeof (ChatWireHello)];
  uint8_t        padding[CHAT_DATAGRAM_BASE - 64];
  uint8_t        cookie[CHAT_WIRE_COOKIE_SIZE]; /* zeros until there is one */
} ChatWireInitiation;

/* The payload of Noise's second message. */
typedef struct
{
  uint8_t sender[4];
  uint8_t continued[4];  /* as it was asked for, or 0 if there is no such session */
  uint8_t features[4];
} ChatWireWelcome;

typedef struct
{
  ChatWireHeader header;
  uint8_t        receiver[4];
  uint8_t        noise[2 * (CHAT_WIRE_KEY_SIZE + CHAT_WIRE_TAG_SIZE) + sizeof (ChatWireWelcome)];
} ChatWireResponse;

typedef struct
{
  ChatWireHeader header;
  uint8_t        receiver[4];
  uint8_t        noise[CHAT_WIRE_KEY_SIZE + 2 * CHAT_WIRE_TAG_SIZE];
} ChatWireConfirmation;

/* The responder has the keys. Sealed with the number CHAT_WIRE_NUMBER_DONE. */
typedef struct
{
  ChatWireHeader header;
  uint8_t        receiver[4];
  uint8_t        tag[CHAT_WIRE_TAG_SIZE];
} ChatWireDone;

/* Under load: the same initiation again, please, with this in it. */
typedef struct
{
  ChatWireHeader header;
  uint8_t        receiver[4];
  uint8_t        echo[CHAT_WIRE_ECHO_SIZE];   /* the beginning of the initiation's noise */
  uint8_t        cookie[CHAT_WIRE_COOKIE_SIZE];
} ChatWireCookie;

/* A payload and its tag follow. */
typedef struct
{
  ChatWireHeader header;
  uint8_t        receiver[4];
  uint8_t        number[8];
} ChatWireData;

typedef struct
{
  ChatWireHeader header;
  uint8_t        port[2];   /* of the secure wire, at the address it comes from */
  uint8_t        flags[2];
  uint8_t        run[CHAT_WIRE_RUN_SIZE]; /* random for each run of the program */
} ChatWireBeacon;

/* The sender would like a beacon back. Unknown flags are ignored. */
#define CHAT_WIRE_BEACON_ASKS 0x0001

G_STATIC_ASSERT (sizeof (ChatWireInitiation) == CHAT_DATAGRAM_BASE);
G_STATIC_ASSERT (sizeof (ChatWireResponse) == 116);
G_STATIC_ASSERT (sizeof (ChatWireConfirmation) == 72);
G_STATIC_ASSERT (sizeof (ChatWireDone) == 24);
G_STATIC_ASSERT (sizeof (ChatWireCookie) == 40);
G_STATIC_ASSERT (sizeof (ChatWireData) == 16);
G_STATIC_ASSERT (sizeof (ChatWireBeacon) == 16);

/* What sealing adds to a payload, and the shortest and longest that are sealed. */
#define CHAT_WIRE_DATA_OVERHEAD (sizeof (ChatWireData) + CHAT_WIRE_TAG_SIZE)
#define CHAT_WIRE_DATA_MIN      CHAT_WIRE_DATA_OVERHEAD
#define CHAT_WIRE_PAYLOAD_MAX   (CHAT_DATAGRAM_MAX - CHAT_WIRE_DATA_OVERHEAD)

/* Numbers of data are below END; DONE is beyond what they ever reach. */
#define CHAT_WIRE_NUMBER_END    (G_GUINT64_CONSTANT (1) << 62)
#define CHAT_WIRE_NUMBER_DONE   (UINT64_MAX - 1)

/* How long keys live, in microseconds, and how many datagrams. */
#define CHAT_REKEY_AFTER        (120 * G_USEC_PER_SEC)
#define CHAT_REKEY_AFTER_BY_RESPONDER (135 * G_USEC_PER_SEC)
#define CHAT_REJECT_AFTER       (180 * G_USEC_PER_SEC)
#define CHAT_REKEY_AFTER_COUNT  (G_GUINT64_CONSTANT (1) << 32)
#define CHAT_REJECT_AFTER_COUNT (G_GUINT64_CONSTANT (1) << 40)
#define CHAT_FORGERIES_MAX      (G_GUINT64_CONSTANT (1) << 34)

/* Retransmission within a handshake. */
#define CHAT_HANDSHAKE_RETRY_FIRST (100 * G_TIME_SPAN_MILLISECOND)
#define CHAT_HANDSHAKE_RETRY_FIRST_MAX G_USEC_PER_SEC /* when answers take long */
#define CHAT_HANDSHAKE_RETRY_MAX   (2 * G_USEC_PER_SEC)
#define CHAT_HANDSHAKE_TRIES       10
#define CHAT_HANDSHAKE_LIFE        (20 * G_USEC_PER_SEC) /* longer than both kinds of tries */
#define CHAT_HANDSHAKE_FRESH_MAX   8                     /* begun and not overdue */

/* A cookie is good for one to two slots. */
#define CHAT_COOKIE_SLOT           (60 * G_USEC_PER_SEC)

/* What one source may ask for. */
#define CHAT_SOURCE_RATE           20
#define CHAT_SOURCE_BURST          5

/* Initiations in a second that are answered without a cookie, and at once. */
#define CHAT_UNPROVEN_RATE         100
#define CHAT_UNPROVEN_BURST        200

/* Handshakes that a responder remembers. */
#define CHAT_PENDING_MAX           4096

ChatWireType chat_wire_get_type   (const uint8_t  *datagram,
                                   gsize           length);
void         chat_wire_set_header (ChatWireHeader *header,
                                   ChatWireType    type);

typedef struct
{
  uint16_t port;
  gboolean asks;
  uint8_t  run[CHAT_WIRE_RUN_SIZE];
} ChatBeacon;

void         chat_beacon_encode   (const ChatBeacon *beacon,
                                   uint8_t           datagram[sizeof (ChatWireBeacon)]);
gboolean     chat_beacon_decode   (const uint8_t    *datagram,
                                   gsize             length,
                                   ChatBeacon       *beacon) G_GNUC_WARN_UNUSED_RESULT;

static inline uint16_t
chat_wire_get_u16 (const uint8_t *bytes)
{
  return (uint16_t) (bytes[0] | bytes[1] << 8);
}

static inline uint32_t
chat_wire_get_u32 (const uint8_t *bytes)
{
  return chat_wire_get_u16 (bytes) | (uint32_t) chat_wire_get_u16 (bytes + 2) << 16;
}

static inline uint64_t
chat_wire_get_u64 (const uint8_t *bytes)
{
  return chat_wire_get_u32 (bytes) | (uint64_t) chat_wire_get_u32 (bytes + 4) << 32;
}

static inline void
chat_wire_set_u16 (uint8_t  *bytes,
                   uint16_t  value)
{
  bytes[0] = (uint8_t) value;
  bytes[1] = (uint8_t) (value >> 8);
}

static inline void
chat_wire_set_u32 (uint8_t  *bytes,
                   uint32_t  value)
{
  chat_wire_set_u16 (bytes, (uint16_t) value);
  chat_wire_set_u16 (bytes + 2, (uint16_t) (value >> 16));
}

static inline void
chat_wire_set_u64 (uint8_t  *bytes,
                   uint64_t  value)
{
  chat_wire_set_u32 (bytes, (uint32_t) value);
  chat_wire_set_u32 (bytes + 4, (uint32_t) (value >> 32));
}

G_END_DECLS
