/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-key.h"

#include <string.h>

static const uint8_t one[CHAT_KEY_SIZE] = { 1, 2, 3 };
static const uint8_t two[CHAT_KEY_SIZE] = { 1, 2, 4 };

#define SAFETY_NUMBER "72322 63971 40130 81087 62917 14663" \
                      " 84906 81985 92383 49487 53050 43428"
#define ONE_TEXT "0102030000000000000000000000000000000000000000000000000000000000"

static void
test_fingerprint (void)
{
  g_autofree char *text = chat_key_get_fingerprint (one);
  g_autofree char *longer = g_strconcat (ONE_TEXT, "0", NULL);
  uint8_t key[CHAT_KEY_SIZE];

  g_assert_cmpstr (text, ==, ONE_TEXT);
  g_assert_true (chat_key_from_fingerprint (text, key));
  g_assert_cmpmem (key, sizeof key, one, sizeof one);

  g_assert_false (chat_key_from_fingerprint ("", key));
  g_assert_false (chat_key_from_fingerprint (longer, key));
  text[63] = 'g';
  g_assert_false (chat_key_from_fingerprint (text, key));
  text[63] = '\0';
  g_assert_false (chat_key_from_fingerprint (text, key));
}

/* Both see the same, in groups of five, and it is what PROTOCOL.md says: the expected
 * one was computed by another program. */
static void
test_safety_number (void)
{
  g_autofree char *mine = chat_key_get_safety_number (one, two);
  g_autofree char *yours = chat_key_get_safety_number (two, one);
  g_autofree char *other = chat_key_get_safety_number (one, one);

  g_assert_cmpstr (mine, ==, SAFETY_NUMBER);
  g_assert_cmpstr (yours, ==, mine);
  g_assert_cmpstr (other, !=, mine);
  g_assert_cmpuint (strlen (mine), ==, CHAT_KEY_SAFETY_LENGTH);
  for (gsize i = 0; i < CHAT_KEY_SAFETY_LENGTH; i++)
    g_assert_true (i % 6 == 5 ? mine[i] == ' ' : g_ascii_isdigit (mine[i]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/key/fingerprint", test_fingerprint);
  g_test_add_func ("/chat/key/safety-number", test_safety_number);

  return g_test_run ();
}
