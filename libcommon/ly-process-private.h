/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The platform's part of processes: ly-process-linux.c and its portable twin. */

/* Asks the system to kill this process when the thread that started it ends. */
void     _ly_process_die_with_parent  (void);

/* Gives this thread descriptors of its own, a copy of the process's. The others
 * need not share theirs with it any more, which makes every system call on one
 * cheaper for a process that has no further threads. */
void     _ly_process_own_descriptors  (void);

/* Whether the system says that a process waits for a disk, which is slow but
 * not hung, and which no signal could end anyway. */
gboolean _ly_process_waits_for_disk   (int pid);

/* The path of the running program, or NULL if the system does not tell. */
char    *_ly_process_read_self_path   (void);

G_END_DECLS
