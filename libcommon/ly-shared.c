/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-call.h"

#include <fcntl.h>
#include <sys/socket.h>

/**
 * LyShared:
 *
 * A dictionary, a list, counters and a lock that several processes change.
 *
 * One process owns them: it has the `LyShared` of [ctor@Shared.new], whose
 * thread serves the others. The others are clients: each has a `LyShared` of
 * its own, made of a connection that the owner gave it. In a child to which
 * the owner gave one with [method@Shared.give] that is
 * [func@Shared.inherit]. The same methods work on both sides; for a client
 * each is a message to the owner and back.
 *
 * Each method is atomic: none sees another half done. Whoever holds the lock
 * has the data to itself, for as many methods as it likes: those of all others
 * wait until it is unlocked, in the order in which they came. They wait no
 * longer than they were told to with [method@Shared.lock] or
 * [method@Shared.set_timeout].
 *
 * A client that ends while it holds the lock, in whatever way, does not hold
 * up the others: the lock goes to the next, and that one is told, since the
 * data may be half changed.
 *
 * Everything is bounded. The owner chooses how many clients there may be and
 * how much data; a message has at most %LY_SHARED_FRAME_LIMIT bytes. Owner and
 * clients need not trust each other: one that sends anything wrong is
 * disconnected, and only that one.
 *
 * Every method may be called from any thread, and blocks it until it is done
 * (a fiber blocks its whole thread). The lock belongs to the thread that took
 * it. After [method@Shared.close], or once the owner has ended, each method
 * fails with %G_IO_ERROR_CLOSED.
 */
G_DEFINE_FINAL_TYPE (LyShared, ly_shared, G_TYPE_OBJECT)

static void
ly_shared_finalize (GObject *object)
{
  LyShared *self = LY_SHARED (object);

  g_clear_pointer (&self->server, _ly_shared_server_free);
  g_clear_object (&self->channel);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_shared_parent_class)->finalize (object);
}

static void
ly_shared_class_init (LySharedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_shared_finalize;
}

static void
ly_shared_init (LyShared *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->timeout_us = -1;
}

/**
 * ly_shared_new:
 * @max_clients: how many clients there may be at a time
 * @max_size: how much may be shared at a time, in bytes, names and a little for
 *   each entry included
 *
 * Creates shared data that is empty and belongs to this process. What would
 * make it larger than @max_size is refused with %G_IO_ERROR_NO_SPACE.
 *
 * Returns: (transfer full): the owner's side
 */
LyShared *
ly_shared_new (guint max_clients,
               gsize max_size)
{
  LyShared *self = g_object_new (LY_TYPE_SHARED, NULL);

  self->server = _ly_shared_server_new (max_clients, max_size);

  return self;
}

/**
 * ly_shared_new_for_fd:
 * @fd: a connection that [method@Shared.connect] made; it becomes the client's
 *
 * Becomes a client, in whatever process the descriptor was brought to.
 *
 * Returns: (transfer full): the client's side
 */
LyShared *
ly_shared_new_for_fd (int fd)
{
  LyShared *self;

  g_return_val_if_fail (fd >= 0, NULL);

  self = g_object_new (LY_TYPE_SHARED, NULL);
  self->channel = ly_channel_new (fd, LY_SHARED_FRAME_LIMIT);

  return self;
}

/**
 * ly_shared_inherit:
 * @error: return location for %G_IO_ERROR_NOT_FOUND
 *
 * In a child that was given a connection with [method@Shared.give]: becomes a
 * client. To be called once.
 *
 * Returns: (transfer full): the client's side, or %NULL with @error set if
 *   there is no connection
 */
LyShared *
ly_shared_inherit (GError **error)
{
  int type;
  socklen_t size = sizeof type;

  if (getsockopt (LY_SHARED_CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "no shared data was inherited from the parent");
      return NULL;
    }

  fcntl (LY_SHARED_CHILD_FD, F_SETFD, FD_CLOEXEC);

  return ly_shared_new_for_fd (LY_SHARED_CHILD_FD);
}

/**
 * ly_shared_give:
 * @self: the owner's side
 * @process: a process that was not started yet, and was given none before
 * @error: return location, as for [method@Shared.connect]
 *
 * Makes the child a client: it finds the data with [func@Shared.inherit].
 *
 * Returns: %FALSE with @error set if there can be no more clients
 */
gboolean
ly_shared_give (LyShared   *self,
                LyProcess  *process,
                GError    **error)
{
  int fd;

  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (LY_IS_PROCESS (process), FALSE);

  fd = ly_shared_connect (self, error);
  if (fd >= 0)
    ly_process_take_fd (process, fd, LY_SHARED_CHILD_FD);

  return fd >= 0;
}

/**
 * ly_shared_connect:
 * @self: the owner's side
 * @error: return location for %G_IO_ERROR_WOULD_BLOCK if there are as many
 *   clients as there may be, %G_IO_ERROR_CLOSED, or another error of
 *   %G_IO_ERROR if the system has no descriptors left
 *
 * Makes room for a client. It is there until all copies of the descriptor are
 * closed.
 *
 * Returns: the client's connection, for [ctor@Shared.new_for_fd], now the
 *   caller's, which is closed on exec; -1 with @error set if there is none
 */
int
ly_shared_connect (LyShared  *self,
                   GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), -1);
  g_return_val_if_fail (self->server != NULL, -1);

  return _ly_shared_server_connect (self->server, error);
}

/**
 * ly_shared_set_timeout:
 * @self: a `LyShared`
 * @timeout_us: in microseconds of monotonic time; -1 is without end, which is
 *   the default
 *
 * Chooses how long methods wait at most for others that hold the lock, on
 * this side. Then they fail with %G_IO_ERROR_TIMED_OUT and have done nothing.
 */
void
ly_shared_set_timeout (LyShared *self,
                       gint64    timeout_us)
{
  g_return_if_fail (LY_IS_SHARED (self));
  g_return_if_fail (timeout_us >= -1);

  g_mutex_lock (&self->mutex);
  self->timeout_us = timeout_us;
  g_mutex_unlock (&self->mutex);
}

GError *
_ly_shared_new_closed_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "shared data is closed");
}

GError *
_ly_shared_new_timeout_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                              "lock of the shared data did not come free in time");
}

/* From now on each method fails. Wakes who waits. */
static void
set_closed (LyShared *self)
{
  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_shared_close:
 * @self: a `LyShared`
 *
 * On the owner's side: ends every connection, and with that the data. On a
 * client's side: ends its connection; if it held the lock, that counts as
 * lost. Whoever waits gets %G_IO_ERROR_CLOSED. Dropping the last reference
 * closes too.
 */
void
ly_shared_close (LyShared *self)
{
  g_return_if_fail (LY_IS_SHARED (self));

  set_closed (self);

  /* Not closed, because another thread may be listening to it. */
  if (self->server != NULL)
    _ly_shared_server_close (self->server);
  else
    shutdown (ly_channel_get_fd (self->channel), SHUT_RDWR);
}
