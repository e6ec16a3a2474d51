/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-date.h"
#include "chat-midnight.h"

#define HOUR G_TIME_SPAN_HOUR
#define DAY  G_TIME_SPAN_DAY

/* Wednesday, 4 March 2026, 12:00 UTC */
#define NOW (G_GINT64_CONSTANT (1772625600) * G_USEC_PER_SEC)

static void
test_day (void)
{
  static const struct { gint64 time; const char *day; } cases[] = {
    { NOW, "Today" },
    { NOW - 12 * HOUR, "Today" },
    { NOW - 12 * HOUR - 1, "Yesterday" },
    { NOW - DAY, "Yesterday" },
    { NOW - 2 * DAY, "Monday" },
    { NOW - 6 * DAY, "Thursday" },
    { NOW - 7 * DAY, "Wednesday, 25 February" },
    { NOW - 60 * DAY, "Saturday, 3 January" },
    { NOW - 64 * DAY, "30 December 2025" },
    { NOW + DAY, "Thursday, 5 March" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *day = chat_date_describe_day (cases[i].time, NOW);

      g_assert_cmpstr (day, ==, cases[i].day);
    }
}

static void
test_short (void)
{
  static const struct { gint64 time; const char *text; const char *moment; } cases[] = {
    { NOW - 3 * HOUR, "09:00", "09:00" },
    { NOW - 13 * HOUR, "Yesterday", "Yesterday, 23:00" },
    { NOW - 2 * DAY, "Mon", "Monday, 12:00" },
    { NOW - 7 * DAY, "25 Feb", "Wednesday, 25 February, 12:00" },
    { NOW - 64 * DAY, "12/30/25", "30 December 2025, 12:00" },
    { NOW + DAY, "5 Mar", "Thursday, 5 March, 12:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = chat_date_describe_short (cases[i].time, NOW);
      g_autofree char *moment = chat_date_describe_moment (cases[i].time, NOW);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (moment, ==, cases[i].moment);
    }
}

/* To look just after the day has ended, and often enough before. */
static void
test_midnight (void)
{
  gint64 midnight = NOW + 12 * HOUR;

  g_assert_cmpuint (chat_midnight_get_wait (NOW), ==, 15 * 60);
  g_assert_cmpuint (chat_midnight_get_wait (midnight - 60 * G_TIME_SPAN_SECOND), ==, 61);
  g_assert_cmpuint (chat_midnight_get_wait (midnight - G_TIME_SPAN_SECOND), ==, 2);
  g_assert_cmpuint (chat_midnight_get_wait (midnight), ==, 15 * 60);
}

static void
test_same_day (void)
{
  g_autofree char *hour = chat_date_describe_hour (NOW - 3 * HOUR - 55 * G_TIME_SPAN_MINUTE);

  g_assert_cmpstr (hour, ==, "08:05");
  g_assert_true (chat_date_is_same_day (NOW - 12 * HOUR, NOW + 12 * HOUR - 1));
  g_assert_false (chat_date_is_same_day (NOW - 12 * HOUR - 1, NOW));
  g_assert_false (chat_date_is_same_day (NOW, NOW + 365 * DAY));
}

/* A peer may claim any time at all. */
static void
test_absurd (void)
{
  static const gint64 times[] = { G_MININT64, G_MAXINT64, -1, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *day = chat_date_describe_day (times[i], NOW);
      g_autofree char *time = chat_date_describe (times[i]);

      g_assert_cmpstr (day, !=, "Today");
      g_assert_nonnull (time);
      g_assert_true (chat_date_is_same_day (times[i], times[i]));
    }
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-gtk/date/day", test_day);
  g_test_add_func ("/chat-gtk/date/short", test_short);
  g_test_add_func ("/chat-gtk/date/midnight", test_midnight);
  g_test_add_func ("/chat-gtk/date/same-day", test_same_day);
  g_test_add_func ("/chat-gtk/date/absurd", test_absurd);

  return g_test_run ();
}
