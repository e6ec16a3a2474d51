/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-filter"

#include "copy-filter.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* A pattern follows gitignore(5): with a slash at its beginning or inside it is
 * anchored to the top of the source, otherwise it matches at any depth; a slash
 * at its end makes it match directories only; `**` as a whole name crosses
 * directories. */
typedef struct
{
  GRegex   *regex;
  char     *rule;       /* as copy_filter_dup_rules() gives it */
  gboolean  exclude;
  gboolean  dirs_only;
} Pattern;

struct _CopyFilter
{
  int     ref_count;
  GArray *patterns;
};

static void
pattern_clear (gpointer data)
{
  Pattern *pattern = data;

  g_clear_pointer (&pattern->regex, g_regex_unref);
  g_free (pattern->rule);
}

CopyFilter *
copy_filter_new (void)
{
  CopyFilter *self = g_new0 (CopyFilter, 1);

  self->ref_count = 1;
  self->patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));
  g_array_set_clear_func (self->patterns, pattern_clear);

  return self;
}

/* Once it is shared nothing may be added to it. */
CopyFilter *
copy_filter_ref (CopyFilter *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
copy_filter_unref (CopyFilter *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_array_unref (self->patterns);
  g_free (self);
}

/* Appends one byte as itself. Bytes above ASCII go as they are: the expression
 * is compiled for bytes, since names are not always text. */
static void
append_literal (GString *regex,
                char     byte)
{
  if (g_ascii_ispunct (byte))
    g_string_append_c (regex, '\\');
  g_string_append_c (regex, byte);
}

/* The end of the class of characters that begins at @set, such as "[:digit:]";
 * NULL if it is none. */
static const char *
find_class_end (const char *set)
{
  const char *end;

  if (!g_str_has_prefix (set, "[:"))
    return NULL;

  end = set + 2 + strspn (set + 2, "abcdefghijklmnopqrstuvwxyz");

  return g_str_has_prefix (end, ":]") ? end + 2 : NULL;
}

/* Appends the set that begins at @glob, a '['; returns its last character, or
 * @glob itself if it is no set. */
static const char *
append_set (GString    *regex,
            const char *glob)
{
  gboolean negated = glob[1] == '!' || glob[1] == '^';
  const char *first = glob + 1 + negated;
  const char *p;
  gsize length = regex->len;

  g_string_append (regex, negated ? "(?!/)[^" : "(?!/)[");

  /* A ']' right at the beginning is a member. */
  for (p = first; *p != '\0' && (*p != ']' || p == first); p++)
    {
      const char *class_end = find_class_end (p);

      if (class_end != NULL)
        {
          g_string_append_len (regex, p, class_end - p);
          p = class_end - 1;
        }
      else if (*p == '-')
        g_string_append_c (regex, '-');
      else
        {
          p += *p == '\\' && p[1] != '\0';
          append_literal (regex, *p);
        }
    }

  if (*p == '\0')
    {
      g_string_truncate (regex, length);
      append_literal (regex, '[');
      return glob;
    }

  g_string_append_c (regex, ']');

  return p;
}

static char *
glob_to_regex (const char *glob,
               gboolean    anchored)
{
  GString *regex = g_string_new (anchored ? "^" : "^(?:.*/)?");

  for (const char *p = glob; *p != '\0'; p++)
    {
      gboolean at_begin = p == glob || p[-1] == '/';

      if (at_begin && g_str_has_prefix (p, "**/"))
        {
          g_string_append (regex, "(?:.*/)?");
          p += 2;
        }
      else if (at_begin && g_str_equal (p, "**"))
        {
          g_string_append (regex, ".*");
          p += 1;
        }
      else if (*p == '*')
        g_string_append (regex, "[^/]*");
      else if (*p == '?')
        g_string_append (regex, "[^/]");
      else if (*p == '[')
        p = append_set (regex, p);
      else if (*p == '\\' && p[1] != '\0')
        append_literal (regex, *++p);
      else
        append_literal (regex, *p);
    }

  g_string_append_c (regex, '$');

  return g_string_free (regex, FALSE);
}

/* Adds a pattern after those that are there. */
gboolean
copy_filter_add (CopyFilter  *self,
                 const char  *glob,
                 gboolean     exclude,
                 GError     **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *expression = NULL;
  g_autoptr (GError) local_error = NULL;
  Pattern pattern = { .exclude = exclude };
  gsize length = strlen (glob);
  gboolean anchored;

  if (length > 1 && glob[length - 1] == '/')
    {
      pattern.dirs_only = TRUE;
      length--;
    }

  trimmed = g_strndup (glob, length);
  anchored = strchr (trimmed, '/') != NULL;
  expression = glob_to_regex (trimmed + (*trimmed == '/'), anchored);

  if (length > 0)
    pattern.regex = g_regex_new (expression, G_REGEX_RAW | G_REGEX_DOTALL | G_REGEX_OPTIMIZE |
                                 G_REGEX_DOLLAR_ENDONLY, 0, &local_error);

  if (pattern.regex == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: what was given, and the reason */
                   _("“%s” is not a pattern: %s"), glob,
                   local_error != NULL ? local_error->message : _("it is empty"));
      return FALSE;
    }

  pattern.rule = g_strconcat (exclude ? "-" : "+", glob, NULL);
  g_array_append_val (self->patterns, pattern);

  return TRUE;
}

char **
copy_filter_dup_rules (CopyFilter *self)
{
  g_autoptr (GStrvBuilder) rules = g_strv_builder_new ();

  for (guint i = 0; i < self->patterns->len; i++)
    g_strv_builder_add (rules, g_array_index (self->patterns, Pattern, i).rule);

  return g_strv_builder_end (rules);
}

CopyFilter *
copy_filter_new_rules (const char * const  *rules,
                       GError             **error)
{
  g_autoptr (CopyFilter) self = copy_filter_new ();

  for (; *rules != NULL; rules++)
    if (!copy_filter_add (self, **rules != '\0' ? *rules + 1 : "", **rules != '+', error))
      return NULL;

  return g_steal_pointer (&self);
}

gboolean
copy_filter_is_empty (CopyFilter *self)
{
  return self->patterns->len == 0;
}

/* Whether the item at @path, below the top of its source, is left out. What is
 * in a directory that is left out is so as well. May be called from any thread
 * once all patterns are added. */
gboolean
copy_filter_leaves_out (CopyFilter *self,
                        const char *path,
                        gboolean    is_dir)
{
  for (guint i = self->patterns->len; i-- > 0;)
    {
      Pattern *pattern = &g_array_index (self->patterns, Pattern, i);

      if ((is_dir || !pattern->dirs_only) && g_regex_match (pattern->regex, path, 0, NULL))
        return pattern->exclude;
    }

  return FALSE;
}
