/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-draft.h"

G_BEGIN_DECLS

gboolean copy_special   (CopyWork         *work,
                         CopySource       *source,
                         CopyTarget       *target,
                         const CopyEntry  *entry,
                         CopyDraft        *draft,
                         GError          **error);
gboolean copy_hard_link (CopyWork         *work,
                         CopySource       *source,
                         CopyTarget       *target,
                         const CopyEntry  *entry,
                         CopyDraft        *draft,
                         gboolean         *unsupported,
                         GError          **error);

G_END_DECLS
