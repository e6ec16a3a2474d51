/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-noise.h"

G_BEGIN_DECLS

/* For published test vectors, which tell the ephemeral key. Anywhere else a
 * key that is used twice gives the secret away. */
void chat_noise_fix_ephemeral (ChatNoise     *self,
                               const uint8_t *secret);

G_END_DECLS
