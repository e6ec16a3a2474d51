/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-text.h"
#include "cli-text.h"

#include <string.h>

/* Nothing that a file is called moves a cursor, turns text around or ends it. */
static void
test_printable (void)
{
  static const struct { const char *bytes; const char *text; } cases[] = {
    { "", "" },
    { "plain name.txt", "plain name.txt" },
    { "文件 é 🎉", "文件 é 🎉" },
    { "a\nb\tc\r", "a\\x0ab\\x09c\\x0d" },
    { "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m" },
    { "\x1b]0;title\x07", "\\x1b]0;title\\x07" },
    { "\x7f", "\\x7f" },
    { "\xc2\x9b" "31m", "\\x9b31m" },                    /* C1: the same as ESC [ */
    { "a\u202egpj.exe", "a\\x202egpj.exe" },            /* right to left */
    { "\u2066a\u2069\u200e\u061c", "\\x2066a\\x2069\\x200e\\x61c" },
    { "a\u200bb\ufeff", "a\\x200bb\\xfeff" },           /* that cannot be seen */
    { "a\u2028b\u2029c", "a\\x2028b\\x2029c" },         /* other ends of a line */
    { "\xff\xfe", "\ufffd\ufffd" },
    { "a\xc3", "a\ufffd" },
    { "\xed\xa0\x80", "\ufffd\ufffd\ufffd" },            /* half of a surrogate pair */
    { "\xc0\xaf", "\ufffd\ufffd" },
    { "e\u0301", "e\u0301" },
    { "100%s %n\\", "100%s %n\\" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = app_text_printable (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* Whatever the bytes are. */
static void
test_printable_any (void)
{
  for (guint i = 0; i < 5000; i++)
    {
      guint length = (guint) g_test_rand_int_range (0, 20);
      char bytes[21] = { 0 };
      g_autofree char *text = NULL;

      for (guint j = 0; j < length; j++)
        bytes[j] = (char) g_test_rand_int_range (1, 256);

      text = app_text_printable (bytes);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

/* Nothing that anybody says does. */
static void
test_escape (void)
{
  static const struct { const char *bytes; gsize length; const char *text; } cases[] = {
    { "", 0, "" },
    { "cut here", 3, "cut" },
    { "文字 é 🎉", 14, "文字 é 🎉" },
    { "a\nb\tc\r", 6, "a\\x0ab\\x09c\\x0d" },
    { "\x1b]0;title\x07", 10, "\\x1b]0;title\\x07" },
    { "a\0b", 3, "a\\x00b" },
    { "\x7f", 1, "\\x7f" },
    { "\xc2\x9b" "31m", 5, "\\x9b31m" },                /* C1: the same as ESC [ */
    { "a\u202egpj.exe", 11, "a\\x202egpj.exe" },
    { "\u2066a\u2069", 7, "\\x2066a\\x2069" },
    { "\u2028\ufeff", 6, "\\x2028\\xfeff" },
    { "👩\u200d👧", 11, "👩\u200d👧" },
    { "\xff\xfe", 2, "\\xff\\xfe" },
    { "a\xc3", 2, "a\\xc3" },
    { "\xe6\x96\x87", 2, "\\xe6\\x96" },               /* cut within a character */
    { "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" },
    { "\xc0\xaf", 2, "\\xc0\\xaf" },
    { "100%s %n\\", 9, "100%s %n\\" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = app_text_escape (cases[i].bytes, cases[i].length);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_escape_any (void)
{
  for (guint i = 0; i < 5000; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 20);
      char bytes[20];
      g_autofree char *text = NULL;

      for (gsize j = 0; j < length; j++)
        bytes[j] = (char) g_test_rand_int_range (0, 256);

      text = app_text_escape (bytes, length);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint (strlen (text), >=, length);
      for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_width (void)
{
  static const struct { const char *text; guint width; } cases[] = {
    { "", 0 },
    { "abc", 3 },
    { "文件", 4 },
    { "ｆ", 2 },
    { "한글", 4 },
    { "e\u0301", 1 },
    { "é", 1 },
    { "a\u200bb", 2 },
    { "…", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (cli_text_get_width (cases[i].text), ==, cases[i].width);
}

static void
test_fit (void)
{
  static const struct { const char *text; guint width; const char *begin; const char *end; }
  cases[] = {
    { "", 0, "", "" },
    { "", 5, "", "" },
    { "abcdef", 6, "abcdef", "abcdef" },
    { "abcdef", 5, "abcd…", "…cdef" },
    { "abcdef", 2, "a…", "…f" },
    { "abcdef", 1, "…", "…" },
    { "abcdef", 0, "", "" },
    { "文件夹", 6, "文件夹", "文件夹" },
    { "文件夹", 5, "文件…", "…件夹" },
    { "文件夹", 4, "文…", "…夹" },
    { "文件夹", 2, "…", "…" },
    { "a文b", 3, "a…", "…b" },
    { "e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301", "e\u0301e\u0301e\u0301" },
    { "e\u0301fgh", 3, "e\u0301f…", "…gh" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *begin = cli_text_fit (cases[i].text, cases[i].width, FALSE);
      g_autofree char *end = cli_text_fit (cases[i].text, cases[i].width, TRUE);

      g_assert_cmpstr (begin, ==, cases[i].begin);
      g_assert_cmpstr (end, ==, cases[i].end);
    }
}

/* Never too wide, and as wide as characters allow. */
static void
test_fit_any (void)
{
  static const char * const pieces[] = { "a", "文", "e\u0301", "\u200d", "🎉", "-" };

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint width = (guint) g_test_rand_int_range (0, 12);
      gboolean keep_end = g_test_rand_bit ();
      g_autofree char *fitted = NULL;

      for (gint32 left = g_test_rand_int_range (0, 12); left > 0; left--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);

      fitted = cli_text_fit (text->str, width, keep_end);
      g_assert_true (g_utf8_validate (fitted, -1, NULL));
      g_assert_cmpuint (cli_text_get_width (fitted), <=, width);
      if (cli_text_get_width (text->str) > width && width > 0)
        g_assert_cmpuint (cli_text_get_width (fitted) + 2, >, width);
    }
}

static void
test_size (void)
{
  static const struct { guint64 bytes; const char *text; } cases[] = {
    { 0, "0 bytes" },
    { 1, "1 byte" },
    { 1023, "1023 bytes" },
    { 1024, "1.0 KiB" },
    { 1536, "1.5 KiB" },
    { 5 * 1024 * 1024, "5.0 MiB" },
    { 6LL << 40, "6.0 TiB" },
    { G_MAXUINT64, "16.0 EiB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cli_text_size (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_duration (void)
{
  static const struct { gint64 seconds; const char *text; } cases[] = {
    { 0, "0:00" },
    { 7, "0:07" },
    { 59, "0:59" },
    { 60, "1:00" },
    { 754, "12:34" },
    { 3599, "59:59" },
    { 3600, "1:00:00" },
    { 3723, "1:02:03" },
    { 360000, "100:00:00" },
    { 10000000000, "2777777:46:40" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cli_text_duration (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* The C locale has no separators. */
static void
test_count (void)
{
  g_autofree char *small = cli_text_count (0);
  g_autofree char *large = cli_text_count (G_MAXUINT64);

  g_assert_cmpstr (small, ==, "0");
  g_assert_cmpstr (large, ==, "18446744073709551615");
}

static void
test_parse_size (void)
{
  static const struct { const char *text; guint64 bytes; } cases[] = {
    { "0", 0 },
    { "1", 1 },
    { "1000", 1000 },
    { "1000B", 1000 },
    { "64K", 65536 },
    { "64k", 65536 },
    { "64KiB", 65536 },
    { "64kB", 64000 },
    { "64KB", 64000 },
    { "1.5M", 1572864 },
    { "1.5MB", 1500000 },
    { ".5G", 536870912 },
    { "2GiB", 2147483648 },
    { "3T", 3298534883328 },
    { "3TB", 3000000000000 },
    { "1e3", 1000 },
    { "4194304T", 4611686018427387904 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 bytes = 77;

      if (!cli_text_parse_size (cases[i].text, &bytes))
        g_error ("“%s” is refused", cases[i].text);
      g_assert_cmpuint (bytes, ==, cases[i].bytes);
    }
}

static void
test_parse_size_wrong (void)
{
  static const char * const texts[] = {
    "", " ", "K", "KiB", "B", "fast", "-1", "-0.5K", "1X", "1KX", "1KBB", "1KiBB", "1Ki", "1BK",
    "1 K", "1K ", "1,5M", "1M/s", "nan", "inf", "infinity", "1e400", "9999999999T", "1e30",
    "9223372036854775808", "1K1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      guint64 bytes = 77;

      if (cli_text_parse_size (texts[i], &bytes))
        g_error ("“%s” is taken for %" G_GUINT64_FORMAT, texts[i], bytes);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/text/printable", test_printable);
  g_test_add_func ("/cli/text/printable-any", test_printable_any);
  g_test_add_func ("/cli/text/escape", test_escape);
  g_test_add_func ("/cli/text/escape-any", test_escape_any);
  g_test_add_func ("/cli/text/width", test_width);
  g_test_add_func ("/cli/text/fit", test_fit);
  g_test_add_func ("/cli/text/fit-any", test_fit_any);
  g_test_add_func ("/cli/text/size", test_size);
  g_test_add_func ("/cli/text/duration", test_duration);
  g_test_add_func ("/cli/text/count", test_count);
  g_test_add_func ("/cli/text/parse-size", test_parse_size);
  g_test_add_func ("/cli/text/parse-size-wrong", test_parse_size_wrong);

  return g_test_run ();
}
