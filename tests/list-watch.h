/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a list tells of itself, which has to be true whenever it does. */
typedef struct
{
  guint    n_items;
  guint    n_changes;
  guint    n_appended;  /* items that came behind all others */
  guint    largest;     /* the most that came at once */
  GString *text;        /* a word for each change, if there is a string */
} ListWatch;

static inline void
list_watch_note (GListModel *model,
                 guint       position,
                 guint       removed,
                 guint       added,
                 gpointer    user_data)
{
  ListWatch *self = user_data;

  g_assert_cmpuint (position + removed, <=, self->n_items);
  self->n_items += added - removed;
  g_assert_cmpuint (self->n_items, ==, g_list_model_get_n_items (model));

  self->n_changes++;
  self->largest = MAX (self->largest, added);
  if (position + added == self->n_items)
    self->n_appended += added;
  if (self->text != NULL)
    g_string_append_printf (self->text, "%u-%u+%u ", position, removed, added);
}

/* @self has to outlive @list. */
static inline void
list_watch_begin (ListWatch *self,
                  gpointer   list)
{
  self->n_items = g_list_model_get_n_items (list);
  g_signal_connect (list, "items-changed", G_CALLBACK (list_watch_note), self);
}

G_END_DECLS
