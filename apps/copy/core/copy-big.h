/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-draft.h"

G_BEGIN_DECLS

GVariant *copy_big_run_begin (LyTaskContext  *context,
                              GVariant       *args,
                              GError        **error);
GVariant *copy_big_run_range (LyTaskContext  *context,
                              GVariant       *args,
                              GError        **error);
GVariant *copy_big_run_end   (LyTaskContext  *context,
                              GVariant       *args,
                              GError        **error);

/* What big files share with the rest, see copy-tasks.c. */
gboolean  copy_tasks_open_dirs    (CopyWork           *work,
                                   CopySegmentReader  *reader,
                                   CopySource        **source,
                                   CopyTarget        **target,
                                   GError            **error);
void      copy_tasks_settle_entry (CopyWork           *work,
                                   const char         *directory,
                                   const CopyEntry    *entry,
                                   guint               index,
                                   const CopyDraft    *draft,
                                   const GError       *error);

G_END_DECLS
