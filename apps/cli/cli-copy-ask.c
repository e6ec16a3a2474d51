/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-copy"

#include "cli-copy-ask.h"

#include "app-text.h"
#include "cli-copy-output.h"
#include "cli-text.h"

#include <glib/gi18n.h>
#include <unistd.h>

/* The question on the screen; the rest of the job goes on below it. */
static CopyQuestion *shown;

/* Whether there is somebody to ask. */
gboolean
cli_copy_ask_can (void)
{
  return isatty (STDIN_FILENO) && isatty (STDERR_FILENO) &&
         tcgetpgrp (STDIN_FILENO) == getpgrp ();
}

static char *
describe_side (const CopySide *side)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (side->mtime.tv_sec);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S")
                          : g_strdup ("?");
  g_autofree char *path = app_text_printable (side->path);
  g_autofree char *size = cli_text_size (side->size);

  if (S_ISLNK (side->type))
    /* Translators: path, time; a symbolic link */
    return g_strdup_printf (_("%s (link, %s)"), path, time);
  if (!S_ISREG (side->type))
    /* Translators: path, time; a pipe, a device or the like */
    return g_strdup_printf (_("%s (special file, %s)"), path, time);

  /* Translators: path, size, time */
  return g_strdup_printf (_("%s (%s, %s)"), path, size, time);
}

static void
show (void)
{
  g_autofree char *from = describe_side (&shown->from);
  g_autofree char *to = describe_side (&shown->to);

  cli_copy_text_clear ();
  /* Translators: what to copy, and what is there: paths with size and time */
  g_printerr (_("The name is taken:\n  copy  %s\n  over  %s\n"), from, to);

  if (shown->may_rename)
    /* Translators: the keys are o, s, r and n in every language */
    g_printerr (_("[o]verwrite, [s]kip, [r]ename or if [n]ewer? Capital letters: so for all.\n"));
  else
    /* Translators: the keys are o, s and n in every language */
    g_printerr (_("[o]verwrite, [s]kip or if [n]ewer? Capital letters: so for all.\n"));
}

/* Shows the oldest open question, unless one is shown. */
void
cli_copy_ask_update (CopyJob *job)
{
  g_autoptr (GPtrArray) open = NULL;

  if (shown != NULL)
    return;

  open = copy_job_list_questions (job);
  if (open->len == 0)
    return;

  shown = copy_question_ref (g_ptr_array_index (open, 0));
  show ();
}

void
cli_copy_ask_clear (void)
{
  g_clear_pointer (&shown, copy_question_unref);
}

/* Takes a key that answers; FALSE if it does not. */
gboolean
cli_copy_ask_key (CopyJob *job,
                  char     key)
{
  CopyConflict answer;

  if (shown == NULL)
    return FALSE;

  switch (g_ascii_tolower (key))
    {
    case 'o':
      answer = COPY_CONFLICT_OVERWRITE;
      break;
    case 's':
      answer = COPY_CONFLICT_SKIP;
      break;
    case 'r':
      answer = COPY_CONFLICT_RENAME;
      break;
    case 'n':
      answer = COPY_CONFLICT_NEWER;
      break;
    default:
      return FALSE;
    }

  if (answer == COPY_CONFLICT_RENAME && !shown->may_rename)
    return FALSE;

  copy_job_answer (job, shown, answer, g_ascii_isupper (key));
  cli_copy_ask_clear ();
  cli_copy_ask_update (job);

  return TRUE;
}
