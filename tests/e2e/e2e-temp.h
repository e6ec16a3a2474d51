/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A directory of the test's own; freeing it removes it with all that is in it
 * or mounted on it. */
typedef struct
{
  char *path;
} E2eTemp;

E2eTemp     *e2e_temp_new           (void);
E2eTemp     *e2e_temp_new_in_memory (void);
void         e2e_temp_free          (E2eTemp       *self);
char        *e2e_temp_get           (E2eTemp       *self,
                                     const char    *name);
char        *e2e_temp_mount         (E2eTemp       *self,
                                     const char    *name,
                                     const char    *options);
void         e2e_remove             (const char    *path);
void         e2e_temp_clean_up      (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eTemp, e2e_temp_free)

G_END_DECLS
