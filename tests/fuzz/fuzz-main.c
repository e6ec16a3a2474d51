/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"

/* For compilers without libFuzzer: runs a target on each file of the given folders, and
 * on what little changes make of it. */

#define N_CHANGES 200

/* Not larger than the real input, so that what reads beyond its end is caught. */
static void
run (const uint8_t *bytes,
     gsize          length)
{
  g_autofree uint8_t *copy = g_memdup2 (bytes, length);

  LLVMFuzzerTestOneInput (copy, length);
}

static void
run_file (const char *path)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);

  run ((uint8_t *) text, length);
  for (guint i = 0; i < N_CHANGES && length > 0; i++)
    {
      text[g_rand_int_range (random, 0, length)] ^= 1 << g_rand_int_range (random, 0, 8);
      run ((uint8_t *) text, g_rand_int_range (random, 0, length + 1));
      run ((uint8_t *) text, length);
    }
}

int
main (int   argc,
      char *argv[])
{
  guint n_files = 0;

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GDir) folder = g_dir_open (argv[i], 0, &error);
      const char *name;

      if (folder == NULL)
        g_error ("%s", error->message);

      while ((name = g_dir_read_name (folder)) != NULL)
        {
          g_autofree char *path = g_build_filename (argv[i], name, NULL);

          run_file (path);
          n_files++;
        }
    }
  g_print ("%u files\n", n_files);

  return n_files > 0 ? 0 : 1;
}
