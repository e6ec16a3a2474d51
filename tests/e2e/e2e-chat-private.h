/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-chat.h"

G_BEGIN_DECLS

void _e2e_chat_take_line (E2eChat    *self,
                          const char *line,
                          gsize       length);

G_END_DECLS
