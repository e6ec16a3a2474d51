/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-contact.h"

static void
test_clean_name (void)
{
  g_autofree char *long_name = g_strnfill (1000, 'n');
  g_autofree char *cut = chat_contact_clean_name (long_name, -1);
  static const struct { const char *raw; const char *clean; } cases[] = {
    { "", "" },
    { "Anna", "Anna" },
    { "  Anna \t\n  B.  ", "Anna B." },
    { "\x1b[31mAnna\x07", "[31mAnna" },
    { "An\xe2\x80\x8bna\xe2\x80\xae", "Anna" },
    { "\xe3\x85\xa4", "" },
    { "张三", "张三" },
    { "An\xffna", "An\xef\xbf\xbdna" },
  };

  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, CHAT_CONTACT_MAX_NAME);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = chat_contact_clean_name (cases[i].raw, -1);

      g_assert_cmpstr (clean, ==, cases[i].clean);
    }
}

/* Names that a reader takes for the same. */
static void
test_fold_name (void)
{
  static const struct { const char *left; const char *right; gboolean same; } cases[] = {
    { "Anna", "ANNA", TRUE },
    { "Anna", "Ａｎｎａ", TRUE },
    { "J\xc3\xb6rg", "Jo\xcc\x88RG", TRUE },
    { "Straße", "STRASSE", TRUE },
    { "Anna", "Hanna", FALSE },
    { "张三", "张四", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *left = chat_contact_fold_name (cases[i].left);
      g_autofree char *right = chat_contact_fold_name (cases[i].right);

      g_assert_cmpint (g_str_equal (left, right), ==, cases[i].same);
    }
}

static void
test_may_talk (void)
{
  static const struct { ChatTrust trust; gboolean blocked; gboolean may_talk; } cases[] = {
    { CHAT_TRUST_HELD, FALSE, FALSE }, { CHAT_TRUST_SEEN, FALSE, TRUE },
    { CHAT_TRUST_PINNED, FALSE, TRUE }, { CHAT_TRUST_VERIFIED, TRUE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ChatContact contact = { .trust = cases[i].trust, .blocked = cases[i].blocked };

      g_assert_cmpint (chat_contact_may_talk (&contact), ==, cases[i].may_talk);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/contact/clean-name", test_clean_name);
  g_test_add_func ("/chat/contact/fold-name", test_fold_name);
  g_test_add_func ("/chat/contact/may-talk", test_may_talk);

  return g_test_run ();
}
