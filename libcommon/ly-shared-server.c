/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-server.h"
#include "ly-channel-private.h"
#include "ly-deadline-private.h"
#include "ly-shared-arbiter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

struct _LySharedServer
{
  /* Set once */
  guint            max_clients;
  int              wake_fds[2];

  /* Guarded by @mutex */
  GMutex           mutex;
  GCond            answered;    /* a request of this process */
  LySharedArbiter  arbiter;
  GPtrArray       *clients;     /* of Client; only the thread removes any */
  GThread         *thread;
  gboolean         awake;       /* the thread was woken already */
  gboolean         closed;
};

typedef struct
{
  LySharedServer  *server;
  LyChannel       *channel;
  LySharedRequest  request;
  gboolean         waits;     /* for the answer to it */
} Client;

/* An answer to this process. */
typedef struct
{
  LySharedServer *server;
  gboolean        given;
  GVariant       *value;
  GError         *error;
} Answer;

static void
client_free (gpointer data)
{
  Client *self = data;

  g_assert (!self->waits);

  g_object_unref (self->channel);
  g_free (self);
}

LySharedServer *
_ly_shared_server_new (guint max_clients,
                       gsize max_size)
{
  LySharedServer *self = g_new0 (LySharedServer, 1);
  g_autoptr (GError) error = NULL;

  self->max_clients = max_clients;
  _ly_shared_arbiter_init (&self->arbiter, max_size);
  self->clients = g_ptr_array_new_with_free_func (client_free);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->answered);

  /* As GLib does when it cannot make the descriptors of a main context. */
  if (!g_unix_open_pipe (self->wake_fds, FD_CLOEXEC, &error))
    g_error ("making a pipe: %s", error->message);

  for (guint i = 0; i < 2; i++)
    g_unix_set_fd_nonblocking (self->wake_fds[i], TRUE, NULL);

  return self;
}

void
_ly_shared_server_free (LySharedServer *self)
{
  _ly_shared_server_close (self);

  g_ptr_array_unref (self->clients);
  _ly_shared_arbiter_clear (&self->arbiter);
  close (self->wake_fds[0]);
  close (self->wake_fds[1]);
  g_cond_clear (&self->answered);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
wake_thread_locked (LySharedServer *self)
{
  const char byte = 0;

  if (self->awake || self->thread == NULL || self->thread == g_thread_self ())
    return;

  self->awake = TRUE;
  while (write (self->wake_fds[1], &byte, 1) < 0 && errno == EINTR)
    ;
}

/* --- This process ---------------------------------------------------------- */

static void
answer_self (LySharedRequest *request,
             GVariant        *value,
             GError          *error)
{
  Answer *answer = request->data;

  answer->value = value != NULL ? g_variant_take_ref (value) : NULL;
  answer->error = error;
  answer->given = TRUE;
  g_cond_broadcast (&answer->server->answered);
}

/* Does what this process wants, and blocks until that is done, @deadline has
 * come, or all is closed. */
GVariant *
_ly_shared_server_call (LySharedServer  *self,
                        LySharedOp       op,
                        gint64           deadline,
                        GVariant        *args,
                        GError         **error)
{
  Answer answer = { .server = self };
  LySharedRequest request = { self, op, args, deadline, answer_self, &answer };

  g_mutex_lock (&self->mutex);

  if (self->closed)
    answer_self (&request, NULL, _ly_shared_new_closed_error ());
  else
    _ly_shared_arbiter_take (&self->arbiter, &request);

  while (!answer.given)
    if (!_ly_cond_wait (&self->answered, &self->mutex, deadline) && !answer.given)
      _ly_shared_arbiter_time_out (&self->arbiter, &request);

  g_mutex_unlock (&self->mutex);

  if (answer.error != NULL)
    g_propagate_error (error, answer.error);

  return answer.value;
}

/* --- Clients --------------------------------------------------------------- */

static void
post_answer (Client    *client,
             char       kind,
             GVariant  *payload,
             GError   **error)
{
  GVariant *answer = g_variant_new (LY_SHARED_ANSWER_FORMAT, kind, g_variant_new_variant (payload));

  ly_channel_post (client->channel, answer, error);
}

/* Never blocks: what the client does not take at once is kept, and as long as
 * there is some it is not listened to. One that is beyond reach is soon found
 * to be gone. */
static void
answer_client (LySharedRequest *request,
               GVariant        *value,
               GError          *error)
{
  Client *client = request->data;
  g_autoptr (GError) owned_error = error;

  if (value != NULL)
    post_answer (client, LY_SHARED_VALUE, value, &owned_error);

  if (error != NULL || g_error_matches (owned_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    post_answer (client, LY_SHARED_ERROR,
                 g_variant_new ("(is)", owned_error->code, owned_error->message), NULL);

  g_clear_pointer (&request->args, g_variant_unref);
  client->waits = FALSE;
  wake_thread_locked (client->server);
}

/* What a client says is believed if nothing about it is wrong. It asks again
 * only when it was answered, and locks only what it does not hold. */
static gboolean
read_request (Client   *client,
              GVariant *message)
{
  gboolean is_holder = client->server->arbiter.holder == client;
  g_autoptr (GVariant) args = NULL;
  const GVariantType *args_type;
  const GVariantType *value_type;
  gint64 timeout_us;
  guchar op;

  if (_ly_channel_has_unread (client->channel) ||
      !g_variant_is_of_type (message, LY_SHARED_REQUEST_TYPE) ||
      !g_variant_is_normal_form (message))
    return FALSE;

  g_variant_get (message, "(yxv)", &op, &timeout_us, &args);
  if (timeout_us < -1 || !_ly_shared_lookup_op ((char) op, &args_type, &value_type) ||
      !g_variant_is_of_type (args, args_type) ||
      (op == LY_SHARED_LOCK && is_holder) || (op == LY_SHARED_UNLOCK && !is_holder))
    return FALSE;

  client->request = (LySharedRequest) {
    client, (LySharedOp) op, g_steal_pointer (&args), _ly_deadline (timeout_us), answer_client,
    client,
  };

  return TRUE;
}

static gboolean
serve_client_locked (Client  *client,
                     GError **error)
{
  g_autoptr (GVariant) message = ly_channel_try_receive (client->channel, error);

  if (message == NULL)
    return FALSE;

  if (!read_request (client, message))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "client sent what no client of ours would");
      return FALSE;
    }

  client->waits = TRUE;
  _ly_shared_arbiter_take (&client->server->arbiter, &client->request);

  return TRUE;
}

/* Backwards, since a lost client's place is taken by the last one, and only
 * those that were polled. */
static void
serve_clients_locked (LySharedServer *self,
                      GArray         *pollfds)
{
  for (guint i = pollfds->len - 1; i-- > 0;)
    {
      struct pollfd *pollfd = &g_array_index (pollfds, struct pollfd, i + 1);
      Client *client = g_ptr_array_index (self->clients, i);
      g_autoptr (GError) error = NULL;
      gboolean well = TRUE;

      if (pollfd->revents & POLLIN)
        well = serve_client_locked (client, &error) ||
               g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      else if (pollfd->revents & POLLOUT)
        well = ly_channel_flush (client->channel, &error);
      else if (pollfd->revents != 0)
        well = FALSE;

      if (!well)
        {
          g_debug ("losing a client: %s", error != NULL ? error->message : "it is gone");
          _ly_shared_arbiter_forget (&self->arbiter, client);
          g_ptr_array_remove_index_fast (self->clients, i);
        }
    }
}

/* The clients' descriptors come after our own, in their order. One that waits,
 * or has not taken its last answer, is not listened to; its end is noticed. */
static void
fill_pollfds_locked (LySharedServer *self,
                     GArray         *pollfds)
{
  struct pollfd wake = { .fd = self->wake_fds[0], .events = POLLIN };

  g_array_set_size (pollfds, 0);
  g_array_append_val (pollfds, wake);

  for (guint i = 0; i < self->clients->len; i++)
    {
      Client *client = g_ptr_array_index (self->clients, i);
      struct pollfd pollfd = { .fd = ly_channel_get_fd (client->channel) };

      if (ly_channel_has_posted (client->channel))
        pollfd.events = POLLOUT;
      else if (!client->waits)
        pollfd.events = POLLIN;

      g_array_append_val (pollfds, pollfd);
    }
}

/* FALSE if nothing happened to any descriptor. */
static gboolean
poll_until (GArray *pollfds,
            gint64  deadline)
{
  int timeout_ms = -1;

  if (deadline != LY_NO_DEADLINE)
    timeout_ms = (int) CLAMP ((deadline - g_get_monotonic_time ()) / 1000 + 1, 0, G_MAXINT);

  return poll (&g_array_index (pollfds, struct pollfd, 0), pollfds->len, timeout_ms) > 0;
}

static gpointer
serve (gpointer data)
{
  LySharedServer *self = data;
  g_autoptr (GArray) pollfds = g_array_new (FALSE, FALSE, sizeof (struct pollfd));

  g_mutex_lock (&self->mutex);

  while (!self->closed)
    {
      gint64 deadline = _ly_shared_arbiter_expire (&self->arbiter);
      gboolean news;
      char byte;

      fill_pollfds_locked (self, pollfds);

      g_mutex_unlock (&self->mutex);
      news = poll_until (pollfds, deadline);
      g_mutex_lock (&self->mutex);

      if (self->awake && read (self->wake_fds[0], &byte, 1) == 1)
        self->awake = FALSE;
      if (news && !self->closed)
        serve_clients_locked (self, pollfds);
    }

  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* Lets another client in; returns its end of the connection, or -1. */
int
_ly_shared_server_connect (LySharedServer  *self,
                           GError         **error)
{
  g_autoptr (LyChannel) ours = NULL;
  g_autoptr (LyChannel) theirs = NULL;
  g_autoptr (GError) refusal = NULL;

  if (!ly_channel_new_pair (LY_SHARED_FRAME_LIMIT, &ours, &theirs, error))
    return -1;

  g_mutex_lock (&self->mutex);

  if (self->closed)
    {
      refusal = _ly_shared_new_closed_error ();
    }
  else if (self->clients->len == self->max_clients)
    {
      refusal = g_error_new (G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                             "shared data has %u clients already", self->max_clients);
    }
  else
    {
      Client *client = g_new0 (Client, 1);

      client->server = self;
      client->channel = g_steal_pointer (&ours);
      g_ptr_array_add (self->clients, client);
      if (self->thread == NULL)
        self->thread = g_thread_new ("shared", serve, self);
      wake_thread_locked (self);
    }

  g_mutex_unlock (&self->mutex);

  if (refusal == NULL)
    return ly_channel_steal_fd (theirs);

  g_propagate_error (error, g_steal_pointer (&refusal));

  return -1;
}

/* Ends every connection, and all waiting. */
void
_ly_shared_server_close (LySharedServer *self)
{
  GThread *thread;

  g_mutex_lock (&self->mutex);

  self->closed = TRUE;
  _ly_shared_arbiter_close (&self->arbiter);
  wake_thread_locked (self);
  thread = g_steal_pointer (&self->thread);

  g_mutex_unlock (&self->mutex);

  if (thread == NULL)
    return;

  g_thread_join (thread);
  g_ptr_array_set_size (self->clients, 0);
}
