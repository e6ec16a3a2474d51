/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "app-text"

#include "app-text.h"

#include <string.h>

/* What a terminal obeys instead of showing it, or what ends a line. */
static gboolean
is_harmful (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Text made of any bytes, such as a file name, that can do a terminal no harm:
 * valid UTF-8 without control characters. */
char *
app_text_printable (const char *bytes)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, -1);
  GString *text = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_harmful (c))
        g_string_append_printf (text, "\\x%02x", c);
      else
        g_string_append_unichar (text, c);
    }

  return g_string_free (text, FALSE);
}

/* Joins characters or keeps them apart, and turns nothing around: scripts and emoji
 * need them, a file name that hides them does not. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

/* One line of what somebody else wrote, made of any bytes, that can do a terminal no
 * harm: what is not UTF-8, and all that a terminal would obey, is seen as its number. */
char *
app_text_escape (const char *bytes,
                 gsize       length)
{
  GString *text = g_string_sized_new (length);
  const char *end = bytes + length;

  for (const char *p = bytes; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (c == 0 || c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (text, "\\x%02x", (guint8) *p++);
          continue;
        }

      if (is_harmful (c) && !is_joiner (c))
        g_string_append_printf (text, "\\x%02x", c);
      else
        g_string_append_unichar (text, c);

      p = g_utf8_next_char (p);
    }

  return g_string_free (text, FALSE);
}

/* The same with all lines of a text, each after @prefix and ended by a newline. */
char *
app_text_escape_lines (const char *prefix,
                       const char *bytes,
                       gsize       length)
{
  g_autofree char *printable_prefix = app_text_escape (prefix, strlen (prefix));
  const char *end_of_all = bytes + length;
  GString *text = g_string_new (NULL);

  /* The end of the last line is no line more. */
  if (length > 0 && end_of_all[-1] == '\n')
    end_of_all--;

  for (const char *begin = bytes, *after; begin != NULL; begin = after)
    {
      const char *newline = memchr (begin, '\n', (gsize) (end_of_all - begin));
      const char *end_of_line = newline != NULL ? newline : end_of_all;
      g_autofree char *line = NULL;

      after = newline != NULL ? newline + 1 : NULL;
      if (end_of_line > begin && end_of_line[-1] == '\r')
        end_of_line--;

      line = app_text_escape (begin, (gsize) (end_of_line - begin));
      g_string_append_printf (text, "%s%s\n", printable_prefix, line);
    }

  return g_string_free (text, FALSE);
}
