/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-words"

#include "chat-words.h"

#include <string.h>

/* What texts are found by.
 *
 * FTS5 can look for words, which Chinese, Japanese and Thai do not mark, or for
 * any three characters, which is one too many for most Chinese words. So texts
 * are split here, and FTS5 has only to split at spaces:
 *
 *  - A word is lower-case and without accents; a query's word finds all that
 *    begin with it.
 *  - Where words are not marked, each two characters that follow each other are
 *    a word, and the last one alone: 你好吗 is 你好, 好吗 and 吗. A query of one
 *    character finds all that begin with it; a longer one finds the same pairs in
 *    the same order. */

/* Characters of a word that count. There is no use in more, and what somebody
 * sends without any space must not become a word of a mebibyte. */
#define MAX_WORD 32

typedef enum
{
  BETWEEN,
  IN_WORD,
  ACCENT,
  DENSE,
} Class;

static gboolean
is_dense (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;

    default:
      return FALSE;
    }
}

static Class
classify (gunichar c)
{
  GUnicodeType type;

  if (c < 0x80)
    return g_ascii_isalnum ((char) c) ? IN_WORD : BETWEEN;

  /* Most of Chinese, without a search in tables. */
  if (c >= 0x4e00 && c <= 0x9fff)
    return DENSE;

  type = g_unichar_type (c);

  /* Faces and the like stand anywhere, and people look for them. */
  if (type == G_UNICODE_OTHER_SYMBOL)
    return DENSE;

  if (c >= 0x300 && c <= 0x36f)
    return ACCENT;

  if (g_unichar_isalnum (c) || g_unichar_ismark (c))
    return is_dense (c) ? DENSE : IN_WORD;

  return BETWEEN;
}

/* Letters that look alike are found by each other: é is e, Ａ is a. Above the
 * alphabets there is little to gain, and Korean would fall apart. */
static void
append_folded (GString  *words,
               gunichar  c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n_parts;

  if (c < 0x80)
    {
      g_string_append_c (words, g_ascii_tolower ((char) c));
      return;
    }

  if (c >= 0x2000 && (c < 0xff00 || c > 0xffef))
    {
      g_string_append_unichar (words, g_unichar_tolower (c));
      return;
    }

  n_parts = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n_parts; i++)
    if (classify (parts[i]) == IN_WORD)
      g_string_append_unichar (words, g_unichar_tolower (parts[i]));
}

/* Where the word at @text ends. */
static const char *
append_word (GString    *words,
             const char *text)
{
  guint n_chars = 0;
  gunichar c;
  Class class;

  while ((c = g_utf8_get_char (text)) != 0)
    {
      class = classify (c);
      if (class != IN_WORD && class != ACCENT)
        break;

      if (class == IN_WORD && n_chars++ < MAX_WORD)
        append_folded (words, c);
      text = g_utf8_next_char (text);
    }

  return text;
}

/* Where the run of dense characters at @text ends. */
static const char *
append_pairs (GString    *words,
              const char *text,
              gboolean    with_last)
{
  const char *second = g_utf8_next_char (text);
  gboolean alone = TRUE;

  while (classify (g_utf8_get_char (second)) == DENSE)
    {
      const char *end = g_utf8_next_char (second);

      g_string_append_len (words, text, end - text);
      g_string_append_c (words, ' ');
      text = second;
      second = end;
      alone = FALSE;
    }

  if (alone || with_last)
    g_string_append_len (words, text, second - text);
  else
    g_string_truncate (words, words->len - 1);

  return second;
}

/* Appends the words of @text, with a space before each. */
void
chat_words_append (GString    *words,
                   const char *text)
{
  gunichar c;

  while ((c = g_utf8_get_char (text)) != 0)
    {
      Class class = classify (c);

      if (class == IN_WORD || class == DENSE)
        {
          g_string_append_c (words, ' ');
          text = class == DENSE ? append_pairs (words, text, TRUE) : append_word (words, text);
        }
      else
        {
          text = g_utf8_next_char (text);
        }
    }
}

/* What the user looks for, as it stands among the words of a text that has it:
 * " wor", " 你好 好吗". */
GStrv
chat_words_parse (const char *text)
{
  g_autoptr (GStrvBuilder) needles = g_strv_builder_new ();
  g_autoptr (GString) needle = g_string_new (NULL);
  gunichar c;

  while ((c = g_utf8_get_char (text)) != 0)
    {
      Class class = classify (c);

      if (class != IN_WORD && class != DENSE)
        {
          text = g_utf8_next_char (text);
          continue;
        }

      g_string_assign (needle, " ");
      text = class == DENSE ? append_pairs (needle, text, FALSE) : append_word (needle, text);

      /* A mark without a letter leaves nothing. */
      if (needle->len > 1)
        g_strv_builder_add (needles, needle->str);
    }

  return g_strv_builder_end (needles);
}

/* Pairs are looked for as they are, all else may go on. */
static gboolean
is_prefix (const char *needle)
{
  const char *first = needle + 1;

  return classify (g_utf8_get_char (first)) != DENSE || *g_utf8_next_char (first) == '\0';
}

/* What FTS5 has to look for to find the texts that have all of @needles. */
char *
chat_words_to_match (const char * const *needles)
{
  GString *match = g_string_new (NULL);

  for (guint i = 0; needles[i] != NULL; i++)
    g_string_append_printf (match, "%s\"%s\"%s", i > 0 ? " " : "", needles[i] + 1,
                            is_prefix (needles[i]) ? "*" : "");

  return g_string_free (match, FALSE);
}

/* Whether a text with these @words is one that FTS5 would find. */
gboolean
chat_words_are_in (const char * const *needles,
                   const char         *words)
{
  for (guint i = 0; needles[i] != NULL; i++)
    if (strstr (words, needles[i]) == NULL)
      return FALSE;

  return TRUE;
}

/* Whether so many texts may have a word that begins like this that it takes FTS5 long
 * to join the lists of all these words; it has lists for up to two letters. */
gboolean
chat_words_are_short (const char * const *needles)
{
  for (guint i = 0; needles[i] != NULL; i++)
    if (is_prefix (needles[i]) && g_utf8_strlen (needles[i] + 1, -1) == 3)
      return TRUE;

  return FALSE;
}
