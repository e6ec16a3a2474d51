/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-markup.h"

#include <pango/pango.h>
#include <string.h>

/* --- links --- */

static void
test_links (void)
{
  static const struct { const char *text; const char *link; } cases[] = {
    { "see https://example.org/a?b=c#d now", "https://example.org/a?b=c#d" },
    { "HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG" },
    { "(https://example.org/a_(b))", "https://example.org/a_(b)" },
    { "(https://example.org).", "https://example.org" },
    { "https://example.org/a, and more", "https://example.org/a" },
    { "看https://example.org/图片", "https://example.org/" },
    { "http://[::1]:8080/x", "http://[::1]:8080/x" },
    { "mail mailto:ann@example.org!", "mailto:ann@example.org" },
    { "http://example.org\xe2\x80\xae/moc", "http://example.org" },
    { "javascript:alert(1)", NULL },
    { "file:///etc/passwd", NULL },
    { "xhttps://example.org", NULL },
    { "https://", NULL },
    { "https:///path", NULL },
    { "http://bank.example@evil.example/", NULL },
    { "http://exаmple.org", NULL }, /* a Cyrillic letter ends the host */
    { "mailto:?attach=/etc/passwd", NULL },
    { "mailto:ann@example.org?attach=x", NULL },
    { "mailto:@x", NULL },
    { "http://<b>", NULL },
    { "hmHM", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *begin = NULL, *end = NULL;
      gboolean found = chat_markup_find_link (cases[i].text, &begin, &end);
      g_autofree char *link = found ? g_strndup (begin, (gsize) (end - begin)) : NULL;

      g_assert_cmpstr (link, ==, cases[i].link);
    }
}

static void
assert_markup (const char *text,
               const char *query,
               const char *expected)
{
  g_auto (GStrv) words = query != NULL ? chat_markup_parse_query (query) : NULL;
  g_autofree char *markup = chat_markup_build (text, (const char *const *) words);

  g_assert_cmpstr (markup, ==, expected);
}

#define HIT(text) "<span bgcolor=\"#f9f06b\" fgcolor=\"#000000\">" text "</span>"

static void
test_build (void)
{
  assert_markup ("a <b> & c", NULL, "a &lt;b&gt; &amp; c");
  assert_markup ("go http://a.example/?x=1&y=2.", NULL,
                 "go <a href=\"http://a.example/?x=1&amp;y=2\">http://a.example/?x=1&amp;y=2</a>.");
  assert_markup ("Annabel and Hannah", "ann",
                 HIT ("Ann") "abel and Hannah");
  assert_markup ("Ünder über", "uber", "Ünder " HIT ("über"));
  assert_markup ("我们在花园见面", "花园", "我们在" HIT ("花园") "见面");
  assert_markup ("http://a.example/ann", "ann",
                 "<a href=\"http://a.example/ann\">http://a.example/" HIT ("ann") "</a>");
  assert_markup ("<ann>", "ann b", "&lt;" HIT ("ann") "&gt;");
  assert_markup ("ann", "…", "ann");
}

/* --- what others could do with it --- */

static void
test_clean (void)
{
  static const struct { const char *text; const char *clean; } cases[] = {
    { "one\r\ntwo\tthree", "one\ntwo\tthree" },
    { "\x1b[31mred", "␛[31mred" },
    { "a\xc2\x9b" "b\x7f", "a\xef\xbf\xbd" "b␡" },
    { "\xe2\x80\xaegnp.exe", "\xef\xbf\xbdgnp.exe" },
    { "a\xe2\x81\xa6" "b\xe2\x81\xa9", "ab" },
    { "one\xe2\x80\xa8two", "one\ntwo" },
    { "👩‍👩‍👧", "👩‍👩‍👧" },
    { "سلام", "سلام" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = chat_markup_clean (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (clean, ==, cases[i].clean);
    }
}

/* Whatever somebody writes, a label can show it, and shows just that. */
static void
test_hostile (void)
{
  static const char *const parts[] = {
    "<a href='x'>", "</a>", "&amp;", "&", "<", ">", "\"", "http://", "https://x.example", "mailto:",
    "a@b.example", "\xe2\x80\xae", "\n", "> ", "花", "ann", "\x01", " ", ")", "'", "\xcc\x81",
  };
  static const char *const words[] = { "ann", "花", "http", NULL };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint n = 0; n < 5000; n++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *clean = NULL;
      g_autofree char *markup = NULL;
      g_autofree char *shown = NULL;
      g_autoptr (GError) error = NULL;

      for (gint32 i = g_rand_int_range (random, 0, 12); i >= 0; i--)
        g_string_append (text, parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);

      clean = chat_markup_clean (text->str, text->len);
      markup = chat_markup_build (clean, words);

      /* Links are the label's, not Pango's. */
      for (char *p = markup; (p = strstr (p, "<a href=")) != NULL;)
        {
          char *end = strchr (p, '>');

          g_assert_nonnull (end);
          memmove (p, end + 1, strlen (end + 1) + 1);
        }
      for (char *p = markup; (p = strstr (p, "</a>")) != NULL;)
        memmove (p, p + 4, strlen (p + 4) + 1);

      g_assert_true (pango_parse_markup (markup, -1, 0, NULL, &shown, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (shown, ==, clean);
    }
}

/* --- quotes --- */

static void
assert_blocks (const char *text,
               guint       limit,
               const char *expected)
{
  g_autoptr (GPtrArray) blocks = chat_markup_split (text, limit);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    {
      const ChatBlock *block = blocks->pdata[i];

      g_string_append_printf (found, "%c%s|", block->is_quote ? '>' : '=', block->text);
    }

  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_split (void)
{
  assert_blocks ("text", 8, "=text|");
  assert_blocks ("", 8, "");
  assert_blocks ("\n\n", 8, "");
  assert_blocks ("> one\n> two\nanswer", 8, ">one\ntwo|=answer|");
  assert_blocks (">one\n\nanswer\n\n> two\nyes\n", 8, ">one|=answer|>two|=yes|");
  assert_blocks (">> deep", 8, ">> deep|");
  assert_blocks ("a > b", 8, "=a > b|");
  assert_blocks ("> a\nb\n> c\nd", 2, ">a|=b\n> c\nd|");
  assert_blocks ("  indented\n", 8, "=  indented|");
}

static void
test_quote (void)
{
  static const struct { const char *text; const char *quote; } cases[] = {
    { "one\ntwo", "> one\n> two\n" },
    { "> before\nafter", "> after\n" },
    { "> only", "> only\n" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quote = chat_markup_quote (cases[i].text);

      g_assert_cmpstr (quote, ==, cases[i].quote);
    }
}

/* --- how much --- */

static void
test_fold (void)
{
  g_assert_cmpuint (chat_markup_fold ("short", 5, 100, 10), ==, 5);
  g_assert_cmpuint (chat_markup_fold ("one two three", 13, 9, 10), ==, 7);
  g_assert_cmpuint (chat_markup_fold ("a\nb\nc\nd", 7, 100, 2), ==, 3);
  g_assert_cmpuint (chat_markup_fold ("花园花园", 12, 4, 10), ==, 6);
  g_assert_cmpuint (chat_markup_fold ("", 0, 2, 10), ==, 0);
}

static void
test_emoji (void)
{
  g_assert_true (chat_markup_is_emoji ("👍"));
  g_assert_true (chat_markup_is_emoji ("👍🏽🎉❤️"));
  g_assert_false (chat_markup_is_emoji ("👍👍👍👍"));
  g_assert_false (chat_markup_is_emoji ("👍 yes"));
  g_assert_false (chat_markup_is_emoji (""));
  g_assert_false (chat_markup_is_emoji ("花"));
}

static void
test_excerpt (void)
{
  g_auto (GStrv) words = chat_markup_parse_query ("Garden, 花园");
  const char *const *needles = (const char *const *) words;
  g_autofree char *near = chat_markup_excerpt ("In the\ngarden <here>", needles);
  g_autofree char *far = chat_markup_excerpt ("It was a very long walk to come to the garden at last",
                                              needles);

  g_assert_cmpstr (words[0], ==, "garden");
  g_assert_cmpstr (words[1], ==, "花园");
  g_assert_cmpstr (near, ==, "In the " HIT ("garden") " &lt;here&gt;");
  g_assert_cmpstr (far, ==, "…walk to come to the " HIT ("garden") " at last");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-gtk/markup/links", test_links);
  g_test_add_func ("/chat-gtk/markup/build", test_build);
  g_test_add_func ("/chat-gtk/markup/clean", test_clean);
  g_test_add_func ("/chat-gtk/markup/hostile", test_hostile);
  g_test_add_func ("/chat-gtk/markup/split", test_split);
  g_test_add_func ("/chat-gtk/markup/quote", test_quote);
  g_test_add_func ("/chat-gtk/markup/fold", test_fold);
  g_test_add_func ("/chat-gtk/markup/emoji", test_emoji);
  g_test_add_func ("/chat-gtk/markup/excerpt", test_excerpt);

  return g_test_run ();
}
