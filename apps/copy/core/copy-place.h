/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"
#include "copy-options.h"
#include "copy-segment.h"

G_BEGIN_DECLS

/* What to do about the name that an item should get in the target. */
typedef enum
{
  COPY_PLACE_CREATE,    /* the name is free */
  COPY_PLACE_REPLACE,   /* something else is there, to be replaced */
  COPY_PLACE_REDO,      /* what an interrupted copy left is there, to be removed */
  COPY_PLACE_COMPLETE,  /* the item is there already */
  COPY_PLACE_TOUCH_UP,  /* its content is there already, not all of its metadata */
  COPY_PLACE_SKIP,      /* something else is there and stays */
  COPY_PLACE_ASK,       /* something else is there, and the owner decides */
  COPY_PLACE_REFUSE,    /* an error was set */
} CopyPlace;

/* The permissions of what is being made: none or, where its owner could not go
 * on with that, these, which nobody gives to a file that is finished. */
#define COPY_UNFINISHED_MODE (S_ISVTX | S_IWUSR)
#define COPY_UNFINISHED_MODE_READABLE (COPY_UNFINISHED_MODE | S_IRUSR)

gboolean  copy_place_is_unfinished_mode (mode_t mode);
CopyPlace copy_place_find        (const CopyOptions  *options,
                                  gboolean            after_crash,
                                  CopyDir            *dir,
                                  const CopyEntry    *entry,
                                  char              **name,
                                  GError            **error);
gboolean  copy_place_is_copy     (const struct stat  *existing,
                                  const struct stat  *source);
gboolean  copy_place_same_time   (struct timespec     kept,
                                  struct timespec     wanted);

G_END_DECLS
