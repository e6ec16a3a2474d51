/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-item"

#include "chat-item.h"

#include "chat-date.h"

/* What one writes within this time belongs together. */
#define GROUP_TIME (5 * G_TIME_SPAN_MINUTE)

struct _ChatItem
{
  GObject           parent_instance;

  /* Set once */
  gint64            id;
  gint64            time;
  char             *text;      /* or NULL, of a kind that is not known */
  gsize             size;      /* of all of it */
  gboolean          outgoing;

  ChatMessageState  state;
  gboolean          hidden;    /* the user does not want it, and may change his mind */
  gboolean          begins_day;
  gboolean          follows;
};

G_DEFINE_FINAL_TYPE (ChatItem, chat_item, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_HIDDEN, PROP_FOLLOWS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static void
chat_item_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  ChatItem *self = CHAT_ITEM (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_HIDDEN:
      g_value_set_boolean (value, self->hidden);
      break;
    case PROP_FOLLOWS:
      g_value_set_boolean (value, self->follows);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_item_finalize (GObject *object)
{
  ChatItem *self = CHAT_ITEM (object);

  g_free (self->text);

  G_OBJECT_CLASS (chat_item_parent_class)->finalize (object);
}

static void
chat_item_class_init (ChatItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_item_get_property;
  object_class->finalize = chat_item_finalize;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_HIDDEN] = g_param_spec_boolean ("hidden", NULL, NULL, FALSE, flags);
  properties[PROP_FOLLOWS] = g_param_spec_boolean ("follows", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
chat_item_init (ChatItem *self)
{
}

/* The beginning of a text, without a part of a character at its end. */
static char *
copy_beginning (const char *text,
                gsize       size)
{
  const char *end = text + MIN (size, CHAT_ITEM_MAX_TEXT);

  if (size > CHAT_ITEM_MAX_TEXT)
    while ((*end & 0xc0) == 0x80)
      end--;

  return g_strndup (text, (gsize) (end - text));
}

ChatItem *
chat_item_new (const ChatMessage *message)
{
  ChatItem *self = g_object_new (CHAT_TYPE_ITEM, NULL);

  self->id = message->id;
  self->time = message->time;
  self->outgoing = message->outgoing;
  self->state = message->state;
  self->size = message->size;
  if (message->text != NULL)
    self->text = copy_beginning (message->text, g_bytes_get_size (message->body));

  return self;
}

/* Stands for a message that cannot be read. */
ChatItem *
chat_item_new_unreadable (void)
{
  return g_object_new (CHAT_TYPE_ITEM, NULL);
}

gint64
chat_item_get_id (ChatItem *self)
{
  return self->id;
}

gint64
chat_item_get_time (ChatItem *self)
{
  return self->time;
}

/* What it says, or its beginning, or NULL if this version cannot tell. */
const char *
chat_item_get_text (ChatItem *self)
{
  return self->text;
}

/* Of the whole text, in bytes. */
gsize
chat_item_get_size (ChatItem *self)
{
  return self->size;
}

gboolean
chat_item_is_whole (ChatItem *self)
{
  return self->size <= CHAT_ITEM_MAX_TEXT;
}

gboolean
chat_item_is_outgoing (ChatItem *self)
{
  return self->outgoing;
}

ChatMessageState
chat_item_get_state (ChatItem *self)
{
  return self->state;
}

void
chat_item_set_state (ChatItem         *self,
                     ChatMessageState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

gboolean
chat_item_is_hidden (ChatItem *self)
{
  return self->hidden;
}

void
chat_item_set_hidden (ChatItem *self,
                      gboolean  hidden)
{
  if (self->hidden == hidden)
    return;

  self->hidden = hidden;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HIDDEN]);
}

/* Whether it is the first of its day, so that the day stands above it. */
gboolean
chat_item_begins_day (ChatItem *self)
{
  return self->begins_day;
}

/* Whether it goes on with what the same person just said. */
gboolean
chat_item_follows (ChatItem *self)
{
  return self->follows;
}

/* @previous is the message before it, or NULL if it is the first. */
void
chat_item_set_previous (ChatItem *self,
                        ChatItem *previous)
{
  gboolean same_day = previous != NULL && chat_date_is_same_day (previous->time, self->time);
  gboolean follows = same_day && previous->outgoing == self->outgoing &&
                     ABS (self->time - previous->time) < GROUP_TIME;

  if (self->begins_day == !same_day && self->follows == follows)
    return;

  self->begins_day = !same_day;
  self->follows = follows;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWS]);
}
