/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-request.h"

G_BEGIN_DECLS

/* Whether what a sheet says could start: what a job asks before it changes anything, asked in a
 * thread, each time that something has changed. */
typedef struct _CopyCheck CopyCheck;

/* What is to be looked at; NULL if it is not complete yet, or with @error set if it is wrong. */
typedef CopyRequest *(*CopyCheckRequest) (gpointer       owner,
                                          GError       **error);

/* What came of it; of a job that could start, also what its destination is for it. */
typedef enum
{
  COPY_CHECK_UNKNOWN,
  COPY_CHECK_WRONG,
  COPY_CHECK_INTO,   /* a folder that is there, for the copy to be in */
  COPY_CHECK_AS,     /* what the copy itself will be: not there yet, */
  COPY_CHECK_OVER,   /* ... or there; or there is none, and the copy is beside the original */
} CopyCheckResult;

typedef void         (*CopyCheckTell)    (gpointer         owner,
                                          CopyCheckResult  result,
                                          const GError    *wrong);

CopyCheck *copy_check_new   (CopyCheckRequest  request,
                             CopyCheckTell     tell,
                             gpointer          owner) G_GNUC_WARN_UNUSED_RESULT;
void       copy_check_free  (CopyCheck        *self);

/* Once for all that changes at the same time; until then it is not right. */
void       copy_check_again (CopyCheck        *self);

G_END_DECLS
