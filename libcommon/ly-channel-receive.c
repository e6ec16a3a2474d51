/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-channel"

#include "ly-channel-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Reads once. FALSE with @error set if no more can come, or none is there and
 * the call may not block. */
static gboolean
read_more (LyChannel  *self,
           gsize       missing,
           gboolean    may_block,
           GError    **error)
{
  gsize size;
  guint8 *room = _ly_frame_reader_room (&self->incoming, missing, &size);
  gssize n;

  if (self->is_socket)
    n = recv (self->fd, room, size, may_block ? 0 : MSG_DONTWAIT);
  else
    n = read (self->fd, room, size);

  if (n > 0)
    {
      self->incoming.end += (gsize) n;
      return TRUE;
    }

  if (n < 0 && errno == EINTR)
    return TRUE;

  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    {
      if (may_block)
        _ly_channel_wait (self, POLLIN);
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "no message is there yet");
      return may_block;
    }

  if (n < 0 && errno != ECONNRESET)
    _ly_channel_set_error (error, "reading from a channel");
  else if (self->incoming.begin == self->incoming.end)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "channel is closed");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                 "channel was closed in the middle of a message, %" G_GSIZE_FORMAT " bytes short",
                 missing);

  return FALSE;
}

/* Sees to it that there is a whole frame. */
static gboolean
await_frame (LyChannel  *self,
             gboolean    may_block,
             GError    **error)
{
  gssize missing;

  while ((missing = _ly_frame_reader_miss (&self->incoming, error)) > 0)
    if (!read_more (self, (gsize) missing, may_block, error))
      return FALSE;

  return missing == 0;
}

static GVariant *
receive (LyChannel  *self,
         gboolean    may_block,
         GError    **error)
{
  const guint8 *frame;
  gsize size;

  if (!await_frame (self, may_block, error))
    return NULL;

  frame = _ly_frame_reader_take (&self->incoming, &size);

  return _ly_frame_read_value (frame, size);
}

/* The bytes of the next message, until something else is asked of the channel;
 * NULL with @error set as it is for ly_channel_receive(). */
const guint8 *
_ly_channel_receive_bytes (LyChannel  *self,
                           gsize      *size,
                           GError    **error)
{
  if (!await_frame (self, TRUE, error))
    return NULL;

  return _ly_frame_reader_take (&self->incoming, size);
}

/* Reads once, without blocking; FALSE with @error set if no more can come. What
 * is there can then be taken by _ly_channel_take_bytes(). */
gboolean
_ly_channel_fill (LyChannel  *self,
                  GError    **error)
{
  gssize missing = _ly_frame_reader_miss (&self->incoming, error);
  g_autoptr (GError) local_error = NULL;

  if (missing < 0)
    return FALSE;

  if (missing == 0 || read_more (self, (gsize) missing, FALSE, &local_error) ||
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* The bytes of the next message, if it was read already: NULL without an error
 * if not. They are there until something else is asked of the channel. */
const guint8 *
_ly_channel_take_bytes (LyChannel  *self,
                        gsize      *size,
                        GError    **error)
{
  if (_ly_frame_reader_miss (&self->incoming, error) != 0)
    return NULL;

  return _ly_frame_reader_take (&self->incoming, size);
}

/**
 * ly_channel_receive:
 * @self: a `LyChannel`
 * @error: return location for %G_IO_ERROR_CLOSED when the other end is closed,
 *   %G_IO_ERROR_PARTIAL_INPUT when that happened inside a message,
 *   %G_IO_ERROR_MESSAGE_TOO_LARGE, %G_IO_ERROR_INVALID_DATA, or another error
 *   of %G_IO_ERROR
 *
 * Takes the next message, blocking until it is there.
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
GVariant *
ly_channel_receive (LyChannel  *self,
                    GError    **error)
{
  g_return_val_if_fail (LY_IS_CHANNEL (self), NULL);

  return receive (self, TRUE, error);
}

/**
 * ly_channel_try_receive:
 * @self: a `LyChannel`
 * @error: return location for %G_IO_ERROR_WOULD_BLOCK when no whole message is
 *   there, or as for [method@Channel.receive]
 *
 * Takes the next message if it is there. Never blocks.
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
GVariant *
ly_channel_try_receive (LyChannel  *self,
                        GError    **error)
{
  g_return_val_if_fail (LY_IS_CHANNEL (self), NULL);

  return receive (self, FALSE, error);
}

gboolean
_ly_channel_has_unread (LyChannel *self)
{
  return self->incoming.end > self->incoming.begin;
}
