/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Thread-local data: one variable that is another one in each thread.
 *
 * Functions deep down use it without having been given it, and no lock is
 * needed. What a thread leaves in it is freed when the thread ends. */

#include <lanyard-common.h>

static GPrivate visitor = G_PRIVATE_INIT (g_free);

static char *
greet (void)
{
  const char *name = g_private_get (&visitor);

  return g_strdup_printf ("welcome, %s", name != NULL ? name : "whoever you are");
}

typedef struct
{
  const char *name;
  LyBarrier  *barrier;
} Visit;

static gpointer
come_in (gpointer data)
{
  Visit *visit = data;

  g_private_set (&visitor, g_strdup (visit->name));
  ly_barrier_wait (visit->barrier, -1, NULL);  /* now all have set theirs */

  return greet ();
}

int
main (void)
{
  const char *names[] = { "Ada", "Bob", "Cleo" };
  g_autoptr (LyBarrier) barrier = ly_barrier_new (G_N_ELEMENTS (names));
  g_autofree char *own_greeting = NULL;
  Visit visits[G_N_ELEMENTS (names)];
  GThread *threads[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      visits[i] = (Visit) { names[i], barrier };
      threads[i] = g_thread_new (names[i], come_in, &visits[i]);
    }

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *greeting = g_thread_join (threads[i]);

      g_print ("%s: %s\n", names[i], greeting);
    }

  own_greeting = greet ();
  g_print ("main: %s\n", own_greeting);

  return 0;
}
