/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A dictionary and a list that ten processes change. They live in the parent, and
 * each child is a client. Every call is whole in itself; what takes several, as to
 * read and then to write, needs the lock, which keeps the others out meanwhile. */

#include <lanyard-common.h>

#define N_PROCESSES 10

static int
child_main (void)
{
  g_autoptr (LyShared) shared = ly_shared_inherit (NULL);
  g_autoptr (GVariant) count = NULL;
  guint number;

  if (shared == NULL || !ly_shared_lock (shared, -1, NULL, NULL))
    return 2;
  count = ly_shared_dict_get (shared, "count", NULL);
  number = g_variant_get_uint32 (count) + 1;
  ly_shared_dict_set (shared, "count", g_variant_new_uint32 (number), NULL);
  ly_shared_unlock (shared, NULL);

  ly_shared_list_append (shared, g_variant_new_uint32 (number), NULL);

  return 0;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  const char *child_argv[] = { program, "child", NULL };
  g_autoptr (LyShared) shared = NULL;
  g_autoptr (GVariant) dict = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  LyProcess *processes[N_PROCESSES];
  guint sum = 0;

  if (argc > 1)
    return child_main ();

  shared = ly_shared_new (N_PROCESSES, 64 * 1024);
  ly_shared_dict_set (shared, "count", g_variant_new_uint32 (0), NULL);

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      processes[i] = ly_process_new ("child", child_argv);
      if (!ly_shared_give (shared, processes[i], &error) ||
          !ly_process_start (processes[i], &error))
        g_error ("%s", error->message);
    }

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      ly_process_join (processes[i], -1);
      g_object_unref (processes[i]);
    }

  dict = ly_shared_dict_snapshot (shared, NULL);
  text = g_variant_print (dict, FALSE);
  g_print ("dictionary: %s\n", text);

  for (GVariant *n; (n = ly_shared_list_pop (shared, 0, NULL)) != NULL; g_variant_unref (n))
    sum += g_variant_get_uint32 (n);
  g_print ("the numbers in the list add up to %u\n", sum);

  return 0;
}
