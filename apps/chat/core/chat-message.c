/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-message"

#include "chat-message.h"

#include <sodium.h>
#include <string.h>

static void
message_clear (gpointer data)
{
  ChatMessage *self = data;

  g_bytes_unref (self->body);
}

/* The body is copied: a text needs a NUL that does not belong to it. */
ChatMessage *
chat_message_new (gint64        contact,
                  guint         kind,
                  gint64        time,
                  const guint8  uid[CHAT_MESSAGE_UID_SIZE],
                  const void   *body,
                  gsize         size)
{
  ChatMessage *self = g_atomic_rc_box_new0 (ChatMessage);
  char *copy = g_malloc (size + 1);

  if (size > 0)
    memcpy (copy, body, size);
  copy[size] = '\0';

  self->contact = contact;
  self->kind = kind;
  self->time = time;
  memcpy (self->uid, uid, sizeof self->uid);
  self->body = g_bytes_new_with_free_func (copy, size, g_free, copy);
  self->size = size;
  self->text = kind == CHAT_MESSAGE_TEXT ? copy : NULL;

  return self;
}

/* A message of our own, with an identity that no other has. */
ChatMessage *
chat_message_new_text (gint64      contact,
                       gint64      time,
                       const char *text)
{
  guint8 uid[CHAT_MESSAGE_UID_SIZE];

  g_return_val_if_fail (text != NULL, NULL);

  randombytes_buf (uid, sizeof uid);

  return chat_message_new (contact, CHAT_MESSAGE_TEXT, time, uid, text, strlen (text));
}

ChatMessage *
chat_message_ref (ChatMessage *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
chat_message_unref (ChatMessage *self)
{
  g_atomic_rc_box_release_full (self, message_clear);
}

/* As the command's contract has it. */
const char *
chat_message_state_to_string (ChatMessageState state)
{
  static const char * const names[] = {
    [CHAT_MESSAGE_QUEUED] = "queued",
    [CHAT_MESSAGE_SENT] = "sent",
    [CHAT_MESSAGE_DELIVERED] = "delivered",
    [CHAT_MESSAGE_READ] = "read",
    [CHAT_MESSAGE_FAILED] = "failed",
  };

  g_return_val_if_fail (state >= CHAT_MESSAGE_QUEUED && state <= CHAT_MESSAGE_FAILED, NULL);

  return names[state];
}
