/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-channel"

#include "ly-frame-private.h"
#include "ly-unit-private.h"

#include <string.h>

/* The mark tells a peer that writes anything else from one that speaks the
 * protocol. */
typedef struct
{
  guint32 mark;
  guint32 size;
} FrameHeader;

#define FRAME_MARK 0x314c594cu /* "LYL1" */

#define READ_SIZE (64 * 1024)

void
_ly_frame_reader_clear (LyFrameReader *self)
{
  g_clear_pointer (&self->bytes, g_free);
}

/* How many bytes of the next frame are still to come before it can be taken,
 * or -1 with an error if it never can. */
gssize
_ly_frame_reader_miss (LyFrameReader  *self,
                       GError        **error)
{
  gsize have = self->end - self->begin;
  FrameHeader header;

  if (have < sizeof header)
    return (gssize) (sizeof header - have);

  memcpy (&header, self->bytes + self->begin, sizeof header);

  if (header.mark != FRAME_MARK)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "what arrived on the channel is not a message");
      return -1;
    }

  if (header.size > self->limit)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   "a message of %u bytes arrived, over the channel's limit of %u",
                   header.size, self->limit);
      return -1;
    }

  return have >= sizeof header + header.size ? 0
         : (gssize) (sizeof header + header.size - have);
}

/* Where to read to, and how much: room for the @missing bytes, and for a good
 * read beyond them. Whoever has read says so by adding to @end. */
guint8 *
_ly_frame_reader_room (LyFrameReader *self,
                       gsize          missing,
                       gsize         *size)
{
  gsize have = self->end - self->begin;
  gsize more = MAX (missing, READ_SIZE);

  if (self->end + more > self->size)
    {
      if (have > 0)
        memmove (self->bytes, self->bytes + self->begin, have);
      self->begin = 0;
      self->end = have;
    }

  if (have + more > self->size)
    {
      self->size = have + more;
      self->bytes = g_realloc (self->bytes, self->size);
    }

  *size = self->size - self->end;

  return self->bytes + self->end;
}

/* Takes the next frame, of which nothing is missing. Its bytes are there until
 * the reader makes room again. */
const guint8 *
_ly_frame_reader_take (LyFrameReader *self,
                       gsize         *size)
{
  const guint8 *frame = self->bytes + self->begin;
  FrameHeader header;

  memcpy (&header, frame, sizeof header);
  *size = header.size;

  self->begin += sizeof header + header.size;
  if (self->begin == self->end)
    self->begin = self->end = 0;

  return frame + sizeof header;
}

/* Appends all @parts, or nothing. */
gboolean
_ly_frame_append (GByteArray         *to,
                  guint32             limit,
                  const LyFramePart  *parts,
                  guint               n_parts,
                  GError            **error)
{
  FrameHeader header = { FRAME_MARK, 0 };
  gsize size = 0;
  guint8 *end;

  for (guint i = 0; i < n_parts; i++)
    size += parts[i].size;

  if (size > limit)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   "message of %" G_GSIZE_FORMAT " bytes is over the channel's limit of %u",
                   size, limit);
      return FALSE;
    }

  header.size = (guint32) size;
  g_byte_array_set_size (to, to->len + (guint) (sizeof header + size));
  end = to->data + to->len - size;
  memcpy (end - sizeof header, &header, sizeof header);

  for (guint i = 0; i < n_parts; i++)
    {
      if (parts[i].bytes != NULL)
        memcpy (end, parts[i].bytes, parts[i].size);
      else
        memset (end, 0, parts[i].size);
      end += parts[i].size;
    }

  return TRUE;
}

/* Appends @value as a `v`, which is serialised as the value, a zero, and its
 * type: to write that down is cheaper than to make a `v` first. */
gboolean
_ly_frame_append_value (GByteArray  *to,
                        guint32      limit,
                        GVariant    *value,
                        GError     **error)
{
  const char *type = g_variant_get_type_string (value);
  const LyFramePart parts[] = {
    { g_variant_get_data (value), g_variant_get_size (value) },
    { "", 1 },
    { type, strlen (type) },
  };

  return _ly_frame_append (to, limit, parts, G_N_ELEMENTS (parts), error);
}

/* The inverse, for bytes that may be anything: as with any `v`, what is not one
 * reads as the unit value. */
GVariant *
_ly_frame_read_value (const guint8 *bytes,
                      gsize         size)
{
  gsize type_at = size;
  g_autofree char *copy = NULL;
  const char *type;
  char *data;

  while (type_at > 0 && bytes[type_at - 1] != '\0')
    type_at--;

  if (type_at == 0)
    return g_variant_ref (_ly_unit ());

  /* With a zero behind the type, too. */
  copy = g_malloc (size + 1);
  memcpy (copy, bytes, size);
  copy[size] = '\0';
  type = copy + type_at;

  if (!g_variant_type_string_is_valid (type) ||
      !g_variant_type_is_definite (G_VARIANT_TYPE (type)))
    return g_variant_ref (_ly_unit ());

  data = g_steal_pointer (&copy);

  return g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (type), data, type_at - 1,
                                                      FALSE, g_free, data));
}
