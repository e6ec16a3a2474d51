/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-report"

#include "copy-report.h"

#include <glib/gi18n.h>
#include <string.h>

/* A path on one line, whatever is in it. */
static char *
printable (const char *path)
{
  const char *p = path;

  if (!g_utf8_validate (path, -1, NULL))
    return g_strescape (path, NULL);

  while (*p != '\0' && !g_unichar_iscntrl (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);

  return *p == '\0' ? g_strdup (path) : g_strescape (path, NULL);
}

static void
append_places (const CopyReport *self,
               GString          *text)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      CopyReportPlace *place = g_ptr_array_index (self->places, i);
      g_autofree char *from = printable (place->from);
      g_autofree char *to = printable (place->to);

      /* Translators: what is copied → where to; both are paths */
      g_string_append_printf (text, _("%s → %s\n"), from, to);
    }
}

static void
append_count (GString    *text,
              const char *label,
              gint64      count)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, count);

  if (count > 0)
    g_string_append_printf (text, _("%s: %s\n"), label, number);
}

static void
append_counts (const CopyReport *self,
               GString          *text)
{
  g_autofree char *size = g_format_size_full ((guint64) MAX (self->counts[COPY_COUNT_BYTES], 0),
                                              G_FORMAT_SIZE_LONG_FORMAT);

  append_count (text, _("Files"), self->counts[COPY_COUNT_FILES]);
  append_count (text, _("Folders"), self->counts[COPY_COUNT_DIRECTORIES]);
  append_count (text, _("Links"), self->counts[COPY_COUNT_SYMLINKS]);
  append_count (text, _("Hard links"), self->counts[COPY_COUNT_HARDLINKS]);
  append_count (text, _("Special files"), self->counts[COPY_COUNT_OTHERS]);
  append_count (text, _("Skipped"), self->counts[COPY_COUNT_SKIPPED]);
  append_count (text, _("Deleted from the destination"), (gint64) self->n_deleted);
  append_count (text, _("Copied without all of their attributes"), (gint64) self->n_lost);
  append_count (text, _("Workers lost and replaced"), (gint64) self->n_workers_lost);
  append_count (text, _("Not copied"), (gint64) self->n_problems);
  g_string_append_printf (text, _("Size: %s\n"), size);
  g_string_append_printf (text, _("Time: %.1f seconds\n"), self->seconds);
}

static void
append_group (GString                *text,
              const CopyProblemGroup *group)
{
  guint64 more = group->count - group->paths->len;

  g_string_append_printf (text, "\n%s\n", group->reason);

  for (guint i = 0; i < group->paths->len; i++)
    {
      g_autofree char *path = printable (g_ptr_array_index (group->paths, i));

      g_string_append_printf (text, "  %s\n", path);
    }

  if (more > 0)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, more);

      g_string_append_printf (text, ngettext ("  … and %s more\n", "  … and %s more\n",
                                              (gulong) more), number);
    }
}

char *
copy_report_to_text (const CopyReport *self)
{
  GString *text = g_string_new (NULL);

  append_places (self, text);
  if (self->interrupted)
    g_string_append (text, _("Interrupted before its end\n"));
  append_counts (self, text);

  for (guint i = 0; i < self->groups->len; i++)
    append_group (text, g_ptr_array_index (self->groups, i));

  return g_string_free (text, FALSE);
}

gboolean
copy_report_save (const CopyReport  *self,
                  GOutputStream     *stream,
                  GCancellable      *cancellable,
                  GError           **error)
{
  g_autofree char *text = copy_report_to_text (self);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}
