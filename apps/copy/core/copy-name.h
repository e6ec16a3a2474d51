/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

char     *copy_name_duplicate (const char *name,
                               guint       number);
char     *copy_name_join      (const char *directory,
                               const char *name);
char     *copy_name_part      (const char *job_id,
                               guint64     number);
char     *copy_name_mark      (const struct stat *st);
gboolean  copy_name_is_part   (const char *name);

G_END_DECLS
