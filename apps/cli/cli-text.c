/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-text"

#include "cli-text.h"

#include <string.h>

static guint
char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;

  return g_unichar_iswide (c) ? 2 : 1;
}

/* How many columns of a terminal the text takes. */
guint
cli_text_get_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += char_width (g_utf8_get_char (p));

  return width;
}

/* The text cut to at most @width columns, with an ellipsis where something is
 * missing: at its beginning if @keep_end. */
char *
cli_text_fit (const char *text,
              guint       width,
              gboolean    keep_end)
{
  const char *end = text + strlen (text);
  const char *p;
  guint used = 1;

  if (cli_text_get_width (text) <= width)
    return g_strdup (text);
  if (width == 0)
    return g_strdup ("");

  if (!keep_end)
    {
      for (p = text; (used += char_width (g_utf8_get_char (p))) <= width; p = g_utf8_next_char (p))
        ;
      return g_strdup_printf ("%.*s…", (int) (p - text), text);
    }

  for (p = end; p > text; )
    {
      const char *previous = g_utf8_prev_char (p);

      used += char_width (g_utf8_get_char (previous));
      if (used > width)
        break;
      p = previous;
    }

  return g_strconcat ("…", p, NULL);
}

/* A number of bytes for people. GLib's no-break space becomes a plain one, which
 * every terminal has. */
char *
cli_text_size (guint64 bytes)
{
  g_autofree char *text = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_auto (GStrv) parts = g_strsplit (text, "\u00a0", -1);

  return g_strjoinv (" ", parts);
}

/* As 0:07, 12:34 or 1:02:03. */
char *
cli_text_duration (gint64 seconds)
{
  if (seconds < 3600)
    return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));

  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600,
                          (int) (seconds / 60 % 60), (int) (seconds % 60));
}

/* A number with the separators of the user's language. */
char *
cli_text_count (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}

/* Reads a number of bytes: 1000, 64K, 1.5M, 2GiB; units are of 1024, and of
 * 1000 if written kB, MB or GB. */
gboolean
cli_text_parse_size (const char *text,
                     guint64    *bytes)
{
  static const char units[] = "KMGT";
  const char *unit;
  double base = 1024;
  double factor = 1;
  double number;
  char *end;

  number = g_ascii_strtod (text, &end);
  if (end == text || !(number >= 0))
    return FALSE;

  unit = *end != '\0' ? strchr (units, g_ascii_toupper (*end)) : NULL;
  if (unit != NULL)
    {
      end++;
      if (g_str_equal (end, "B"))
        base = 1000;
      for (const char *p = units; p <= unit; p++)
        factor *= base;
      if (g_str_equal (end, "iB"))
        end += 1;
    }

  if (*end == 'B')
    end++;

  if (*end != '\0' || !(number * factor < (double) G_MAXINT64))
    return FALSE;

  *bytes = (guint64) (number * factor);

  return TRUE;
}
