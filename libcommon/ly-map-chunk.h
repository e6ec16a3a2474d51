/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"

G_BEGIN_DECLS

/* Some arguments of a map in a row, on their way to outcomes. */
typedef struct
{
  /* Set once */
  guint64   first;
  guint     n;
  gboolean  single;   /* run as a task of its own: the second chance */

  LyFuture *future;   /* until it is opened, if it was accepted */
  GError   *error;    /* of all of them */
  GVariant *outcomes; /* a(bv) */
  guint     taken;
} LyMapChunk;

LyMapChunk *_ly_map_chunk_new      (guint64     first,
                                    guint       n,
                                    gboolean    single) G_GNUC_WARN_UNUSED_RESULT;
void        _ly_map_chunk_free     (gpointer    self);
GVariant   *_ly_map_chunk_pack     (LyMapChunk *self,
                                    const char *task,
                                    GVariant   *args) G_GNUC_WARN_UNUSED_RESULT;
gboolean    _ly_map_chunk_is_done  (LyMapChunk *self);
gint64      _ly_map_chunk_open     (LyMapChunk *self);
gboolean    _ly_map_chunk_was_lost (LyMapChunk *self);
GVariant   *_ly_map_chunk_take     (LyMapChunk *self,
                                    GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
