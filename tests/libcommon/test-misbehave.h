/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

/* What one task can do to its worker, and how its executor then says that the
 * worker ended. */
typedef struct
{
  const char *how;
  const char *text;
  gboolean    stalls;
  /* What is said when the worker is quicker to end by itself, or NULL. */
  const char *otherwise;
} TestFault;

void        test_add_for_faults         (const char      *name,
                                         void           (*func) (gconstpointer fault));
LyExecutor *test_fault_new_executor     (const TestFault *self,
                                         guint            n_workers,
                                         guint            capacity);
void        test_fault_assert_error     (const TestFault *self,
                                         const GError    *error);

/* The task "misbehave" does so at its first N_TIMES attempts, and then says which
 * attempt it is. ID is that of the call, for the faults that lie about it. */
GVariant   *test_misbehave_args         (const char      *how,
                                         guint            n_times,
                                         guint64          id);
LyFuture   *test_submit_misbehave       (LyExecutor      *executor,
                                         const char      *how,
                                         guint            n_times,
                                         guint64          id);
void        test_misbehave              (const char      *how,
                                         guint64          id);
void        test_register_misbehave     (void);

G_END_DECLS
