/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

static GError *
some_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy");
}

static void
assert_value (LyFuture   *future,
              const char *expected)
{
  g_autoptr (GVariant) value = test_await_value (future);

  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, expected);
}

static void
test_resolve (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GVariant) owned = g_variant_ref_sink (g_variant_new_string ("second"));

  g_assert_false (ly_future_is_done (future));
  g_assert_true (ly_future_resolve (future, g_variant_new_string ("first")));
  g_assert_true (ly_future_is_done (future));
  assert_value (future, "first");

  /* Whatever comes later is refused, and consumed. */
  g_assert_false (ly_future_resolve (future, g_variant_new_string ("late")));
  g_assert_false (ly_future_resolve (future, owned));
  g_assert_false (ly_future_resolve (future, NULL));
  g_assert_false (ly_future_reject (future, some_error ()));
  assert_value (future, "first");
  g_assert_cmpstr (g_variant_get_string (owned, NULL), ==, "second");
  g_assert_finalize_object (future);
}

static void
test_resolve_owned (void)
{
  LyFuture *future = ly_future_new ();
  GVariant *owned = g_variant_ref_sink (g_variant_new_string ("mine"));

  g_assert_true (ly_future_resolve (future, owned));
  g_variant_unref (owned);
  assert_value (future, "mine");
  g_assert_finalize_object (future);
}

static void
test_reject (void)
{
  LyFuture *future = ly_future_new ();

  g_assert_true (ly_future_reject (future, some_error ()));
  g_assert_true (ly_future_is_done (future));
  g_assert_false (ly_future_reject (future, some_error ()));
  g_assert_false (ly_future_resolve (future, g_variant_new_string ("late")));

  /* Everybody who asks gets an error of his own. */
  for (guint i = 0; i < 3; i++)
    test_await_error (future, G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy");
  g_assert_null (ly_future_get (future, -1, NULL));
  g_assert_finalize_object (future);
}

static void
test_unit (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GVariant) value = NULL;

  g_assert_true (ly_future_resolve (future, NULL));
  value = test_await_value (future);
  g_assert_cmpstr (g_variant_get_type_string (value), ==, "()");
  g_assert_finalize_object (future);
}

static void
test_timeout (void)
{
  LyFuture *future = ly_future_new ();
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_future_wait (future, 0));
  g_assert_false (ly_future_wait (future, TEST_MOMENT));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  g_assert_null (ly_future_get (future, 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "result did not come in time");

  /* That it was too early once spoils nothing. */
  ly_future_resolve (future, g_variant_new_string ("value"));
  g_assert_true (ly_future_wait (future, 0));
  g_assert_true (ly_future_wait (future, -1));
  assert_value (future, "value");
  g_assert_finalize_object (future);
}

static gpointer
wait_without_end (gpointer data)
{
  g_assert_true (ly_future_wait (data, -1));
  assert_value (data, "value");

  return NULL;
}

static gpointer
wait_very_long (gpointer data)
{
  g_assert_true (ly_future_wait (data, G_MAXINT64));
  assert_value (data, "value");

  return NULL;
}

static void
test_wait (void)
{
  for (guint round = 0; round < 100; round++)
    {
      LyFuture *future = ly_future_new ();
      GThread *threads[8];

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("wait", i % 2 == 0 ? wait_without_end : wait_very_long, future);

      ly_future_resolve (future, g_variant_new_string ("value"));

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);

      g_assert_finalize_object (future);
    }
}

static gpointer
resolve_with_self (gpointer data)
{
  GVariant *value = g_variant_new_uint64 ((guint64) (gsize) g_thread_self ());

  return GINT_TO_POINTER (ly_future_resolve (data, value));
}

/* Of many that complete a future, exactly one does. */
static void
test_race (void)
{
  for (guint round = 0; round < 100; round++)
    {
      LyFuture *future = ly_future_new ();
      g_autoptr (GVariant) value = NULL;
      GThread *threads[8];
      guint n_first = 0;

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("resolve", resolve_with_self, future);

      value = test_await_value (future);

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          gsize id = (gsize) threads[i];

          if (GPOINTER_TO_INT (g_thread_join (threads[i])))
            {
              n_first++;
              g_assert_cmpuint (g_variant_get_uint64 (value), ==, id);
            }
        }

      g_assert_cmpuint (n_first, ==, 1);
      g_assert_finalize_object (future);
    }
}

/* What continuations did, in order. */
typedef struct
{
  GString      *text;
  GThread      *thread;
  GMainContext *context;
} Record;

typedef struct
{
  Record     *record;
  const char *word;
} Note;

static void
write_note (LyFuture *future,
            gpointer  user_data)
{
  Note *note = user_data;

  g_assert_true (LY_IS_FUTURE (future));
  g_assert_true (ly_future_is_done (future));
  g_assert_true (g_thread_self () == note->record->thread);
  if (note->record->context != NULL)
    g_assert_true (g_main_context_is_owner (note->record->context));

  g_string_append (note->record->text, note->word);
}

static void
note_free (gpointer data)
{
  Note *note = data;

  g_string_append_c (note->record->text, '.');
  g_free (note);
}

static void
take_note (LyFuture     *future,
           GMainContext *context,
           Record       *record,
           const char   *word)
{
  Note *note = g_new (Note, 1);

  *note = (Note) { record, word };
  ly_future_then (future, context, write_note, note, note_free);
}

static void
test_then_in_context (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), context };

  take_note (future, context, &record, "a");
  take_note (future, context, &record, "b");
  ly_future_resolve (future, NULL);
  take_note (future, context, &record, "c");

  /* Not from inside the calls, but from the context, in order. */
  g_assert_cmpstr (text->str, ==, "");
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpstr (text->str, ==, "a.b.c.");
  g_assert_finalize_object (future);
}

static void
test_then_without_context (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), NULL };

  take_note (future, NULL, &record, "a");
  take_note (future, NULL, &record, "b");
  g_assert_cmpstr (text->str, ==, "");

  ly_future_reject (future, some_error ());
  g_assert_cmpstr (text->str, ==, "a.b.");

  take_note (future, NULL, &record, "c");
  g_assert_cmpstr (text->str, ==, "a.b.c.");

  ly_future_reject (future, some_error ());
  g_assert_cmpstr (text->str, ==, "a.b.c.");
  g_assert_finalize_object (future);
}

static gpointer
resolve_later (gpointer data)
{
  ly_future_resolve (data, NULL);

  return NULL;
}

/* Without a context it runs in the thread that completes; with one, there. */
static void
test_then_across_threads (void)
{
  for (guint round = 0; round < 100; round++)
    {
      LyFuture *future = ly_future_new ();
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (GString) here = g_string_new (NULL);
      Record record = { here, g_thread_self (), context };
      GThread *thread;

      take_note (future, context, &record, "x");
      thread = g_thread_new ("resolve", resolve_later, future);

      while (here->len < 2)
        g_main_context_iteration (context, TRUE);

      g_thread_join (thread);
      g_assert_cmpstr (here->str, ==, "x.");
      g_assert_finalize_object (future);
    }
}

static gpointer
resolve_noted (gpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), NULL };

  take_note (data, NULL, &record, "n");
  ly_future_resolve (data, NULL);
  g_assert_cmpstr (text->str, ==, "n.");

  return NULL;
}

static void
test_then_in_resolving_thread (void)
{
  LyFuture *future = ly_future_new ();

  g_thread_join (g_thread_new ("resolve", resolve_noted, future));
  g_assert_finalize_object (future);
}

/* Resolves what is put down here as soon as it is seen. */
static gpointer slot;

static gpointer
resolve_at_once (gpointer data)
{
  LyFuture *future;

  while (TRUE)
    {
      while ((future = g_atomic_pointer_get (&slot)) == NULL)
        ;

      if ((gpointer) future == &slot)
        return NULL;

      g_atomic_pointer_set (&slot, NULL);
      ly_future_resolve (future, NULL);
      g_object_unref (future);
    }
}

/* What one thread asks for comes in that order, also when another completes
 * the future in between. */
static void
test_then_in_order (void)
{
  GThread *thread = g_thread_new ("resolve", resolve_at_once, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), context };

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (LyFuture) future = ly_future_new ();

      g_string_truncate (text, 0);
      take_note (future, context, &record, "a");
      g_atomic_pointer_set (&slot, g_object_ref (future));
      for (guint i = round % 200; i > 0; i--)
        g_thread_self ();
      take_note (future, context, &record, "b");
      take_note (future, context, &record, "c");

      while (text->len < 6)
        g_main_context_iteration (context, TRUE);

      g_assert_cmpstr (text->str, ==, "a.b.c.");
    }

  g_atomic_pointer_set (&slot, &slot);
  g_thread_join (thread);
}

static void
nest (LyFuture *future,
      gpointer  user_data)
{
  Record *record = user_data;

  g_assert_false (ly_future_resolve (future, NULL));
  assert_value (future, "value");
  take_note (future, NULL, record, "inner");
}

/* A continuation may use its future, which lives until it has run. */
static void
test_then_nested (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), NULL };
  LyFuture *weak = future;

  g_object_add_weak_pointer (G_OBJECT (future), (gpointer *) &weak);
  ly_future_then (future, NULL, nest, &record, NULL);
  ly_future_then (future, g_main_context_default (), nest, &record, NULL);
  ly_future_resolve (future, g_variant_new_string ("value"));
  g_assert_cmpstr (text->str, ==, "inner.");

  g_object_unref (future);
  g_assert_nonnull (weak);
  g_assert_true (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpstr (text->str, ==, "inner.inner.");
  g_assert_null (weak);
}

static void
never (LyFuture *future,
       gpointer  user_data)
{
  g_assert_not_reached ();
}

/* A context that goes away takes its continuations along, and frees them. */
static void
test_context_gone (void)
{
  LyFuture *future = ly_future_new ();
  GMainContext *context = g_main_context_new ();
  guint n_destroyed = 0;

  ly_future_then (future, context, never, &n_destroyed, test_count_up);
  ly_future_resolve (future, NULL);
  g_assert_cmpuint (n_destroyed, ==, 0);
  g_main_context_unref (context);
  g_assert_cmpuint (n_destroyed, ==, 1);
  g_assert_finalize_object (future);
}

static void
test_cancel (void)
{
  LyFuture *future = ly_future_new ();
  g_autoptr (GCancellable) before = g_object_ref (ly_future_get_cancellable (future));
  g_autoptr (GString) text = g_string_new (NULL);
  Record record = { text, g_thread_self (), NULL };

  take_note (future, NULL, &record, "a");
  g_assert_false (g_cancellable_is_cancelled (before));
  g_assert_true (ly_future_cancel (future));
  g_assert_cmpstr (text->str, ==, "a.");
  g_assert_true (g_cancellable_is_cancelled (before));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");

  /* What the producer still comes up with is dropped. */
  g_assert_false (ly_future_resolve (future, g_variant_new_string ("late")));
  g_assert_false (ly_future_cancel (future));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");
  g_assert_finalize_object (future);

  /* A producer that asks late is told, too. */
  future = ly_future_new ();
  g_assert_true (ly_future_cancel (future));
  g_assert_true (g_cancellable_is_cancelled (ly_future_get_cancellable (future)));
  g_assert_finalize_object (future);

  /* One that is done cannot be cancelled. */
  future = ly_future_new ();
  ly_future_resolve (future, g_variant_new_string ("value"));
  g_assert_false (ly_future_cancel (future));
  g_assert_false (g_cancellable_is_cancelled (ly_future_get_cancellable (future)));
  assert_value (future, "value");
  g_assert_finalize_object (future);
}

static void
keep_error (LyFuture *future,
            gpointer  user_data)
{
  GError **error = user_data;

  g_assert_no_error (*error);
  g_assert_null (ly_future_get (future, 0, error));
}

/* Who waits for a future that nobody is left to complete is told so. */
static void
test_abandoned (void)
{
  LyFuture *future = ly_future_new ();
  LyFuture *weak;
  g_autoptr (GError) here = NULL;
  g_autoptr (GError) there = NULL;

  ly_future_then (future, NULL, keep_error, &here, NULL);
  ly_future_then (future, g_main_context_default (), keep_error, &there, NULL);
  g_object_unref (future);
  g_assert_error (here, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (here->message, ==, "nobody is left to complete the future");

  g_assert_no_error (there);
  g_assert_true (g_main_context_iteration (NULL, FALSE));
  g_assert_error (there, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_false (g_main_context_iteration (NULL, FALSE));

  weak = future = ly_future_new ();
  g_object_add_weak_pointer (G_OBJECT (future), (gpointer *) &weak);
  g_object_unref (future);
  g_assert_null (weak);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/future/resolve", test_resolve);
  g_test_add_func ("/common/future/resolve-owned", test_resolve_owned);
  g_test_add_func ("/common/future/reject", test_reject);
  g_test_add_func ("/common/future/unit", test_unit);
  g_test_add_func ("/common/future/timeout", test_timeout);
  g_test_add_func ("/common/future/wait", test_wait);
  g_test_add_func ("/common/future/race", test_race);
  g_test_add_func ("/common/future/then/in-context", test_then_in_context);
  g_test_add_func ("/common/future/then/without-context", test_then_without_context);
  g_test_add_func ("/common/future/then/across-threads", test_then_across_threads);
  g_test_add_func ("/common/future/then/in-resolving-thread", test_then_in_resolving_thread);
  g_test_add_func ("/common/future/then/in-order", test_then_in_order);
  g_test_add_func ("/common/future/then/nested", test_then_nested);
  g_test_add_func ("/common/future/then/context-gone", test_context_gone);
  g_test_add_func ("/common/future/cancel", test_cancel);
  g_test_add_func ("/common/future/abandoned", test_abandoned);

  return g_test_run ();
}
