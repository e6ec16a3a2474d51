/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"

G_BEGIN_DECLS

/**
 * LyFutureFinishFunc:
 * @source: (nullable): the object of the operation
 * @result: its result, for the operation's own finish function
 * @error: return location for the error of that
 *
 * Turns the result of an operation of GIO into a value.
 *
 * Returns: (transfer full) (nullable): the value, which may be floating, or
 *   %NULL with @error set; %NULL without an error stands for the unit value `()`
 */
typedef GVariant *(*LyFutureFinishFunc) (GObject       *source,
                                         GAsyncResult  *result,
                                         GError       **error);

LyFuture *ly_future_new_async   (LyFutureFinishFunc    finish,
                                 gpointer             *ready_data) G_GNUC_WARN_UNUSED_RESULT;
void      ly_future_async_ready (GObject              *source,
                                 GAsyncResult         *result,
                                 gpointer              ready_data);
void      ly_future_to_task     (LyFuture             *self,
                                 GTask                *task);
void      ly_future_get_async   (LyFuture             *self,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
GVariant *ly_future_get_finish  (LyFuture             *self,
                                 GAsyncResult         *result,
                                 GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
