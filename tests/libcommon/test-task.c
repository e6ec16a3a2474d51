/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

static GVariant *
return_one (LyTaskContext  *context,
            GVariant       *args,
            GError        **error)
{
  return g_variant_new_int64 (1);
}

static GVariant *
return_two (LyTaskContext  *context,
            GVariant       *args,
            GError        **error)
{
  return g_variant_new_int64 (2);
}

static void
test_register (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_task_lookup ("count to", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "no task is registered as “count to”");
  g_clear_error (&error);

  ly_task_register ("count to", return_one);
  g_assert_true (ly_task_lookup ("count to", &error) == return_one);
  g_assert_no_error (error);

  ly_task_register ("count to", return_two);
  g_assert_true (ly_task_lookup ("count to", NULL) == return_two);
}

static gpointer
register_and_look (gpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", (const char *) data, i);

      ly_task_register (name, return_one);
      g_assert_true (ly_task_lookup (name, NULL) == return_one);
      g_assert_nonnull (ly_task_lookup ("double", NULL));
    }

  return NULL;
}

static void
test_register_in_threads (void)
{
  const char *names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
  GThread *threads[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    threads[i] = g_thread_new ("register", register_and_look, (gpointer) names[i]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_thread_join (threads[i]);

  g_assert_true (ly_task_lookup ("h 199", NULL) == return_one);
}

/* What a task gets is told by no type; what is wrong with it, it says itself. */
static void
test_wrong_arguments (void)
{
  LyExecutor *executor = ly_thread_executor_new (1, 1);
  g_autoptr (LyFuture) future = test_submit (executor, "double", g_variant_new_string ("two"));

  test_await_error (future, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "expected x but got s");
  g_assert_finalize_object (executor);
}

/* A task may count and say where it is without anybody who listens. */
static void
test_nobody_listens (void)
{
  LyExecutor *executor = ly_thread_executor_new (1, 3);
  g_autoptr (LyFuture) count = test_submit (executor, "count", g_variant_new ("(ux)", 7, 10));
  g_autoptr (LyFuture) status = test_submit (executor, "status", g_variant_new_bytestring ("x"));
  g_autoptr (LyFuture) say = test_submit (executor, "say", g_variant_new_int64 (3));

  g_variant_unref (test_await_value (count));
  g_variant_unref (test_await_value (status));
  g_variant_unref (test_await_value (say));
  g_assert_finalize_object (executor);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  test_init (&argc, &argv);

  g_test_add_func ("/common/task/register", test_register);
  g_test_add_func ("/common/task/register-in-threads", test_register_in_threads);
  g_test_add_func ("/common/task/wrong-arguments", test_wrong_arguments);
  g_test_add_func ("/common/task/nobody-listens", test_nobody_listens);

  return g_test_run ();
}
