/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"

G_BEGIN_DECLS

#define LY_TYPE_MAP (ly_map_get_type ())

G_DECLARE_FINAL_TYPE (LyMap, ly_map, LY, MAP, GObject)

/**
 * LyMapFlags:
 * @LY_MAP_IN_ORDER: results come in the order of the arguments
 * @LY_MAP_AS_FINISHED: results come as soon as they are there
 *
 * The order of a map's results.
 */
typedef enum
{
  LY_MAP_IN_ORDER    = 0,
  LY_MAP_AS_FINISHED = 1 << 0,
} LyMapFlags;

LyMap    *ly_executor_map (LyExecutor    *executor,
                           const char    *task,
                           GVariant      *args,
                           guint          chunk_size,
                           LyMapFlags     flags,
                           GCancellable  *cancellable) G_GNUC_WARN_UNUSED_RESULT;
GVariant *ly_map_next     (LyMap         *self,
                           guint64       *index,
                           GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
