/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-sockets.h"

G_BEGIN_DECLS

/* As many as one system call takes or gives, or a few of them. */
#define CHAT_BATCH_SEND_MAX    64
#define CHAT_BATCH_RECEIVE_MAX 2048

typedef struct
{
  ChatAddress  address;    /* where it comes from, or goes to */
  guint        interface;  /* goes out by this one; 0: the system chooses */
  uint8_t     *bytes;
  gsize        length;
} ChatDatagram;

/* Datagrams that are received or sent together. Belongs to one thread. */
typedef struct
{
  ChatDatagram *datagrams;
  guint         n;
  guint         n_max;
  uint8_t      *arena;
  gsize         size;
  gsize         used;
} ChatBatch;

ChatBatch *chat_batch_new_to_send    (void) G_GNUC_WARN_UNUSED_RESULT;
ChatBatch *chat_batch_new_to_receive (void) G_GNUC_WARN_UNUSED_RESULT;
void       chat_batch_free           (ChatBatch         *self);

/* Room for one more of @length bytes at most, or NULL if the batch is full; once
 * it is written, it is added. */
uint8_t   *chat_batch_reserve        (ChatBatch         *self,
                                      gsize              length);
void       chat_batch_add            (ChatBatch         *self,
                                      const ChatAddress *to,
                                      guint              interface,
                                      gsize              length);

/* Replaces what is in the batch by what has arrived, without waiting for more:
 * chat-batch-linux.c, and a portable twin. */
void       chat_batch_receive        (ChatBatch         *self,
                                      GSocket           *socket);

/* Sends all and empties the batch. Waits while the system's own queue is full, unless
 * cancelled. What cannot be sent is dropped, as the network might have done; returns
 * the number of those. */
guint      chat_batch_send           (ChatBatch         *self,
                                      ChatSockets       *sockets,
                                      GCancellable      *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatBatch, chat_batch_free)

G_END_DECLS
