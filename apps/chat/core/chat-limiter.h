/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

G_BEGIN_DECLS

/* So many a second, and so many at once. */
typedef struct
{
  gint64 interval;   /* microseconds */
  gint64 tolerance;
} ChatRate;

/* A bucket of tokens, kept as the time at which it will be full. */
typedef gint64 ChatBucket;

void         chat_rate_init    (ChatRate          *self,
                                guint              rate,
                                guint              burst);
gboolean     chat_bucket_take  (ChatBucket        *self,
                                const ChatRate    *rate,
                                gint64             now) G_GNUC_WARN_UNUSED_RESULT;

/* A bucket for each source, in memory that does not grow. */
typedef struct _ChatLimiter ChatLimiter;

ChatLimiter *chat_limiter_new  (guint              rate,
                                guint              burst) G_GNUC_WARN_UNUSED_RESULT;
void         chat_limiter_free (ChatLimiter       *self);
gboolean     chat_limiter_take (ChatLimiter       *self,
                                const ChatAddress *source,
                                gint64             now) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLimiter, chat_limiter_free)

G_END_DECLS
