/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

void       test_open_pair      (LyChannel    **one,
                                LyChannel    **other);
LyChannel *test_open_half      (guint32        limit,
                                int           *fd);
void       test_send           (LyChannel     *channel,
                                GVariant      *message);
GVariant  *test_receive        (LyChannel     *channel);
GVariant  *test_receive_from   (LyProcess     *process);
void       test_receive_uint32 (LyChannel     *channel,
                                guint32        expected);
void       test_receive_error  (LyChannel     *channel,
                                GIOErrorEnum   code,
                                const char    *text);
void       test_assert_refused (LyChannel     *channel);
GVariant  *test_new_bytes      (gsize          size,
                                guint8         first);

G_END_DECLS
