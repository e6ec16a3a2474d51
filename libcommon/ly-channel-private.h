/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-channel.h"
#include "ly-frame-private.h"

G_BEGIN_DECLS

struct _LyChannel
{
  GObject     parent_instance;

  /* Set once */
  guint32     frame_limit;
  gboolean    is_socket;

  /* Set once, but for ly_channel_steal_fd() and a pipe that is closed */
  int         fd;

  /* Guarded by @send_mutex */
  GMutex      send_mutex;
  GByteArray *outgoing;
  gsize       sent;
  gboolean    closed;

  /* Only the receiving thread */
  LyFrameReader incoming;
};

void          _ly_channel_set_error     (GError            **error,
                                         const char         *what);
void          _ly_channel_wait          (LyChannel          *self,
                                         short               events);

/* Messages that are not values but bytes as they are, for those that are so many
 * that to make values of them would count. */
gboolean      _ly_channel_send_parts    (LyChannel          *self,
                                         const LyFramePart  *parts,
                                         guint               n_parts,
                                         gboolean            later,
                                         GError            **error);
const guint8 *_ly_channel_receive_bytes (LyChannel          *self,
                                         gsize              *size,
                                         GError            **error);
gboolean      _ly_channel_fill          (LyChannel          *self,
                                         GError            **error);
const guint8 *_ly_channel_take_bytes    (LyChannel          *self,
                                         gsize              *size,
                                         GError            **error);
gboolean      _ly_channel_has_unread    (LyChannel          *self);

G_END_DECLS
