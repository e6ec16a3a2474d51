/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

G_BEGIN_DECLS

/* The choice between one job at a time and several at once, the action "at-once" of a map. The
 * settings say how many several are. */
typedef struct _CopyAtOnce CopyAtOnce;

CopyAtOnce *copy_at_once_new  (GActionMap *map,
                               CopyQueue  *queue,
                               GSettings  *settings) G_GNUC_WARN_UNUSED_RESULT;
void        copy_at_once_free (CopyAtOnce *self);

G_END_DECLS
