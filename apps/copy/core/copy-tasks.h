/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-segment.h"
#include "copy-work.h"

G_BEGIN_DECLS

/* The tasks that a copy job is made of. All take a header first, see
 * copy-work.h, and give a COPY_WORK_RESULT_FORMAT, alone or last. */

/* Copies items. Arguments: header, segments. */
#define COPY_TASK_BATCH "copy.batch"
#define COPY_TASK_BATCH_FORMAT "(" COPY_WORK_HEADER_FORMAT "a" COPY_SEGMENT_FORMAT ")"

/* Begins a big file. Arguments: header, a segment with it alone. Result:
 * whether there are ranges to copy, the name it is written under and its final
 * name, and the usual. */
#define COPY_TASK_BEGIN "copy.begin"
#define COPY_TASK_BEGIN_FORMAT "(" COPY_WORK_HEADER_FORMAT COPY_SEGMENT_FORMAT ")"
#define COPY_TASK_BEGIN_RESULT_FORMAT "(bayay" COPY_WORK_RESULT_FORMAT ")"

/* Copies a range of it. Arguments: as above; the name, offset and length. */
#define COPY_TASK_RANGE "copy.range"
#define COPY_TASK_RANGE_FORMAT "(" COPY_WORK_HEADER_FORMAT COPY_SEGMENT_FORMAT "aytt)"

/* Makes it whole, or removes it. Arguments: as above; both names, whether it
 * is complete. */
#define COPY_TASK_END "copy.end"
#define COPY_TASK_END_FORMAT "(" COPY_WORK_HEADER_FORMAT COPY_SEGMENT_FORMAT "ayayb)"

/* Gives directories their metadata when all is in them. Arguments: header;
 * for each its paths below the roots, and the times the scan saw. */
#define COPY_TASK_SEAL "copy.seal"
#define COPY_TASK_SEAL_DIR_FORMAT "(ayayxxxx)"
#define COPY_TASK_SEAL_FORMAT "(" COPY_WORK_HEADER_FORMAT "a" COPY_TASK_SEAL_DIR_FORMAT ")"

void copy_tasks_register (void);

G_END_DECLS
