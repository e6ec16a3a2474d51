/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"
#include "test-copy-util.h"
#include "test-worker-util.h"

G_BEGIN_DECLS

/* A queue in the folder "queue" of a test's folder, and requests for it. */
CopyQueue   *test_queue_open      (TestFolder     *folder);
void         test_queue_close     (CopyQueue      *queue);
CopyRequest *test_queue_request   (TestFolder     *folder,
                                   const char     *source,
                                   const char     *dest);
CopyQueuedJob *test_queue_add     (CopyQueue      *queue,
                                   TestFolder     *folder,
                                   const char     *source,
                                   const char     *dest);
CopyQueuedJob *test_queue_get_job (CopyQueue      *queue,
                                   guint           index);

/* Turns the main context until something is so. */
void         test_queue_await     (CopyQueuedJob  *job,
                                   CopyJobState    state);
void         test_queue_await_bytes
                                  (CopyQueuedJob  *job);
void         test_queue_until     (gboolean      (*is_so) (gpointer data),
                                   gpointer        data);

/* A few files of which one takes long at the rate of test_queue_slow(). */
void         test_queue_fill      (TestFolder     *folder,
                                   const char     *source);
CopyRequest *test_queue_slow      (TestFolder     *folder,
                                   const char     *source,
                                   const char     *dest);

G_END_DECLS
