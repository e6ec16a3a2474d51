/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

/* Queues of numbers, none of which is 0. */

static inline void
test_put (LyQueue *queue,
          guint    number)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_queue_put (queue, GUINT_TO_POINTER (number), &error));
  g_assert_no_error (error);
}

static inline guint
test_get (LyQueue *queue)
{
  return GPOINTER_TO_UINT (test_take (queue));
}

G_END_DECLS
