/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"

G_BEGIN_DECLS

/* The roots that the tasks of a job have open in this process, so that not each of them opens
 * them anew. Jobs do not share them: by the next one another folder may have that name. Any
 * thread. */

/* @part_name: one of the job's, see copy_name_part(). NULL with errno set on failure. */
CopyDir *copy_roots_open   (const char *part_name,
                            const char *path);

/* At the end of the job: what it had open could not be unmounted otherwise. */
void     copy_roots_forget (const char *job_id);

G_END_DECLS
