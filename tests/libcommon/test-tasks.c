/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static gboolean
check_type (GVariant    *args,
            const char  *type,
            GError     **error)
{
  if (g_variant_is_of_type (args, G_VARIANT_TYPE (type)))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "expected %s but got %s",
               type, g_variant_get_type_string (args));
  return FALSE;
}

/* double x: twice x. */
static GVariant *
task_double (LyTaskContext  *context,
             GVariant       *args,
             GError        **error)
{
  if (!check_type (args, "x", error))
    return NULL;

  return g_variant_new_int64 (2 * g_variant_get_int64 (args));
}

/* echo ANY: the same. */
static GVariant *
task_echo (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  return g_variant_new_variant (args);
}

/* nothing ANY: no value and no error. */
static GVariant *
task_nothing (LyTaskContext  *context,
              GVariant       *args,
              GError        **error)
{
  return NULL;
}

/* fail (DOMAIN, CODE, MESSAGE): that error, and a value that must not count. */
static GVariant *
task_fail (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  const char *domain;
  const char *message;
  int code;

  if (!check_type (args, "(siay)", error))
    return NULL;

  g_variant_get (args, "(&si^&ay)", &domain, &code, &message);
  g_set_error_literal (error, g_quark_from_string (domain), code, message);

  return g_variant_new_string ("not to be seen");
}

/* attempt: which attempt this is. */
static GVariant *
task_attempt (LyTaskContext  *context,
              GVariant       *args,
              GError        **error)
{
  return g_variant_new_int64 (ly_task_context_get_attempt (context));
}

/* pid: where it runs. */
static GVariant *
task_pid (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  return g_variant_new_int64 (getpid ());
}

/* hold GATE: reports "started" and waits at the gate, or to be cancelled. */
static GVariant *
task_hold (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  struct pollfd pollfd = { .events = POLLIN };
  gboolean go_on;

  if (!check_type (args, "s", error))
    return NULL;

  pollfd.fd = open (g_variant_get_string (args, NULL), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_no_errno (pollfd.fd);
  ly_task_context_report (context, g_variant_new_string ("started"));

  while ((go_on = ly_task_context_checkpoint (context, error)) && poll (&pollfd, 1, 2) != 1)
    ;

  close (pollfd.fd);

  return go_on ? g_variant_new_string ("held") : NULL;
}

/* tick: counts and reports 0, 1, 2, … until it is cancelled. */
static GVariant *
task_tick (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  for (gint64 i = 0; ly_task_context_checkpoint (context, error); i++)
    {
      ly_task_context_add_progress (context, 0, 1);
      ly_task_context_report (context, g_variant_new_int64 (i));
      poll (NULL, 0, 1);
    }

  return NULL;
}

/* count (COUNTER, N): adds 1 to the counter N times. */
static GVariant *
task_count (LyTaskContext  *context,
            GVariant       *args,
            GError        **error)
{
  guint counter;
  gint64 n;

  if (!check_type (args, "(ux)", error))
    return NULL;

  g_variant_get (args, "(ux)", &counter, &n);
  for (gint64 i = 0; i < n; i++)
    ly_task_context_add_progress (context, counter, 1);

  return NULL;
}

/* say N: reports 0 to N - 1. */
static GVariant *
task_say (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  if (!check_type (args, "x", error))
    return NULL;

  for (gint64 i = 0; i < g_variant_get_int64 (args); i++)
    ly_task_context_report (context, g_variant_new_int64 (i));

  return NULL;
}

/* status TEXT: says that it is at TEXT, and is done at once. */
static GVariant *
task_status (LyTaskContext  *context,
             GVariant       *args,
             GError        **error)
{
  if (!check_type (args, "ay", error))
    return NULL;

  if (ly_task_context_checkpoint (context, error))
    ly_task_context_set_status (context, g_variant_get_bytestring (args));

  return NULL;
}

void
test_register_tasks (void)
{
  ly_task_register ("attempt", task_attempt);
  ly_task_register ("count", task_count);
  ly_task_register ("double", task_double);
  ly_task_register ("echo", task_echo);
  ly_task_register ("fail", task_fail);
  ly_task_register ("hold", task_hold);
  ly_task_register ("nothing", task_nothing);
  ly_task_register ("pid", task_pid);
  ly_task_register ("say", task_say);
  ly_task_register ("status", task_status);
  ly_task_register ("tick", task_tick);
}
