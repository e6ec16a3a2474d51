/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"
#include "test-copy-util.h"
#include "test-worker-util.h"

G_BEGIN_DECLS

/* A job and what its observer heard. */
typedef struct
{
  CopyRequest  request;
  const char  *sources[2];
  CopyObserver observer;
  CopyJob     *job;

  guint        n_started;
  guint        n_workers;
  char        *target;
  GHashTable  *problems;  /* of path to reason */
  GHashTable  *reasons;   /* a set */
  GPtrArray   *actions;   /* of "what path", the target's below its folder */

  gboolean     started;
  GError      *error;

  /* While it runs in a thread of its own */
  GThread     *thread;
  gint         ended;     /* atomic */
} TestJob;

/* A test that each kind of worker has to pass. */
void     test_job_add        (const char   *name,
                              void        (*func) (CopyBackend backend));

void     test_job_init       (TestJob      *self,
                              TestFolder   *folder,
                              const char   *source,
                              const char   *dest,
                              CopyBackend   backend);
void     test_job_clear      (TestJob      *self);
gboolean test_job_run        (TestJob      *self);

/* In a thread: from when on @counter or its total counts, until the end. */
void     test_job_begin      (TestJob      *self);
void     test_job_await      (TestJob      *self,
                              CopyCounter   counter);
gboolean test_job_end        (TestJob      *self);

/* A job that asks about every conflict, and its questions as they come. */
typedef struct
{
  TestJob      job;
  GAsyncQueue *questions;
} TestAsking;

void          test_asking_init   (TestAsking   *self,
                                  TestFolder   *folder,
                                  CopyBackend   backend);
void          test_asking_clear  (TestAsking   *self);
CopyQuestion *test_asking_next   (TestAsking   *self);

/* Takes @n questions, by the names of what they are about. */
GHashTable   *test_asking_take   (TestAsking   *self,
                                  guint         n);
void          test_asking_answer (TestAsking   *self,
                                  GHashTable   *questions,
                                  const char   *name,
                                  CopyConflict  conflict);

G_END_DECLS
