/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-request.h"
#include "copy-scan.h"

G_BEGIN_DECLS

/* Where everything goes, once it is known that it can. */
typedef struct
{
  GPtrArray *sources;      /* of CopySourceSpec */
  char      *to_root;      /* the directory that gets them; it exists */
  gboolean   is_new;       /* nothing of what will be made exists yet */
  gboolean   same_device;  /* a source is on the target's file system */
} CopyTrip;

CopyTrip *copy_trip_new         (const CopyRequest  *request,
                                 GError            **error);
void      copy_trip_free        (CopyTrip           *self);
gboolean  copy_trip_is_tight    (CopyTrip           *self);
gboolean  copy_trip_check_space (CopyTrip           *self,
                                 CopyScan           *scan,
                                 GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyTrip, copy_trip_free)

G_END_DECLS
