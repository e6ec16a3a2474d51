/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-address.h"
#include "chat-wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static void
test_types (void)
{
  static const struct
  {
    ChatWireType type;
    gsize        shortest;
    gsize        longest;
  } types[] = {
    { CHAT_WIRE_INITIATION, 1200, 1200 },
    { CHAT_WIRE_RESPONSE, 116, 116 },
    { CHAT_WIRE_CONFIRMATION, 72, 72 },
    { CHAT_WIRE_DONE, 24, 24 },
    { CHAT_WIRE_COOKIE, 40, 40 },
    { CHAT_WIRE_DATA, 32, 65507 },
    { CHAT_WIRE_BEACON, 16, 16 },
    { 0x00, 1, 0 },
    { 0x07, 1, 0 },
    { 0xff, 1, 0 },
  };
  g_autofree uint8_t *datagram = g_malloc0 (CHAT_DATAGRAM_MAX + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      chat_wire_set_header ((ChatWireHeader *) datagram, types[i].type);
      for (gsize length = 0; length <= CHAT_DATAGRAM_MAX + 1; length++)
        {
          gboolean right = length >= types[i].shortest && length <= types[i].longest;

          g_assert_cmpint (chat_wire_get_type (datagram, length), ==,
                           right ? types[i].type : CHAT_WIRE_NONE);
        }
    }
}

static void
test_foreign (void)
{
  uint8_t datagram[sizeof (ChatWireBeacon)] = { 0 };

  for (gsize i = 0; i < 3; i++)
    {
      chat_wire_set_header ((ChatWireHeader *) datagram, CHAT_WIRE_BEACON);
      g_assert_cmpint (chat_wire_get_type (datagram, sizeof datagram), ==, CHAT_WIRE_BEACON);
      datagram[i] ^= 0x20;
      g_assert_cmpint (chat_wire_get_type (datagram, sizeof datagram), ==, CHAT_WIRE_NONE);
    }
}

static void
test_beacon (void)
{
  static const uint8_t expected[] = { 'L', 'y', 1, 0x10, 0xd3, 0x1e, 0x01, 0x00,
                                      1, 2, 3, 4, 5, 6, 7, 8 };
  ChatBeacon beacon = { .port = 7891, .asks = TRUE, .run = { 1, 2, 3, 4, 5, 6, 7, 8 } };
  uint8_t datagram[sizeof (ChatWireBeacon)];
  ChatBeacon decoded;

  chat_beacon_encode (&beacon, datagram);
  g_assert_cmpmem (datagram, sizeof datagram, expected, sizeof expected);
  g_assert_true (chat_beacon_decode (datagram, sizeof datagram, &decoded));
  g_assert_cmpuint (decoded.port, ==, 7891);
  g_assert_true (decoded.asks);
  g_assert_cmpmem (decoded.run, sizeof decoded.run, beacon.run, sizeof beacon.run);

  /* Flags to come are none of ours. */
  datagram[6] = 0xfe;
  g_assert_true (chat_beacon_decode (datagram, sizeof datagram, &decoded));
  g_assert_false (decoded.asks);

  datagram[4] = datagram[5] = 0;
  g_assert_false (chat_beacon_decode (datagram, sizeof datagram, &decoded));
  g_assert_false (chat_beacon_decode (datagram, 0, &decoded));
}

static void
test_integers (void)
{
  uint8_t bytes[8];

  chat_wire_set_u64 (bytes, UINT64_C (0xf1e2d3c4b5a69788));
  g_assert_cmphex (bytes[0], ==, 0x88);
  g_assert_cmphex (bytes[7], ==, 0xf1);
  g_assert_cmphex (chat_wire_get_u16 (bytes), ==, 0x9788);
  g_assert_cmphex (chat_wire_get_u32 (bytes), ==, 0xb5a69788);
  g_assert_cmphex (chat_wire_get_u64 (bytes), ==, UINT64_C (0xf1e2d3c4b5a69788));
}

/* One text for each of three native addresses, there and back. */
static void
check_address (const struct sockaddr *native,
               gsize                  length,
               const char            *expected)
{
  g_autofree char *text = NULL;
  struct sockaddr_storage back;
  ChatAddress address, same;

  g_assert_true (chat_address_from_native (&address, native, length));
  text = chat_address_to_string (&address);
  g_assert_cmpstr (text, ==, expected);

  length = chat_address_to_native (&address, &back);
  g_assert_true (chat_address_from_native (&same, (struct sockaddr *) &back, length));
  g_assert_true (chat_address_equal (&address, &same));
  g_assert_cmpuint (chat_address_hash (&address), ==, chat_address_hash (&same));
  same.port++;
  g_assert_false (chat_address_equal (&address, &same));
}

static void
test_addresses (void)
{
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (7891) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons (7891),
                              .sin6_scope_id = 3 };
  struct sockaddr unix_address = { .sa_family = AF_UNIX };
  ChatAddress address;

  inet_pton (AF_INET, "192.0.2.7", &in.sin_addr);
  check_address ((struct sockaddr *) &in, sizeof in, "192.0.2.7:7891");
  inet_pton (AF_INET6, "fe80::1", &in6.sin6_addr);
  check_address ((struct sockaddr *) &in6, sizeof in6, "[fe80::1%3]:7891");
  inet_pton (AF_INET6, "2001:db8::1", &in6.sin6_addr);
  check_address ((struct sockaddr *) &in6, sizeof in6, "[2001:db8::1]:7891");

  /* Heard by a socket of IPv6, it is the same. */
  inet_pton (AF_INET6, "::ffff:192.0.2.7", &in6.sin6_addr);
  check_address ((struct sockaddr *) &in6, sizeof in6, "192.0.2.7:7891");

  g_assert_false (chat_address_from_native (&address, &unix_address, sizeof unix_address));
  g_assert_false (chat_address_from_native (&address, (struct sockaddr *) &in6, sizeof in));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/wire/types", test_types);
  g_test_add_func ("/chat/wire/foreign", test_foreign);
  g_test_add_func ("/chat/wire/beacon", test_beacon);
  g_test_add_func ("/chat/wire/integers", test_integers);
  g_test_add_func ("/chat/wire/addresses", test_addresses);

  return g_test_run ();
}
