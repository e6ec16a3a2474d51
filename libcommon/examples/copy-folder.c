/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A folder copied by a pool of processes: copy-folder FROM TO. The parent makes the
 * directories, and each file is a task. One that fails does not hold up the rest. */

#include <lanyard-common.h>
#include <locale.h>

static GVariant *
copy (LyTaskContext  *context,
      GVariant       *args,
      GError        **error)
{
  g_auto (GStrv) paths = g_variant_dup_bytestring_array (args, NULL);
  g_autoptr (GFile) from = g_file_new_for_path (paths[0]);
  g_autoptr (GFile) to = g_file_new_for_path (paths[1]);

  if (!g_file_copy (from, to, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error))
    g_prefix_error (error, "%s: ", paths[0]);

  return NULL;
}

static void
gather (const char      *from,
        const char      *to,
        GVariantBuilder *files)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  if (dir == NULL || g_mkdir_with_parents (to, 0777) != 0)
    g_error ("can't copy the directory %s", from);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      if (g_file_test (source, G_FILE_TEST_IS_SYMLINK) || !g_file_test (source, G_FILE_TEST_IS_DIR))
        g_variant_builder_add (files, "^aay", (const char *[]) { source, target, NULL });
      else
        gather (source, target, files);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  g_autoptr (GVariantBuilder) files = g_variant_builder_new (G_VARIANT_TYPE ("aaay"));
  g_autoptr (LyExecutor) pool = NULL;
  g_autoptr (LyMap) map = NULL;
  g_autoptr (GError) error = NULL;
  guint n_copied = 0, n_failed = 0;
  GVariant *value;

  setlocale (LC_ALL, "");
  ly_task_register ("copy", copy);
  if (argc < 3)
    return ly_worker_main ();  /* started without arguments, see below */

  gather (argv[1], argv[2], files);
  pool = ly_process_executor_new (4, 100, (const char *[]) { program, NULL });
  map = ly_executor_map (pool, "copy", g_variant_builder_end (files), 0, LY_MAP_AS_FINISHED, NULL);
  while ((value = ly_map_next (map, NULL, &error)) != NULL || error != NULL)
    {
      if (value != NULL)
        n_copied++;
      else
        g_printerr ("failure %u: %s\n", ++n_failed, error->message);
      g_clear_pointer (&value, g_variant_unref);
      g_clear_error (&error);
    }
  g_print ("%u files copied, %u failed\n", n_copied, n_failed);

  return n_failed > 0 ? 1 : 0;
}
