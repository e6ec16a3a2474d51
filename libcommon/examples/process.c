/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes: start, pid, is alive, join with a timeout, terminate.
 *
 * A child is a program that is started anew, here this same one with an
 * argument. It speaks with its parent through a channel, and ends with it. */

#include <lanyard-common.h>
#include <unistd.h>

/* What the child does: it says its pid, and goes when it is told to. */
static int
child_main (void)
{
  g_autoptr (LyChannel) parent = ly_process_inherit_channel (NULL);
  g_autoptr (GVariant) word = NULL;

  if (parent == NULL)
    return 2;

  ly_channel_send (parent, g_variant_new_int32 (getpid ()), NULL);
  word = ly_channel_receive (parent, NULL);

  return word != NULL ? 0 : 1;
}

static LyProcess *
start (const char *name,
       const char *program)
{
  const char *argv[] = { program, "child", NULL };
  LyProcess *process = ly_process_new (name, argv);
  g_autoptr (GVariant) pid = NULL;
  g_autoptr (GError) error = NULL;

  if (!ly_process_start (process, &error) ||
      (pid = ly_channel_receive (ly_process_get_channel (process), &error)) == NULL)
    g_error ("%s", error->message);

  g_print ("%s has the pid that we know: %s\n", name,
           g_variant_get_int32 (pid) == ly_process_get_pid (process) ? "yes" : "no");

  return process;
}

static void
print_end (LyProcess *process)
{
  g_autofree char *end = ly_process_describe_end (process);

  g_print ("%s %s\n", ly_process_get_name (process), end);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  g_autoptr (LyProcess) ada = NULL;
  g_autoptr (LyProcess) bob = NULL;

  if (argc > 1)
    return child_main ();

  ada = start ("Ada", program);
  bob = start ("Bob", program);

  ly_channel_send (ly_process_get_channel (ada), g_variant_new_string ("go"), NULL);
  ly_process_join (ada, -1);
  print_end (ada);

  if (!ly_process_join (bob, 10 * 1000) && ly_process_is_alive (bob))
    g_print ("Bob has not ended in 10 milliseconds\n");
  ly_process_terminate (bob);
  ly_process_join (bob, -1);
  print_end (bob);

  return 0;
}
