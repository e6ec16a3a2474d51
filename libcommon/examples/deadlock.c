/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Deadlock, and three ways out of it: each of two people takes the fork or the
 * spoon, and waits for ever for the other one. Not so if all take their locks in
 * one order. Or if one waits for only so long, and puts down what he has. And a
 * checked LyLock, the usual kind, fails instead of closing such a circle. */

#include <lanyard-common.h>
#include <locale.h>

typedef struct
{
  LyLock    *first;
  LyLock    *second;
  LyBarrier *barrier;
  gint64     patience;
} Diner;

static gpointer
dine (gpointer data)
{
  Diner *diner = data;
  g_autoptr (GError) error = NULL;

  if (!ly_lock_lock (diner->first, &error))
    g_error ("%s", error->message);

  if (diner->barrier != NULL)
    ly_barrier_wait (diner->barrier, -1, NULL);  /* now each has one */
  if (!ly_lock_lock_timed (diner->second, diner->patience, &error))
    {
      g_print ("  gives way: %s\n", error->message);
      ly_lock_unlock (diner->first);

      /* To wait for what was missing, with empty hands, is safe. */
      return dine (&(Diner) { diner->second, diner->first, NULL, G_MAXINT64 });
    }

  ly_lock_unlock (diner->second);
  ly_lock_unlock (diner->first);

  return NULL;
}

static void
dinner (const char *way,
        gboolean    same_order,
        gint64      patience)
{
  g_autoptr (LyLock) fork = ly_lock_new ("fork");
  g_autoptr (LyLock) spoon = ly_lock_new ("spoon");
  g_autoptr (LyBarrier) barrier = same_order ? NULL : ly_barrier_new (2);
  Diner anna = { fork, spoon, barrier, patience };
  Diner ben = same_order ? anna : (Diner) { spoon, fork, barrier, G_MAXINT64 };
  GThread *threads[2];

  g_print ("%s:\n", way);
  threads[0] = g_thread_new ("Anna", dine, &anna);
  threads[1] = g_thread_new ("Ben", dine, &ben);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);
  g_print ("  both have eaten\n");
}

int
main (void)
{
  setlocale (LC_ALL, "");

  ly_lock_set_checking (FALSE);
  dinner ("order", TRUE, G_MAXINT64);
  dinner ("timeout", FALSE, 10 * 1000);

  ly_lock_set_checking (TRUE);
  dinner ("report", FALSE, G_MAXINT64);

  return 0;
}
