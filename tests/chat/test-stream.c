/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-stream.h"

#include <string.h>

static void
test_deque_order (void)
{
  ChatDeque deque;
  guint pushed = 0;
  guint popped = 0;

  chat_deque_init (&deque, sizeof (guint));

  /* In and out by turns, so that the ring goes round and grows while it is bent. */
  for (guint turn = 0; turn < 100; turn++)
    {
      for (guint i = 0; i < 7 + turn % 5; i++)
        *(guint *) chat_deque_push (&deque) = pushed++;
      for (guint i = 0; i < 6; i++, popped++, chat_deque_pop (&deque))
        g_assert_cmpuint (*(guint *) chat_deque_get (&deque, 0), ==, popped);

      g_assert_cmpuint (deque.length, ==, pushed - popped);
      g_assert_cmpuint (*(guint *) chat_deque_get (&deque, deque.length - 1), ==, pushed - 1);
    }

  chat_deque_clear (&deque);
}

static void
test_stream_pieces (void)
{
  enum { SIZE = 100000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree guint8 *bytes = g_malloc (SIZE);
  g_autofree guint8 *read = g_malloc (SIZE);
  guint64 base = 12345;
  ChatStream stream;

  for (guint i = 0; i < SIZE; i++)
    bytes[i] = (guint8) g_rand_int (rand);

  chat_stream_init (&stream);
  chat_stream_release (&stream, base);

  /* From the end to the beginning, as if all had been turned round on the way. */
  for (guint at = SIZE; at > 0; at -= 1000)
    chat_stream_write (&stream, base + at - 1000, bytes + at - 1000, 1000);

  chat_stream_read (&stream, base, read, SIZE);
  g_assert_cmpmem (read, SIZE, bytes, SIZE);
  g_assert_cmpuint (chat_stream_get_memory (&stream), <=, SIZE + 3 * 16384);

  chat_stream_release (&stream, base + 90000);
  chat_stream_read (&stream, base + 90000, read, SIZE - 90000);
  g_assert_cmpmem (read, SIZE - 90000, bytes + 90000, SIZE - 90000);
  g_assert_cmpuint (chat_stream_get_memory (&stream), <=, 3 * 16384);

  chat_stream_release (&stream, base + SIZE);
  g_assert_cmpuint (chat_stream_get_memory (&stream), ==, 0);

  chat_stream_write (&stream, base + SIZE, bytes, 10);
  chat_stream_read (&stream, base + SIZE, read, 10);
  g_assert_cmpmem (read, 10, bytes, 10);
  chat_stream_clear (&stream);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/deque/order", test_deque_order);
  g_test_add_func ("/chat/stream/pieces", test_stream_pieces);

  return g_test_run ();
}
