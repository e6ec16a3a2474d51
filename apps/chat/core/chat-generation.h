/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

/* The keys of one handshake. Immutable but for @n_sealed, so that who uses them needs
 * no lock but only a reference; the last reference wipes them. */
typedef struct
{
  int             refs;
  ChatSessionKeys keys;
  gint64          made;
  gboolean        spent;     /* a husk: the indexes are there, the keys are not */
  uint64_t        n_sealed;  /* guarded by the session's mutex */
} ChatGeneration;

ChatGeneration *chat_generation_new      (const ChatSessionKeys *keys,
                                          gint64                 now) G_GNUC_WARN_UNUSED_RESULT;
ChatGeneration *chat_generation_ref      (ChatGeneration        *self);
void            chat_generation_unref    (ChatGeneration        *self);
gboolean        chat_generation_is_old   (const ChatGeneration  *self,
                                          gint64                 now);
gboolean        chat_generation_can_seal (const ChatGeneration  *self,
                                          gint64                 now);
void            chat_generation_spend    (ChatGeneration       **self);

G_END_DECLS
