/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A program that opens a window, seen from outside: what it needs to know nothing of. */
typedef struct _BenchWindow BenchWindow;

BenchWindow *bench_window_start       (const char *const *argv);
double       bench_window_await_frame (BenchWindow       *self);
double       bench_window_get_memory  (BenchWindow       *self);
void         bench_window_end         (BenchWindow       *self);

G_END_DECLS
