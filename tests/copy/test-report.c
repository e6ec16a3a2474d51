/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-report.h"

static const CopyProblemGroup *
get_group (const CopyReport *report,
           guint             index)
{
  g_assert_cmpuint (index, <, report->groups->len);

  return g_ptr_array_index (report->groups, index);
}

static void
test_empty (void)
{
  g_autoptr (CopyReport) report = copy_report_new ();

  g_assert_cmpuint (report->n_problems, ==, 0);
  g_assert_cmpuint (report->groups->len, ==, 0);
  g_assert_false (report->interrupted);
}

/* By reason, in the order in which they happened. */
static void
test_groups (void)
{
  g_autoptr (CopyReport) report = copy_report_new ();
  const CopyProblemGroup *group;

  copy_report_add_problem (report, "a", "no permission");
  copy_report_add_problem (report, "b", "vanished");
  copy_report_add_problem (report, "\xff", "no permission");
  copy_report_add_problem (report, "a", "no permission");

  g_assert_cmpuint (report->n_problems, ==, 4);
  g_assert_cmpuint (report->groups->len, ==, 2);

  group = get_group (report, 0);
  g_assert_cmpstr (group->reason, ==, "no permission");
  g_assert_cmpuint (group->count, ==, 3);
  g_assert_cmpuint (group->paths->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (group->paths, 0), ==, "a");
  g_assert_cmpstr (g_ptr_array_index (group->paths, 1), ==, "\xff");
  g_assert_cmpstr (g_ptr_array_index (group->paths, 2), ==, "a");

  group = get_group (report, 1);
  g_assert_cmpstr (group->reason, ==, "vanished");
  g_assert_cmpuint (group->count, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (group->paths, 0), ==, "b");
}

/* However many fail, all are counted, and only so many are remembered. */
static void
test_limit (void)
{
  g_autoptr (CopyReport) report = copy_report_new ();
  const guint n = 3 * COPY_REPORT_MAX_PATHS;

  for (guint i = 0; i < n; i++)
    copy_report_add_problem (report, "path", i % 2 == 0 ? "even" : "odd");
  copy_report_add_problem (report, "path", "new");

  g_assert_cmpuint (report->n_problems, ==, n + 1);
  g_assert_cmpuint (report->groups->len, ==, 3);
  g_assert_cmpuint (get_group (report, 0)->count, ==, n / 2);
  g_assert_cmpuint (get_group (report, 1)->count, ==, n / 2);
  g_assert_cmpuint (get_group (report, 0)->paths->len + get_group (report, 1)->paths->len, ==,
                    COPY_REPORT_MAX_PATHS);

  /* A reason of its own is told even then. */
  g_assert_cmpstr (get_group (report, 2)->reason, ==, "new");
  g_assert_cmpuint (get_group (report, 2)->count, ==, 1);
  g_assert_cmpuint (get_group (report, 2)->paths->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/report/empty", test_empty);
  g_test_add_func ("/copy/report/groups", test_groups);
  g_test_add_func ("/copy/report/limit", test_limit);

  return g_test_run ();
}
