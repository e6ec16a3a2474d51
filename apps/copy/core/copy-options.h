/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What to do with an item whose name is taken in the target. */
typedef enum
{
  COPY_CONFLICT_OVERWRITE,
  COPY_CONFLICT_SKIP,
  COPY_CONFLICT_RENAME,
  COPY_CONFLICT_NEWER,
  COPY_CONFLICT_FAIL,
  COPY_CONFLICT_ASK,   /* set it aside, ask the owner (see CopyQuestion), and go on */
} CopyConflict;

typedef enum
{
  COPY_BACKEND_AUTO,       /* threads for what is small, else processes */
  COPY_BACKEND_PROCESSES,
  COPY_BACKEND_THREADS,
  COPY_BACKEND_ASYNC,      /* one process, one event loop */
} CopyBackend;

/* What a worker needs to know of the user's wishes. */
typedef struct
{
  CopyConflict conflict;
  gboolean     resume;
  gboolean     verify;
  gboolean     fsync;
  guint64      rate_limit;  /* bytes a second, 0 for none */
} CopyOptions;

GVariant *copy_options_to_variant   (const CopyOptions *self);
void      copy_options_from_variant (CopyOptions       *self,
                                     GVariant          *variant);

/* The form of a serialised CopyOptions. */
#define COPY_OPTIONS_FORMAT "(ubbbt)"

G_END_DECLS
