/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What main() begins with, before it reads arguments: this program is the
 * worker, too. TRUE if it was one, and has to end with @status. */
gboolean            test_worker_start    (int    *argc,
                                          char ***argv,
                                          int    *status);
const char * const *test_worker_get_argv (void);

G_END_DECLS
