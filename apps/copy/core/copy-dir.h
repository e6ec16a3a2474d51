/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* An open directory, and what can be done with the names in it.
 *
 * Everything the copier does to a file system goes through here, relative to
 * a directory it holds, so that no path is walked twice and no link in the
 * middle of one is followed. copy-dir.c does what every Unix can;
 * copy-dir-linux.c and its portable twin open and list directories.
 *
 * Functions that return an int give -1 and set errno on failure, as the system
 * calls of the same names do. None follows a link in its last component. */
typedef struct _CopyDir CopyDir;

/* What a name is, as far as reading the directory tells: the types of struct
 * stat's st_mode, or 0 when only a stat would tell. */
typedef void (*CopyDirFunc) (const char *name,
                             mode_t      type,
                             gpointer    user_data);

CopyDir *copy_dir_open       (const char            *path);
CopyDir *copy_dir_open_below (CopyDir               *self,
                              const char            *relative);
CopyDir *copy_dir_ref        (CopyDir               *self);
void     copy_dir_unref      (CopyDir               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyDir, copy_dir_unref)

int      copy_dir_list       (CopyDir               *self,
                              CopyDirFunc            func,
                              gpointer               user_data);
int      copy_dir_stat       (CopyDir               *self,
                              const char            *name,
                              struct stat           *st);
int      copy_dir_stat_self  (CopyDir               *self,
                              struct stat           *st);
int      copy_dir_open_file  (CopyDir               *self,
                              const char            *name,
                              int                    flags);
int      copy_dir_open_self  (CopyDir               *self);
int      copy_dir_make_dir   (CopyDir               *self,
                              const char            *name);
int      copy_dir_make_node  (CopyDir               *self,
                              const char            *name,
                              mode_t                 type,
                              dev_t                  device);
int      copy_dir_make_link  (CopyDir               *self,
                              const char            *name,
                              const char            *target);
char    *copy_dir_read_link  (CopyDir               *self,
                              const char            *name);
int      copy_dir_hard_link  (CopyDir               *from_dir,
                              const char            *from,
                              CopyDir               *self,
                              const char            *name);
int      copy_dir_rename     (CopyDir               *self,
                              const char            *from,
                              const char            *to);
int      copy_dir_remove     (CopyDir               *self,
                              const char            *name,
                              gboolean               is_dir);
int      copy_dir_set_owner  (CopyDir               *self,
                              const char            *name,
                              uid_t                  uid,
                              gid_t                  gid);
int      copy_dir_set_mode   (CopyDir               *self,
                              const char            *name,
                              mode_t                 mode);
int      copy_dir_set_times  (CopyDir               *self,
                              const char            *name,
                              const struct timespec  times[2]);

G_END_DECLS
