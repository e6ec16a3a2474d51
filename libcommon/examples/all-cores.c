/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All cores kept busy: how many primes are there below two million?
 *
 * The numbers are cut into many more parts than there are cores, so that none is
 * idle while another still has a lot to do. A map runs one task for each part,
 * and gives the results in order. */

#include <lanyard-common.h>

#define N_PARTS 100
#define PART_SIZE 20000

static gboolean
is_prime (guint number)
{
  for (guint divisor = 2; divisor * divisor <= number; divisor++)
    if (number % divisor == 0)
      return FALSE;

  return number >= 2;
}

static GVariant *
count_primes (LyTaskContext  *context,
              GVariant       *args,
              GError        **error)
{
  guint from = g_variant_get_uint32 (args);
  guint n = 0;

  for (guint number = from; number < from + PART_SIZE; number++)
    n += is_prime (number);

  return g_variant_new_uint32 (n);
}

int
main (void)
{
  g_autoptr (LyExecutor) executor = ly_thread_executor_new (g_get_num_processors (), N_PARTS);
  g_autoptr (LyMap) map = NULL;
  GVariantBuilder parts;
  GVariant *value;
  guint n = 0;

  ly_task_register ("count-primes", count_primes);

  g_variant_builder_init (&parts, G_VARIANT_TYPE ("au"));
  for (guint i = 0; i < N_PARTS; i++)
    g_variant_builder_add (&parts, "u", i * PART_SIZE);

  map = ly_executor_map (executor, "count-primes", g_variant_builder_end (&parts), 0,
                         LY_MAP_IN_ORDER, NULL);
  for (; (value = ly_map_next (map, NULL, NULL)) != NULL; g_variant_unref (value))
    n += g_variant_get_uint32 (value);

  g_print ("there are %u primes below %u\n", n, N_PARTS * PART_SIZE);

  return 0;
}
