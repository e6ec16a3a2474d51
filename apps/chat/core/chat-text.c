/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-text.h"

#include <stdint.h>
#include <string.h>

#define ONES  G_GUINT64_CONSTANT (0x0101010101010101)
#define HIGHS G_GUINT64_CONSTANT (0x8080808080808080)

#define WORDS 8
#define BLOCK (WORDS * sizeof (uint64_t))

/* All bytes from 0x01 to 0x7f: subtracting makes the high bit of a NUL show. Without
 * a branch, so that compilers can take several words at a time. */
static gboolean
are_ascii (const uint8_t *bytes,
           guint          n_words)
{
  uint64_t found = 0;

  for (guint i = 0; i < n_words; i++)
    {
      uint64_t word;

      memcpy (&word, bytes + i * sizeof word, sizeof word);
      found |= word | (word - ONES);
    }

  return (found & HIGHS) == 0;
}

/* The length of the character at @bytes, or 0 if it is none: table 3-7 of the Unicode
 * Standard. */
static gsize
get_length (const uint8_t *bytes,
            gsize          size)
{
  uint8_t first = bytes[0];
  uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  gsize length;

  if (first < 0x80)
    return first != 0;
  if (first < 0xc2 || first > 0xf4)
    return 0;

  length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size < length || bytes[1] < low || bytes[1] > high)
    return 0;

  for (gsize i = 2; i < length; i++)
    if ((bytes[i] & 0xc0) != 0x80)
      return 0;

  return length;
}

/* The length of what is valid at the beginning, or 0. */
static gsize
get_valid (const uint8_t *bytes,
           gsize          size)
{
  if (size >= BLOCK && are_ascii (bytes, WORDS))
    return BLOCK;
  if (size >= sizeof (uint64_t) && are_ascii (bytes, 1))
    return sizeof (uint64_t);

  return get_length (bytes, size);
}

gboolean
chat_text_is_valid (gconstpointer text,
                    gsize         size)
{
  const uint8_t *bytes = text;

  while (size > 0)
    {
      gsize length = get_valid (bytes, size);

      if (length == 0)
        return FALSE;

      bytes += length;
      size -= length;
    }

  return TRUE;
}
