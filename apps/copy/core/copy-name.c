/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-name"

#include "copy-name.h"

#include <glib/gi18n.h>
#include <string.h>

#define PART_PREFIX ".lanyard-part-"

/* The name of the @number-th copy of @name beside it, counting from 1. */
char *
copy_name_duplicate (const char *name,
                     guint       number)
{
  if (number == 1)
    /* Translators: the name of a copy that is made beside "%s" */
    return g_strdup_printf (_("%s (copy)"), name);

  /* Translators: the name of one more copy that is made beside "%s" */
  return g_strdup_printf (_("%s (copy %u)"), name, number);
}

/* The path of @name in a directory whose path may be empty, for "here". */
char *
copy_name_join (const char *directory,
                const char *name)
{
  if (*directory == '\0')
    return g_strdup (name);
  if (*name == '\0')
    return g_strdup (directory);

  return g_str_has_suffix (directory, "/") ? g_strconcat (directory, name, NULL)
         : g_strconcat (directory, "/", name, NULL);
}

/* The name under which something that replaces another is written, until it is
 * whole. @number is unique in the job, and the same when a task is run again. */
char *
copy_name_part (const char *job_id,
                guint64     number)
{
  return g_strdup_printf (PART_PREFIX "%s-%" G_GUINT64_FORMAT, job_id, number);
}

/* Whether @name was made by copy_name_part(), here or in an earlier job. */
gboolean
copy_name_is_part (const char *name)
{
  const char *rest = name + strlen (PART_PREFIX);

  if (!g_str_has_prefix (name, PART_PREFIX))
    return FALSE;

  for (guint i = 0; i < 8; i++)
    if (!g_ascii_isxdigit (rest[i]))
      return FALSE;

  return rest[8] == '-' && rest[9] != '\0' && strspn (rest + 9, "0123456789") == strlen (rest + 9);
}

/* What marks the copy of a directory until it is complete. */
char *
copy_name_mark (const struct stat *st)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) st->st_dev,
                          (guint64) st->st_ino);
}
