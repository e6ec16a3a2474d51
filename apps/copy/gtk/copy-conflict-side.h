/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-question.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One of the two things that want the same name: its picture, size and time. */
#define COPY_TYPE_CONFLICT_SIDE (copy_conflict_side_get_type ())

G_DECLARE_FINAL_TYPE (CopyConflictSide, copy_conflict_side, COPY, CONFLICT_SIDE, GtkBox)

/* @other is what it is compared with. */
void copy_conflict_side_show (CopyConflictSide *self,
                              const CopySide   *side,
                              const CopySide   *other);

G_END_DECLS
