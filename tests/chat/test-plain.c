/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../await.h"
#include "chat-plain.h"
#include "chat-wire.h"

#include <gio/gio.h>
#include <string.h>

/* One who keeps what comes. */
typedef struct
{
  ChatPlain *plain;
  GPtrArray *bytes;     /* of GBytes */
  GArray    *from;      /* of ChatAddress */
  guint      n_unsent;
  guint64    unsent;    /* the number of the last of them */
} Side;

static void
on_event (const ChatPlainEvent *event,
          gpointer              user_data)
{
  Side *side = user_data;

  if (event->type == CHAT_PLAIN_UNSENT)
    {
      side->n_unsent++;
      side->unsent = event->number;
    }
  else
    {
      g_ptr_array_add (side->bytes, g_bytes_ref (event->bytes));
      g_array_append_val (side->from, event->address);
    }
}

static void
side_open (Side       *side,
           const char *bind)
{
  g_autoptr (GError) error = NULL;

  side->bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  side->from = g_array_new (FALSE, FALSE, sizeof (ChatAddress));
  side->n_unsent = 0;
  side->plain = chat_plain_new (bind, 0, on_event, side, &error);
  g_assert_no_error (error);
}

static void
side_close (Side *side)
{
  chat_plain_free (side->plain);
  g_ptr_array_unref (side->bytes);
  g_array_unref (side->from);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_close)

static ChatAddress
address_of (const char *ip,
            uint16_t    port)
{
  g_autoptr (GSocketAddress) gio = g_inet_socket_address_new_from_string (ip, port);
  ChatAddress address;

  g_assert_true (chat_address_from_gio (&address, gio));

  return address;
}

static void
send_text (Side              *side,
           const ChatAddress *to,
           const char        *text,
           gsize              length)
{
  g_autoptr (GError) error = NULL;

  chat_plain_send (side->plain, to, text, length, &error);
  g_assert_no_error (error);
}

static void
assert_got (Side       *side,
            guint       index,
            const char *text,
            gsize       length)
{
  gsize got_length;
  gconstpointer got = g_bytes_get_data (side->bytes->pdata[index], &got_length);

  g_assert_cmpmem (got, got_length, text, length);
}

/* Both ways, and a datagram of nothing is one. */
static void
test_both_ways (gconstpointer data)
{
  const char *ip = data;
  g_auto (Side) anna = { NULL };
  g_auto (Side) berta = { NULL };
  ChatAddress to_anna, to_berta;

  side_open (&anna, ip);
  side_open (&berta, ip);
  to_anna = address_of (ip, chat_plain_get_port (anna.plain));
  to_berta = address_of (ip, chat_plain_get_port (berta.plain));

  send_text (&anna, &to_berta, "hello", 5);
  send_text (&anna, &to_berta, "", 0);
  send_text (&anna, &to_berta, "你好 🎉", strlen ("你好 🎉"));
  AWAIT (berta.bytes->len == 3);
  assert_got (&berta, 0, "hello", 5);
  assert_got (&berta, 1, "", 0);
  assert_got (&berta, 2, "你好 🎉", strlen ("你好 🎉"));
  for (guint i = 0; i < 3; i++)
    g_assert_true (chat_address_equal (&g_array_index (berta.from, ChatAddress, i), &to_anna));

  send_text (&berta, &g_array_index (berta.from, ChatAddress, 0), "and you", 7);
  AWAIT (anna.bytes->len == 1);
  assert_got (&anna, 0, "and you", 7);
  g_assert_true (chat_address_equal (&g_array_index (anna.from, ChatAddress, 0), &to_berta));
  g_assert_cmpuint (anna.n_unsent + berta.n_unsent, ==, 0);
}

/* What comes is handed on as it is, whatever it is. */
static void
test_foreign_bytes (void)
{
  static const char bytes[] = "\xff\x00\x1b[2J\xc3";
  g_auto (Side) anna = { NULL };
  g_autoptr (GSocket) stranger = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                               G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) to = NULL;
  g_autoptr (GError) error = NULL;

  side_open (&anna, "127.0.0.1");
  to = g_inet_socket_address_new_from_string ("127.0.0.1", chat_plain_get_port (anna.plain));
  g_socket_send_to (stranger, to, bytes, sizeof bytes - 1, NULL, &error);
  g_assert_no_error (error);

  AWAIT (anna.bytes->len == 1);
  assert_got (&anna, 0, bytes, sizeof bytes - 1);
}

/* The longest goes through; one byte more is refused before anything is sent. */
static void
test_length (void)
{
  g_autofree char *text = g_strnfill (CHAT_DATAGRAM_MAX + 1, 'x');
  g_autoptr (GError) error = NULL;
  g_auto (Side) anna = { NULL };
  g_auto (Side) berta = { NULL };
  ChatAddress to;

  side_open (&anna, "127.0.0.1");
  side_open (&berta, "127.0.0.1");
  to = address_of ("127.0.0.1", chat_plain_get_port (berta.plain));

  g_assert_false (chat_plain_send (anna.plain, &to, text, CHAT_DATAGRAM_MAX + 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "the text has 65508 bytes; a datagram holds 65507 at most");

  send_text (&anna, &to, text, CHAT_DATAGRAM_MAX);
  AWAIT (berta.bytes->len == 1);
  assert_got (&berta, 0, text, CHAT_DATAGRAM_MAX);
}

static void
test_refused (void)
{
  static const struct { const char *text; gsize length; } wrong[] = {
    { "\xff", 1 }, { "a\xc3", 2 }, { "\xed\xa0\x80", 3 }, { "\xc0\xaf", 2 }, { "a\0b", 3 },
  };
  g_auto (Side) anna = { NULL };
  ChatAddress to;
  ChatAddress to_v6 = address_of ("::1", 9);
  g_autoptr (GError) error = NULL;

  side_open (&anna, "127.0.0.1");
  to = address_of ("127.0.0.1", chat_plain_get_port (anna.plain));

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) local_error = NULL;

      g_assert_false (chat_plain_send (anna.plain, &to, wrong[i].text, wrong[i].length,
                                       &local_error));
      g_assert_error (local_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }

  g_assert_false (chat_plain_reaches (anna.plain, G_SOCKET_FAMILY_IPV6));
  g_assert_false (chat_plain_send (anna.plain, &to_v6, "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);

  /* None of them went out: what is sent after them is the first to come. */
  send_text (&anna, &to, "good", 4);
  AWAIT (anna.bytes->len > 0);
  assert_got (&anna, 0, "good", 4);
}

/* What the system refuses is told of, and of that alone. */
static void
test_unsent (void)
{
  g_auto (Side) anna = { NULL };
  ChatAddress nowhere = address_of ("127.0.0.1", 0);
  ChatAddress here;

  side_open (&anna, "127.0.0.1");
  here = address_of ("127.0.0.1", chat_plain_get_port (anna.plain));

  send_text (&anna, &here, "one", 3);
  send_text (&anna, &nowhere, "lost", 4);
  send_text (&anna, &here, "two", 3);
  g_assert_true (chat_plain_flush (anna.plain, AWAIT_MS * 1000));
  g_assert_cmpuint (anna.n_unsent, ==, 1);
  g_assert_cmpuint (anna.unsent, ==, 2);

  AWAIT (anna.bytes->len == 2);
  assert_got (&anna, 1, "two", 3);
}

static void
test_port_taken (void)
{
  g_auto (Side) anna = { NULL };
  g_autoptr (GError) error = NULL;

  side_open (&anna, "127.0.0.1");
  g_assert_null (chat_plain_new ("127.0.0.1", chat_plain_get_port (anna.plain), on_event, NULL,
                                 &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

/* More than the queues hold goes out, in its order. The system loses what it has no
 * room for, so what comes is waited for now and then. */
static void
test_many (void)
{
  g_auto (Side) anna = { NULL };
  g_auto (Side) berta = { NULL };
  ChatAddress to;

  side_open (&anna, "127.0.0.1");
  side_open (&berta, "127.0.0.1");
  to = address_of ("127.0.0.1", chat_plain_get_port (berta.plain));

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      send_text (&anna, &to, text, strlen (text));
      if (i % 100 == 99)
        AWAIT (berta.bytes->len == i + 1);
    }

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      assert_got (&berta, i, text, strlen (text));
    }
}

/* Ends although nobody ever took what came, and more waits to. */
static void
test_end_when_flooded (void)
{
  g_auto (Side) anna = { NULL };
  g_auto (Side) berta = { NULL };
  ChatAddress to;

  side_open (&anna, "127.0.0.1");
  side_open (&berta, "127.0.0.1");
  to = address_of ("127.0.0.1", chat_plain_get_port (berta.plain));

  for (guint i = 0; i < 1000; i++)
    send_text (&anna, &to, "flood", 5);
  g_assert_true (chat_plain_flush (anna.plain, AWAIT_MS * 1000));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/chat/plain/both-ways/ipv4", "127.0.0.1", test_both_ways);
  g_test_add_data_func ("/chat/plain/both-ways/ipv6", "::1", test_both_ways);
  g_test_add_func ("/chat/plain/foreign-bytes", test_foreign_bytes);
  g_test_add_func ("/chat/plain/length", test_length);
  g_test_add_func ("/chat/plain/refused", test_refused);
  g_test_add_func ("/chat/plain/unsent", test_unsent);
  g_test_add_func ("/chat/plain/port-taken", test_port_taken);
  g_test_add_func ("/chat/plain/many", test_many);
  g_test_add_func ("/chat/plain/end-when-flooded", test_end_when_flooded);

  return g_test_run ();
}
