/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-temp.h"

G_BEGIN_DECLS

void     e2e_assert_same         (const char *source,
                                  const char *target);
void     e2e_assert_identical    (const char *source,
                                  const char *target);
void     e2e_assert_same_content (const char *source,
                                  const char *target);
gboolean e2e_is_same_content     (const char *source,
                                  const char *target);
void     e2e_assert_idle         (const char *target);
void     e2e_copy_and_judge      (E2eTemp    *temp,
                                  const char *source,
                                  const char *backend);

G_END_DECLS
