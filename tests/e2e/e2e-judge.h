/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

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

G_END_DECLS
