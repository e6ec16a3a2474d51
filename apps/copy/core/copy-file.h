/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-draft.h"

G_BEGIN_DECLS

int      copy_file_open_draft (CopyDraft          *draft,
                               CopyWork           *work,
                               CopySource         *source,
                               CopyTarget         *target,
                               const CopyEntry    *entry,
                               int                 from,
                               GError            **error);
gboolean copy_file_finish     (CopyDraft          *draft,
                               CopyWork           *work,
                               int                 from,
                               int                 to,
                               const struct stat  *st,
                               GError            **error);
gboolean copy_file_is_as_seen (const CopyEntry    *entry,
                               const struct stat  *st);
gboolean copy_file            (CopyWork           *work,
                               CopySource         *source,
                               CopyTarget         *target,
                               const CopyEntry    *entry,
                               CopyDraft          *draft,
                               GError            **error);

G_END_DECLS
