/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-window.h"

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Far longer than anything takes. */
#define PATIENCE (60 * G_USEC_PER_SEC)

/* Nothing more is painted at first if nothing was for so long. */
#define QUIET G_USEC_PER_SEC

struct _BenchWindow
{
  GPid      pid;
  gint64    begin;

  Display  *display;
  int       damage_event;
};

static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  /* Windows go away while they are looked at. */
  return 0;
}

BenchWindow *
bench_window_start (const char *const *argv)
{
  BenchWindow *self = g_new0 (BenchWindow, 1);
  g_autoptr (GError) error = NULL;
  int base;

  XSetErrorHandler (ignore_error);
  self->display = XOpenDisplay (NULL);
  if (self->display == NULL || !XDamageQueryExtension (self->display, &self->damage_event, &base))
    g_error ("no display that tells of what is painted");
  XSelectInput (self->display, DefaultRootWindow (self->display), SubstructureNotifyMask);
  XSync (self->display, False);

  self->begin = g_get_monotonic_time ();
  if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                      &self->pid, &error))
    g_error ("%s", error->message);

  return self;
}

/* Whether there is a next event within @patience, in microseconds. */
static gboolean
get_event (BenchWindow *self,
           gint64       patience,
           XEvent      *event)
{
  struct pollfd connection = { .fd = ConnectionNumber (self->display), .events = POLLIN };

  if (XPending (self->display) == 0 &&
      (poll (&connection, 1, (int) (patience / 1000)) < 1 || XPending (self->display) == 0))
    return FALSE;

  XNextEvent (self->display, event);

  return TRUE;
}

/* Whether a window that can be seen got most of its content by this. */
static gboolean
is_frame (BenchWindow              *self,
          const XDamageNotifyEvent *damage)
{
  XWindowAttributes attributes;

  return XGetWindowAttributes (self->display, damage->drawable, &attributes) != 0 &&
         attributes.map_state == IsViewable && attributes.width > 100 && attributes.height > 100 &&
         damage->area.width * damage->area.height > attributes.width * attributes.height / 2;
}

/* Milliseconds from its start until its first window was there and painted. */
double
bench_window_await_frame (BenchWindow *self)
{
  gint64 deadline = self->begin + PATIENCE;
  XEvent event;

  while (get_event (self, deadline - g_get_monotonic_time (), &event))
    if (event.type == CreateNotify)
      XDamageCreate (self->display, event.xcreatewindow.window, XDamageReportRawRectangles);
    else if (event.type == self->damage_event + XDamageNotify &&
             is_frame (self, (const XDamageNotifyEvent *) &event))
      return (double) (g_get_monotonic_time () - self->begin) / 1e3;

  g_error ("no window was painted");
}

static double
get_kib (const char *rollup,
         const char *name)
{
  const char *line = strstr (rollup, name);

  g_assert_nonnull (line);

  return (double) g_ascii_strtoull (line + strlen (name), NULL, 10);
}

/* MiB that no other program shares, once it has painted all that it does of itself. */
double
bench_window_get_memory (BenchWindow *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", self->pid);
  gint64 deadline = g_get_monotonic_time () + PATIENCE / 4;
  g_autofree char *rollup = NULL;
  g_autoptr (GError) error = NULL;
  XEvent event;

  while (get_event (self, QUIET, &event) && g_get_monotonic_time () < deadline)
    continue;

  if (!g_file_get_contents (path, &rollup, NULL, &error))
    g_error ("%s", error->message);

  return (get_kib (rollup, "Private_Clean:") + get_kib (rollup, "Private_Dirty:")) / 1024;
}

void
bench_window_end (BenchWindow *self)
{
  int status;

  kill (self->pid, SIGTERM);
  waitpid (self->pid, &status, 0);
  if (WIFSIGNALED (status) ? WTERMSIG (status) != SIGTERM : WEXITSTATUS (status) != 0)
    g_error ("a program ended by itself");

  XCloseDisplay (self->display);
  g_free (self);
}
