/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Producers and consumers on a queue: two bakers, three guests, room for four buns.
 *
 * A full queue holds the bakers back and an empty one the guests. Join waits
 * until all that was put has not only been taken, but is done with. Closing the
 * queue then sends the guests home. */

#include <lanyard-common.h>

#define N_BAKERS 2
#define N_GUESTS 3
#define N_BUNS 10  /* of each baker */

static gpointer
bake (gpointer data)
{
  LyQueue *counter = data;

  for (int i = 0; i < N_BUNS; i++)
    ly_queue_put (counter, g_strdup ("bun"), NULL);

  return NULL;
}

static gpointer
eat (gpointer data)
{
  LyQueue *counter = data;
  int n_eaten = 0;
  char *bun;

  while ((bun = ly_queue_get (counter, NULL)) != NULL)
    {
      n_eaten++;
      g_free (bun);
      ly_queue_task_done (counter, NULL);
    }

  return GINT_TO_POINTER (n_eaten);
}

int
main (void)
{
  g_autoptr (LyQueue) counter = ly_queue_new (4, g_free);
  GThread *bakers[N_BAKERS];
  GThread *guests[N_GUESTS];
  int n_eaten = 0;

  for (guint i = 0; i < N_GUESTS; i++)
    guests[i] = g_thread_new ("guest", eat, counter);
  for (guint i = 0; i < N_BAKERS; i++)
    bakers[i] = g_thread_new ("baker", bake, counter);

  for (guint i = 0; i < N_BAKERS; i++)
    g_thread_join (bakers[i]);
  g_print ("%d buns are baked\n", N_BAKERS * N_BUNS);

  ly_queue_join (counter, -1);
  g_print ("all are eaten, %u are left\n", ly_queue_get_length (counter));

  ly_queue_close (counter);
  for (guint i = 0; i < N_GUESTS; i++)
    n_eaten += GPOINTER_TO_INT (g_thread_join (guests[i]));
  g_print ("%d guests had %d buns\n", N_GUESTS, n_eaten);

  return 0;
}
