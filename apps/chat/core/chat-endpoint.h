/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-batch.h"

G_BEGIN_DECLS

/* The node's place on the network: its sockets, the one thread that receives from
 * them and the one that sends. What the datagrams mean is its owner's business.
 * Times are of g_get_monotonic_time(). */
typedef struct _ChatEndpoint ChatEndpoint;

typedef struct
{
  /* On the receiving thread: these came. They may be changed in place, and are gone
   * afterwards. */
  void   (*receive) (ChatBatch *batch,
                     gint64     now,
                     gpointer   user_data);

  /* On the sending thread: fills the empty @batch. Returns when to be asked again if
   * nothing wakes it before, or -1; the time does not matter if the batch is full. */
  gint64 (*send)    (ChatBatch *batch,
                     gint64     now,
                     gpointer   user_data);
} ChatEndpointFuncs;

typedef struct
{
  guint64 n_received;  /* datagrams */
  guint64 n_sent;
  guint64 n_unsent;    /* the system would not send them */
} ChatEndpointInfo;

ChatEndpoint *chat_endpoint_new      (const char               *bind,
                                      uint16_t                  port,
                                      const ChatEndpointFuncs  *funcs,
                                      gpointer                  user_data,
                                      GError                  **error)
                                     G_GNUC_WARN_UNUSED_RESULT;
void          chat_endpoint_free     (ChatEndpoint             *self);
void          chat_endpoint_start    (ChatEndpoint             *self);
void          chat_endpoint_wake     (ChatEndpoint             *self);
uint16_t      chat_endpoint_get_port (const ChatEndpoint       *self);
gboolean      chat_endpoint_has      (const ChatEndpoint       *self,
                                      GSocketFamily             family);
void          chat_endpoint_get_info (ChatEndpoint             *self,
                                      ChatEndpointInfo         *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatEndpoint, chat_endpoint_free)

G_END_DECLS
