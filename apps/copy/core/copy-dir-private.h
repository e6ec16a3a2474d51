/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"

#include <fcntl.h>

G_BEGIN_DECLS

/* What copy-dir.c shares with copy-dir-linux.c or its portable twin. */

#define COPY_DIR_OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

struct _CopyDir
{
  int ref_count;
  int fd;
};

CopyDir *_copy_dir_new           (int         fd);
int      _copy_dir_open_by_steps (int         base,
                                  const char *relative);
int      _copy_dir_open_no_link  (int         base,
                                  const char *name,
                                  int         flags);

G_END_DECLS
