/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define CHAT_REPLAY_WORDS  128
#define CHAT_REPLAY_WINDOW ((CHAT_REPLAY_WORDS - 1) * 64)

/* Which numbers were had: the highest one, and those up to CHAT_REPLAY_WINDOW below
 * it. A ring of words, as in RFC 6479, so that moving on never shifts them. All
 * zeros is one that has had nothing. */
typedef struct
{
  uint64_t end;  /* one more than the highest number */
  uint64_t words[CHAT_REPLAY_WORDS];
} ChatReplay;

gboolean chat_replay_is_new (const ChatReplay *self,
                             uint64_t          number) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_replay_add    (ChatReplay       *self,
                             uint64_t          number) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
