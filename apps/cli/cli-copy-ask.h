/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"

G_BEGIN_DECLS

/* Questions about conflicts, asked and answered at the terminal. On the main
 * context. */
gboolean cli_copy_ask_can    (void);
void     cli_copy_ask_update (CopyJob *job);
gboolean cli_copy_ask_key    (CopyJob *job,
                              char     key);
void     cli_copy_ask_clear  (void);

G_END_DECLS
