/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-contact"

#include "chat-contact.h"

static void
contact_clear (gpointer data)
{
  ChatContact *self = data;

  g_free (self->name);
  g_free (self->petname);
}

ChatContact *
chat_contact_ref (ChatContact *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
chat_contact_unref (ChatContact *self)
{
  g_atomic_rc_box_release_full (self, contact_clear);
}

/* What the user knows it by. */
const char *
chat_contact_get_name (const ChatContact *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->petname != NULL ? self->petname : self->name;
}

/* Whether messages may go to it and come from it. */
gboolean
chat_contact_may_talk (const ChatContact *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->trust != CHAT_TRUST_HELD && !self->blocked;
}

/* What makes two names look the same, or turns the text around them: controls,
 * marks of direction, joiners, what is private or not assigned. */
static gboolean
is_deceptive (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
      return TRUE;

    default:
      /* Fillers that are letters but show nothing. */
      return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
    }
}

/* A name from the network, as it may be shown and kept: a single line of valid
 * UTF-8 with single spaces. May be empty. */
char *
chat_contact_clean_name (const char *name,
                         gssize      size)
{
  g_autofree char *valid = g_utf8_make_valid (name, size);
  GString *clean = g_string_new (NULL);
  gboolean gap = FALSE;
  guint n_chars = 0;

  for (const char *p = valid; *p != '\0' && n_chars < CHAT_CONTACT_MAX_NAME;
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          gap = clean->len > 0;
          continue;
        }
      if (is_deceptive (c))
        continue;

      if (gap)
        g_string_append_c (clean, ' ');
      n_chars += gap ? 2 : 1;
      gap = FALSE;
      g_string_append_unichar (clean, c);
    }

  return g_string_free (clean, FALSE);
}

/* Two names with the same fold are the same to a reader: Anna, ANNA, Ａｎｎａ. */
char *
chat_contact_fold_name (const char *name)
{
  g_autofree char *compatible = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (compatible, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}
