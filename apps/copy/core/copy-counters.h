/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a job counts on its LyProgress; bytes and items have totals as well,
 * which grow while the scan goes on. */
typedef enum
{
  COPY_COUNT_BYTES,
  COPY_COUNT_FILES,
  COPY_COUNT_DIRECTORIES,
  COPY_COUNT_SYMLINKS,
  COPY_COUNT_HARDLINKS,
  COPY_COUNT_OTHERS,
  COPY_COUNT_SKIPPED,
  COPY_COUNT_PASSED_BYTES,  /* of items that were skipped or failed */
  COPY_COUNT_ITEMS,  /* of all kinds, done in any way: with the total, how far the job is */
  COPY_COUNT_SCANNED,  /* 1 once the totals are complete */

  COPY_N_COUNTERS,
} CopyCounter;
