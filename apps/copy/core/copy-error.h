/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean copy_error_set (GError     **error,
                         int          errnum,
                         const char  *what);

G_END_DECLS
