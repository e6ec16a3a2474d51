/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-worker"

#include "ly-worker-protocol.h"

#include <string.h>

/* Begins each message. Behind it come the task's name with its zero, and then,
 * if there is a payload, its type with a zero, and its serialised value. */
typedef struct
{
  guint64 id;
  guint32 name_size;
  guint16 attempt;
  guint16 kind;
} Header;

/* Sends a message, or keeps it for a later flush. */
gboolean
_ly_worker_message_send (const LyWorkerMessage  *self,
                         LyChannel              *channel,
                         gboolean                later,
                         GError                **error)
{
  const char *name = self->task != NULL ? self->task : "";
  Header header = { self->id, (guint32) strlen (name) + 1, (guint16) self->attempt,
                    (guint16) self->kind };
  LyFramePart parts[4] = { { &header, sizeof header }, { name, header.name_size } };
  guint n_parts = 2;

  if (self->payload != NULL)
    {
      const char *type = g_variant_get_type_string (self->payload);

      parts[n_parts++] = (LyFramePart) { type, strlen (type) + 1 };
      parts[n_parts++] = (LyFramePart) { g_variant_get_data (self->payload),
                                         g_variant_get_size (self->payload) };
    }

  return _ly_channel_send_parts (channel, parts, n_parts, later, error);
}

/* The end of the string that begins at @bytes, behind its zero; or NULL. */
static const guint8 *
skip_string (const guint8 *bytes,
             gsize         size)
{
  const guint8 *zero = size > 0 ? memchr (bytes, '\0', size) : NULL;

  return zero != NULL ? zero + 1 : NULL;
}

/* Reads a message of which nothing is believed but its size. Its task is a part
 * of @bytes; its payload is the caller's. */
gboolean
_ly_worker_message_read (LyWorkerMessage *self,
                         const guint8    *bytes,
                         gsize            size)
{
  const guint8 *end = bytes + size;
  const guint8 *type;
  const guint8 *data;
  gpointer copy;
  Header header;

  if (size < sizeof header)
    return FALSE;

  memcpy (&header, bytes, sizeof header);
  bytes += sizeof header;
  type = skip_string (bytes, (gsize) (end - bytes));
  if (type == NULL || (gsize) (type - bytes) != header.name_size)
    return FALSE;

  *self = (LyWorkerMessage) { (LyWorkerMessageKind) header.kind, header.id, (const char *) bytes,
                              header.attempt, NULL };
  if (type == end)
    return TRUE;

  data = skip_string (type, (gsize) (end - type));
  if (data == NULL || !g_variant_type_string_is_valid ((const char *) type) ||
      !g_variant_type_is_definite (G_VARIANT_TYPE ((const char *) type)))
    return FALSE;

  copy = g_memdup2 (data, (gsize) (end - data));
  self->payload = g_variant_new_from_data (G_VARIANT_TYPE ((const char *) type), copy,
                                           (gsize) (end - data), FALSE, g_free, copy);
  g_variant_ref_sink (self->payload);

  return TRUE;
}
