/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What somebody wrote, as labels may show it: whatever it is, it is only text. */

/* A part of a text: what is quoted in it, or what is said about that. */
typedef struct
{
  gboolean  is_quote;
  char     *text;
} ChatBlock;

GPtrArray *chat_markup_split        (const char         *text,
                                     guint               limit) G_GNUC_WARN_UNUSED_RESULT;
char      *chat_markup_quote        (const char         *text) G_GNUC_WARN_UNUSED_RESULT;

gsize      chat_markup_fold         (const char         *text,
                                     gsize               size,
                                     guint               n_chars,
                                     guint               n_lines);
char      *chat_markup_clean        (const char         *text,
                                     gsize               size) G_GNUC_WARN_UNUSED_RESULT;
char      *chat_markup_build        (const char         *clean,
                                     const char * const *words) G_GNUC_WARN_UNUSED_RESULT;
char      *chat_markup_excerpt      (const char         *text,
                                     const char * const *words) G_GNUC_WARN_UNUSED_RESULT;
gboolean   chat_markup_is_emoji     (const char         *clean);

/* What is looked for, and where it is. */
GStrv      chat_markup_parse_query  (const char         *query) G_GNUC_WARN_UNUSED_RESULT;
gboolean   chat_markup_find         (const char         *text,
                                     const char * const *words,
                                     const char        **begin,
                                     const char        **end);

/* The first link in a text. */
gboolean   chat_markup_find_link    (const char         *text,
                                     const char        **begin,
                                     const char        **end);

G_END_DECLS
