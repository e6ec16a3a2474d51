/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What a system may offer beside read and write, to move the content of files:
 * copy-extent-linux.c, and a portable twin that offers nothing. */

/* Makes @to share all of the content of @from. FALSE if that cannot be. */
gboolean copy_extent_clone     (int     from,
                                int     to);

/* Moves up to @length bytes at @offset without bringing them to this process;
 * how many, or -1 with errno set if that does not work between the two. */
gssize   copy_extent_move      (int     from,
                                int     to,
                                off_t   offset,
                                gsize   length);

/* Finds the next stretch that is not a hole: from *@begin on, ending before
 * @limit. FALSE if there is none. */
gboolean copy_extent_next_data (int     fd,
                                off_t   limit,
                                off_t  *begin,
                                off_t  *end);

G_END_DECLS
