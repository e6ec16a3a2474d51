/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"

G_BEGIN_DECLS

/**
 * LyFutureGroupFlags:
 * @LY_FUTURE_GROUP_DEFAULT: the group owns its futures: once its outcome is
 *   known, those that are not done are cancelled
 * @LY_FUTURE_GROUP_KEEP_REST: others want them too: they are left alone
 *
 * What becomes of the futures whose outcome a group does not need any more,
 * also because the group itself was cancelled.
 */
typedef enum
{
  LY_FUTURE_GROUP_DEFAULT   = 0,
  LY_FUTURE_GROUP_KEEP_REST = 1 << 0,
} LyFutureGroupFlags;

LyFuture *ly_future_all  (LyFuture * const   *futures,
                          guint               n_futures,
                          LyFutureGroupFlags  flags) G_GNUC_WARN_UNUSED_RESULT;
LyFuture *ly_future_any  (LyFuture * const   *futures,
                          guint               n_futures,
                          LyFutureGroupFlags  flags) G_GNUC_WARN_UNUSED_RESULT;
LyFuture *ly_future_race (LyFuture * const   *futures,
                          guint               n_futures,
                          LyFutureGroupFlags  flags) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
