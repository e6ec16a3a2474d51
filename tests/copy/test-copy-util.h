/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Far longer than anything takes: who waits for so long has failed. */
#define TEST_PATIENCE (60 * G_USEC_PER_SEC)

/* A folder of the test's own, removed with all that is in it or mounted there.
 * Names are relative to it; empty for the folder itself. */
typedef struct
{
  char *path;
  char *mount_point;
} TestFolder;

TestFolder *test_folder_new           (void);
TestFolder *test_folder_new_on_disk   (void);
void        test_folder_free          (TestFolder *self);
gboolean    test_folder_mount         (TestFolder *self,
                                       const char *name,
                                       const char *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)

/* Makes things. */
char       *test_folder_get           (TestFolder *self,
                                       const char *name);
void        test_folder_make_dir      (TestFolder *self,
                                       const char *name);
void        test_folder_write         (TestFolder *self,
                                       const char *name,
                                       const char *text);
void        test_folder_fill          (TestFolder *self,
                                       const char *name,
                                       gsize       size);
void        test_folder_make_hole     (TestFolder *self,
                                       const char *name,
                                       guint64     size);
void        test_folder_make_link     (TestFolder *self,
                                       const char *name,
                                       const char *target);
void        test_folder_hard_link     (TestFolder *self,
                                       const char *name,
                                       const char *existing);
void        test_folder_set_mode      (TestFolder *self,
                                       const char *name,
                                       mode_t      mode);
void        test_folder_set_mtime     (TestFolder *self,
                                       const char *name,
                                       gint64      seconds,
                                       long        nanoseconds);

/* Looks at them. */
gboolean    test_folder_has           (TestFolder *self,
                                       const char *name);
void        test_folder_stat          (TestFolder *self,
                                       const char *name,
                                       struct stat *st);
char       *test_folder_list          (TestFolder *self,
                                       const char *name);
void        test_folder_assert_text   (TestFolder *self,
                                       const char *name,
                                       const char *text);
void        test_folder_assert_same   (TestFolder *self,
                                       const char *name,
                                       const char *other);

/* What a tree has in it, as a copy of it should count it. */
typedef struct
{
  guint   files;
  guint   directories;
  guint   symlinks;
  guint   hardlinks;
  guint   others;
  guint64 bytes;
} TestTally;

/* That everything in one tree is in the other as well, and the same. */
void        test_folder_assert_same_tree (TestFolder *self,
                                          const char *name,
                                          const char *other);
void        test_folder_tally            (TestFolder *self,
                                          const char *name,
                                          TestTally  *tally);

/* What the super-user may do is no test of what is forbidden: between these
 * two the program is nobody, whoever started it. */
void        test_become_nobody        (void);
void        test_become_self          (void);

/* The exit status of a program, which has to end by itself. */
int         test_run                  (const char *program,
                                       ...) G_GNUC_NULL_TERMINATED;

void        test_assert_no_children   (void);

G_END_DECLS
