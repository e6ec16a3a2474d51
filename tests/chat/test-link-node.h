/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"

G_BEGIN_DECLS

#define MS        G_TIME_SPAN_MILLISECOND
#define NODE_SIZE 1136

/* Never goes back, whatever is tested. */
extern gint64 node_now;

/* A link, and what it told. */
typedef struct
{
  ChatLink  *link;
  char      *peer_name; /* or NULL: not told yet */
  GPtrArray *bodies;    /* of the messages that came in */
  guint8     last_kind;
  guint64    sent;
  guint64    stored;
  guint64    read;
  guint      n_room;
  guint      n_conflicts;
  guint      n_silent;
  guint      n_closed;
  guint8     reason;
  gboolean   from_peer;
  guint64    reset_epoch;
  guint64    reset_sequence;
} Node;

Node        node_new         (const ChatLinkState   *state,
                              const ChatLinkLimits  *limits);
Node        node_new_fresh   (guint32                run);
void        node_clear       (Node                  *node);
gboolean    node_send_kind   (Node                  *node,
                              guint8                 kind,
                              const void            *body,
                              gsize                  size,
                              GError               **error);
void        node_send        (Node                  *node,
                              const char            *text);
const char *node_get_text    (Node                  *node,
                              guint                  index);
void        node_take_events (Node                  *node);
guint       node_carry       (Node                  *from,
                              Node                  *to);
void        node_settle      (Node                  *left,
                              Node                  *right);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Node, node_clear)

G_END_DECLS
