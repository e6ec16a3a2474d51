/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-midnight"

#include "chat-midnight.h"

#include "chat-date.h"

/* In seconds: a computer that was asleep has not counted, and its clock may be put right. */
#define WAIT_MAX (15 * 60)

struct _ChatMidnight
{
  ChatMidnightFunc  func;
  gpointer          user_data;
  gint64            day;      /* a time of the day that it was */
  guint             source;
};

static void await (ChatMidnight *self);

static gboolean
on_time (gpointer user_data)
{
  ChatMidnight *self = user_data;
  gboolean is_over = !chat_date_is_same_day (self->day, g_get_real_time ());

  await (self);
  if (is_over)
    self->func (self->user_data);

  return G_SOURCE_REMOVE;
}

static void
await (ChatMidnight *self)
{
  self->day = g_get_real_time ();
  self->source = g_timeout_add_seconds (chat_midnight_get_wait (self->day), on_time, self);
}

/* How many seconds after @now, microseconds since 1970, to look whether the day has ended: soon
 * after its end, and now and then before. */
guint
chat_midnight_get_wait (gint64 now)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (local, 1);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (tomorrow),
                                                          g_date_time_get_month (tomorrow),
                                                          g_date_time_get_day_of_month (tomorrow),
                                                          0, 0, 0);
  gint64 left = midnight != NULL ? g_date_time_difference (midnight, local) / G_USEC_PER_SEC
                                 : WAIT_MAX;

  return (guint) CLAMP (left + 1, 1, WAIT_MAX);
}

/* Calls @func, in the default main context, on each new day until it is freed. */
ChatMidnight *
chat_midnight_new (ChatMidnightFunc func,
                   gpointer         user_data)
{
  ChatMidnight *self = g_new0 (ChatMidnight, 1);

  self->func = func;
  self->user_data = user_data;
  await (self);

  return self;
}

void
chat_midnight_free (ChatMidnight *self)
{
  g_source_remove (self->source);
  g_free (self);
}
