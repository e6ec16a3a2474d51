/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "glib-private.h"

const char *__tsan_default_options (void);
const char *__tsan_default_suppressions (void);

/* The command is started hundreds of times, and would wait a second at the end
 * of each for races of threads that have been joined by then. */
const char *
__tsan_default_options (void)
{
  return "atexit_sleep_ms=0";
}

/* What GLib does by itself is invisible but for the functions of the C library
 * that it calls, and half a story is always suspicious: the strcmp() and the
 * free() of two threads are seen, the lock between them is not. GIO calls GLib
 * by the same doors as we do, so there is no need to look away from it. */
const char *
__tsan_default_suppressions (void)
{
  return "called_from_lib:libglib-2.0.so\n"
         "called_from_lib:libgobject-2.0.so\n";
}
