/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LyLockError:
 * @LY_LOCK_ERROR_DEADLOCK: to wait for the lock would close a circle of
 *   threads that wait for each other
 * @LY_LOCK_ERROR_ABANDONED: the thread that holds the lock has ended
 *
 * Why a checked lock can't be taken.
 */
typedef enum
{
  LY_LOCK_ERROR_DEADLOCK,
  LY_LOCK_ERROR_ABANDONED,
} LyLockError;

/**
 * LY_LOCK_ERROR:
 *
 * The domain of [enum@LockError].
 */
#define LY_LOCK_ERROR (ly_lock_error_quark ())

#define LY_TYPE_LOCK (ly_lock_get_type ())

G_DECLARE_FINAL_TYPE (LyLock, ly_lock, LY, LOCK, GObject)

GQuark      ly_lock_error_quark   (void);

void        ly_lock_set_checking  (gboolean     checking);
gboolean    ly_lock_get_checking  (void);

LyLock     *ly_lock_new           (const char  *name) G_GNUC_WARN_UNUSED_RESULT;
LyLock     *ly_lock_new_recursive (const char  *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean    ly_lock_lock          (LyLock      *self,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    ly_lock_lock_timed    (LyLock      *self,
                                   gint64       timeout_us,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    ly_lock_try_lock      (LyLock      *self) G_GNUC_WARN_UNUSED_RESULT;
void        ly_lock_unlock        (LyLock      *self);
const char *ly_lock_get_name      (LyLock      *self);
gboolean    ly_lock_is_recursive  (LyLock      *self);
gboolean    ly_lock_is_checked    (LyLock      *self);

G_END_DECLS
