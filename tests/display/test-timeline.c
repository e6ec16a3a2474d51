/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-message-row.h"
#include "chat-timeline.h"
#include "display.h"
#include "test-store-util.h"

#include <math.h>

/* That a long conversation of rows of any height is where the user has put it. */

#define N_MESSAGES 3000

typedef struct
{
  TestStore     *store;
  ChatHistory   *history;
  ChatTimeline  *timeline;
  GtkWidget     *window;
  GtkAdjustment *adjustment;
} Test;

static void
say (Test  *test,
     guint  first,
     guint  end)
{
  static const char *const more[] = {
    "", "\nof two lines", " that takes several lines in a window as narrow as this one is, if not more",
    "\nof\nmany\nmore\nlines", "",
  };

  g_assert_true (chat_store_begin (test->store->store, NULL));
  for (guint i = first; i < end; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u%s", i, more[i * 7 % G_N_ELEMENTS (more)]);

      chat_message_unref (test_queue (test->store->store, test->store->contact, text));
    }
  g_assert_true (chat_store_commit (test->store->store, NULL));
}

typedef struct
{
  Test   *test;
  gint64  id;       /* 0: any row that can be seen */
  double  y;
  double  covered;  /* from the first row on to here there is no gap */
} Look;

static void
on_look (gpointer data,
         gpointer user_data)
{
  Look *look = user_data;
  ChatItem *item = chat_message_row_get_item (data);
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (data, GTK_WIDGET (look->test->timeline), &bounds));
  g_assert_true (isnan (look->covered) || fabs (bounds.origin.y - look->covered) <= 1);
  look->covered = bounds.origin.y + bounds.size.height;

  if (look->id == 0 && bounds.origin.y >= 100)
    look->id = chat_item_get_id (item);
  if (look->id == chat_item_get_id (item))
    look->y = bounds.origin.y;
}

/* Where the row of the message @id is, or one in the middle. */
static Look
look_at (Test   *test,
         gint64  id)
{
  Look look = { test, id, NAN, NAN };

  chat_timeline_foreach_row (test->timeline, on_look, &look);

  return look;
}

static gboolean
is_full (gpointer user_data)
{
  Test *test = user_data;

  return look_at (test, 0).covered >= gtk_widget_get_height (GTK_WIDGET (test->timeline)) - 1;
}

/* Rows come in the frames that have time for them. */
static void
settle (Test *test)
{
  display_settle ();
  display_await (is_full, test, "rows all over the window");
  display_settle ();
}

static gboolean
is_counted (gpointer user_data)
{
  return chat_history_is_whole (((Test *) user_data)->history);
}

static void
test_init (Test *test)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  test->store = test_store_new ();
  say (test, 0, N_MESSAGES);
  test->history = chat_history_new (test->store->store, test->store->conversation);
  test->timeline = g_object_new (CHAT_TYPE_TIMELINE, NULL);
  test->window = gtk_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (test->timeline));
  gtk_window_set_child (GTK_WINDOW (test->window), scrolled);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 400, 500);
  test->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  chat_timeline_set_history (test->timeline, test->history);
  gtk_window_present (GTK_WINDOW (test->window));
  display_await (is_counted, test, "all messages to be counted");
  settle (test);
}

static void
test_clear (Test *test)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_assert_finalize_object (test->history);
  test_store_free (test->store);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

/* The number of the last message that is seen. */
static guint
get_last (Test *test)
{
  ChatItem *last = chat_timeline_get_last_seen (test->timeline);

  return (guint) g_ascii_strtoull (chat_item_get_text (last), NULL, 10);
}

static void
scroll (Test   *test,
        double  by)
{
  gtk_adjustment_set_value (test->adjustment, gtk_adjustment_get_value (test->adjustment) + by);
  settle (test);
}

static void
test_end (void)
{
  g_auto (Test) test = { NULL };

  test_init (&test);
  g_assert_true (chat_timeline_is_at_end (test.timeline));
  g_assert_cmpuint (get_last (&test), ==, N_MESSAGES - 1);

  say (&test, N_MESSAGES, N_MESSAGES + 3);
  chat_history_catch_up (test.history);
  settle (&test);
  g_assert_true (chat_timeline_is_at_end (test.timeline));
  g_assert_cmpuint (get_last (&test), ==, N_MESSAGES + 2);

  /* Who reads what was said before is not taken away from it. */
  scroll (&test, -400);
  g_assert_false (chat_timeline_is_at_end (test.timeline));
  g_assert_cmpuint (get_last (&test), <, N_MESSAGES + 2);
  say (&test, N_MESSAGES + 3, N_MESSAGES + 30);
  chat_history_catch_up (test.history);
  settle (&test);
  g_assert_cmpuint (get_last (&test), <, N_MESSAGES + 2);

  chat_timeline_scroll_to_end (test.timeline);
  settle (&test);
  g_assert_cmpuint (get_last (&test), ==, N_MESSAGES + 29);
}

/* A row moves by as much as was scrolled, whatever heights are found out on the way. */
static void
test_scroll (void)
{
  g_auto (Test) test = { NULL };

  test_init (&test);
  for (guint i = 0; i < 120; i++)
    {
      double by = i < 80 ? -60 : 35;
      Look before = look_at (&test, 0);

      scroll (&test, by);
      g_assert_cmpfloat (fabs (look_at (&test, before.id).y - before.y + by), <=, 1);
    }
}

static void
test_keep (void)
{
  g_auto (Test) test = { NULL };
  Look before;
  gint64 id;

  test_init (&test);
  chat_timeline_scroll_to (test.timeline, 1500, 0.5);
  settle (&test);
  before = look_at (&test, 0);

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (ChatItem) item = chat_history_get (test.history, 1400 + 3 * i);

      id = chat_item_get_id (item);
      g_assert_true (chat_store_remove (test.store->store, id, NULL));
      chat_history_remove (test.history, id);
      settle (&test);
    }
  say (&test, N_MESSAGES, N_MESSAGES + 50);
  chat_history_catch_up (test.history);
  settle (&test);
  g_assert_cmpfloat (fabs (look_at (&test, before.id).y - before.y), <=, 1);

  /* One that is seen: what is above it stays. */
  id = look_at (&test, 0).id;
  g_assert_true (chat_store_remove (test.store->store, id, NULL));
  chat_history_remove (test.history, id);
  settle (&test);
  g_assert_true (isnan (look_at (&test, id).y));
}

static void
test_everywhere (void)
{
  g_auto (Test) test = { NULL };
  ChatTimelinePlace place;

  test_init (&test);
  gtk_adjustment_set_value (test.adjustment, gtk_adjustment_get_lower (test.adjustment));
  settle (&test);
  chat_timeline_get_place (test.timeline, &place);
  g_assert_cmpint (place.id, ==, 1);
  g_assert_cmpfloat (fabs (place.offset), <=, 1);
  g_assert_cmpuint (get_last (&test), <, 40);

  /* The slider in the middle. */
  gtk_adjustment_set_value (test.adjustment, (gtk_adjustment_get_lower (test.adjustment)
                                              + gtk_adjustment_get_upper (test.adjustment)) / 2);
  settle (&test);
  g_assert_cmpuint (get_last (&test), >, N_MESSAGES / 3);
  g_assert_cmpuint (get_last (&test), <, N_MESSAGES * 2 / 3);

  chat_timeline_get_place (test.timeline, &place);
  chat_timeline_scroll_to (test.timeline, 7, 0);
  settle (&test);
  g_assert_cmpuint (get_last (&test), <, 47);
  chat_timeline_set_place (test.timeline, &place);
  settle (&test);
  g_assert_cmpfloat (fabs (look_at (&test, place.id).y - place.offset), <=, 1);

  chat_timeline_set_history (test.timeline, NULL);
  display_settle ();
  g_assert_null (chat_timeline_get_last_seen (test.timeline));
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/timeline/end", test_end);
  g_test_add_func ("/display/timeline/scroll", test_scroll);
  g_test_add_func ("/display/timeline/keep", test_keep);
  g_test_add_func ("/display/timeline/everywhere", test_everywhere);

  return g_test_run ();
}
