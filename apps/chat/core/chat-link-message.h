/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-frame.h"

G_BEGIN_DECLS

typedef enum
{
  CHAT_LINK_ERROR_TOO_LONG,  /* more than CHAT_MESSAGE_SIZE_MAX bytes */
  CHAT_LINK_ERROR_INVALID,   /* a text that is not UTF-8, or has a NUL */
  CHAT_LINK_ERROR_FULL,      /* the queue is full; there will be an event */
} ChatLinkError;

#define CHAT_LINK_ERROR (chat_link_error_quark ())
GQuark chat_link_error_quark (void);

/* A message as it travels. */
typedef struct
{
  guint64  sequence;  /* its place in the conversation's one direction, from 1 */
  guint8   kind;      /* a ChatKind, or one that this version does not know */
  gint64   time;      /* when it was written: microseconds since 1970, UTC */
  GBytes  *body;      /* with a NUL behind its end if it came in */
} ChatLinkMessage;

gboolean chat_link_message_check (guint8       kind,
                                  const void  *body,
                                  gsize        size,
                                  GError     **error);

G_END_DECLS
