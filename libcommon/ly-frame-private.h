/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What goes over a channel: frames, each a header and then bytes, which are
 * mostly a serialised `v`. All is in the machine's own byte order, since both
 * ends are always on the same machine. */

/* Takes frames out of the bytes that come. Only one thread at a time. */
typedef struct
{
  guint32  limit;     /* of a frame's bytes */
  guint8  *bytes;
  gsize    size;
  gsize    begin;     /* what is left of what was read */
  gsize    end;
} LyFrameReader;

/* Several of them are one frame. */
typedef struct
{
  const void *bytes;    /* or NULL for zeros, as in a value that came with the wrong size */
  gsize       size;
} LyFramePart;

void          _ly_frame_reader_clear (LyFrameReader     *self);
gssize        _ly_frame_reader_miss  (LyFrameReader     *self,
                                      GError           **error);
guint8       *_ly_frame_reader_room  (LyFrameReader     *self,
                                      gsize              missing,
                                      gsize             *size);
const guint8 *_ly_frame_reader_take  (LyFrameReader     *self,
                                      gsize             *size);

gboolean      _ly_frame_append       (GByteArray        *to,
                                      guint32            limit,
                                      const LyFramePart *parts,
                                      guint              n_parts,
                                      GError           **error);
gboolean      _ly_frame_append_value (GByteArray        *to,
                                      guint32            limit,
                                      GVariant          *value,
                                      GError           **error);
GVariant     *_ly_frame_read_value   (const guint8      *bytes,
                                      gsize              size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
