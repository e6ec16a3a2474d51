/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"

G_BEGIN_DECLS

/* Tells a producer that its future was cancelled. */
typedef void (*LyFutureCancelFunc) (gpointer user_data);

void     _ly_future_set_producer (LyFuture           *self,
                                  LyFutureCancelFunc  cancel,
                                  gpointer            user_data,
                                  GDestroyNotify      destroy);
gboolean _ly_future_forget       (LyFuture           *self,
                                  LyFutureFunc        func,
                                  gpointer            user_data);

G_END_DECLS
