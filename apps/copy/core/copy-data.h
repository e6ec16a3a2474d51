/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-work.h"

G_BEGIN_DECLS

gboolean copy_data_clone (CopyWork   *work,
                          CopyPair   *pair,
                          int         from,
                          int         to,
                          guint64     size);
gboolean copy_data_range (CopyWork   *work,
                          CopyPair   *pair,
                          int         from,
                          int         to,
                          guint64     offset,
                          guint64     length,
                          gboolean    sparse,
                          GError    **error);

G_END_DECLS
