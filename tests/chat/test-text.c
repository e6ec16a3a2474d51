/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-text.h"

#include <string.h>

static void
check (const guint8 *bytes,
       gsize         size)
{
  g_autofree guint8 *exact = g_memdup2 (bytes, size);

  g_assert_cmpint (chat_text_is_valid (exact, size), ==,
                   g_utf8_validate_len ((const char *) bytes, size, NULL));
}

/* Every beginning of two bytes, with all that matters behind it, at all places of a
 * text that is ASCII otherwise. */
static void
test_sequences (void)
{
  static const guint8 next[] = { 0x00, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };

  for (guint first = 0; first < 0x10000; first++)
    for (guint i = 0; i < G_N_ELEMENTS (next) * G_N_ELEMENTS (next); i++)
      {
        guint8 bytes[140];
        guint at = (first + i) % (sizeof bytes - 3);

        memset (bytes, 'x', sizeof bytes);
        bytes[at] = (guint8) (first >> 8);
        bytes[at + 1] = (guint8) first;
        bytes[at + 2] = next[i / G_N_ELEMENTS (next)];
        bytes[at + 3] = next[i % G_N_ELEMENTS (next)];

        check (bytes, sizeof bytes);
        check (bytes, at + 1 + i % 4);
      }
}

static void
test_empty (void)
{
  g_assert_true (chat_text_is_valid (NULL, 0));
  g_assert_true (chat_text_is_valid ("", 0));
  g_assert_false (chat_text_is_valid ("", 1));
}

static void
test_characters (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gunichar c = 1; c < 0x110000; c++)
    if (g_unichar_validate (c))
      g_string_append_unichar (text, c);

  g_assert_true (chat_text_is_valid (text->str, text->len));
  g_assert_false (chat_text_is_valid (text->str, text->len - 1));
  g_assert_false (chat_text_is_valid (text->str, text->len + 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/text/empty", test_empty);
  g_test_add_func ("/chat/text/characters", test_characters);
  g_test_add_func ("/chat/text/sequences", test_sequences);

  return g_test_run ();
}
