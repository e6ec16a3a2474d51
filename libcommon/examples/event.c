/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Events: a boss and three workers.
 *
 * All workers wait for one event, and setting it lets them all go. Each sets an
 * event of its own when it is done, and the boss waits for these. */

#include <lanyard-common.h>

typedef struct
{
  const char *name;
  LyEvent    *go;
  LyEvent    *done;
  int         n_bricks;
} Worker;

static gpointer
work (gpointer data)
{
  Worker *worker = data;

  ly_event_wait (worker->go, -1);
  worker->n_bricks = 100;
  ly_event_set (worker->done);

  return NULL;
}

int
main (void)
{
  g_autoptr (LyEvent) go = ly_event_new ();
  Worker workers[] = { { "Ada" }, { "Bob" }, { "Cleo" } };
  GThread *threads[G_N_ELEMENTS (workers)];

  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      workers[i].go = go;
      workers[i].done = ly_event_new ();
      threads[i] = g_thread_new (workers[i].name, work, &workers[i]);
    }

  /* Nobody has begun: without a timeout, this wait would not end. */
  if (!ly_event_wait (workers[0].done, 1000))
    g_print ("boss: why is nobody working?\n");

  g_print ("boss: go!\n");
  ly_event_set (go);

  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      ly_event_wait (workers[i].done, -1);
      g_print ("boss: %s has laid %d bricks\n", workers[i].name, workers[i].n_bricks);
      g_thread_join (threads[i]);
      g_object_unref (workers[i].done);
    }

  return 0;
}
