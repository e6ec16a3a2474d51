/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-request.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* How a job copies: the part of a sheet with its choices. Signal "changed". */
#define COPY_TYPE_SHEET_OPTIONS (copy_sheet_options_get_type ())

G_DECLARE_FINAL_TYPE (CopySheetOptions, copy_sheet_options, COPY, SHEET_OPTIONS,
                      AdwPreferencesGroup)

/* Fills them in from what was chosen the last time, or from a request. */
void     copy_sheet_options_recall   (CopySheetOptions   *self,
                                      GSettings          *settings);
void     copy_sheet_options_show     (CopySheetOptions   *self,
                                      const CopyRequest  *request);

/* Keeps them for the next time: what is no danger if it is forgotten. */
void     copy_sheet_options_remember (CopySheetOptions   *self,
                                      GSettings          *settings);

/* Puts them into @request; its filter is a new reference, or NULL. FALSE with
 * @error set if they are wrong. */
gboolean copy_sheet_options_apply    (CopySheetOptions   *self,
                                      CopyRequest        *request,
                                      GError            **error);

G_END_DECLS
