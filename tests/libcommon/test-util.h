/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lanyard-common.h"

G_BEGIN_DECLS

/* Far longer than anything takes: who waits for so long has failed. */
#define TEST_PATIENCE (60 * G_USEC_PER_SEC)

/* Long enough to see that something does not happen. */
#define TEST_MOMENT (G_USEC_PER_SEC / 10)

void         test_init                (int            *argc,
                                       char         ***argv);
void         test_set_self_path       (const char     *argv0);
const char  *test_get_self_path       (void);

/* A test that each executor has to pass. */
typedef LyExecutor *(*TestNewExecutor) (guint n_workers,
                                        guint capacity);

void         test_add_for_executors   (const char     *name,
                                       void          (*func) (TestNewExecutor));
LyExecutor  *test_new_processes       (guint           n_workers,
                                       guint           capacity);

guint        test_count_fds           (void);
void         test_assert_no_more_fds  (guint           n_before);
void         test_await_fds           (guint           n_before);
void         test_assert_no_children  (void);
void         test_await_gone          (int             pid);

GVariant    *test_await_value         (LyFuture       *future);
gint64       test_await_int64         (LyFuture       *future);
void         test_await_error         (LyFuture       *future,
                                       GQuark          domain,
                                       int             code,
                                       const char     *message);
void         test_await_cancelled     (LyFuture       *future);

/* Await each of them, and drop it. */
void         test_take_values         (LyFuture      **futures,
                                       guint           n_futures);
void         test_take_cancelled      (LyFuture      **futures,
                                       guint           n_futures);

gpointer     test_take                (LyQueue        *queue);
void         test_await_finalized     (gpointer        object);
void         test_count_up            (gpointer        data);

LyFuture    *test_submit              (LyExecutor     *executor,
                                       const char     *task,
                                       GVariant       *args);

LyFuture    *test_submit_int64        (LyExecutor     *executor,
                                       const char     *task,
                                       gint64          number);
void         test_close_and_join      (LyExecutor     *executor);

/* Reports of an executor, as they arrive. */
LyQueue     *test_collect_reports     (LyExecutor     *executor);
void         test_take_report         (LyQueue        *reports,
                                       const char     *text);
gint64       test_take_report_int64   (LyQueue        *reports);

/* Tasks, in whatever process, wait at a gate until it is opened. */
typedef struct
{
  char *directory;
  char *path;
  int   fd;
} TestGate;

TestGate    *test_gate_new            (void);
void         test_gate_open           (TestGate       *self);
void         test_gate_free           (TestGate       *self);
LyFuture    *test_submit_hold         (LyExecutor     *executor,
                                       TestGate       *gate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestGate, test_gate_free)

/* The tasks of test-tasks.c; each is described there. */
void         test_register_tasks      (void);

G_END_DECLS
