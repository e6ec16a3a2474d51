/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-fiber-util.h"

/* Whose turn it is on a main context. */

typedef struct
{
  GString *text;
  guint    number;
} Sleeper;

static GVariant *
sleep_a_while (gpointer   user_data,
               GError   **error)
{
  Sleeper *self = user_data;

  if (!ly_fiber_sleep ((gint64) self->number * TEST_MOMENT / 2, error))
    return NULL;

  g_string_append_printf (self->text, "%u", self->number);

  return NULL;
}

/* They sleep at the same time, and wake in the order of time. */
static void
test_sleep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper sleepers[] = { { text, 4 }, { text, 2 }, { text, 0 }, { text, 3 }, { text, 1 } };
  LyFiber *fibers[G_N_ELEMENTS (sleepers)];
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (fibers); i++)
    fibers[i] = test_start_fiber (sleep_a_while, &sleepers[i]);

  for (guint i = 0; i < G_N_ELEMENTS (fibers); i++)
    {
      test_run_to_value (fibers[i], "()");
      g_assert_finalize_object (fibers[i]);
    }

  g_assert_cmpstr (text->str, ==, "01234");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * TEST_MOMENT);
}

static GVariant *
take_turns (gpointer   user_data,
            GError   **error)
{
  Sleeper *self = user_data;

  for (guint i = 0; i < 3; i++)
    {
      g_string_append_printf (self->text, "%u", self->number);
      if (!ly_fiber_pass (error))
        return NULL;
    }

  return NULL;
}

static void
test_pass (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper players[] = { { text, 1 }, { text, 2 }, { text, 3 } };
  LyFiber *fibers[3];

  for (guint i = 0; i < 3; i++)
    fibers[i] = test_start_fiber (take_turns, &players[i]);
  for (guint i = 0; i < 3; i++)
    {
      test_run_to_value (fibers[i], "()");
      g_assert_finalize_object (fibers[i]);
    }

  g_assert_cmpstr (text->str, ==, "123123123");
  g_assert_true (ly_fiber_pass (NULL));
}

static gboolean
note_x (gpointer user_data)
{
  g_string_append_c (user_data, 'x');

  return G_SOURCE_REMOVE;
}

/* Other sources of the context are not kept waiting by fibers that always have
 * something to do. */
static void
test_pass_to_source (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sleeper player = { text, 1 };
  LyFiber *fiber = test_start_fiber (take_turns, &player);

  g_main_context_iteration (NULL, FALSE);
  g_timeout_add (0, note_x, text);
  test_run_to_value (fiber, "()");
  g_assert_cmpstr (text->str, ==, "11x1");
  g_assert_finalize_object (fiber);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber-scheduler/sleep", test_sleep);
  g_test_add_func ("/common/fiber-scheduler/pass", test_pass);
  g_test_add_func ("/common/fiber-scheduler/pass-to-source", test_pass_to_source);

  return g_test_run ();
}
