/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-shared-private.h"

G_BEGIN_DECLS

/* The owner's side: decides whose turn it is, for its own process and for the
 * clients, whom a thread of its own serves. May be used by any thread. */
typedef struct _LySharedServer LySharedServer;

LySharedServer *_ly_shared_server_new     (guint            max_clients,
                                           gsize            max_size);
void            _ly_shared_server_free    (LySharedServer  *self);
int             _ly_shared_server_connect (LySharedServer  *self,
                                           GError         **error);
GVariant       *_ly_shared_server_call    (LySharedServer  *self,
                                           LySharedOp       op,
                                           gint64           deadline,
                                           GVariant        *args,
                                           GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void            _ly_shared_server_close   (LySharedServer  *self);

G_END_DECLS
