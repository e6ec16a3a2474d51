/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"
#include "chat-wire.h"

G_BEGIN_DECLS

/* What shows that a sender receives at the address he claims, without our having to
 * remember him: a secret's hash of the address, the time and what he sent. */
typedef struct
{
  uint8_t secret[32];
} ChatCookies;

void     chat_cookies_init  (ChatCookies              *self);
void     chat_cookies_clear (ChatCookies              *self);
void     chat_cookies_make  (const ChatCookies        *self,
                             gint64                    now,
                             const ChatAddress        *from,
                             const ChatWireInitiation *initiation,
                             uint8_t                  *cookie);
gboolean chat_cookies_check (const ChatCookies        *self,
                             gint64                    now,
                             const ChatAddress        *from,
                             const ChatWireInitiation *initiation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
