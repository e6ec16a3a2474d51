/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A child program, spoken to over its standard streams.
 *
 * Where all of the input is known, it is written, and all of the output read, in
 * one call. Otherwise it is a dialogue: a line is written, and one read. */

#include <lanyard-common.h>

static void
sort (const char *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *output = NULL;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                            &error, "sort", NULL);
  if (child == NULL ||
      !g_subprocess_communicate_utf8 (child, input, NULL, &output, NULL, &error))
    g_error ("%s", error->message);

  g_print ("sorted:\n%s", output);
}

static void
calculate (void)
{
  static const char script[] = "while read -r a b; do echo $((a * b)); done";
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) answers = NULL;
  GOutputStream *questions;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                            &error, "sh", "-c", script, NULL);
  if (child == NULL)
    g_error ("%s", error->message);

  questions = g_subprocess_get_stdin_pipe (child);
  answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));

  for (int i = 6; i <= 8; i++)
    {
      g_autofree char *answer = NULL;

      g_output_stream_printf (questions, NULL, NULL, NULL, "%d %d\n", i, i + 1);
      answer = g_data_input_stream_read_line_utf8 (answers, NULL, NULL, NULL);
      g_print ("%d times %d is %s\n", i, i + 1, answer);
    }

  /* The end of its input is how the child knows that this was all. */
  g_output_stream_close (questions, NULL, NULL);
  if (!g_subprocess_wait_check (child, NULL, &error))
    g_error ("%s", error->message);
  g_print ("the child has ended\n");
}

int
main (void)
{
  sort ("pear\napple\nfig\n");
  calculate ();

  return 0;
}
