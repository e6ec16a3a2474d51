/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-work.h"

G_BEGIN_DECLS

gboolean copy_meta_apply_fd   (CopyWork           *work,
                               CopyTarget         *target,
                               int                 from,
                               int                 to,
                               const struct stat  *st,
                               GError            **error);
gboolean copy_meta_apply_name (CopyWork           *work,
                               CopyDir            *from_dir,
                               const char         *from,
                               CopyTarget         *target,
                               const char         *to,
                               const struct stat  *st,
                               GError            **error);

G_END_DECLS
