/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The items of a priority queue. Not safe against threads by itself. */
typedef struct _LyHeap LyHeap;

LyHeap   *_ly_heap_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void      _ly_heap_free (LyHeap   *self);
void      _ly_heap_push (LyHeap   *self,
                         gpointer  item,
                         int       priority);
gpointer  _ly_heap_pop  (LyHeap   *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LyHeap, _ly_heap_free)

G_END_DECLS
