/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of the calling thread, or NULL if the system does not tell: GLib
 * gives names to threads but not back. ly-thread-name-linux.c and its portable
 * twin. */
char *_ly_thread_dup_name (void);

G_END_DECLS
