/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

/* A type under the load of eight threads, until they have done enough or have
 * been at it for long enough. */

#define TEST_LOAD_THREADS 8
#define TEST_LOAD_OPERATIONS (10 * 1000 * 1000)
#define TEST_LOAD_DURATION (30 * G_USEC_PER_SEC)

typedef struct
{
  gpointer object;
  guint    number;    /* of the thread */
  gint64   deadline;
  guint64  n_done;    /* operations, counted by the thread */
} TestLoad;

guint64  test_load_run     (gpointer        object,
                            GThreadFunc     func);
gboolean test_load_is_done (const TestLoad *load);

G_END_DECLS
