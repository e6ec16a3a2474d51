/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

/* Fibers that run by themselves, on the main context. */

LyFiber *test_start_fiber    (LyFiberFunc   func,
                              gpointer      user_data);
void     test_run_until_done (LyFiber      *fiber);
void     test_run_to_value   (LyFiber      *fiber,
                              const char   *expected);
void     test_run_to_error   (LyFiber      *fiber,
                              int           code,
                              const char   *message);

G_END_DECLS
