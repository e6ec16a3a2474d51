/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the job's thread waits for. */
typedef enum
{
  COPY_EVENT_PLAN,  /* the scan has put something into an empty plan, or ended */
  COPY_EVENT_TASK,  /* a task has ended */
  COPY_EVENT_ANSWER,  /* the owner has answered a question */
} CopyEventType;

typedef struct
{
  CopyEventType  type;
  gpointer       task;    /* the job's own note of it */
  GVariant      *result;
  GError        *error;
} CopyEvent;

CopyEvent *copy_event_new  (CopyEventType type);
void       copy_event_free (CopyEvent    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyEvent, copy_event_free)

G_END_DECLS
