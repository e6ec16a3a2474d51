/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-person"

#include "chat-person.h"

#include "chat-date.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is shown of a message, in characters: no line of the list is longer. */
#define LINE_MAX_CHARS 120
#define UNREAD_MAX     999

struct _ChatPerson
{
  GObject   parent_instance;

  /* Set once */
  ChatPeer *peer;
  gint64    contact;

  char     *name;
  char     *folded;       /* the name as it is looked for */
  char     *sort_key;
  char     *line;         /* what was said last, or where they are */
  char     *time;         /* when that was, in as few words as will do */
  char     *unread;       /* how many, or empty */
  char     *heading;      /* over the first of each place; else NULL */
  char     *description;  /* all of it in words */
  gboolean  is_online;
  gboolean  is_verified;
  gboolean  is_held;
  gboolean  is_blocked;
  guint     n_unread;
  gint64    last;         /* the id of the last message, or 0 */
};

G_DEFINE_FINAL_TYPE (ChatPerson, chat_person, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
  PROP_LINE,
  PROP_TIME,
  PROP_UNREAD,
  PROP_HEADING,
  PROP_DESCRIPTION,
  PROP_ONLINE,
  PROP_VERIFIED,
  PROP_HELD,
  PROP_BLOCKED,
} ChatPersonProperty;

static GParamSpec *properties[PROP_BLOCKED + 1];

static void
chat_person_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  ChatPerson *self = CHAT_PERSON (object);
  const char *strings[] = { NULL, self->name, self->line, self->time, self->unread, self->heading,
                            self->description };
  gboolean flags[] = { self->is_online, self->is_verified, self->is_held, self->is_blocked };

  if (id <= PROP_DESCRIPTION)
    g_value_set_string (value, strings[id]);
  else if (id <= PROP_BLOCKED)
    g_value_set_boolean (value, flags[id - PROP_ONLINE]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_person_finalize (GObject *object)
{
  ChatPerson *self = CHAT_PERSON (object);

  g_object_unref (self->peer);
  g_free (self->name);
  g_free (self->folded);
  g_free (self->sort_key);
  g_free (self->line);
  g_free (self->time);
  g_free (self->unread);
  g_free (self->heading);
  g_free (self->description);

  G_OBJECT_CLASS (chat_person_parent_class)->finalize (object);
}

static void
chat_person_class_init (ChatPersonClass *klass)
{
  static const char *const strings[] = { "name", "line", "time", "unread", "heading",
                                         "description" };
  static const char *const flags[] = { "online", "verified", "held", "blocked" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags how = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_person_get_property;
  object_class->finalize = chat_person_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[PROP_NAME + i] = g_param_spec_string (strings[i], NULL, NULL, NULL, how);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    properties[PROP_ONLINE + i] = g_param_spec_boolean (flags[i], NULL, NULL, FALSE, how);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
chat_person_init (ChatPerson *self)
{
}

ChatPerson *
chat_person_new (ChatPeer *peer)
{
  ChatPerson *self = g_object_new (CHAT_TYPE_PERSON, NULL);

  self->peer = g_object_ref (peer);
  self->contact = chat_peer_get_contact (peer)->id;

  return self;
}

/* --- what is shown --- */

static gboolean
set_string (ChatPerson         *self,
            char              **field,
            char               *value,
            ChatPersonProperty  property)
{
  if (g_strcmp0 (*field, value) == 0)
    {
      g_free (value);
      return FALSE;
    }

  g_free (*field);
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);

  return TRUE;
}

static void
set_flag (ChatPerson         *self,
          gboolean           *field,
          gboolean            value,
          ChatPersonProperty  property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The beginning of a text as one line. */
static char *
make_line (const char *text)
{
  GString *line = g_string_new (NULL);
  gboolean gap = FALSE;
  guint n_chars = 0;

  for (const char *p = text; *p != '\0' && n_chars < LINE_MAX_CHARS; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          gap = line->len > 0;
          continue;
        }
      if (gap)
        g_string_append_c (line, ' ');
      gap = FALSE;
      g_string_append_unichar (line, c);
      n_chars++;
    }

  return g_string_free (line, FALSE);
}

static char *
describe_state (ChatPerson *self)
{
  const ChatContact *contact = chat_peer_get_contact (self->peer);
  g_autofree char *seen = NULL;

  if (self->is_blocked)
    return g_strdup (_("Blocked"));
  if (self->is_held)
    return g_strdup (_("Shows another key than before"));
  if (self->is_online)
    return g_strdup (chat_peer_get_address (self->peer));
  if (contact->last_seen == 0)
    return g_strdup (_("Away"));

  seen = chat_date_describe_short (contact->last_seen, g_get_real_time ());

  return g_strdup_printf (_("Last seen: %s"), seen);
}

static char *
describe_last (ChatPerson        *self,
               const ChatMessage *last)
{
  g_autofree char *line = NULL;

  if (last == NULL || self->is_blocked || self->is_held)
    return describe_state (self);
  if (last->text == NULL)
    return g_strdup (_("A message of a kind that this version does not know"));

  line = make_line (last->text);

  return last->outgoing ? g_strdup_printf (_("You: %s"), line) : g_steal_pointer (&line);
}

/* All that the row shows by marks, for those who don't see it. */
static char *
describe (ChatPerson *self)
{
  GString *text = g_string_new (self->name);

  g_string_append_printf (text, ", %s", self->is_online ? _("online") : _("offline"));
  if (self->is_verified)
    g_string_append_printf (text, ", %s", _("verified"));
  if (self->is_blocked)
    g_string_append_printf (text, ", %s", _("blocked"));
  if (self->is_held)
    g_string_append_printf (text, ", %s", _("shows another key than before"));
  if (self->n_unread > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, ngettext ("%u unread", "%u unread", self->n_unread),
                              self->n_unread);
    }
  if (self->last != 0 && !self->is_blocked && !self->is_held)
    g_string_append_printf (text, ". %s, %s", self->line, self->time);

  return g_string_free (text, FALSE);
}

/* Takes over what the peer is now, and what was said last. @conversation may be NULL. */
void
chat_person_update (ChatPerson             *self,
                    const ChatConversation *conversation)
{
  const ChatContact *contact = chat_peer_get_contact (self->peer);
  const ChatMessage *last = conversation != NULL ? conversation->last : NULL;
  const char *name = chat_peer_get_name (self->peer);

  if (*name == '\0')
    name = _("No name yet");

  if (set_string (self, &self->name, g_strdup (name), PROP_NAME))
    {
      g_free (self->folded);
      g_free (self->sort_key);
      self->folded = chat_contact_fold_name (name);
      self->sort_key = g_utf8_collate_key (name, -1);
    }

  set_flag (self, &self->is_online, chat_peer_is_online (self->peer), PROP_ONLINE);
  set_flag (self, &self->is_verified, contact->trust == CHAT_TRUST_VERIFIED, PROP_VERIFIED);
  set_flag (self, &self->is_held, contact->trust == CHAT_TRUST_HELD, PROP_HELD);
  set_flag (self, &self->is_blocked, contact->blocked, PROP_BLOCKED);

  self->last = last != NULL ? last->id : 0;
  /* What somebody who is blocked has said is nothing to hurry for. */
  self->n_unread = conversation != NULL && !contact->blocked ? conversation->n_unread : 0;
  set_string (self, &self->line, describe_last (self, last), PROP_LINE);
  set_string (self, &self->time, last != NULL
              ? chat_date_describe_short (last->time, g_get_real_time ()) : g_strdup (""),
              PROP_TIME);
  set_string (self, &self->unread,
              self->n_unread == 0 ? g_strdup ("")
              : self->n_unread > UNREAD_MAX ? g_strdup_printf ("%d+", UNREAD_MAX)
                                            : g_strdup_printf ("%u", self->n_unread), PROP_UNREAD);
  set_string (self, &self->description, describe (self), PROP_DESCRIPTION);
}

void
chat_person_set_heading (ChatPerson *self,
                         const char *heading)
{
  set_string (self, &self->heading, g_strdup (heading), PROP_HEADING);
}

/* --- what is asked for --- */

ChatPeer *
chat_person_get_peer (ChatPerson *self)
{
  return self->peer;
}

gint64
chat_person_get_contact (ChatPerson *self)
{
  return self->contact;
}

const char *
chat_person_get_name (ChatPerson *self)
{
  return self->name;
}

const char *
chat_person_get_description (ChatPerson *self)
{
  return self->description;
}

guint
chat_person_get_n_unread (ChatPerson *self)
{
  return self->n_unread;
}

gint64
chat_person_get_last (ChatPerson *self)
{
  return self->last;
}

ChatPersonPlace
chat_person_get_place (ChatPerson *self)
{
  return self->last != 0 ? CHAT_PERSON_TALKED
         : self->is_online || self->is_held ? CHAT_PERSON_NEAR : CHAT_PERSON_AWAY;
}

/* Whether the name has @folded, see chat_contact_fold_name(), in it, or the key's
 * fingerprint begins with it. */
gboolean
chat_person_matches (ChatPerson *self,
                     const char *folded)
{
  return strstr (self->folded, folded) != NULL ||
         g_str_has_prefix (chat_peer_get_fingerprint (self->peer), folded);
}

/* How it is with somebody, under their name. */
char *
chat_person_describe_peer (ChatPeer *peer)
{
  const ChatContact *contact = chat_peer_get_contact (peer);
  const char *state = contact->blocked ? _("Blocked")
                      : contact->trust == CHAT_TRUST_HELD ? _("Shows another key than before")
                      : chat_peer_is_online (peer) ? _("Online") : _("Offline");

  return contact->trust == CHAT_TRUST_VERIFIED ? g_strdup_printf ("%s · %s", state, _("Verified"))
                                               : g_strdup (state);
}

/* The conversation with the newest message first, then who is here, by name. */
int
chat_person_compare (ChatPerson *self,
                     ChatPerson *other)
{
  ChatPersonPlace place = chat_person_get_place (self);
  ChatPersonPlace others = chat_person_get_place (other);
  int order;

  if (place != others)
    return place < others ? -1 : 1;
  if (self->last != other->last)
    return self->last > other->last ? -1 : 1;

  order = strcmp (self->sort_key, other->sort_key);

  return order != 0 ? order : (self->contact > other->contact) - (self->contact < other->contact);
}
