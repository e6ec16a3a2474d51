/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-batch.h"

#include "chat-wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

/* Each takes one datagram, or as many of one size as the system has joined. */
#define SLOTS     32
#define SLOT_SIZE 65536

/* The system joins and splits no more at once. */
#define SEGMENTS_MAX 64

/* What goes with a message: an interface, a size of segments. */
typedef union
{
  char   bytes[CMSG_SPACE (sizeof (struct in6_pktinfo)) + CMSG_SPACE (sizeof (int))];
  size_t align;  /* what a struct cmsghdr begins with */
} Control;

G_STATIC_ASSERT (SLOT_SIZE > CHAT_DATAGRAM_MAX);

/* --- receiving --- */

/* How long each datagram of those that were joined is. */
static gsize
get_segment_size (struct msghdr *message,
                  gsize          length)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
      {
        int size;

        memcpy (&size, CMSG_DATA (c), sizeof size);
        return size > 0 ? (gsize) size : length;
      }

  return length;
}

static void
add_received (ChatBatch     *self,
              struct msghdr *message,
              uint8_t       *bytes,
              gsize          length)
{
  ChatAddress from;
  gsize size;

  if ((message->msg_flags & MSG_TRUNC) != 0 || length > SLOT_SIZE ||
      !chat_address_from_native (&from, message->msg_name, message->msg_namelen))
    return;

  size = get_segment_size (message, length);

  /* Once at least: an empty datagram is a datagram. */
  do
    {
      gsize part = MIN (size, length);

      self->datagrams[self->n++] = (ChatDatagram) {
        .address = from,
        .bytes = bytes,
        .length = part,
      };
      bytes += part;
      length -= part;
    }
  while (length > 0 && self->n < self->n_max);
}

void
chat_batch_receive (ChatBatch *self,
                    GSocket   *socket)
{
  struct mmsghdr messages[SLOTS];
  struct iovec vectors[SLOTS];
  struct sockaddr_storage names[SLOTS];
  Control controls[SLOTS];
  int n;

  self->n = 0;

  for (guint i = 0; i < SLOTS; i++)
    {
      vectors[i] = (struct iovec) { self->arena + i * SLOT_SIZE, SLOT_SIZE };
      messages[i].msg_hdr = (struct msghdr) {
        .msg_name = &names[i],
        .msg_namelen = sizeof names[i],
        .msg_iov = &vectors[i],
        .msg_iovlen = 1,
        .msg_control = &controls[i],
        .msg_controllen = sizeof controls[i],
      };
    }

  do
    n = recvmmsg (g_socket_get_fd (socket), messages, SLOTS, MSG_DONTWAIT, NULL);
  while (n < 0 && errno == EINTR);

  for (int i = 0; i < n && self->n < self->n_max; i++)
    add_received (self, &messages[i].msg_hdr, vectors[i].iov_base, messages[i].msg_len);
}

/* --- sending --- */

/* How many from @first on the system can split off one message: to the same address,
 * one behind the other in memory, of one size but for the last. */
static guint
count_segments (const ChatBatch *self,
                guint            first)
{
  const ChatDatagram *leader = &self->datagrams[first];
  gsize total = leader->length;
  guint n = 1;

  while (first + n < self->n && n < SEGMENTS_MAX)
    {
      const ChatDatagram *next = &self->datagrams[first + n];

      if (next->bytes != leader->bytes + total || next->length > leader->length ||
          next->length == 0 || total + next->length > CHAT_DATAGRAM_MAX ||
          next->interface != leader->interface ||
          !chat_address_equal (&next->address, &leader->address))
        break;

      total += next->length;
      n++;

      if (next->length < leader->length)
        break;
    }

  return n;
}

static void
add_control (struct msghdr *message,
             int            level,
             int            type,
             const void    *data,
             gsize          size)
{
  struct cmsghdr *c = (struct cmsghdr *) ((char *) message->msg_control + message->msg_controllen);

  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN (size);
  memcpy (CMSG_DATA (c), data, size);
  message->msg_controllen += CMSG_SPACE (size);
}

/* Where an interface is chosen, the system no longer keeps to the address that the
 * socket is bound to. */
static void
add_interface (struct msghdr      *message,
               const ChatDatagram *datagram,
               const ChatSockets  *sockets)
{
  if (chat_address_is_v4 (&datagram->address))
    {
      struct in_pktinfo info = { .ipi_ifindex = (int) datagram->interface };

      memcpy (&info.ipi_spec_dst, sockets->source, sizeof sockets->source);
      add_control (message, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
  else
    {
      struct in6_pktinfo info = { .ipi6_ifindex = datagram->interface };

      add_control (message, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    }
}

/* One message of @n_segments datagrams. */
typedef struct
{
  struct iovec            vector;
  struct sockaddr_storage name;
  Control                 control;
  guint                   n_segments;
} Outgoing;

static void
prepare (struct msghdr      *message,
         const ChatSockets  *sockets,
         Outgoing           *out,
         const ChatDatagram *datagrams,
         guint               n_segments)
{
  const ChatDatagram *last = &datagrams[n_segments - 1];
  gsize total = (gsize) (last->bytes - datagrams->bytes) + last->length;

  memset (&out->control, 0, sizeof out->control);
  out->vector = (struct iovec) { datagrams->bytes, total };
  out->n_segments = n_segments;
  *message = (struct msghdr) {
    .msg_name = &out->name,
    .msg_namelen = (socklen_t) chat_address_to_native (&datagrams->address, &out->name),
    .msg_iov = &out->vector,
    .msg_iovlen = 1,
    .msg_control = &out->control,
  };

  if (datagrams->interface != 0)
    add_interface (message, datagrams, sockets);

  if (n_segments > 1)
    {
      uint16_t size = (uint16_t) datagrams->length;

      add_control (message, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
    }

  if (message->msg_controllen == 0)
    message->msg_control = NULL;
}

/* Sends the datagrams from @first on that go out by the same socket. Returns how many
 * there were. */
static guint
send_run (ChatBatch    *self,
          guint         first,
          ChatSockets  *sockets,
          GCancellable *cancellable,
          guint        *n_dropped)
{
  GSocket *socket = chat_sockets_get_for (sockets, &self->datagrams[first].address);
  struct mmsghdr messages[CHAT_BATCH_SEND_MAX];
  Outgoing outs[CHAT_BATCH_SEND_MAX];
  guint n_messages = 0;
  guint end = first;

  while (end < self->n && chat_sockets_get_for (sockets, &self->datagrams[end].address) == socket)
    {
      guint n_segments = sockets->can_segment ? count_segments (self, end) : 1;

      prepare (&messages[n_messages].msg_hdr, sockets, &outs[n_messages], &self->datagrams[end],
               n_segments);
      n_messages++;
      end += n_segments;
    }

  if (socket == NULL)
    *n_dropped += end - first;

  for (guint i = 0; socket != NULL && i < n_messages;)
    {
      int n = sendmmsg (g_socket_get_fd (socket), &messages[i], n_messages - i, MSG_DONTWAIT);

      if (n > 0)
        {
          i += (guint) n;
        }
      else if (errno == EAGAIN || errno == ENOBUFS)
        {
          if (!g_socket_condition_wait (socket, G_IO_OUT, cancellable, NULL))
            return end - first;
        }
      else if (errno != EINTR)
        {
          /* An interface that cannot split does not say so before. */
          if (outs[i].n_segments > 1 && (errno == EIO || errno == EINVAL))
            sockets->can_segment = FALSE;

          *n_dropped += outs[i].n_segments;
          i++;
        }
    }

  return end - first;
}

guint
chat_batch_send (ChatBatch    *self,
                 ChatSockets  *sockets,
                 GCancellable *cancellable)
{
  guint n_dropped = 0;

  for (guint first = 0; first < self->n;)
    first += send_run (self, first, sockets, cancellable, &n_dropped);

  self->n = 0;
  self->used = 0;

  return n_dropped;
}
