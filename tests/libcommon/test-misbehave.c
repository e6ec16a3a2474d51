/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-misbehave.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Far above what a healthy task here needs, on a busy machine too. */
#define STALL_TIMEOUT G_USEC_PER_SEC

#define CHANNEL_FD 3

static const TestFault faults[] = {
  { "kill", "killed by signal 9 (Killed)" },
  { "term", "killed by signal 15 (Terminated)" },
  { "exit", "exited with status 0" },
  { "fail", "exited with status 7" },
  { "stop", "killed: it gave no sign of life any more", TRUE },
  { "hang", "killed: it gave no sign of life any more", TRUE },
  { "mute", "killed: channel is closed", FALSE, "exited with status 0" },
  { "rubbish", "killed: what arrived on the channel is not a message" },
  { "huge", "killed: a message of 4294967295 bytes arrived, over the channel's limit of 67108864" },
  { "short", "killed: sent a message that makes no sense" },
  { "nonsense", "killed: sent a message that makes no sense" },
  { "nameless", "killed: sent a message that makes no sense" },
  { "typeless", "killed: sent a message that makes no sense" },
  { "unknown", "killed: sent a message that makes no sense" },
  { "lie", "killed: sent a message that makes no sense" },
  { "refund", "killed: sent a message that makes no sense" },
  { "bad news", "killed: sent a message that makes no sense" },
};

static void
write_all (gconstpointer bytes,
           gsize         size)
{
  g_assert_cmpint (write (CHANNEL_FD, bytes, size), ==, (gssize) size);
}

/* What is in front of a message, and what the message begins with. */
typedef struct
{
  guint32 mark;
  guint32 size;
} Frame;

typedef struct
{
  guint64 id;
  guint32 name_size;
  guint16 attempt;
  guint16 kind;
} Header;

#define MARK 0x314c594cu
#define REST(bytes) bytes, sizeof bytes - 1

static void
write_frame (guint32 size)
{
  const Frame frame = { MARK, size };

  write_all (&frame, sizeof frame);
}

/* A message of the worker's, as far as it has the right form. */
static void
write_message (char        kind,
               guint64     id,
               const char *rest,
               gsize       rest_size)
{
  const Header header = { id, 1, 0, (guint16) kind };

  write_frame ((guint32) (sizeof header + rest_size));
  write_all (&header, sizeof header);
  write_all (rest, rest_size);
}

/* A message, but none that an executor knows. */
static void
write_nonsense (void)
{
  g_autoptr (LyChannel) channel = ly_channel_new (dup (CHANNEL_FD), 1000);

  ly_channel_send (channel, g_variant_new_string ("hello?"), NULL);
}

static void
write_wrong (const char *how,
             guint64     id)
{
  if (g_str_equal (how, "rubbish"))
    write_all (REST ("Segmentation fault, or so\n"));
  else if (g_str_equal (how, "huge"))
    write_frame (G_MAXUINT32);
  else if (g_str_equal (how, "short"))
    write_frame (0);
  else if (g_str_equal (how, "nonsense"))
    write_nonsense ();
  else if (g_str_equal (how, "nameless"))
    write_message ('V', id, REST ("x"));
  else if (g_str_equal (how, "typeless"))
    write_message ('V', id, REST ("\0(s\0x"));
  else if (g_str_equal (how, "unknown"))
    write_message ('?', id, REST ("\0"));
  /* About a task that there is not, be it that it ended or that it comes back. */
  else if (g_str_equal (how, "lie"))
    write_message ('V', G_MAXUINT64, REST ("\0"));
  else if (g_str_equal (how, "refund"))
    write_message ('U', G_MAXUINT64, REST ("\0"));
  else if (g_str_equal (how, "bad news"))
    write_message ('N', id, REST ("\0s\0x\0"));
}

void
test_misbehave (const char *how,
                guint64     id)
{
  if (g_str_equal (how, "kill"))
    kill (getpid (), SIGKILL);
  else if (g_str_equal (how, "term"))
    kill (getpid (), SIGTERM);
  else if (g_str_equal (how, "exit"))
    _exit (0);
  else if (g_str_equal (how, "fail"))
    _exit (7);
  else if (g_str_equal (how, "stop"))
    kill (getpid (), SIGSTOP);
  else if (g_str_equal (how, "mute"))
    shutdown (CHANNEL_FD, SHUT_WR);
  else
    write_wrong (how, id);

  while (TRUE)
    pause ();
}

static GVariant *
task_misbehave (LyTaskContext  *context,
                GVariant       *args,
                GError        **error)
{
  const char *how;
  guint n_times;
  guint64 id;

  g_variant_get (args, "(&sut)", &how, &n_times, &id);
  if (ly_task_context_get_attempt (context) < n_times)
    test_misbehave (how, id);

  return g_variant_new_int64 (ly_task_context_get_attempt (context));
}

void
test_register_misbehave (void)
{
  ly_task_register ("misbehave", task_misbehave);
}

GVariant *
test_misbehave_args (const char *how,
                     guint       n_times,
                     guint64     id)
{
  return g_variant_new ("(sut)", how, n_times, id);
}

LyFuture *
test_submit_misbehave (LyExecutor *executor,
                       const char *how,
                       guint       n_times,
                       guint64     id)
{
  return test_submit (executor, "misbehave", test_misbehave_args (how, n_times, id));
}

/* Adds a test for each of the faults. */
void
test_add_for_faults (const char  *name,
                     void       (*func) (gconstpointer fault))
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *how = g_strdelimit (g_strdup (faults[i].how), " ", '-');
      g_autofree char *path = g_strdup_printf ("/common/process-executor/%s/%s", name, how);

      g_test_add_data_func (path, &faults[i], func);
    }
}

LyExecutor *
test_fault_new_executor (const TestFault *self,
                         guint            n_workers,
                         guint            capacity)
{
  LyExecutor *executor = test_new_processes (n_workers, capacity);

  if (self->stalls)
    ly_process_executor_set_stall_timeout (LY_PROCESS_EXECUTOR (executor), STALL_TIMEOUT);

  return executor;
}

#define RUN_TWICE "the task was run 2 times, and each time its worker "

void
test_fault_assert_error (const TestFault *self,
                         const GError    *error)
{
  const char *verb = g_str_has_prefix (self->text, "killed") ? "was " : "";
  g_autofree char *message = g_strdup_printf (RUN_TWICE "%s%s", verb, self->text);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);

  if (self->otherwise != NULL && g_str_has_suffix (error->message, self->otherwise))
    g_assert_true (g_str_has_prefix (error->message, RUN_TWICE));
  else
    g_assert_cmpstr (error->message, ==, message);
}
