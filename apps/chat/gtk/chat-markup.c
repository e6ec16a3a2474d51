/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-markup"

#include "chat-markup.h"

#include <string.h>

/* Of a text that is shown in one line. */
#define EXCERPT_CHARS 160

/* Where it is looked for: a text may be very long. */
#define EXCERPT_FROM 16384

/* What is before the first hit in it. */
#define EXCERPT_BEFORE 24

/* Of scripts that do not mark words. */
static gboolean
is_dense (gunichar c)
{
  return c >= 0x2e80 || g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL;
}

/* --- harmless --- */

/* What stands for @c where it would do something instead of being seen: 0 for nothing
 * at all. Joiners and marks of direction stay, scripts and emoji need them; what turns
 * the text of others around does not. */
static gunichar
get_harmless (gunichar c)
{
  if (c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f))
    return c;
  if (c < 0x20)
    return c == '\r' ? 0 : 0x2400 + c;
  if (c < 0xa0)
    return c == 0x7f ? 0x2421 : 0xfffd;
  if (c == 0x2028 || c == 0x2029)
    return '\n';
  if (c == 0x202d || c == 0x202e)
    return 0xfffd;
  if ((c >= 0x202a && c <= 0x202c) || (c >= 0x2066 && c <= 0x206f) || (c >= 0xfff9 && c <= 0xfffb))
    return 0;

  return c;
}

/* @text, of which @size bytes are valid UTF-8, without anything but text. */
char *
chat_markup_clean (const char *text,
                   gsize       size)
{
  const char *end = text + size;
  GString *clean = g_string_sized_new (size + 1);

  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = get_harmless (g_utf8_get_char (p));

      if (c != 0)
        g_string_append_unichar (clean, c);
    }

  return g_string_free (clean, FALSE);
}

/* The bytes of @text that make up its first @n_lines lines, and @n_chars characters at
 * most, of which wide ones count twice: to lay out a text takes time with its length. */
gsize
chat_markup_fold (const char *text,
                  gsize       size,
                  guint       n_chars,
                  guint       n_lines)
{
  const char *end = text + size;
  const char *p = text;
  const char *space = NULL;

  for (guint i = 0; p < end && i < n_chars; p = g_utf8_next_char (p))
    {
      i += (guint8) *p < 0x80 || !g_unichar_iswide (g_utf8_get_char (p)) ? 1 : 2;
      if (*p == '\n' && --n_lines == 0)
        return (gsize) (p - text);
      if (*p == ' ' || *p == '\n')
        space = p;
    }

  /* Not in the middle of a word, if it is one. */
  return (gsize) ((p < end && space != NULL && p - space < 40 ? space : p) - text);
}

/* Whether there is nothing but one to three pictures in it. */
gboolean
chat_markup_is_emoji (const char *clean)
{
  guint n_pictures = 0;

  for (const char *p = clean; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x200d || c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff))
        continue;
      if (c < 0x2300 || g_unichar_type (c) != G_UNICODE_OTHER_SYMBOL || ++n_pictures > 3)
        return FALSE;
    }

  return n_pictures > 0;
}

/* --- quotes --- */

static void
block_free (gpointer data)
{
  ChatBlock *block = data;

  g_free (block->text);
  g_free (block);
}

static void
add_block (GPtrArray *blocks,
           gboolean   is_quote,
           GString   *text)
{
  ChatBlock *block;
  char *first = text->str;

  while (text->len > 0 && strchr ("\n\t ", text->str[text->len - 1]) != NULL)
    g_string_truncate (text, text->len - 1);
  while (*first == '\n')
    first++;

  if (*first != '\0')
    {
      block = g_new (ChatBlock, 1);
      *block = (ChatBlock) { is_quote, g_strdup (first) };
      g_ptr_array_add (blocks, block);
    }

  g_string_truncate (text, 0);
}

/* The parts of @text, ChatBlock, at most @limit: what begins with “>” is quoted. Empty
 * lines around them are left out. */
GPtrArray *
chat_markup_split (const char *text,
                   guint       limit)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func (block_free);
  g_autoptr (GString) part = g_string_new (NULL);
  gboolean in_quote = FALSE;

  for (const char *line = text, *next; line != NULL; line = next)
    {
      const char *end = strchr (line, '\n');
      gboolean is_quote = *line == '>';

      next = end != NULL ? end + 1 : NULL;
      if (is_quote != in_quote && blocks->len + 1 < limit)
        {
          add_block (blocks, in_quote, part);
          in_quote = is_quote;
        }

      if (in_quote && is_quote)
        line += line[1] == ' ' ? 2 : 1;
      g_string_append_len (part, line, end != NULL ? end - line : (gssize) strlen (line));
      g_string_append_c (part, '\n');
    }

  add_block (blocks, in_quote, part);

  return blocks;
}

/* The lines of @text as they stand above an answer. What they quote themselves is left
 * out: it has been read. */
char *
chat_markup_quote (const char *text)
{
  g_autoptr (GPtrArray) blocks = chat_markup_split (text, G_MAXUINT);
  GString *quote = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    {
      const ChatBlock *block = blocks->pdata[i];
      g_auto (GStrv) lines = NULL;

      if (block->is_quote && blocks->len > 1)
        continue;

      lines = g_strsplit (block->text, "\n", -1);
      for (guint n = 0; lines[n] != NULL; n++)
        g_string_append_printf (quote, "> %s\n", lines[n]);
    }

  return g_string_free (quote, FALSE);
}

/* --- links --- */

static gboolean
is_of_link (char c)
{
  return c > ' ' && c < 0x7f && strchr ("<>\"`{}|\\^", c) == NULL;
}

/* Whether more brackets are closed than opened. */
static gboolean
is_unbalanced (const char *begin,
               const char *end)
{
  int depth = 0;

  for (const char *p = begin; p < end; p++)
    depth += (*p == '(') - (*p == ')');

  return depth < 0;
}

/* Where a link that begins at @begin ends: not with what rather belongs to the sentence. */
static const char *
trim_link (const char *begin,
           const char *end)
{
  while (end > begin && strchr (".,;:!?'*_~)]", end[-1]) != NULL &&
         (end[-1] != ')' || is_unbalanced (begin, end)))
    end--;

  return end;
}

/* Whether it goes where it seems to: a host of letters that cannot be mistaken, and no
 * user name that looks like one. */
static gboolean
is_honest (const char *link,
           gboolean    is_mail,
           gsize       scheme)
{
  const char *rest = link + scheme;
  gsize host = strcspn (rest, "/?#");

  if (is_mail)
    return strchr (rest, '@') != NULL && *rest != '@' && strcspn (rest, "?/#") == strlen (rest) &&
           g_uri_is_valid (link, G_URI_FLAGS_NONE, NULL);

  return host > 0 && g_ascii_isalnum (*rest) + (*rest == '[') > 0 &&
         memchr (rest, '@', host) == NULL && g_uri_is_valid (link, G_URI_FLAGS_ENCODED, NULL);
}

/* Whether the host that @rest begins with goes on at @end, with letters that may look like
 * others. */
static gboolean
is_cut (const char *rest,
        const char *end)
{
  gunichar next = g_utf8_get_char (end);

  return rest + strcspn (rest, "/?#") >= end && g_unichar_isalnum (next) && !is_dense (next);
}

static gboolean
get_link (const char  *text,
          const char **end)
{
  static const char * const schemes[] = { "https://", "http://", "mailto:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize scheme = strlen (schemes[i]);
      g_autofree char *link = NULL;
      const char *p = text + scheme;

      if (g_ascii_strncasecmp (text, schemes[i], scheme) != 0)
        continue;

      while (is_of_link (*p) && p - text < 2048)
        p++;
      if (is_cut (text + scheme, p))
        return FALSE;
      *end = trim_link (text, p);
      link = g_strndup (text, (gsize) (*end - text));

      return *end > text + scheme && is_honest (link, i == 2, scheme);
    }

  return FALSE;
}

gboolean
chat_markup_find_link (const char  *text,
                       const char **begin,
                       const char **end)
{
  for (const char *p = text; (p = strpbrk (p, "hHmM")) != NULL; p++)
    if ((p == text || !g_ascii_isalnum (p[-1])) && get_link (p, end))
      {
        *begin = p;
        return TRUE;
      }

  return FALSE;
}

/* --- hits --- */

/* As the history does: é is found by e. */
static gunichar
fold (gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c >= 0x80 && g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts)) > 0)
    c = parts[0];

  return g_unichar_tolower (c);
}

/* The words of what is looked for, as texts are compared with them. */
GStrv
chat_markup_parse_query (const char *query)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean dense = FALSE;

  for (const char *p = query; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_word = g_unichar_isalnum (c) || is_dense (c);
      gboolean ends = is_word ? is_dense (c) != dense : !g_unichar_ismark (c);

      if (word->len > 0 && ends)
        {
          g_strv_builder_add (words, word->str);
          g_string_truncate (word, 0);
        }
      dense = is_word ? is_dense (c) : dense;
      if (is_word)
        g_string_append_unichar (word, fold (c));
    }

  if (word->len > 0)
    g_strv_builder_add (words, word->str);

  return g_strv_builder_end (words);
}

static const char *
match_word (const char *text,
            const char *word)
{
  while (*word != '\0')
    {
      gunichar c = g_utf8_get_char (text);

      if (c == 0 || fold (c) != g_utf8_get_char (word))
        return NULL;
      word = g_utf8_next_char (word);
      do
        text = g_utf8_next_char (text);
      while (*text != '\0' && g_unichar_ismark (g_utf8_get_char (text)));
    }

  return text;
}

/* The first place where one of @words begins. */
gboolean
chat_markup_find (const char         *text,
                  const char * const *words,
                  const char        **begin,
                  const char        **end)
{
  gunichar before = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean inside = g_unichar_isalnum (before) && !is_dense (before) && !is_dense (c);

      before = c;
      for (guint i = 0; !inside && words[i] != NULL; i++)
        if ((*end = match_word (p, words[i])) != NULL)
          {
            *begin = p;
            return TRUE;
          }
    }

  return FALSE;
}

/* --- markup --- */

static void
append_escaped (GString    *markup,
                const char *text,
                gsize       size)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) size);

  g_string_append (markup, escaped);
}

/* With the hits of @words, or NULL, standing out as if marked by a pen. */
static void
append_marked (GString            *markup,
               const char         *text,
               gsize               size,
               const char * const *words)
{
  g_autofree char *part = g_strndup (text, size);
  const char *begin, *end;
  const char *p = part;

  while (words != NULL && chat_markup_find (p, words, &begin, &end))
    {
      append_escaped (markup, p, (gsize) (begin - p));
      g_string_append (markup, "<span bgcolor=\"#f9f06b\" fgcolor=\"#000000\">");
      append_escaped (markup, begin, (gsize) (end - begin));
      g_string_append (markup, "</span>");
      p = end;
    }

  append_escaped (markup, p, strlen (p));
}

/* The markup for a label that shows @clean, with its links. */
char *
chat_markup_build (const char         *clean,
                   const char * const *words)
{
  GString *markup = g_string_sized_new (strlen (clean) + 64);
  const char *begin, *end;
  const char *p = clean;

  while (chat_markup_find_link (p, &begin, &end))
    {
      append_marked (markup, p, (gsize) (begin - p), words);
      g_string_append (markup, "<a href=\"");
      append_escaped (markup, begin, (gsize) (end - begin));
      g_string_append (markup, "\">");
      append_marked (markup, begin, (gsize) (end - begin), words);
      g_string_append (markup, "</a>");
      p = end;
    }

  append_marked (markup, p, strlen (p), words);

  return g_string_free (markup, FALSE);
}

/* A word or two before @hit, where a word begins if it can be. */
static const char *
find_begin (const char *text,
            const char *hit)
{
  const char *begin = hit;
  const char *space;

  for (guint i = 0; i < EXCERPT_BEFORE && begin > text; i++)
    begin = g_utf8_prev_char (begin);

  space = memchr (begin, ' ', (gsize) (hit - begin));

  return begin > text && space != NULL && space + 1 < hit ? space + 1 : begin;
}

/* One line about @text, around the first of @words that is in its beginning. */
char *
chat_markup_excerpt (const char         *text,
                     const char * const *words)
{
  g_autofree char *part = g_strndup (text, chat_markup_fold (text, strlen (text), EXCERPT_FROM,
                                                             G_MAXUINT));
  const char *begin = part;
  const char *end, *hit;
  g_autofree char *clean = NULL;
  GString *markup = g_string_new (NULL);

  if (chat_markup_find (part, words, &hit, &end))
    begin = find_begin (part, hit);

  clean = chat_markup_clean (begin, chat_markup_fold (begin, strlen (begin), EXCERPT_CHARS,
                                                      G_MAXUINT));
  g_strdelimit (clean, "\n\t", ' ');
  if (begin > part)
    g_string_append (markup, "…");
  append_marked (markup, clean, strlen (clean), words);

  return g_string_free (markup, FALSE);
}
