/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pipes that carry whole messages: both ways, to a child process, and one way, to
 * a thread. Who has sent all closes the channel: the other end takes what is
 * still in it, and then sees the end. */

#include <lanyard-common.h>

/* The child: answers as long as there are questions. */
static int
answer (void)
{
  g_autoptr (LyChannel) parent = ly_process_inherit_channel (NULL);
  GVariant *question;

  while (parent != NULL && (question = ly_channel_receive (parent, NULL)) != NULL)
    {
      const char *word = g_variant_get_string (question, NULL);

      ly_channel_send (parent, g_variant_new ("(su)", word, (guint) strlen (word)), NULL);
      g_variant_unref (question);
    }

  return 0;
}

static gpointer
print_all (gpointer data)
{
  GVariant *message;

  while ((message = ly_channel_receive (data, NULL)) != NULL)
    {
      g_autofree char *text = g_variant_print (message, FALSE);

      g_print ("received %s\n", text);
      g_variant_unref (message);
    }

  return NULL;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  const char *child_argv[] = { program, "child", NULL };
  g_autoptr (LyProcess) child = ly_process_new ("child", child_argv);
  g_autoptr (LyChannel) reader = NULL;
  g_autoptr (LyChannel) writer = NULL;
  g_autoptr (GError) error = NULL;
  LyChannel *duplex;
  GThread *thread;

  if (argc > 1)
    return answer ();

  if (!ly_process_start (child, &error) ||
      !ly_channel_new_pipe (LY_CHANNEL_DEFAULT_LIMIT, &reader, &writer, &error))
    g_error ("%s", error->message);

  duplex = ly_process_get_channel (child);
  ly_channel_send (duplex, g_variant_new_string ("whistle"), NULL);
  ly_channel_send (duplex, g_variant_new_string ("lanyard"), NULL);
  ly_channel_close (duplex);
  print_all (duplex);

  if (!ly_channel_send (reader, g_variant_new_string ("hello"), &error))
    g_print ("one way only: %s\n", error->message);

  thread = g_thread_new ("reader", print_all, reader);
  ly_channel_send (writer, g_variant_new_string ("a text"), NULL);
  ly_channel_send (writer, g_variant_new ("(dd)", 52.5, 13.4), NULL);
  ly_channel_close (writer);
  g_thread_join (thread);

  return 0;
}
