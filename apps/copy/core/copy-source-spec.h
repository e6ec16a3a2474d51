/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thing the user named, and what it is to become. */
typedef struct
{
  char *given;      /* as the user wrote it */
  char *from_root;  /* the directory it is in */
  char *name;       /* its name there, empty if it is that directory itself */
  char *to_name;    /* its name in the target's root */
} CopySourceSpec;

CopySourceSpec *copy_source_spec_new  (void);
void            copy_source_spec_free (CopySourceSpec *self);
char           *copy_source_spec_name_item
                                      (CopySourceSpec *self,
                                       const char     *path);

G_END_DECLS
