/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-call.h"

G_BEGIN_DECLS

/* Tells an executor which of its running calls take too long. All get the same
 * time, so the one that began first runs out first. */
typedef struct _LyTaskClock LyTaskClock;

/* Called in the clock's thread, with no lock held. */
typedef void (*LyTaskClockFunc) (LyCall *call);

LyTaskClock *_ly_task_clock_new        (gint64            timeout_us,
                                        LyTaskClockFunc   expired) G_GNUC_WARN_UNUSED_RESULT;
void         _ly_task_clock_free       (LyTaskClock      *self);
void         _ly_task_clock_begin      (LyTaskClock      *self,
                                        LyCall           *call);
void         _ly_task_clock_end        (LyTaskClock      *self,
                                        LyCall           *call);
void         _ly_task_clock_set_paused (LyTaskClock      *self,
                                        gboolean          paused);

G_END_DECLS
