/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <atspi/atspi.h>

G_BEGIN_DECLS

/* A desktop app as a screen reader knows it: a program of its own, on the accessibility bus.
 * Controls are found by the names that are read out. Whatever goes wrong ends the test. */
typedef struct _Accessible Accessible;

Accessible  *accessible_start         (const char    *program,
                                       ...) G_GNUC_NULL_TERMINATED;
void         accessible_free          (Accessible    *self);

void         accessible_await         (Accessible    *self,
                                       AtspiRole      role,
                                       const char    *name);
void         accessible_await_gone    (Accessible    *self,
                                       AtspiRole      role,
                                       const char    *name);
void         accessible_do            (Accessible    *self,
                                       AtspiRole      role,
                                       const char    *name);
void         accessible_press         (Accessible    *self,
                                       const char    *accelerator);
void         accessible_look_at       (Accessible    *self,
                                       const char    *accelerator,
                                       AtspiRole      role,
                                       const char    *title,
                                       guint          n_least);
void         accessible_assert_names  (Accessible    *self,
                                       const char    *where,
                                       guint          n_least);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Accessible, accessible_free)

G_END_DECLS
