/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-replay.h"

/* Whether @number has not been had, as far as is known: what is older than the
 * window is taken for had. */
gboolean
chat_replay_is_new (const ChatReplay *self,
                    uint64_t          number)
{
  if (number >= self->end)
    return number != UINT64_MAX;

  if (self->end - number > CHAT_REPLAY_WINDOW)
    return FALSE;

  return (self->words[number / 64 % CHAT_REPLAY_WORDS] >> number % 64 & 1) == 0;
}

/* Only for what is authentic: a forged number must not move the window. */
gboolean
chat_replay_add (ChatReplay *self,
                 uint64_t    number)
{
  if (!chat_replay_is_new (self, number))
    return FALSE;

  if (number >= self->end)
    {
      /* The word that the highest number is in, which is in use already. */
      uint64_t word = self->end == 0 ? 0 : (self->end - 1) / 64;
      uint64_t n_words = MIN (number / 64 - word, CHAT_REPLAY_WORDS);

      for (uint64_t i = 1; i <= n_words; i++)
        self->words[(word + i) % CHAT_REPLAY_WORDS] = 0;
      self->end = number + 1;
    }

  self->words[number / 64 % CHAT_REPLAY_WORDS] |= G_GUINT64_CONSTANT (1) << number % 64;

  return TRUE;
}
