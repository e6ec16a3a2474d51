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

/* @wrong: why not; NULL without being @right: nobody knows yet. */
typedef void         (*CopyCheckTell)    (gpointer       owner,
                                          gboolean       right,
                                          const GError  *wrong);

CopyCheck *copy_check_new   (CopyCheckRequest  request,
                             CopyCheckTell     tell,
                             gpointer          owner) G_GNUC_WARN_UNUSED_RESULT;
void       copy_check_free  (CopyCheck        *self);

/* Once for all that changes at the same time; until then it is not right. */
void       copy_check_again (CopyCheck        *self);

G_END_DECLS
