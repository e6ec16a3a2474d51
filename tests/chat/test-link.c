/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-link-node.h"

#include <string.h>

/* As the user sees it: sent, delivered, read. */
static void
test_states (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  node_settle (&left, &right);
  node_send (&left, "one");
  node_send (&left, "");
  node_take_events (&left);
  g_assert_cmpuint (left.sent, ==, 0);

  node_settle (&left, &right);
  g_assert_cmpuint (right.reset_epoch, ==, 101);
  g_assert_cmpuint (right.bodies->len, ==, 2);
  g_assert_cmpstr (node_get_text (&right, 0), ==, "one");
  g_assert_cmpstr (node_get_text (&right, 1), ==, "");
  g_assert_cmpuint (left.sent, ==, 2);
  g_assert_cmpuint (left.stored, ==, 0);

  chat_link_stored (right.link, 1);
  node_settle (&left, &right);
  g_assert_cmpuint (left.stored, ==, 1);

  chat_link_stored (right.link, 2);
  chat_link_set_read (right.link, 1);
  node_settle (&left, &right);
  g_assert_cmpuint (left.stored, ==, 2);
  g_assert_cmpuint (left.read, ==, 1);

  chat_link_set_read (right.link, 2);
  node_settle (&left, &right);
  g_assert_cmpuint (left.read, ==, 2);
}

static void
test_refused (void)
{
  g_auto (Node) node = node_new_fresh (1);
  g_autofree char *text = g_malloc0 (CHAT_MESSAGE_SIZE_MAX + 1);
  g_autoptr (GError) error = NULL;

  memset (text, 'x', CHAT_MESSAGE_SIZE_MAX + 1);
  g_assert_false (node_send_kind (&node, CHAT_KIND_TEXT, text, CHAT_MESSAGE_SIZE_MAX + 1, &error));
  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_TOO_LONG);
  g_assert_cmpstr (error->message, ==, "message has 1048577 bytes, and may have 1048576");
  g_clear_error (&error);

  g_assert_false (node_send_kind (&node, CHAT_KIND_TEXT, "\xff", 1, &error));
  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_false (node_send_kind (&node, CHAT_KIND_TEXT, "a\0b", 3, &error));
  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_INVALID);

  g_assert_cmpuint (chat_link_get_next (node.link), ==, 1);
}

/* The longest text, and kinds that are none of the link's business. */
static void
test_sizes (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);
  g_autofree char *text = g_malloc (CHAT_MESSAGE_SIZE_MAX);
  GBytes *body;

  for (guint i = 0; i < CHAT_MESSAGE_SIZE_MAX; i++)
    text[i] = (char) ('a' + i % 25);

  g_assert_true (node_send_kind (&left, CHAT_KIND_TEXT, text, CHAT_MESSAGE_SIZE_MAX, NULL));
  g_assert_true (node_send_kind (&left, 200, "\xff\0", 2, NULL));
  node_settle (&left, &right);

  g_assert_cmpuint (right.bodies->len, ==, 2);
  body = right.bodies->pdata[0];
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body),
                   text, CHAT_MESSAGE_SIZE_MAX);
  body = right.bodies->pdata[1];
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "\xff\0", 2);
  g_assert_cmpuint (right.last_kind, ==, 200);
}

/* Small texts share a datagram. */
static void
test_coalesced (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  node_settle (&left, &right);
  for (guint i = 0; i < 50; i++)
    node_send (&left, "short");

  g_assert_cmpuint (node_carry (&left, &right), ==, 1);
  g_assert_cmpuint (right.bodies->len, ==, 50);
}

/* A stream begins with its first message: there is nothing to keep of it before. */
static void
test_nothing_to_say (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  node_settle (&left, &right);
  g_assert_nonnull (left.peer_name);
  g_assert_cmpuint (left.reset_epoch, ==, 0);
  g_assert_cmpuint (right.reset_epoch, ==, 0);

  node_send (&right, "something");
  node_settle (&left, &right);
  g_assert_cmpuint (left.bodies->len, ==, 1);
  g_assert_cmpuint (left.reset_epoch, !=, 0);
  g_assert_cmpuint (right.reset_epoch, ==, 0);
}

/* Who doesn't store is not flooded, however fast the other is, and then goes on. */
static void
test_flow_control (void)
{
  ChatLinkState state = { .run = 2, .epoch = 200, .first = 1, .next = 1 };
  ChatLinkLimits limits = { .window = CHAT_CREDIT_MIN };
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new (&state, &limits);
  g_autofree char *text = g_strnfill (100000, 'x');
  ChatLinkInfo info;
  gsize n_bytes = 0;

  for (guint i = 0; i < 50; i++)
    node_send (&left, text);

  node_settle (&left, &right);
  for (guint i = 0; i < right.bodies->len; i++)
    n_bytes += g_bytes_get_size (right.bodies->pdata[i]);

  chat_link_get_info (right.link, &info);
  g_assert_cmpuint (right.bodies->len, ==, 11);
  g_assert_cmpuint (n_bytes + info.n_held_bytes, <, CHAT_CREDIT_MIN + 65536);

  while (right.bodies->len < 50)
    {
      guint before = right.bodies->len;

      chat_link_stored (right.link, before);
      node_settle (&left, &right);
      g_assert_cmpuint (right.bodies->len, >, before);
    }

  chat_link_stored (right.link, 50);
  node_settle (&left, &right);
  g_assert_cmpuint (left.stored, ==, 50);
}

/* The queue says that it is full, and later that it is not. */
static void
test_queue_full (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);
  g_autofree char *text = g_strnfill (CHAT_MESSAGE_SIZE_MAX, 'x');
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (node_send_kind (&left, CHAT_KIND_TEXT, text, CHAT_MESSAGE_SIZE_MAX, &error))
    n++;

  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_FULL);
  g_assert_cmpuint (n, >, 1);
  g_assert_cmpuint (left.n_room, ==, 0);

  for (guint i = 0; i < n; i++)
    {
      node_settle (&left, &right);
      chat_link_stored (right.link, right.bodies->len);
    }

  node_settle (&left, &right);
  g_assert_cmpuint (left.n_room, ==, 1);
}

static void
test_bye (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  node_settle (&left, &right);
  chat_link_close (left.link, CHAT_BYE_BLOCKED);
  g_assert_false (chat_link_is_open (left.link));
  g_assert_cmpuint (node_carry (&left, &right), ==, 1);
  g_assert_cmpuint (right.n_closed, ==, 1);
  g_assert_cmpuint (right.reason, ==, CHAT_BYE_BLOCKED);
  g_assert_true (right.from_peer);
  g_assert_false (chat_link_is_open (right.link));
  g_assert_cmpint (chat_link_get_timeout (right.link), ==, -1);

  /* It may be opened again, and goes on where it was. */
  chat_link_open (left.link, node_now, 0);
  chat_link_open (right.link, node_now, 0);
  node_send (&left, "again");
  node_settle (&left, &right);
  g_assert_cmpstr (node_get_text (&right, 0), ==, "again");
}

/* What waits while there is no session is sent when there is one again, and what was
 * on its way is not waited for. */
static void
test_suspended (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  node_settle (&left, &right);
  node_send (&left, "lost on its way");
  g_assert_cmpuint (node_carry (&left, NULL), ==, 1);
  chat_link_suspend (left.link);
  node_send (&left, "waiting");
  g_assert_cmpuint (node_carry (&left, &right), ==, 0);

  node_now += G_TIME_SPAN_HOUR;
  chat_link_open (left.link, node_now, 0);
  node_carry (&left, &right);
  g_assert_cmpuint (right.bodies->len, ==, 2);
  g_assert_cmpstr (node_get_text (&right, 1), ==, "waiting");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/link/states", test_states);
  g_test_add_func ("/chat/link/refused", test_refused);
  g_test_add_func ("/chat/link/sizes", test_sizes);
  g_test_add_func ("/chat/link/coalesced", test_coalesced);
  g_test_add_func ("/chat/link/nothing-to-say", test_nothing_to_say);
  g_test_add_func ("/chat/link/flow-control", test_flow_control);
  g_test_add_func ("/chat/link/queue-full", test_queue_full);
  g_test_add_func ("/chat/link/bye", test_bye);
  g_test_add_func ("/chat/link/suspended", test_suspended);

  return g_test_run ();
}
