/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-request.h"

G_BEGIN_DECLS

/* Whether a job could start: what it asks before it changes anything, asked in a
 * thread. @request is copied. */
void     copy_check_async  (const CopyRequest    *request,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
gboolean copy_check_finish (GAsyncResult         *result,
                            GError              **error);

G_END_DECLS
