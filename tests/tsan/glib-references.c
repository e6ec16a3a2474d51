/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "glib-private.h"

#include <pthread.h>
#include <stdlib.h>

#undef g_atomic_ref_count_dec

/* Who drops the last reference comes after everybody else who dropped one: the
 * counts are atomic, but inside GLib. */

static __thread GDestroyNotify clear_of_thread;

/* Calls GLib only for the last reference. Before that the count is lowered as
 * GLib does, but where TSan sees it. (Objects with toggle references would want
 * to know; nothing here makes any.) */
void
g_object_unref (gpointer object)
{
  guint *count = &((GObject *) object)->ref_count;
  guint old = __atomic_load_n (count, __ATOMIC_ACQUIRE);

  while (old > 1)
    if (__atomic_compare_exchange_n (count, &old, old - 1, FALSE,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return;

  REAL (g_object_unref) (object);
}

static void
clear_box (gpointer box)
{
  GDestroyNotify clear = clear_of_thread;

  __tsan_acquire (box);
  if (clear != NULL)
    clear (box);
}

void
g_atomic_rc_box_release_full (gpointer       box,
                              GDestroyNotify clear)
{
  __tsan_release (box);
  clear_of_thread = clear;
  REAL (g_atomic_rc_box_release_full) (box, clear_box);
}

void
g_atomic_rc_box_release (gpointer box)
{
  g_atomic_rc_box_release_full (box, NULL);
}

gboolean
g_atomic_ref_count_dec (gatomicrefcount *count)
{
  gboolean last;

  __tsan_release (count);
  last = REAL (g_atomic_ref_count_dec) (count);
  if (last)
    __tsan_acquire (count);

  return last;
}

/* The bytes of a message are shared by all variants that are parts of it, and go
 * with the last of them, whichever that is. */
typedef struct
{
  GDestroyNotify notify;
  gpointer       user_data;
} Bytes;

static char variants;

static void
free_bytes (gpointer data)
{
  Bytes *self = data;

  __tsan_acquire (&variants);
  self->notify (self->user_data);
  g_free (self);
}

GVariant *
g_variant_new_from_data (const GVariantType *type,
                         gconstpointer       data,
                         gsize               size,
                         gboolean            trusted,
                         GDestroyNotify      notify,
                         gpointer            user_data)
{
  Bytes *bytes = NULL;

  if (notify != NULL)
    {
      bytes = g_new (Bytes, 1);
      *bytes = (Bytes) { notify, user_data };
    }

  return REAL (g_variant_new_from_data) (type, data, size, trusted,
                                         bytes != NULL ? free_bytes : NULL, bytes);
}

void
g_variant_unref (GVariant *value)
{
  __tsan_release (&variants);
  REAL (g_variant_unref) (value);
}

/* Bytes are often made inside GLib, so nothing could be put beside them to tell that
 * the last reference goes. What orders the counts is shown as a lock instead;
 * bytes that are part of others let go of those while it is held. */
void
g_bytes_unref (GBytes *bytes)
{
  static pthread_mutex_t counts = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

  pthread_mutex_lock (&counts);
  REAL (g_bytes_unref) (bytes);
  pthread_mutex_unlock (&counts);
}

/* So that TSan hears of it: what GLib itself gives back is not looked at. */
void
g_free (gpointer memory)
{
  free (memory);
}
