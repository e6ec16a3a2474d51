/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

G_BEGIN_DECLS

/* The function of GLib that a function of ours stands before. */
#define REAL(name) \
  ((__typeof__ (&name)) ({ \
    static gpointer _real; \
    gpointer _found = __atomic_load_n (&_real, __ATOMIC_RELAXED); \
    if (_found == NULL) \
      { \
        _found = dlsym (RTLD_NEXT, #name); \
        __atomic_store_n (&_real, _found, __ATOMIC_RELAXED); \
      } \
    _found; \
  }))

G_END_DECLS
