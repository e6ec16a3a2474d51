/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How work is cut into pieces. Small enough that losing one costs little and
 * that all workers end at the same time, large enough that the messages about
 * it do not matter. */

/* A segment of one directory. */
#define COPY_SEGMENT_ENTRIES 64
#define COPY_SEGMENT_MEMORY  (4 * 1024)

/* A batch of segments is sent when it has as much as one of these. */
#define COPY_BATCH_ENTRIES 256
#define COPY_BATCH_BYTES   (2 * 1024 * 1024)

/* Files over this size are cut into ranges of it: measured on tmpfs, the
 * smallest that costs nothing against whole files. */
#define COPY_RANGE_SIZE (64 * 1024 * 1024)

/* Directories that are given their metadata in one task. */
#define COPY_SEAL_DIRS 64
