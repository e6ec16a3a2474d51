/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-question.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* The open questions of a job and the answers to them, between its thread and
 * whoever answers. */
typedef struct _CopyAsks CopyAsks;

/* One answer, or, with an id of 0, the one to everything. */
typedef struct
{
  guint64      id;
  CopyConflict answer;
} CopyAnswer;

CopyAsks  *copy_asks_new    (void);
void       copy_asks_free   (CopyAsks           *self);

/* The job's thread: an event tells that there are answers to take. */
void       copy_asks_open   (CopyAsks           *self,
                             LyQueue            *events);
void       copy_asks_add    (CopyAsks           *self,
                             CopyQuestion       *question);
GArray    *copy_asks_take   (CopyAsks           *self);
void       copy_asks_close  (CopyAsks           *self);

/* Any thread */
gboolean   copy_asks_answer (CopyAsks           *self,
                             const CopyQuestion *question,
                             CopyConflict        answer,
                             gboolean            for_all);
GPtrArray *copy_asks_list   (CopyAsks           *self);

G_END_DECLS
