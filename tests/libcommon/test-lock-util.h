/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

static inline void
test_lock (LyLock *lock)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_lock_lock (lock, &error));
  g_assert_no_error (error);
}

/* Takes and unlocks two locks, one inside the other. */
static inline void
test_nest (LyLock *outer,
           LyLock *inner)
{
  test_lock (outer);
  test_lock (inner);
  ly_lock_unlock (inner);
  ly_lock_unlock (outer);
}

G_END_DECLS
