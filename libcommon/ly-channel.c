/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-channel"

#include "ly-channel-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where it is missing, a child that another thread starts just then may
 * inherit a descriptor that is not meant for it. */
#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 0
#endif

/**
 * LyChannel:
 *
 * A pipe that carries whole messages, each a `GVariant` of any type, between
 * two processes or threads.
 *
 * Works over any stream descriptor: a socket pair both ways, a pipe one way.
 * Messages arrive whole and in order, or not at all.
 *
 * There are two ways to use it. [method@Channel.send] and
 * [method@Channel.receive] block. [method@Channel.post],
 * [method@Channel.flush] and [method@Channel.try_receive] never do, for a
 * thread that polls many channels. One thread may send while another receives;
 * several may send.
 *
 * Closing is for the sender: it says that no more will come. What was sent can
 * still be received, and what the other end sends, too.
 *
 * A peer that is gone gives an error: as GIO does, the first channel sets the
 * process to ignore SIGPIPE.
 */
G_DEFINE_FINAL_TYPE (LyChannel, ly_channel, G_TYPE_OBJECT)

static void
ly_channel_finalize (GObject *object)
{
  LyChannel *self = LY_CHANNEL (object);

  if (self->fd >= 0)
    close (self->fd);

  _ly_frame_reader_clear (&self->incoming);
  g_byte_array_unref (self->outgoing);
  g_mutex_clear (&self->send_mutex);

  G_OBJECT_CLASS (ly_channel_parent_class)->finalize (object);
}

static void
ly_channel_class_init (LyChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_channel_finalize;

  /* A peer that is gone must give an error, not a signal. A socket is told so
   * with each call; for a pipe there is only this, as GIO does it. */
  signal (SIGPIPE, SIG_IGN);
}

static void
ly_channel_init (LyChannel *self)
{
  g_mutex_init (&self->send_mutex);
  self->outgoing = g_byte_array_new ();
  self->fd = -1;
}

/* As errno says. */
void
_ly_channel_set_error (GError     **error,
                       const char  *what)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), "%s: %s", what,
               g_strerror (saved_errno));
}

/**
 * ly_channel_new:
 * @fd: a stream socket or the end of a pipe, the channel's from now on
 * @frame_limit: the largest message to send or accept, in bytes
 *
 * Makes a channel of a descriptor. That of a pipe becomes non-blocking.
 *
 * Returns: (transfer full): the channel
 */
LyChannel *
ly_channel_new (int     fd,
                guint32 frame_limit)
{
  LyChannel *self;
  int type;
  socklen_t type_size = sizeof type;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (frame_limit > 0, NULL);

  self = g_object_new (LY_TYPE_CHANNEL, NULL);
  self->fd = fd;
  self->frame_limit = self->incoming.limit = frame_limit;

  /* A socket is told with each call whether it may block, which saves asking
   * whether it is ready. */
  self->is_socket = getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0;
  if (!self->is_socket)
    fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);

  return self;
}

/**
 * ly_channel_new_pair:
 * @frame_limit: the largest message to send or accept, in bytes
 * @one: (out) (transfer full): one end
 * @other: (out) (transfer full): the other end
 * @error: return location for an error of %G_IO_ERROR
 *
 * Makes two channels that speak to each other, both ways.
 *
 * Returns: %FALSE with @error set if the system has no descriptors left
 */
gboolean
ly_channel_new_pair (guint32     frame_limit,
                     LyChannel **one,
                     LyChannel **other,
                     GError    **error)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      _ly_channel_set_error (error, "making a channel");
      return FALSE;
    }

  for (guint i = 0; i < 2; i++)
    fcntl (fds[i], F_SETFD, FD_CLOEXEC);

  *one = ly_channel_new (fds[0], frame_limit);
  *other = ly_channel_new (fds[1], frame_limit);

  return TRUE;
}

/**
 * ly_channel_new_pipe:
 * @frame_limit: the largest message to send or accept, in bytes
 * @reader: (out) (transfer full): the end to receive from
 * @writer: (out) (transfer full): the end to send to
 * @error: return location for an error of %G_UNIX_ERROR
 *
 * Makes two channels, of which one speaks to the other. To use one the wrong
 * way round fails.
 *
 * Returns: %FALSE with @error set if the system has no descriptors left
 */
gboolean
ly_channel_new_pipe (guint32     frame_limit,
                     LyChannel **reader,
                     LyChannel **writer,
                     GError    **error)
{
  int fds[2];

  if (!g_unix_open_pipe (fds, FD_CLOEXEC, error))
    {
      g_prefix_error (error, "making a channel: ");
      return FALSE;
    }

  *reader = ly_channel_new (fds[0], frame_limit);
  *writer = ly_channel_new (fds[1], frame_limit);

  return TRUE;
}

/* Blocks until the descriptor is ready, or hopeless. */
void
_ly_channel_wait (LyChannel *self,
                  short      events)
{
  struct pollfd pollfd = { .fd = self->fd, .events = events };

  while (poll (&pollfd, 1, -1) < 0 && errno == EINTR)
    ;
}

static gssize
write_some (LyChannel *self,
            const void *data,
            gsize       size)
{
  gssize n;

  do
    if (self->is_socket)
      n = send (self->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    else
      n = write (self->fd, data, size);
  while (n < 0 && errno == EINTR);

  return n;
}

static void
drop_sent_locked (LyChannel *self)
{
  if (self->sent > 0)
    g_byte_array_remove_range (self->outgoing, 0, (guint) self->sent);
  self->sent = 0;
}

/* Lets the other side see the end. */
static void
shut_down_locked (LyChannel *self)
{
  if (shutdown (self->fd, SHUT_WR) != 0 && errno == ENOTSOCK)
    {
      close (self->fd);
      self->fd = -1;
    }
}

/* Writes what is queued, as far as the other side takes it. */
static gboolean
flush_locked (LyChannel  *self,
              gboolean    may_block,
              GError    **error)
{
  while (self->sent < self->outgoing->len)
    {
      gssize n = write_some (self, self->outgoing->data + self->sent,
                             self->outgoing->len - self->sent);

      if (n >= 0)
        {
          self->sent += (gsize) n;
        }
      else if (errno != EAGAIN && errno != EWOULDBLOCK)
        {
          _ly_channel_set_error (error, "writing to a channel");
          return FALSE;
        }
      else if (may_block)
        {
          _ly_channel_wait (self, POLLOUT);
        }
      else
        {
          /* Or a peer that never quite keeps up would make us grow. */
          if (self->sent >= self->outgoing->len / 2)
            drop_sent_locked (self);

          return TRUE;
        }
    }

  drop_sent_locked (self);
  if (self->closed && self->fd >= 0)
    shut_down_locked (self);

  return TRUE;
}

static gboolean
check_open_locked (LyChannel  *self,
                   GError    **error)
{
  if (self->closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "channel is closed");

  return !self->closed;
}

static gboolean
enqueue (LyChannel  *self,
         GVariant   *message,
         gboolean    may_block,
         GError    **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (message);
  gboolean ok;

  g_mutex_lock (&self->send_mutex);
  ok = check_open_locked (self, error) &&
       _ly_frame_append_value (self->outgoing, self->frame_limit, owned, error) &&
       flush_locked (self, may_block, error);
  g_mutex_unlock (&self->send_mutex);

  return ok;
}

/* Keeps a message for a later flush, or sends it. */
gboolean
_ly_channel_send_parts (LyChannel          *self,
                        const LyFramePart  *parts,
                        guint               n_parts,
                        gboolean            later,
                        GError            **error)
{
  gboolean ok;

  g_mutex_lock (&self->send_mutex);
  ok = check_open_locked (self, error) &&
       _ly_frame_append (self->outgoing, self->frame_limit, parts, n_parts, error) &&
       (later || flush_locked (self, TRUE, error));
  g_mutex_unlock (&self->send_mutex);

  return ok;
}

/**
 * ly_channel_send:
 * @self: a `LyChannel`
 * @message: what to send; a floating reference is sunk
 * @error: return location for %G_IO_ERROR_CLOSED after
 *   [method@Channel.close], %G_IO_ERROR_MESSAGE_TOO_LARGE,
 *   %G_IO_ERROR_BROKEN_PIPE when nobody is at the other end, or another error
 *   of %G_IO_ERROR
 *
 * Sends a message, blocking until the system has taken all of it.
 *
 * Returns: %FALSE with @error set if it was not sent
 */
gboolean
ly_channel_send (LyChannel  *self,
                 GVariant   *message,
                 GError    **error)
{
  g_return_val_if_fail (LY_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  return enqueue (self, message, TRUE, error);
}

/**
 * ly_channel_post:
 * @self: a `LyChannel`
 * @message: what to send; a floating reference is sunk
 * @error: return location, as for [method@Channel.send]
 *
 * Sends as much of a message as can be sent at once and keeps the rest. Never
 * blocks; how much is kept is for the caller to bound. See
 * [method@Channel.has_posted] and [method@Channel.flush].
 *
 * Returns: %FALSE with @error set if the channel is of no use any more
 */
gboolean
ly_channel_post (LyChannel  *self,
                 GVariant   *message,
                 GError    **error)
{
  g_return_val_if_fail (LY_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  return enqueue (self, message, FALSE, error);
}

/**
 * ly_channel_flush:
 * @self: a `LyChannel`
 * @error: return location, as for [method@Channel.send]
 *
 * Sends more of what was posted, without blocking.
 *
 * Returns: %FALSE with @error set if the channel is of no use any more
 */
gboolean
ly_channel_flush (LyChannel  *self,
                  GError    **error)
{
  gboolean ok;

  g_return_val_if_fail (LY_IS_CHANNEL (self), FALSE);

  g_mutex_lock (&self->send_mutex);
  ok = flush_locked (self, FALSE, error);
  g_mutex_unlock (&self->send_mutex);

  return ok;
}

/**
 * ly_channel_has_posted:
 * @self: a `LyChannel`
 *
 * Asks whether there is something for [method@Channel.flush] to do.
 *
 * Returns: whether posted bytes wait for the descriptor to become writable
 */
gboolean
ly_channel_has_posted (LyChannel *self)
{
  gboolean has_posted;

  g_return_val_if_fail (LY_IS_CHANNEL (self), FALSE);

  g_mutex_lock (&self->send_mutex);
  has_posted = self->sent < self->outgoing->len;
  g_mutex_unlock (&self->send_mutex);

  return has_posted;
}

/**
 * ly_channel_close:
 * @self: a `LyChannel`
 *
 * Says that nothing more will be sent. The other end takes what is on its way,
 * of which [method@Channel.flush] may still have to send what was posted, and
 * then fails with %G_IO_ERROR_CLOSED. What it sends can be received as before,
 * except that a pipe has nothing more to it. Waits only for another thread that
 * is just sending. Closing twice does nothing.
 */
void
ly_channel_close (LyChannel *self)
{
  g_return_if_fail (LY_IS_CHANNEL (self));

  g_mutex_lock (&self->send_mutex);
  if (!self->closed)
    {
      self->closed = TRUE;
      flush_locked (self, FALSE, NULL);
    }
  g_mutex_unlock (&self->send_mutex);
}

/**
 * ly_channel_get_fd:
 * @self: a `LyChannel`
 *
 * For a main context or a loop of one's own that waits for several channels.
 *
 * Returns: the descriptor, to poll; it stays the channel's
 */
int
ly_channel_get_fd (LyChannel *self)
{
  g_return_val_if_fail (LY_IS_CHANNEL (self), -1);

  return self->fd;
}

/**
 * ly_channel_steal_fd:
 * @self: a `LyChannel` that nobody uses any more
 *
 * Takes the descriptor out of the channel, to hand it to a child process.
 *
 * Returns: the descriptor, now the caller's
 */
int
ly_channel_steal_fd (LyChannel *self)
{
  int fd;

  g_return_val_if_fail (LY_IS_CHANNEL (self), -1);

  fd = self->fd;
  self->fd = -1;

  return fd;
}
