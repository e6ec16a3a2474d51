/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-error"

#include "copy-error.h"

/* Sets @error to "what: why" with the code that GIO has for @errnum. The path
 * is not part of the message: errors are grouped by it, and each is reported
 * with its path. Returns FALSE, so that a caller can return it. */
gboolean
copy_error_set (GError     **error,
                int          errnum,
                const char  *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errnum), "%s: %s", what,
               g_strerror (errnum));

  return FALSE;
}
