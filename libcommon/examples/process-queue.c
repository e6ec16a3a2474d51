/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A queue between two processes, a writer and a reader. It lives in their parent,
 * where one thread puts in what the writer sends, and another takes it out for
 * the reader. There is room for two items: a slow reader holds the writer back. */

#include <lanyard-common.h>

static LyQueue *queue;

/* The writer sends numbers. The reader sends back what it has read. */
static int
child_main (const char *role)
{
  g_autoptr (LyChannel) parent = ly_process_inherit_channel (NULL);

  if (parent == NULL)
    return 2;

  if (g_str_equal (role, "writer"))
    for (guint i = 1; i <= 5; i++)
      ly_channel_send (parent, g_variant_new_uint32 (i), NULL);
  else
    for (GVariant *item; (item = ly_channel_receive (parent, NULL)) != NULL; g_variant_unref (item))
      ly_channel_send (parent, item, NULL);

  return 0;
}

static gpointer
fill_queue (gpointer writer)
{
  for (GVariant *item; (item = ly_channel_receive (writer, NULL)) != NULL;)
    ly_queue_put (queue, item, NULL);
  ly_queue_close (queue);

  return NULL;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  const char *writer_argv[] = { program, "writer", NULL };
  const char *reader_argv[] = { program, "reader", NULL };
  g_autoptr (LyProcess) writer = ly_process_new ("writer", writer_argv);
  g_autoptr (LyProcess) reader = ly_process_new ("reader", reader_argv);
  g_autoptr (GError) error = NULL;
  LyChannel *channel;
  GThread *thread;

  if (argc > 1)
    return child_main (argv[1]);

  if (!ly_process_start (writer, &error) || !ly_process_start (reader, &error))
    g_error ("%s", error->message);

  queue = ly_queue_new (2, (GDestroyNotify) g_variant_unref);
  thread = g_thread_new ("fill", fill_queue, ly_process_get_channel (writer));

  channel = ly_process_get_channel (reader);
  for (GVariant *item; (item = ly_queue_get (queue, NULL)) != NULL; g_variant_unref (item))
    {
      g_autoptr (GVariant) answer = NULL;

      if (!ly_channel_send (channel, item, &error) ||
          (answer = ly_channel_receive (channel, &error)) == NULL)
        g_error ("%s", error->message);
      g_print ("the reader has read %u\n", g_variant_get_uint32 (answer));
    }

  g_thread_join (thread);
  g_object_unref (queue);

  return 0;
}
