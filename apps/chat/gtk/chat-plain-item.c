/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-plain-item"

#include "chat-plain-item.h"

#include "app-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ChatPlainItem
{
  GObject     parent_instance;

  /* Set once */
  guint64     number;       /* of a text of ours; 0: it came */
  char       *text;         /* that can do no harm */
  char       *heading;
  const char *css_class;

  gboolean    is_unsent;
};

typedef enum
{
  PROP_TEXT = 1,
  PROP_HEADING,
  PROP_HALIGN,
  PROP_CSS_CLASSES,
  PROP_UNSENT,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatPlainItem, chat_plain_item, G_TYPE_OBJECT)

static void
chat_plain_item_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  ChatPlainItem *self = CHAT_PLAIN_ITEM (object);

  switch ((Property) id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_HEADING:
      g_value_set_string (value, self->heading);
      break;
    case PROP_HALIGN:
      g_value_set_enum (value, self->number != 0 ? GTK_ALIGN_END : GTK_ALIGN_START);
      break;
    case PROP_CSS_CLASSES:
      g_value_take_boxed (value, g_strdupv ((char *[]) { (char *) "plain-bubble",
                                                         (char *) self->css_class, NULL }));
      break;
    case PROP_UNSENT:
      g_value_set_boolean (value, self->is_unsent);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_plain_item_finalize (GObject *object)
{
  ChatPlainItem *self = CHAT_PLAIN_ITEM (object);

  g_free (self->text);
  g_free (self->heading);

  G_OBJECT_CLASS (chat_plain_item_parent_class)->finalize (object);
}

static void
chat_plain_item_class_init (ChatPlainItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_plain_item_get_property;
  object_class->finalize = chat_plain_item_finalize;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_HEADING] = g_param_spec_string ("heading", NULL, NULL, NULL, flags);
  properties[PROP_HALIGN] = g_param_spec_enum ("halign", NULL, NULL, GTK_TYPE_ALIGN,
                                               GTK_ALIGN_START, flags);
  properties[PROP_CSS_CLASSES] = g_param_spec_boxed ("css-classes", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_UNSENT] = g_param_spec_boolean ("unsent", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chat_plain_item_init (ChatPlainItem *self)
{
}

/* Whoever it is from may write anything: what is not text is seen as its number. */
static ChatPlainItem *
item_new (const char *bytes,
          gsize       length,
          const char *who,
          const char *css_class)
{
  ChatPlainItem *self = g_object_new (CHAT_TYPE_PLAIN_ITEM, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M");

  self->text = app_text_escape_lines ("", bytes, length);
  if (*self->text != '\0')
    self->text[strlen (self->text) - 1] = '\0';
  self->heading = g_strdup_printf ("%s · %s", who, time);
  self->css_class = css_class;

  return self;
}

ChatPlainItem *
chat_plain_item_new_sent (guint64     number,
                          const char *text)
{
  ChatPlainItem *self = item_new (text, strlen (text), _("You"), "outgoing");

  self->number = number;

  return self;
}

/* @is_other: it is not from who is written to. */
ChatPlainItem *
chat_plain_item_new_received (const ChatAddress *from,
                              GBytes            *bytes,
                              gboolean           is_other)
{
  g_autofree char *address = chat_address_to_string (from);
  g_autofree char *other = is_other ? g_strdup_printf (_("%s, somebody else"), address) : NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return item_new (length > 0 ? data : "", length, is_other ? other : address,
                   is_other ? "other" : "incoming");
}

guint64
chat_plain_item_get_number (ChatPlainItem *self)
{
  return self->number;
}

const char *
chat_plain_item_get_text (ChatPlainItem *self)
{
  return self->text;
}

const char *
chat_plain_item_get_heading (ChatPlainItem *self)
{
  return self->heading;
}

gboolean
chat_plain_item_is_unsent (ChatPlainItem *self)
{
  return self->is_unsent;
}

void
chat_plain_item_set_unsent (ChatPlainItem *self)
{
  self->is_unsent = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}
