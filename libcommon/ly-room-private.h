/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Threads that sleep until something is so. */
typedef struct
{
  GCond cond;
  guint round;      /* Guarded by the mutex: how often they were woken */
  int   n_asleep;   /* changed with the mutex held, read without */
} LySleepers;

/* Who may come in, how many are in there, and who waits for that to change.
 * Tasks come in when they are submitted, leave when they have ended, and are
 * settled once everybody knows it.
 *
 * Those who come in and those who leave change different counters, on cache
 * lines of their own, so that neither disturbs the other as long as there is
 * room and nobody waits. Any thread. */
typedef struct
{
  /* Set once */
  guint      limit;

  guint8     apart_from_entrance[64];

  /* Atomic */
  gsize      entered;     /* twice as many as came in, and 1 more once closed */
  gsize      seen;        /* how many had left when somebody last looked */

  guint8     apart_from_exit[64];

  /* Atomic */
  gsize      succeeded;
  gsize      failed;
  gsize      settled;

  guint8     apart_from_sleepers[64];

  GMutex     mutex;
  LySleepers outside;     /* wait for room */
  LySleepers joining;     /* wait for the end */
} LyRoom;

typedef enum
{
  LY_ROOM_ENTERED,
  LY_ROOM_FULL,
  LY_ROOM_CLOSED,
  LY_ROOM_CANCELLED,
} LyRoomResult;

void         _ly_room_init       (LyRoom     *self);
void         _ly_room_clear      (LyRoom     *self);
LyRoomResult _ly_room_enter      (LyRoom     *self,
                                  gboolean    may_block,
                                  const int  *cancelled,
                                  guint64    *number);
void         _ly_room_wake       (LyRoom     *self);
void         _ly_room_leave      (LyRoom     *self,
                                  gboolean    succeeded);
void         _ly_room_settle     (LyRoom     *self);
void         _ly_room_close      (LyRoom     *self);
gboolean     _ly_room_is_closed  (LyRoom     *self);
gboolean     _ly_room_is_drained (LyRoom     *self);
gboolean     _ly_room_join       (LyRoom     *self,
                                  gint64      timeout_us);
guint        _ly_room_get_unsettled
                                 (LyRoom     *self);
void         _ly_room_count      (LyRoom     *self,
                                  guint64    *entered,
                                  guint64    *succeeded,
                                  guint64    *failed);

G_END_DECLS
