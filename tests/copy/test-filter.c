/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-filter.h"

#include <gio/gio.h>
#include <string.h>

static void
add (CopyFilter *filter,
     const char *glob,
     gboolean    exclude)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (copy_filter_add (filter, glob, exclude, &error));
  g_assert_no_error (error);
}

/* A pattern alone: which of the paths it leaves out. A path that ends in a
 * slash is a folder. */
typedef struct
{
  const char *glob;
  const char *out[6];
  const char *in[6];
} Case;

static gboolean
leaves_out (CopyFilter *filter,
            const char *written)
{
  gsize length = strlen (written);
  gboolean is_dir = length > 0 && written[length - 1] == '/';
  g_autofree char *path = g_strndup (written, length - is_dir);

  return copy_filter_leaves_out (filter, path, is_dir);
}

static void
check_cases (const Case *cases,
             gsize       n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autoptr (CopyFilter) filter = copy_filter_new ();

      add (filter, cases[i].glob, TRUE);

      for (guint j = 0; j < G_N_ELEMENTS (cases[i].out) && cases[i].out[j] != NULL; j++)
        if (!leaves_out (filter, cases[i].out[j]))
          g_error ("“%s” does not leave out “%s”", cases[i].glob, cases[i].out[j]);

      for (guint j = 0; j < G_N_ELEMENTS (cases[i].in) && cases[i].in[j] != NULL; j++)
        if (leaves_out (filter, cases[i].in[j]))
          g_error ("“%s” leaves out “%s”", cases[i].glob, cases[i].in[j]);
    }
}

static void
test_empty (void)
{
  g_autoptr (CopyFilter) filter = copy_filter_new ();

  g_assert_true (copy_filter_is_empty (filter));
  g_assert_false (leaves_out (filter, "anything"));
  g_assert_false (leaves_out (filter, "anything/"));

  add (filter, "x", FALSE);
  g_assert_false (copy_filter_is_empty (filter));
  g_assert_false (leaves_out (filter, "x"));
}

static void
test_anchors (void)
{
  static const Case cases[] = {
    /* Without a slash: a name at any depth, and the whole of it */
    { "core", { "core", "core/", "a/core", "a/b/core/" }, { "cores", "score", "core/a", "Core" } },
    { "a.b", { "a.b" }, { "axb" } },
    /* With one at the beginning or inside: from the top */
    { "/core", { "core", "core/" }, { "a/core", "core/core" } },
    { "a/core", { "a/core", "a/core/" }, { "core", "b/a/core", "a/b/core", "xa/core" } },
    { "/a/core", { "a/core" }, { "b/a/core" } },
    /* With one at the end: folders only */
    { "build/", { "build/", "a/build/" }, { "build", "a/build" } },
    { "/build/", { "build/" }, { "build", "a/build/" } },
    { "a/build/", { "a/build/" }, { "a/build", "b/a/build/" } },
    { "/", { NULL }, { "a", "a/", "a/b" } },
    { " ", { " ", "a/ " }, { "a", "  " } },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_wildcards (void)
{
  static const Case cases[] = {
    { "*", { "a", ".a", "a/b", "a/", " ", "\n" }, { NULL } },
    { "*.o", { "a.o", ".o", "x/y/a.o", "a.o/", "a\nb.o" }, { "a.O", "a.oo", "a.o/x.c" } },
    { "a*z", { "az", "abcz", "a*z" }, { "a/z", "az/b", "baz" } },
    { "/a*z", { "az", "a.b.z" }, { "a/z", "b/az" } },
    { "/*/b", { "a/b", ".a/b" }, { "b", "a/c/b", "a/b/c" } },
    { "a/*", { "a/b", "a/.b" }, { "a", "a/b/c" } },
    { "?", { "a", "b/c", "." }, { "ab", "" } },
    { "a?c", { "abc", "a?c", "a\nc" }, { "a/c", "ac", "abbc" } },
    { "/a?c", { "abc" }, { "a/c" } },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_sets (void)
{
  static const Case cases[] = {
    { "[abc]", { "a", "b", "x/c" }, { "d", "ab", "[abc]" } },
    { "[a-c]x", { "ax", "bx", "cx" }, { "dx", "-x", "Ax", "x" } },
    { "[!a-c]x", { "dx", "-x", "!x" }, { "ax", "cx", "x" } },
    { "[^a-c]x", { "dx", "-x", "^x" }, { "ax", "cx" } },
    { "[a^]x", { "ax", "^x" }, { "bx" } },
    { "[]x]", { "]", "x" }, { "a", "[", "[]x]" } },
    { "[!]x]", { "a", "[" }, { "]", "x" } },
    { "[a-]", { "a", "-" }, { "b" } },
    { "[-a]", { "a", "-" }, { "b" } },
    { "[0-9a-f]", { "0", "9", "a", "f" }, { "g", "-" } },
    { "[a\\]b]", { "a", "]", "b" }, { "\\", "ab]" } },
    { "[a\\-c]", { "a", "-", "c" }, { "b", "\\" } },
    { "[*?]", { "*", "?" }, { "a", "ab" } },
    { "[[]", { "[" }, { "a" } },
    { "[.]", { "." }, { "a" } },
    { "[[:digit:]x]", { "1", "x" }, { "d", ":", "[", "1]" } },
    { "[![:space:]]", { "a" }, { " ", "\t" } },
    /* A slash is between names and never in one */
    { "a[/]b", { NULL }, { "a/b", "a[/]b" } },
    { "/a[!x]b", { "ayb" }, { "a/b", "axb" } },
    { "/a[+-9]b", { "a.b" }, { "a/b" } },
    /* What has no end is no set */
    { "[", { "[", "a/[" }, { "a" } },
    { "a[b", { "a[b" }, { "ab" } },
    { "[!", { "[!" }, { "a" } },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_two_asterisks (void)
{
  static const Case cases[] = {
    { "**", { "a", "a/b", "a/b/c/" }, { NULL } },
    { "**/x", { "x", "a/x", "a/b/x", "x/" }, { "ax", "x/a", "a/bx" } },
    { "/**/x", { "x", "a/x", "a/b/x" }, { "ax" } },
    { "a/**", { "a/x", "a/b/x", "a/b/" }, { "a", "a/", "b/a/x", "ax" } },
    { "a/**/z", { "a/z", "a/b/z", "a/b/c/z" }, { "az", "a/bz", "z", "a/z/b" } },
    { "a/**/", { "a/b/", "a/b/c/" }, { "a/b", "a/b/c" } },
    { "**/a/*.c", { "a/x.c", "b/a/x.c" }, { "a/b/x.c", "xa/x.c" } },
    /* Not as a whole name it is one asterisk */
    { "a**z", { "az", "abz" }, { "a/z", "a/b/z", "ax/z" } },
    { "/a**/z", { "a/z", "ab/z" }, { "a/b/z", "z" } },
    { "**.o", { "a.o", "b/a.o" }, { "a.c" } },
    { "/**.o", { "a.o" }, { "b/a.o" } },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_literals (void)
{
  static const Case cases[] = {
    { "\\*", { "*" }, { "a", "\\*" } },
    { "\\?", { "?" }, { "a" } },
    { "\\[a]", { "[a]" }, { "a", "\\[a]" } },
    { "a\\\\b", { "a\\b" }, { "ab", "a\\\\b" } },
    { "\\a", { "a" }, { "\\a" } },
    { "a\\", { "a\\" }, { "a" } },
    /* What means something in an expression */
    { "(a|b)+", { "(a|b)+" }, { "a", "ab" } },
    { "^a$", { "^a$" }, { "a" } },
    { "a{2}", { "a{2}" }, { "aa" } },
    { "\\d", { "d" }, { "1" } },
    { "#a", { "#a" }, { "a" } },
    { "!a", { "!a" }, { "a" } },
    /* Letters of any language */
    { "文件*", { "文件", "文件夹", "下载/文件.txt" }, { "文" } },
    { "é", { "é" }, { "e" } },
    /* Bytes that are not text */
    { "\xff*", { "\xff", "\xff\xfe" }, { "\xfe\xff", "\xc3\xbf" } },
    { "a?c", { "a\xff" "c" }, { "a\xff\xfe" "c" } },
    { "*.jpg", { "\xe9t\xe9.jpg", "\xff/\xfe.jpg" }, { "\xe9t\xe9.jpeg" } },
    { "[\x80-\xff]", { "\x80", "\xff" }, { "a", "\x7f" } },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* The last pattern that matches decides. */
static void
test_order (void)
{
  g_autoptr (CopyFilter) filter = copy_filter_new ();

  add (filter, "*.log", TRUE);
  add (filter, "install.log", FALSE);
  add (filter, "/old/*", TRUE);

  g_assert_true (leaves_out (filter, "a.log"));
  g_assert_false (leaves_out (filter, "install.log"));
  g_assert_false (leaves_out (filter, "var/install.log"));
  g_assert_true (leaves_out (filter, "old/install.log"));
  g_assert_false (leaves_out (filter, "old"));
  g_assert_false (leaves_out (filter, "a.txt"));

  add (filter, "*", FALSE);
  g_assert_false (leaves_out (filter, "a.log"));

  add (filter, "*/", TRUE);
  g_assert_true (leaves_out (filter, "old/"));
  g_assert_false (leaves_out (filter, "old"));
}

/* All but one kind of file, as somebody would write it. */
static void
test_only_some (void)
{
  g_autoptr (CopyFilter) filter = copy_filter_new ();

  add (filter, "*", TRUE);
  add (filter, "*/", FALSE);
  add (filter, "*.jpg", FALSE);

  g_assert_false (leaves_out (filter, "holidays/"));
  g_assert_false (leaves_out (filter, "holidays/a.jpg"));
  g_assert_true (leaves_out (filter, "holidays/a.txt"));
}

static void
test_invalid (void)
{
  static const struct { const char *glob; const char *reason; } cases[] = {
    { "", "it is empty" },
    { "[z-a]", "range out of order in character class" },
    { "x[[:nothing:]]", "unknown POSIX class name" },
  };
  g_autoptr (CopyFilter) filter = copy_filter_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *beginning = g_strdup_printf ("“%s” is not a pattern: ", cases[i].glob);

      g_assert_false (copy_filter_add (filter, cases[i].glob, TRUE, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_str_has_prefix (error->message, beginning));
      g_assert_nonnull (strstr (error->message + strlen (beginning), cases[i].reason));
    }

  g_assert_true (copy_filter_is_empty (filter));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/filter/empty", test_empty);
  g_test_add_func ("/copy/filter/anchors", test_anchors);
  g_test_add_func ("/copy/filter/wildcards", test_wildcards);
  g_test_add_func ("/copy/filter/sets", test_sets);
  g_test_add_func ("/copy/filter/two-asterisks", test_two_asterisks);
  g_test_add_func ("/copy/filter/literals", test_literals);
  g_test_add_func ("/copy/filter/order", test_order);
  g_test_add_func ("/copy/filter/only-some", test_only_some);
  g_test_add_func ("/copy/filter/invalid", test_invalid);

  return g_test_run ();
}
