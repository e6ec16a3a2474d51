/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Things to copy. Names may be paths below the directory. */
char     *e2e_make_dir       (const char *dir,
                              const char *name);
void      e2e_make_file      (const char *dir,
                              const char *name,
                              guint64     size);
void      e2e_make_text      (const char *dir,
                              const char *name,
                              const char *text);
void      e2e_append         (const char *dir,
                              const char *name,
                              const char *text);
void      e2e_make_link      (const char *dir,
                              const char *name,
                              const char *target);
void      e2e_make_hard_link (const char *dir,
                              const char *name,
                              const char *existing);
void      e2e_make_hole      (const char *dir,
                              const char *name,
                              guint64     offset,
                              guint64     length);
void      e2e_set_mode       (const char *dir,
                              const char *name,
                              mode_t      mode);
void      e2e_set_time       (const char *dir,
                              const char *name,
                              gint64      seconds,
                              long        nanoseconds);
void      e2e_give_away      (const char *path);
void      e2e_make_tree      (const char *path,
                              guint       n_dirs,
                              guint       n_files);

/* What is there. */
gboolean  e2e_exists         (const char *dir,
                              const char *name);
void      e2e_get_stat       (const char *dir,
                              const char *name,
                              struct stat *st);
char     *e2e_get_text       (const char *dir,
                              const char *name);

/* Called for everything below a directory, with its path from there. */
typedef void (*E2eVisit) (const char        *full,
                          const char        *path,
                          const struct stat *st,
                          gpointer           user_data);

void      e2e_visit          (const char *path,
                              E2eVisit    visit,
                              gpointer    user_data);
guint     e2e_count          (const char *path);
char     *e2e_list           (const char *path);

G_END_DECLS
