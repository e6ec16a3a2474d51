/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-shared-private.h"

G_BEGIN_DECLS

/* What processes share, without any of the sharing: not for more than one
 * thread at a time. */
typedef struct _LySharedStore LySharedStore;

LySharedStore *_ly_shared_store_new   (gsize           max_size);
void           _ly_shared_store_free  (LySharedStore  *self);
GVariant      *_ly_shared_store_apply (LySharedStore  *self,
                                       LySharedOp      op,
                                       GVariant       *args,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
