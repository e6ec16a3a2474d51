/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"

G_BEGIN_DECLS

#define MS G_TIME_SPAN_MILLISECOND

/* A wire between two links that does what networks do, in virtual time and by a
 * seed, so each run is the same as the last. */
typedef struct
{
  guint   seed;
  double  drop;         /* 0 to 1, of each datagram */
  double  repeat;
  double  delay_more;   /* how many take up to @jitter longer, and so change places */
  gint64  delay;        /* one way */
  gint64  jitter;
  gint64  store_delay;  /* what is not stored for so long is lost with a kill */
  gsize   size;         /* of a payload; 0 for the usual one */
  gboolean keep_times;  /* from sending to delivered */
} WireSettings;

typedef struct _Wire Wire;

typedef GBytes *(*WireTextFunc) (guint   side,
                                 guint64 sequence);

Wire         *wire_new           (const WireSettings *settings,
                                  WireTextFunc        text);
void          wire_free          (Wire               *self);
void          wire_queue         (Wire               *self,
                                  guint               side);
void          wire_kill          (Wire               *self,
                                  guint               side);
void          wire_run_until     (Wire               *self,
                                  gint64              time);
gboolean      wire_run_until_stored (Wire            *self,
                                  guint64             n_left,
                                  guint64             n_right,
                                  gint64              limit);
gint64        wire_get_time      (Wire               *self);
ChatLink     *wire_get_link      (Wire               *self,
                                  guint               side);
GArray       *wire_get_times     (Wire               *self,
                                  guint               side);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wire, wire_free)

G_END_DECLS
