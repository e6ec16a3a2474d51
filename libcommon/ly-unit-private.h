/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The unit value `()`, which stands for there being none. It is the library's
 * for ever, so that nobody has to make or free one for each task. */
GVariant *_ly_unit (void);

G_END_DECLS
