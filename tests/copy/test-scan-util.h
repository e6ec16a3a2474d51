/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-scan.h"
#include "test-copy-util.h"

G_BEGIN_DECLS

/* What a scan found, after its order was found to be one in which it can be
 * done. */
typedef struct
{
  CopyFilter *filter;
  gboolean    one_file_system;

  GHashTable *found;     /* of path in the target to type of plan item */
  GHashTable *open;      /* of CopyNode: entered and not yet left */
  GHashTable *leaders;   /* of CopyLeader: those already planned */
  GPtrArray  *problems;  /* of "path: reason" */
  guint       n_links;
  guint       n_sparse;
  guint       max_segment;
  guint64     inodes;
  guint64     blocks;
  guint       n_errors;
  gint64      total_items;
  gint64      total_bytes;
} TestFound;

void     test_found_clear     (TestFound    *self);
void     test_found_scan      (TestFound    *self,
                               GPtrArray    *sources);
void     test_found_scan_one  (TestFound    *self,
                               TestFolder   *folder,
                               const char   *name);
void     test_found_assert    (TestFound    *self,
                               const char   *path,
                               CopyPlanType  type);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestFound, test_found_clear)

LyQueue *test_scan_new_events (void);
void     test_scan_add_source (GPtrArray    *sources,
                               TestFolder   *folder,
                               const char   *name,
                               const char   *to_name);

G_END_DECLS
