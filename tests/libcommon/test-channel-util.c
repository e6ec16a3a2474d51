/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-channel-util.h"

#include <sys/socket.h>

void
test_open_pair (LyChannel **one,
                LyChannel **other)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_new_pair (LY_CHANNEL_DEFAULT_LIMIT, one, other, &error));
  g_assert_no_error (error);
}

/* A channel, and the bare other end of it. */
LyChannel *
test_open_half (guint32  limit,
                int     *fd)
{
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  *fd = fds[1];

  return ly_channel_new (fds[0], limit);
}

void
test_send (LyChannel *channel,
           GVariant  *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_send (channel, message, &error));
  g_assert_no_error (error);
}

GVariant *
test_receive (LyChannel *channel)
{
  g_autoptr (GError) error = NULL;
  GVariant *message = ly_channel_receive (channel, &error);

  g_assert_no_error (error);
  g_assert_nonnull (message);

  return message;
}

GVariant *
test_receive_from (LyProcess *process)
{
  return test_receive (ly_process_get_channel (process));
}

void
test_receive_uint32 (LyChannel *channel,
                     guint32    expected)
{
  g_autoptr (GVariant) message = test_receive (channel);

  g_assert_cmpuint (g_variant_get_uint32 (message), ==, expected);
}

void
test_receive_error (LyChannel  *channel,
                    GIOErrorEnum code,
                    const char *text)
{
  /* Twice: what went wrong stays so. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ly_channel_receive (channel, &error));
      g_assert_error (error, G_IO_ERROR, (int) code);
      g_assert_cmpstr (error->message, ==, text);
    }
}

GVariant *
test_new_bytes (gsize  size,
                guint8 first)
{
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (first + i * 7);

  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, bytes, size, TRUE, g_free, bytes);
}

void
test_assert_refused (LyChannel *channel)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_channel_send (channel, g_variant_new_uint32 (1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "channel is closed");
  g_clear_error (&error);

  g_assert_false (ly_channel_post (channel, g_variant_new_uint32 (1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}
