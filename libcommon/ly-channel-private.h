/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-channel.h"

G_BEGIN_DECLS

/* Whether more was read than the messages that were taken. For the receiving
 * thread. */
gboolean _ly_channel_has_unread (LyChannel *self);

G_END_DECLS
