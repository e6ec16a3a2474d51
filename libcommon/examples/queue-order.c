/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* First in, first out; last in, first out; and by priority.
 *
 * The lowest number comes first. Among equal ones, the order is that in which
 * they were put. */

#include <lanyard-common.h>

static void
fill (LyQueue  *queue,
      gboolean  by_priority)
{
  static const struct { const char *task; int priority; } tasks[] = {
    { "sweep",    3 },
    { "cook",     2 },
    { "wash up",  2 },
    { "put out the fire", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      if (by_priority)
        ly_queue_put_with_priority (queue, (char *) tasks[i].task, tasks[i].priority, NULL);
      else
        ly_queue_put (queue, (char *) tasks[i].task, NULL);
    }

  /* What is queued can still be taken. */
  ly_queue_close (queue);
}

static void
drain (LyQueue    *queue,
       const char *order)
{
  const char *task;

  g_print ("%s:", order);
  for (int i = 0; (task = ly_queue_get (queue, NULL)) != NULL; i++)
    g_print ("%s %s", i > 0 ? "," : "", task);
  g_print ("\n");
}

int
main (void)
{
  g_autoptr (LyQueue) fifo = ly_queue_new (10, NULL);
  g_autoptr (LyQueue) lifo = ly_queue_new_lifo (10, NULL);
  g_autoptr (LyQueue) priority = ly_queue_new_priority (10, NULL);

  fill (fifo, FALSE);
  fill (lifo, FALSE);
  fill (priority, TRUE);

  drain (fifo, "first in, first out");
  drain (lifo, "last in, first out");
  drain (priority, "by priority");

  return 0;
}
