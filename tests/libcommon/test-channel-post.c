/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../sanitizers.h"
#include "test-channel-util.h"

#include <unistd.h>

/* What is posted waits here until the other side takes it. */

#define BIG (1024 * 1024)

static void
post_numbered (LyChannel *channel,
               guint      number)
{
  GVariant *message = g_variant_new ("(u@ay)", number, test_new_bytes (999, 1));

  g_assert_true (ly_channel_post (channel, message, NULL));
}

static void
test_post (void)
{
  LyChannel *one;
  LyChannel *other;
  guint n_posted = 0;
  guint n_received = 0;
  g_autoptr (GError) error = NULL;

  test_open_pair (&one, &other);
  g_assert_null (ly_channel_try_receive (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "no message is there yet");
  g_clear_error (&error);

  /* Until the system takes no more, and then some. */
  while (!ly_channel_has_posted (one))
    post_numbered (one, n_posted++);
  for (guint i = 0; i < 1000; i++)
    post_numbered (one, n_posted++);
  g_assert_true (ly_channel_flush (one, &error));
  g_assert_true (ly_channel_has_posted (one));

  while (n_received < n_posted)
    {
      g_autoptr (GVariant) message = ly_channel_try_receive (other, &error);
      guint32 number;

      if (message == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_assert_true (ly_channel_has_posted (one));
          g_assert_true (ly_channel_flush (one, &error));
          continue;
        }

      g_variant_get (message, "(u@ay)", &number, NULL);
      g_assert_cmpuint (number, ==, n_received++);
    }

  g_assert_false (ly_channel_has_posted (one));
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

static gsize
count_resident (void)
{
  g_autofree char *text = NULL;
  gsize pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);

  return pages * (gsize) getpagesize ();
}

/* A peer that is always a little behind costs what it is behind, no more. */
static void
test_post_to_slow_peer (void)
{
  LyChannel *one;
  LyChannel *other;
  gsize before;

  test_open_pair (&one, &other);
  for (guint i = 0; i < 4; i++)
    g_assert_true (ly_channel_post (one, test_new_bytes (BIG, 1), NULL));
  before = count_resident ();

  for (guint i = 0; i < 400; i++)
    {
      GVariant *message;

      g_assert_true (ly_channel_post (one, test_new_bytes (BIG, 1), NULL));
      while ((message = ly_channel_try_receive (other, NULL)) == NULL)
        g_assert_true (ly_channel_flush (one, NULL));

      g_variant_unref (message);
      g_assert_true (ly_channel_has_posted (one));
    }

  /* The address sanitizer keeps what was freed. */
  if (before > 0 && !WITH_ASAN)
    g_assert_cmpuint (count_resident (), <, before + 200 * BIG);

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

/* The end comes after what was posted. */
static void
test_close_posted (void)
{
  g_autoptr (GError) error = NULL;
  LyChannel *one;
  LyChannel *other;

  test_open_pair (&one, &other);
  for (guint i = 0; i < 4; i++)
    g_assert_true (ly_channel_post (one, test_new_bytes (BIG, 1), NULL));
  ly_channel_close (one);
  test_assert_refused (one);
  g_assert_true (ly_channel_has_posted (one));

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) message = NULL;

      while ((message = ly_channel_try_receive (other, &error)) == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_assert_true (ly_channel_flush (one, NULL));
        }
    }

  g_assert_false (ly_channel_has_posted (one));
  test_receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/channel-post/post", test_post);
  g_test_add_func ("/common/channel-post/slow-peer", test_post_to_slow_peer);
  g_test_add_func ("/common/channel-post/close", test_close_posted);

  return g_test_run ();
}
