/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-run.h"
#include "e2e-temp.h"

G_BEGIN_DECLS

void         e2e_init               (int           *argc,
                                     char        ***argv);

/* Tests that each backend has to pass; @func gets its option. */
typedef void (*E2eFunc) (const char *backend);

void         e2e_add                (const char    *name,
                                     E2eFunc        func);
void         e2e_add_for            (const char    *name,
                                     E2eFunc        func,
                                     const char    *backend);

/* What the machine must offer, or the test is skipped: TRUE if it is missing,
 * and the test is to return at once. */
gboolean     e2e_lacks_tool         (const char    *program);
gboolean     e2e_lacks_root         (void);
gboolean     e2e_lacks_mount        (void);
gboolean     e2e_lacks_nobody       (void);

G_END_DECLS
