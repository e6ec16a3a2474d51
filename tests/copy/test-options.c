/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-options.h"

static void
assert_travels (const CopyOptions *options)
{
  g_autoptr (GVariant) packed = g_variant_ref_sink (copy_options_to_variant (options));
  CopyOptions arrived;

  g_assert_true (g_variant_is_of_type (packed, G_VARIANT_TYPE (COPY_OPTIONS_FORMAT)));
  copy_options_from_variant (&arrived, packed);

  g_assert_cmpint (arrived.conflict, ==, options->conflict);
  g_assert_cmpint (arrived.resume, ==, options->resume);
  g_assert_cmpint (arrived.verify, ==, options->verify);
  g_assert_cmpint (arrived.fsync, ==, options->fsync);
  g_assert_cmpuint (arrived.rate_limit, ==, options->rate_limit);
}

static void
test_travel (void)
{
  static const CopyOptions nothing = { 0 };
  static const CopyOptions each[] = {
    { .conflict = COPY_CONFLICT_OVERWRITE, .resume = TRUE },
    { .conflict = COPY_CONFLICT_SKIP, .verify = TRUE },
    { .conflict = COPY_CONFLICT_RENAME, .fsync = TRUE },
    { .conflict = COPY_CONFLICT_NEWER, .rate_limit = 1 },
    { .conflict = COPY_CONFLICT_FAIL, .rate_limit = G_MAXUINT64 },
    { .conflict = COPY_CONFLICT_ASK },
    { COPY_CONFLICT_FAIL, TRUE, TRUE, TRUE, 1000 },
  };

  assert_travels (&nothing);
  for (guint i = 0; i < G_N_ELEMENTS (each); i++)
    assert_travels (&each[i]);
}

/* A policy that nobody knows must not replace anything. */
static void
test_unknown_conflict (void)
{
  g_autoptr (GVariant) packed =
    g_variant_ref_sink (g_variant_new (COPY_OPTIONS_FORMAT, 77, FALSE, FALSE, FALSE, (guint64) 0));
  CopyOptions arrived;

  copy_options_from_variant (&arrived, packed);
  g_assert_cmpint (arrived.conflict, ==, COPY_CONFLICT_FAIL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/options/travel", test_travel);
  g_test_add_func ("/copy/options/unknown-conflict", test_unknown_conflict);

  return g_test_run ();
}
