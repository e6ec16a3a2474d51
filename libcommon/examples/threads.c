/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Threads with names, and join: three threads add up a third each.
 *
 * A thread gets one pointer to work on, and join waits for its end and gives
 * the pointer that it returned. The name is what debuggers and top -H show. */

#include <lanyard-common.h>

typedef struct
{
  const char *name;
  guint64     from;
  guint64     to;
  guint64     sum;
} Part;

static gpointer
add_up (gpointer data)
{
  Part *part = data;

  for (guint64 number = part->from; number <= part->to; number++)
    part->sum += number;

  return part;
}

int
main (void)
{
  Part parts[] = {
    { "first",        1, 1000000, 0 },
    { "second", 1000001, 2000000, 0 },
    { "third",  2000001, 3000000, 0 },
  };
  GThread *threads[G_N_ELEMENTS (parts)];
  guint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    threads[i] = g_thread_new (parts[i].name, add_up, &parts[i]);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      Part *part = g_thread_join (threads[i]);

      g_print ("%s: %" G_GUINT64_FORMAT "\n", part->name, part->sum);
      sum += part->sum;
    }

  g_print ("together: %" G_GUINT64_FORMAT "\n", sum);

  return 0;
}
