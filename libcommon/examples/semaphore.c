/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A semaphore: ten cars, and a car park with three places.
 *
 * To acquire takes a place, or waits for one; to release gives it back. With
 * none to begin with, a semaphore counts what has happened: the second one here
 * counts arrivals. */

#include <lanyard-common.h>

#define N_PLACES 3
#define N_CARS 10

typedef struct
{
  LySemaphore *places;
  LySemaphore *arrivals;
  LyEvent     *evening;
  int          n_inside;
} CarPark;

static gpointer
park (gpointer data)
{
  CarPark *self = data;

  ly_semaphore_acquire (self->places, -1);
  g_assert (g_atomic_int_add (&self->n_inside, 1) < N_PLACES);
  ly_semaphore_release (self->arrivals, NULL);

  ly_event_wait (self->evening, -1);

  g_atomic_int_add (&self->n_inside, -1);
  ly_semaphore_release (self->places, NULL);

  return NULL;
}

int
main (void)
{
  g_autoptr (LySemaphore) places = ly_semaphore_new (N_PLACES, N_PLACES);
  g_autoptr (LySemaphore) arrivals = ly_semaphore_new (0, N_CARS);
  g_autoptr (LyEvent) evening = ly_event_new ();
  g_autoptr (GError) error = NULL;
  CarPark car_park = { places, arrivals, evening, 0 };
  GThread *cars[N_CARS];

  for (guint i = 0; i < N_CARS; i++)
    cars[i] = g_thread_new ("car", park, &car_park);

  for (guint i = 0; i < N_PLACES; i++)
    ly_semaphore_acquire (arrivals, -1);
  g_print ("%d cars are in\n", g_atomic_int_get (&car_park.n_inside));

  if (!ly_semaphore_acquire (places, 0))
    g_print ("there is no place for another\n");

  ly_event_set (evening);
  for (guint i = 0; i < N_CARS; i++)
    g_thread_join (cars[i]);
  g_print ("%d cars were in, %u places are free again\n",
           N_PLACES + (int) ly_semaphore_get_value (arrivals), ly_semaphore_get_value (places));

  if (!ly_semaphore_release (places, &error))
    g_print ("one release too many: %s\n", error->message);

  return 0;
}
