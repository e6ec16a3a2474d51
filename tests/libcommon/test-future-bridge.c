/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <glib/gstdio.h>

/* Futures and GIO's own ways, in both directions. */

static GVariant *
finish_load (GObject       *source,
             GAsyncResult  *result,
             GError       **error)
{
  g_autofree char *text = NULL;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, error))
    return NULL;

  return g_variant_new_string (text);
}

static LyFuture *
load (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gpointer ready_data;
  LyFuture *future = ly_future_new_async (finish_load, &ready_data);

  g_file_load_contents_async (file, ly_future_get_cancellable (future), ly_future_async_ready,
                              ready_data);

  return future;
}

static void
run_until_done (LyFuture *future)
{
  while (!ly_future_is_done (future))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_from_async (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "lanyard-test-bridge", NULL);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  LyFuture *future;

  g_assert_true (g_file_set_contents (path, "contents", -1, NULL));
  future = load (path);
  run_until_done (future);
  value = test_await_value (future);
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "contents");
  g_assert_finalize_object (future);

  g_assert_cmpint (g_remove (path), ==, 0);
  future = load (path);
  run_until_done (future);
  g_assert_null (ly_future_get (future, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_finalize_object (future);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

static void
await_result (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
note_operation (GCancellable *cancellable,
                gpointer      ready_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, ly_future_async_ready, ready_data);

  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static GVariant *
finish_unit (GObject       *source,
             GAsyncResult  *result,
             GError       **error)
{
  g_task_propagate_boolean (G_TASK (result), error);

  return NULL;
}

/* Cancelling the future stops the operation, which then has nobody to tell. */
static void
test_from_async_cancelled (void)
{
  gpointer ready_data;
  LyFuture *future = ly_future_new_async (finish_unit, &ready_data);
  g_autoptr (GSource) source = g_cancellable_source_new (ly_future_get_cancellable (future));

  g_source_set_callback (source, G_SOURCE_FUNC (note_operation), ready_data, NULL);
  g_source_attach (source, NULL);
  g_assert_false (g_main_context_iteration (NULL, FALSE));

  g_assert_true (ly_future_cancel (future));
  g_assert_true (g_cancellable_is_cancelled (ly_future_get_cancellable (future)));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (future);
}

static GTask *
new_task (GCancellable  *cancellable,
          GAsyncResult **slot)
{
  return g_task_new (NULL, cancellable, on_result, slot);
}

static void
test_to_task (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;

  ly_future_to_task (future, new_task (NULL, &first));
  ly_future_resolve (future, g_variant_new_string ("value"));
  g_assert_null (first);
  await_result (&first);
  value = g_task_propagate_pointer (G_TASK (first), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "value");
  g_assert_finalize_object (future);

  future = ly_future_new ();
  ly_future_reject (future, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy"));
  ly_future_to_task (future, new_task (NULL, &second));
  await_result (&second);
  g_assert_null (g_task_propagate_pointer (G_TASK (second), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_finalize_object (future);
}

/* The task stands for the future. */
static void
test_to_task_cancelled (void)
{
  LyFuture *future = ly_future_new ();
  GCancellable *cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ly_future_to_task (future, new_task (cancellable, &result));
  g_cancellable_cancel (cancellable);
  await_result (&result);
  g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");

  g_clear_object (&result);
  g_assert_finalize_object (future);
  g_assert_finalize_object (cancellable);
}

static void
test_get_async (void)
{
  LyFuture *future = ly_future_new ();
  GCancellable *cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) patient = NULL;
  g_autoptr (GAsyncResult) impatient = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;

  ly_future_get_async (future, NULL, on_result, &patient);
  ly_future_get_async (future, cancellable, on_result, &impatient);
  g_assert_false (g_main_context_iteration (NULL, FALSE));

  /* Only the wait of one ends. */
  g_cancellable_cancel (cancellable);
  await_result (&impatient);
  g_assert_null (ly_future_get_finish (future, impatient, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (ly_future_is_done (future));
  g_assert_null (patient);

  ly_future_resolve (future, g_variant_new_string ("value"));
  await_result (&patient);
  value = ly_future_get_finish (future, patient, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "value");

  g_clear_object (&patient);
  g_clear_object (&impatient);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (future);
  g_assert_finalize_object (cancellable);
}

/* There and back again. */
static void
test_round_trip (void)
{
  LyFuture *inner = ly_future_new ();
  gpointer ready_data;
  g_autoptr (GVariant) value = NULL;
  LyFuture *outer;

  outer = ly_future_new_async ((LyFutureFinishFunc) (void (*) (void)) ly_future_get_finish,
                               &ready_data);
  ly_future_get_async (inner, ly_future_get_cancellable (outer), ly_future_async_ready,
                       ready_data);
  ly_future_resolve (inner, g_variant_new_int32 (5));
  run_until_done (outer);
  value = test_await_value (outer);
  g_assert_cmpint (g_variant_get_int32 (value), ==, 5);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (inner);
  g_assert_finalize_object (outer);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/future-bridge/from-async/values", test_from_async);
  g_test_add_func ("/common/future-bridge/from-async/cancelled", test_from_async_cancelled);
  g_test_add_func ("/common/future-bridge/to-task/values", test_to_task);
  g_test_add_func ("/common/future-bridge/to-task/cancelled", test_to_task_cancelled);
  g_test_add_func ("/common/future-bridge/get-async", test_get_async);
  g_test_add_func ("/common/future-bridge/round-trip", test_round_trip);

  return g_test_run ();
}
