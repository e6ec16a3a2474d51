/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-date.h"

#include <glib/gi18n.h>

/* A message may bear any time at all: what no calendar has is the first day of 1970. */
static GDateTime *
get_local (gint64 time)
{
  GDateTime *local = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);

  return local != NULL ? local : g_date_time_new_from_unix_local (0);
}

static int
get_julian (GDateTime *date)
{
  GDate day;
  int year, month, day_of_month;

  g_date_time_get_ymd (date, &year, &month, &day_of_month);
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, (GDateDay) day_of_month, (GDateMonth) month, (GDateYear) year);

  return (int) g_date_get_julian (&day);
}

gboolean
chat_date_is_same_day (gint64 a,
                       gint64 b)
{
  g_autoptr (GDateTime) first = get_local (a);
  g_autoptr (GDateTime) second = get_local (b);

  return get_julian (first) == get_julian (second);
}

/* “Today”, “Yesterday”, or the date, with the year unless it is this one. */
char *
chat_date_describe_day (gint64 time,
                        gint64 now)
{
  g_autoptr (GDateTime) day = get_local (time);
  g_autoptr (GDateTime) today = get_local (now);
  int n_days = get_julian (today) - get_julian (day);

  if (n_days == 0)
    return g_strdup (_("Today"));
  if (n_days == 1)
    return g_strdup (_("Yesterday"));
  if (n_days > 1 && n_days < 7)
    /* Translators: a day of the last week, as %A of strftime() */
    return g_date_time_format (day, _("%A"));
  if (g_date_time_get_year (day) == g_date_time_get_year (today))
    /* Translators: a day of this year, as in “Monday, 3 March”; see strftime() */
    return g_date_time_format (day, _("%A, %-e %B"));

  /* Translators: a day of another year, as in “3 March 2024”; see strftime() */
  return g_date_time_format (day, _("%-e %B %Y"));
}

/* When, in a word: the hour today, the day this week, else the date. */
char *
chat_date_describe_short (gint64 time,
                          gint64 now)
{
  g_autoptr (GDateTime) then = get_local (time);
  g_autoptr (GDateTime) today = get_local (now);
  int n_days = get_julian (today) - get_julian (then);

  if (n_days == 0)
    return chat_date_describe_hour (time);
  if (n_days == 1)
    return g_strdup (_("Yesterday"));
  if (n_days > 1 && n_days < 7)
    return g_date_time_format (then, "%a");
  return g_date_time_format (then, g_date_time_get_year (then) == g_date_time_get_year (today)
                                   /* Translators: a day of this year: “3 Nov”; see strftime() */
                                   ? _("%-e %b") : "%x");
}

/* The day if it is not today, and the hour. */
char *
chat_date_describe_moment (gint64 time,
                           gint64 now)
{
  g_autofree char *day = chat_date_describe_day (time, now);
  g_autofree char *hour = chat_date_describe_hour (time);

  return chat_date_is_same_day (time, now) ? g_steal_pointer (&hour)
                                           /* Translators: a day and an hour: “Yesterday, 16:05” */
                                           : g_strdup_printf (_("%s, %s"), day, hour);
}

/* The hour and minute. */
char *
chat_date_describe_hour (gint64 time)
{
  g_autoptr (GDateTime) local = get_local (time);

  /* Translators: hour and minute, as in “16:05”; see strftime() */
  return g_date_time_format (local, _("%H:%M"));
}

/* Day and time in full, in the locale's way. */
char *
chat_date_describe (gint64 time)
{
  g_autoptr (GDateTime) local = get_local (time);

  return g_date_time_format (local, "%c");
}
