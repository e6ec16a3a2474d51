/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-chat.h"
#include "bench-util.h"
#include "chat-engine.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE  100

/* Of many texts: as many for each run, and so many of them are on their way. */
#define N_TEXTS    80000
#define PENDING    4096

/* Not counted: by then the way has been measured. */
#define N_WARM_UP  20

static const char *program;

void
bench_chat_set_program (const char *path)
{
  program = path;
}

/* --- the other side --- */

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static ChatEngine *
make_engine (const char *folder,
             const char *name)
{
  ChatEngineOptions options = {
    .profile = folder, .name = name, .bind = "127.0.0.1", .any_port = TRUE, .no_discovery = TRUE,
  };
  g_autoptr (GError) error = NULL;
  ChatEngine *engine = chat_engine_new (&options, &error);

  if (engine == NULL)
    g_error ("%s", error->message);
  chat_engine_start (engine);

  return engine;
}

/* Stores what comes, until standard input is closed. */
int
bench_chat_peer (const char *folder)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ChatEngine) engine = make_engine (folder, "Peer");

  g_print ("%u\n", chat_engine_get_port (engine));
  fflush (stdout);

  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_stdin, loop);
  g_main_loop_run (loop);

  return 0;
}

/* --- both --- */

typedef struct
{
  char        *folder;
  GSubprocess *process;
  uint16_t     port;       /* of the other side */
  ChatEngine  *engine;
  ChatPeer    *peer;       /* NULL until it is there */
  guint        n_delivered;
} Talk;

static void
on_peer (ChatEngine *engine,
         ChatPeer   *peer,
         Talk       *talk)
{
  if (chat_peer_is_online (peer))
    talk->peer = peer;
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          Talk       *talk)
{
  talk->n_delivered += state == CHAT_MESSAGE_DELIVERED;
}

static void
start_process (Talk *self)
{
  g_autofree char *folder = g_build_filename (self->folder, "peer", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, program, "--peer", folder, NULL);
  if (self->process == NULL)
    g_error ("%s", error->message);

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  if (line == NULL)
    g_error ("the other side did not start");

  self->port = (uint16_t) strtoul (line, NULL, 10);
}

static void
talk_open (Talk *self)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  *self = (Talk) { .folder = g_dir_make_tmp ("lanyard-bench-XXXXXX", &error) };
  if (self->folder == NULL)
    g_error ("%s", error->message);

  start_process (self);

  folder = g_build_filename (self->folder, "own", NULL);
  self->engine = make_engine (folder, "Bench");
  g_signal_connect (self->engine, "peer", G_CALLBACK (on_peer), self);
  g_signal_connect (self->engine, "state", G_CALLBACK (on_state), self);
}

/* At @port is the other side, or a way to it. */
static void
talk_connect (Talk     *self,
              uint16_t  port)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (GError) error = NULL;

  if (!chat_engine_connect (self->engine, address, &error))
    g_error ("%s", error->message);

  while (self->peer == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
talk_close (Talk *self)
{
  g_clear_object (&self->engine);

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);

  bench_remove (self->folder);
  g_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_close)

static char *
make_text (void)
{
  GString *text = g_string_new (NULL);

  while (text->len < TEXT_SIZE)
    g_string_append (text, "words that somebody has typed, and ");

  return g_string_free (g_string_truncate (text, TEXT_SIZE), FALSE);
}

static void
talk_send (Talk              *self,
           const char *const *texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = chat_engine_send_all (self->engine, self->peer, texts, &error);

  if (messages == NULL)
    g_error ("%s", error->message);
}

static void
talk_await (Talk  *self,
            guint  n_delivered)
{
  while (self->n_delivered < n_delivered)
    g_main_context_iteration (NULL, TRUE);
}

double
bench_chat_texts (gconstpointer data)
{
  guint at_once = *(const guint *) data;
  guint n_texts = at_once > 1 ? N_TEXTS : N_TEXTS / 10;
  g_auto (Talk) talk = { NULL };
  g_autofree char *text = make_text ();
  g_autofree const char **texts = g_new0 (const char *, at_once + 1);
  gint64 begin;

  for (guint i = 0; i < at_once; i++)
    texts[i] = text;

  talk_open (&talk);
  talk_connect (&talk, talk.port);

  begin = g_get_monotonic_time ();
  for (guint sent = 0; sent < n_texts; sent += at_once)
    {
      talk_send (&talk, texts);
      if (sent >= PENDING)
        talk_await (&talk, sent - PENDING);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  talk_await (&talk, n_texts);

  return (double) n_texts * 1e6 / (double) (g_get_monotonic_time () - begin);
}

static int
compare (const void *a,
         const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

/* One after the other: what is lost is told by nothing that follows. */
double
bench_chat_latency (gconstpointer data)
{
  const BenchLatency *latency = data;
  g_auto (Talk) talk = { NULL };
  g_autofree char *text = make_text ();
  const char *texts[] = { text, NULL };
  g_autofree double *times = g_new (double, latency->n_messages);
  BenchRelay *relay = NULL;

  talk_open (&talk);
  if (latency->loss > 0 || latency->delay > 0)
    relay = bench_relay_new (talk.port, latency->loss, latency->delay);
  talk_connect (&talk, relay != NULL ? bench_relay_get_port (relay) : talk.port);

  for (guint i = 0; i < N_WARM_UP + latency->n_messages; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      talk_send (&talk, texts);
      talk_await (&talk, i + 1);
      if (i >= N_WARM_UP)
        times[i - N_WARM_UP] = (double) (g_get_monotonic_time () - begin) / 1e3;
    }

  g_clear_object (&talk.engine);
  g_clear_pointer (&relay, bench_relay_free);
  qsort (times, latency->n_messages, sizeof *times, compare);

  return times[(guint) (latency->percentile * latency->n_messages)];
}
