/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_MESSAGE_UID_SIZE 16

/* The longest body, in bytes. */
#define CHAT_MESSAGE_MAX_BODY (1024 * 1024)

/* These numbers are in the database, and on the wire. Others are kept and passed
 * on as well. */
typedef enum
{
  CHAT_MESSAGE_WITHDRAWN = 0, /* keeps the place of one that is not to be sent any more */
  CHAT_MESSAGE_TEXT = 1,      /* UTF-8 without NUL */
} ChatMessageKind;

/* How far a message has come. One that arrives has been delivered, and is read
 * once it was seen here. */
typedef enum
{
  CHAT_MESSAGE_QUEUED = 1,
  CHAT_MESSAGE_SENT = 2,
  CHAT_MESSAGE_DELIVERED = 3,
  CHAT_MESSAGE_READ = 4,
  CHAT_MESSAGE_FAILED = 5,
} ChatMessageState;

/* A message. Who makes one sets what it says; the store adds the rest when it
 * keeps it. From then on it is immutable, and may be shared by threads. */
typedef struct
{
  /* Set by who makes it */
  gint64            contact;  /* whom it is to or from */
  guint             kind;     /* a ChatMessageKind, or one that this version does not know */
  gint64            time;     /* when it was written: microseconds since 1970, UTC */
  guint8            uid[CHAT_MESSAGE_UID_SIZE];
  GBytes           *body;
  const char       *text;     /* the body of a text, and a NUL; otherwise NULL */
  gsize             size;     /* of the body; larger than what is there if only its beginning
                                 was asked for */
  guint64           sequence; /* its place among all from, or to, the contact; the
                                 store sets that of outgoing ones */

  /* Set by the store */
  gint64            id;           /* grows; never used again, even if it is removed */
  gint64            conversation; /* 0: removed from it, but not yet delivered */
  gboolean          outgoing;
  ChatMessageState  state;        /* when it was read from the store */
} ChatMessage;

ChatMessage *chat_message_new      (gint64        contact,
                                    guint         kind,
                                    gint64        time,
                                    const guint8  uid[CHAT_MESSAGE_UID_SIZE],
                                    const void   *body,
                                    gsize         size) G_GNUC_WARN_UNUSED_RESULT;
ChatMessage *chat_message_new_text (gint64        contact,
                                    gint64        time,
                                    const char   *text) G_GNUC_WARN_UNUSED_RESULT;
ChatMessage *chat_message_ref      (ChatMessage  *self);
void         chat_message_unref    (ChatMessage  *self);

const char  *chat_message_state_to_string (ChatMessageState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMessage, chat_message_unref)

G_END_DECLS
