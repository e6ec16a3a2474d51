/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

char *chat_own_key_describe (ChatApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
