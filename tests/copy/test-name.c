/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-name.h"

static void
test_duplicate (void)
{
  static const struct { const char *name; guint number; const char *expected; } cases[] = {
    { "Pictures", 1, "Pictures (copy)" },
    { "Pictures", 2, "Pictures (copy 2)" },
    { "Pictures", 12345, "Pictures (copy 12345)" },
    { "a.tar.gz", 1, "a.tar.gz (copy)" },
    { "%s%n", 1, "%s%n (copy)" },
    { "\xff\xfe", 2, "\xff\xfe (copy 2)" },
    { "a (copy)", 1, "a (copy) (copy)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = copy_name_duplicate (cases[i].name, cases[i].number);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
test_join (void)
{
  static const struct { const char *directory; const char *name; const char *expected; } cases[] = {
    { "a", "b", "a/b" },
    { "a/b", "c/d", "a/b/c/d" },
    { "", "b", "b" },
    { "a", "", "a" },
    { "", "", "" },
    { "/", "b", "/b" },
    { "/", "", "/" },
    { "a/", "b", "a/b" },
    { ".", "b", "./b" },
    { "\xff", " ", "\xff/ " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = copy_name_join (cases[i].directory, cases[i].name);

      g_assert_cmpstr (path, ==, cases[i].expected);
    }
}

/* Names of parts are hidden, recognised, the same when asked for again, and
 * different within a job and between jobs. */
static void
test_part (void)
{
  g_autofree char *one = copy_name_part ("0123abcd", 1);
  g_autofree char *again = copy_name_part ("0123abcd", 1);
  g_autofree char *next = copy_name_part ("0123abcd", 2);
  g_autofree char *other = copy_name_part ("ffffffff", 1);
  g_autofree char *last = copy_name_part ("00000000", G_MAXUINT64);

  g_assert_cmpstr (one, ==, ".lanyard-part-0123abcd-1");
  g_assert_cmpstr (one, ==, again);
  g_assert_cmpstr (one, !=, next);
  g_assert_cmpstr (one, !=, other);

  g_assert_true (copy_name_is_part (one));
  g_assert_true (copy_name_is_part (next));
  g_assert_true (copy_name_is_part (other));
  g_assert_true (copy_name_is_part (last));
}

/* Somebody's own files are no parts, whatever they are called. */
static void
test_look_alikes (void)
{
  static const char * const names[] = {
    "",
    ".",
    ".lanyard",
    ".lanyard-part",
    ".lanyard-part-",
    ".lanyard-part-0",
    ".lanyard-part-0123abcd",
    ".lanyard-part-0123abcd-",
    ".lanyard-part-0123abcd-x",
    ".lanyard-part-0123abcd-1x",
    ".lanyard-part-0123abcd-1 (copy)",
    ".lanyard-part-0123abcd-1.txt",
    ".lanyard-part-0123abcd--1",
    ".lanyard-part-0123abcg-1",
    ".lanyard-part-0123abc-1",
    ".lanyard-part-0123abcde-1",
    "lanyard-part-0123abcd-1",
    "x.lanyard-part-0123abcd-1",
    ".Lanyard-part-0123abcd-1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (copy_name_is_part (names[i]))
      g_error ("“%s” is taken for a part", names[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/name/duplicate", test_duplicate);
  g_test_add_func ("/copy/name/join", test_join);
  g_test_add_func ("/copy/name/part", test_part);
  g_test_add_func ("/copy/name/look-alikes", test_look_alikes);

  return g_test_run ();
}
