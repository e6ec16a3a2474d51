/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"
#include "chat-key.h"
#include "chat-peer.h"

G_BEGIN_DECLS

struct _ChatPeer
{
  GObject      parent_instance;

  /* Set once */
  char        *fingerprint;

  ChatContact *contact;       /* as the store knew it last */
  ChatAddress  address;       /* of the session, or of the last one; port 0: none yet */
  char        *address_text;  /* or NULL */
  gboolean     is_online;
  char        *told;          /* what was told of it last, to tell only what is new */
  gboolean     is_linked;     /* the node has a link */
  gint64       met;           /* when the session began, monotonic */
  gint64       last_heard;    /* a beacon or an answer, monotonic */
  gint64       last_ping;
  guint64      to_confirm;    /* its messages up to here are stored, which it does not know yet */

  /* Ours */
  guint64      next;          /* what the next message to it will be given */
  guint64      acked;         /* it has stored all up to here */
  guint64      fed;           /* the node was given all up to here */

  /* Looking for it */
  GStrv        addresses;     /* where it was, the latest first */
  guint        n_tries;
  gint64       next_try;      /* monotonic */
};

ChatPeer *_chat_peer_new         (ChatContact       *contact) G_GNUC_WARN_UNUSED_RESULT;
void      _chat_peer_set_contact (ChatPeer          *self,
                                  ChatContact       *contact);
gboolean  _chat_peer_set_address (ChatPeer          *self,
                                  const ChatAddress *address);

G_END_DECLS
