/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process"

#include "ly-process.h"
#include "ly-process-private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Where a child finds its end of the channel. */
#define CHILD_FD 3

/* A descriptor that the child is to get beside its channel. */
typedef struct
{
  int fd;
  int child_fd;
} Handed;

/**
 * LyProcess:
 *
 * One child process with a name and a [class@Channel] to it.
 *
 * The child is a fresh program, never a fork of the running one. It finds its
 * end of the channel with [func@Process.inherit_channel], and is killed when
 * the last reference is dropped while it runs. On Linux a child that inherits
 * its channel is also killed when the thread that started it ends, so start it
 * from a thread that outlives it; elsewhere it has to notice that the channel
 * is closed.
 *
 * A process may be used by one thread at a time.
 */
struct _LyProcess
{
  GObject       parent_instance;

  /* Set once */
  char         *name;
  char        **argv;

  /* Until start, which takes them */
  GArray       *handed;     /* of Handed */

  /* Set by start */
  GSubprocess  *subprocess;
  LyChannel    *channel;
  int           pid;
  gboolean      ended;
};

G_DEFINE_FINAL_TYPE (LyProcess, ly_process, G_TYPE_OBJECT)

static void
close_handed (gpointer data)
{
  Handed *handed = data;

  if (handed->fd >= 0)
    close (handed->fd);
}

static void
ly_process_finalize (GObject *object)
{
  LyProcess *self = LY_PROCESS (object);

  if (self->subprocess != NULL && !self->ended)
    {
      ly_process_kill (self);
      ly_process_join (self, -1);
    }

  g_clear_object (&self->channel);
  g_clear_object (&self->subprocess);
  g_array_unref (self->handed);
  g_strfreev (self->argv);
  g_free (self->name);

  G_OBJECT_CLASS (ly_process_parent_class)->finalize (object);
}

static void
ly_process_class_init (LyProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_process_finalize;
}

static void
ly_process_init (LyProcess *self)
{
  self->handed = g_array_new (FALSE, FALSE, sizeof (Handed));
  g_array_set_clear_func (self->handed, close_handed);
}

/**
 * ly_process_new:
 * @name: what to call it in messages
 * @argv: (array zero-terminated=1): the program and its arguments
 *
 * Describes a child; nothing is started yet.
 *
 * Returns: (transfer full): the process
 */
LyProcess *
ly_process_new (const char         *name,
                const char * const *argv)
{
  LyProcess *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (argv != NULL && argv[0] != NULL, NULL);

  self = g_object_new (LY_TYPE_PROCESS, NULL);
  self->name = g_strdup (name);
  self->argv = g_strdupv ((char **) argv);

  return self;
}

/**
 * ly_process_take_fd:
 * @self: a `LyProcess` that was not started yet
 * @fd: a descriptor of this program, the process's from now on
 * @child_fd: its number in the child, above 3, which is the channel's
 *
 * Hands a descriptor to the child, which inherits nothing else. It is closed
 * here once the child has it, and also if the child is never started.
 */
void
ly_process_take_fd (LyProcess *self,
                    int        fd,
                    int        child_fd)
{
  Handed handed = { fd, child_fd };

  g_return_if_fail (LY_IS_PROCESS (self));
  g_return_if_fail (self->subprocess == NULL);
  g_return_if_fail (fd >= 0);
  g_return_if_fail (child_fd > CHILD_FD);

  g_array_append_val (self->handed, handed);
}

/* The launcher closes them when it goes. */
static void
hand_over (LyProcess           *self,
           GSubprocessLauncher *launcher)
{
  for (guint i = 0; i < self->handed->len; i++)
    {
      Handed *handed = &g_array_index (self->handed, Handed, i);

      g_subprocess_launcher_take_fd (launcher, handed->fd, handed->child_fd);
      handed->fd = -1;
    }

  g_array_set_size (self->handed, 0);
}

/**
 * ly_process_start:
 * @self: a `LyProcess` that was not started yet
 * @error: return location for an error of %G_SPAWN_ERROR or %G_IO_ERROR
 *
 * Starts the child with its channel. Its standard input is empty and its
 * standard output discarded; its standard error is this program's.
 *
 * Returns: %FALSE with @error set if it could not be started
 */
gboolean
ly_process_start (LyProcess  *self,
                  GError    **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (LyChannel) ours = NULL;
  g_autoptr (LyChannel) theirs = NULL;
  int fd;

  g_return_val_if_fail (LY_IS_PROCESS (self), FALSE);
  g_return_val_if_fail (self->subprocess == NULL, FALSE);

  if (!ly_channel_new_pair (LY_CHANNEL_DEFAULT_LIMIT, &ours, &theirs, error))
    return FALSE;

  fd = ly_channel_steal_fd (theirs);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_subprocess_launcher_take_fd (launcher, fd, CHILD_FD);
  hand_over (self, launcher);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, (const char * const *) self->argv,
                                                   error);
  if (self->subprocess == NULL)
    {
      g_prefix_error (error, "starting %s: ", self->name);
      return FALSE;
    }

  self->channel = g_steal_pointer (&ours);
  self->pid = atoi (g_subprocess_get_identifier (self->subprocess) ?: "0");

  return TRUE;
}

/**
 * ly_process_get_name:
 * @self: a `LyProcess`
 *
 * Tells what [ctor@Process.new] was given.
 *
 * Returns: (transfer none): its name
 */
const char *
ly_process_get_name (LyProcess *self)
{
  g_return_val_if_fail (LY_IS_PROCESS (self), NULL);

  return self->name;
}

/**
 * ly_process_get_pid:
 * @self: a started `LyProcess`
 *
 * Tells by what number the system knows the child.
 *
 * Returns: its process id, also after it has ended; 0 before it is started
 */
int
ly_process_get_pid (LyProcess *self)
{
  g_return_val_if_fail (LY_IS_PROCESS (self), 0);

  return self->pid;
}

/**
 * ly_process_get_channel:
 * @self: a started `LyProcess`
 *
 * Finds the way to speak to the child.
 *
 * Returns: (transfer none) (nullable): this program's end of the channel
 */
LyChannel *
ly_process_get_channel (LyProcess *self)
{
  g_return_val_if_fail (LY_IS_PROCESS (self), NULL);

  return self->channel;
}

/**
 * ly_process_is_alive:
 * @self: a `LyProcess`
 *
 * Asks without waiting. To wait for the end, see [method@Process.join].
 *
 * Returns: whether it was started and has not ended
 */
gboolean
ly_process_is_alive (LyProcess *self)
{
  g_return_val_if_fail (LY_IS_PROCESS (self), FALSE);

  return self->subprocess != NULL && !self->ended &&
         g_subprocess_get_identifier (self->subprocess) != NULL;
}

typedef struct
{
  gboolean returned;
  gboolean ended;
} JoinState;

static void
on_waited (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  JoinState *state = user_data;

  state->ended = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  state->returned = TRUE;
}

static gboolean
on_join_timeout (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

/**
 * ly_process_join:
 * @self: a `LyProcess`
 * @timeout_us: how long to wait at most, in microseconds; -1 waits without end
 *
 * Blocks until the child has ended and leaves no zombie.
 *
 * Returns: %FALSE if it still ran when the time was up
 */
gboolean
ly_process_join (LyProcess *self,
                 gint64     timeout_us)
{
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  JoinState state = { FALSE, FALSE };

  g_return_val_if_fail (LY_IS_PROCESS (self), FALSE);

  if (self->subprocess == NULL || self->ended)
    return TRUE;

  /* A context of our own, so that nothing else runs while we wait. */
  context = g_main_context_new ();
  cancellable = g_cancellable_new ();
  g_main_context_push_thread_default (context);

  g_subprocess_wait_async (self->subprocess, cancellable, on_waited, &state);

  if (timeout_us >= 0)
    {
      guint interval = (guint) MIN (timeout_us / 1000 + (timeout_us % 1000 != 0), G_MAXUINT);
      g_autoptr (GSource) timeout = g_timeout_source_new (interval);

      g_source_set_callback (timeout, on_join_timeout, cancellable, NULL);
      g_source_attach (timeout, context);
    }

  while (!state.returned)
    g_main_context_iteration (context, TRUE);

  g_main_context_pop_thread_default (context);
  self->ended = state.ended;

  return self->ended;
}

/**
 * ly_process_terminate:
 * @self: a `LyProcess`
 *
 * Asks the child to end (SIGTERM). Does not wait.
 */
void
ly_process_terminate (LyProcess *self)
{
  g_return_if_fail (LY_IS_PROCESS (self));

  if (ly_process_is_alive (self))
    g_subprocess_send_signal (self->subprocess, SIGTERM);
}

/**
 * ly_process_kill:
 * @self: a `LyProcess`
 *
 * Ends the child, whatever it does (SIGKILL). Does not wait.
 */
void
ly_process_kill (LyProcess *self)
{
  g_return_if_fail (LY_IS_PROCESS (self));

  if (ly_process_is_alive (self))
    g_subprocess_force_exit (self->subprocess);
}

/**
 * ly_process_describe_end:
 * @self: a `LyProcess` that was joined
 *
 * Puts into words how the child came to its end, for messages and errors.
 *
 * Returns: (transfer full): how it ended, as the end of a sentence about it:
 *   “was killed by signal 9 (Killed)”, “exited with status 1”
 */
char *
ly_process_describe_end (LyProcess *self)
{
  g_return_val_if_fail (LY_IS_PROCESS (self), NULL);

  if (self->subprocess == NULL)
    return g_strdup ("was not started");

  if (!self->ended)
    return g_strdup ("is still running");

  if (g_subprocess_get_if_signaled (self->subprocess))
    {
      int signal = g_subprocess_get_term_sig (self->subprocess);

      return g_strdup_printf ("was killed by signal %d (%s)", signal, g_strsignal (signal));
    }

  return g_strdup_printf ("exited with status %d",
                          g_subprocess_get_exit_status (self->subprocess));
}

/**
 * ly_process_dup_self_path:
 * @argv0: (nullable): what main() got as its first argument
 *
 * Finds the running program, to start it again as a child.
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
ly_process_dup_self_path (const char *argv0)
{
  char *path = _ly_process_read_self_path ();

  if (path == NULL && argv0 != NULL)
    path = g_find_program_in_path (argv0);

  return path;
}

/**
 * ly_process_inherit_channel:
 * @error: return location for %G_IO_ERROR_NOT_FOUND
 *
 * In a child started with [method@Process.start]: takes its end of the
 * channel, and ties its life to that of its parent. To be called once.
 *
 * Returns: (transfer full): the channel, or %NULL with @error set if the
 *   program was started by somebody else
 */
LyChannel *
ly_process_inherit_channel (GError **error)
{
  if (fcntl (CHILD_FD, F_GETFD) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "no channel was inherited: this program is started by Lanyard itself");
      return NULL;
    }

  fcntl (CHILD_FD, F_SETFD, FD_CLOEXEC);
  _ly_process_die_with_parent ();

  return ly_channel_new (CHILD_FD, LY_CHANNEL_DEFAULT_LIMIT);
}
