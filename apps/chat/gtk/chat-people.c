/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-people"

#include "chat-people.h"

#include "chat-midnight.h"

#include <glib/gi18n.h>

/* Faster than this nobody sees a list change. */
#define GATHER_MS 50

struct _ChatPeople
{
  GObject       parent_instance;

  ChatEngine   *engine;      /* or NULL */
  GHashTable   *persons;     /* contact → ChatPerson, owned */
  GHashTable   *changed;     /* contacts to look at again: set of gint64 */
  GPtrArray    *shown;       /* ChatPerson, in their order */
  char         *folded;      /* what names have to have in them, or NULL */
  guint         n_unread;
  guint         gather;      /* a source */
  ChatMidnight *midnight;
};

static void chat_people_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatPeople, chat_people, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      chat_people_list_model_init))

enum
{
  PROP_N_UNREAD = 1,
  PROP_N_KNOWN,
};

static GParamSpec *properties[PROP_N_KNOWN + 1];

/* --- the order --- */

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return chat_person_compare (*(ChatPerson * const *) a, *(ChatPerson * const *) b);
}

static GPtrArray *
select_and_sort (ChatPeople *self)
{
  GPtrArray *people = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  ChatPerson *person;

  g_hash_table_iter_init (&iter, self->persons);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &person))
    if (self->folded == NULL || chat_person_matches (person, self->folded))
      g_ptr_array_add (people, g_object_ref (person));

  g_ptr_array_sort (people, compare);

  return people;
}

/* One word over each group, but none if all are of the same. */
static void
set_headings (GPtrArray *people)
{
  const char *headings[] = { _("Conversations"), _("Near You"), _("Away") };
  gboolean mixed = people->len > 0 && chat_person_get_place (people->pdata[0]) !=
                                      chat_person_get_place (people->pdata[people->len - 1]);

  for (guint i = 0; i < people->len; i++)
    {
      ChatPersonPlace place = chat_person_get_place (people->pdata[i]);
      gboolean first = i == 0 || chat_person_get_place (people->pdata[i - 1]) != place;

      chat_person_set_heading (people->pdata[i], mixed && first ? headings[place] : NULL);
    }
}

/* Tells of what lies between the first and the last that are not where they were, so
 * that who is selected stays so. */
static void
show (ChatPeople *self,
      GPtrArray  *people)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->shown);
  guint first = 0;
  guint same = 0;

  while (first < old->len && first < people->len && old->pdata[first] == people->pdata[first])
    first++;
  while (same < old->len - first && same < people->len - first &&
         old->pdata[old->len - 1 - same] == people->pdata[people->len - 1 - same])
    same++;

  self->shown = people;
  set_headings (people);

  if (old->len - first - same > 0 || people->len - first - same > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), first, old->len - first - same,
                                people->len - first - same);
}

static void
arrange (ChatPeople *self)
{
  guint n_unread = 0;
  GHashTableIter iter;
  ChatPerson *person;

  g_hash_table_iter_init (&iter, self->persons);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &person))
    n_unread += chat_person_get_n_unread (person);

  show (self, select_and_sort (self));

  if (n_unread == self->n_unread)
    return;

  self->n_unread = n_unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNREAD]);
}

/* --- what is known --- */

/* Returns whether there are more or fewer than before. */
static gboolean
look_at (ChatPeople *self,
         gint64      contact)
{
  ChatPeer *peer = chat_engine_get_peer (self->engine, contact);
  ChatPerson *person = g_hash_table_lookup (self->persons, &contact);
  gboolean is_new = person == NULL;
  g_autoptr (ChatConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  if (peer == NULL)
    return g_hash_table_remove (self->persons, &contact);

  if (is_new)
    {
      person = chat_person_new (peer);
      g_hash_table_insert (self->persons, g_memdup2 (&contact, sizeof contact), person);
    }

  conversation = chat_store_describe_conversation (chat_engine_get_store (self->engine), contact,
                                                   &error);
  if (conversation == NULL)
    g_debug ("cannot tell the last message: %s", error->message);

  chat_person_update (person, conversation);

  return is_new;
}

static gboolean
on_gathered (gpointer user_data)
{
  ChatPeople *self = user_data;
  gboolean other_number = FALSE;
  GHashTableIter iter;
  gint64 *contact;

  self->gather = 0;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, (gpointer *) &contact, NULL))
    other_number |= look_at (self, *contact);
  g_hash_table_remove_all (self->changed);

  arrange (self);
  if (other_number)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_KNOWN]);

  return G_SOURCE_REMOVE;
}

/* Any signal of the engine about somebody. */
static void
on_changed (ChatPeople *self,
            ChatPeer   *peer)
{
  gint64 contact = chat_peer_get_contact (peer)->id;

  g_hash_table_add (self->changed, g_memdup2 (&contact, sizeof contact));

  if (self->gather == 0)
    self->gather = g_timeout_add (GATHER_MS, on_gathered, self);
}

static void
look_at_all (ChatPeople *self)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (self->engine);

  for (guint i = 0; i < peers->len; i++)
    look_at (self, chat_peer_get_contact (peers->pdata[i])->id);

  arrange (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_KNOWN]);
}

/* What was today is yesterday. */
static void
on_midnight (gpointer user_data)
{
  ChatPeople *self = user_data;

  if (self->engine != NULL)
    look_at_all (self);
}

/* The one to show, or NULL. Held until another is set. */
void
chat_people_set_engine (ChatPeople *self,
                        ChatEngine *engine)
{
  static const char *const signal_names[] = { "peer", "message", "conversation" };

  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_handle_id (&self->gather, g_source_remove);
  g_hash_table_remove_all (self->changed);
  g_hash_table_remove_all (self->persons);
  g_set_object (&self->engine, engine);

  if (engine == NULL)
    {
      arrange (self);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    g_signal_connect_swapped (engine, signal_names[i], G_CALLBACK (on_changed), self);
  look_at_all (self);
}

/* --- a list model --- */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_PERSON;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_PEOPLE (model)->shown->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GPtrArray *shown = CHAT_PEOPLE (model)->shown;

  return position < shown->len ? g_object_ref (shown->pdata[position]) : NULL;
}

static void
chat_people_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- an object --- */

static void
chat_people_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  ChatPeople *self = CHAT_PEOPLE (object);

  if (id == PROP_N_UNREAD)
    g_value_set_uint (value, self->n_unread);
  else if (id == PROP_N_KNOWN)
    g_value_set_uint (value, chat_people_get_n_known (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_people_finalize (GObject *object)
{
  ChatPeople *self = CHAT_PEOPLE (object);

  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_handle_id (&self->gather, g_source_remove);
  chat_midnight_free (self->midnight);
  g_clear_object (&self->engine);
  g_hash_table_unref (self->persons);
  g_hash_table_unref (self->changed);
  g_ptr_array_unref (self->shown);
  g_free (self->folded);

  G_OBJECT_CLASS (chat_people_parent_class)->finalize (object);
}

static void
chat_people_class_init (ChatPeopleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags how = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_people_get_property;
  object_class->finalize = chat_people_finalize;

  properties[PROP_N_UNREAD] = g_param_spec_uint ("n-unread", NULL, NULL, 0, G_MAXUINT, 0, how);
  properties[PROP_N_KNOWN] = g_param_spec_uint ("n-known", NULL, NULL, 0, G_MAXUINT, 0, how);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
chat_people_init (ChatPeople *self)
{
  self->persons = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->changed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  self->midnight = chat_midnight_new (on_midnight, self);
}

ChatPeople *
chat_people_new (void)
{
  return g_object_new (CHAT_TYPE_PEOPLE, NULL);
}

/* Shows only those whose name has @query in it; all, if that is NULL or empty. */
void
chat_people_set_query (ChatPeople *self,
                       const char *query)
{
  g_clear_pointer (&self->folded, g_free);
  if (query != NULL && *query != '\0')
    self->folded = chat_contact_fold_name (query);

  arrange (self);
}

/* Whether they are shown or not. */
ChatPerson *
chat_people_find (ChatPeople *self,
                  gint64      contact)
{
  return g_hash_table_lookup (self->persons, &contact);
}

/* Where in the list, or G_MAXUINT. */
guint
chat_people_get_position (ChatPeople *self,
                          gint64      contact)
{
  for (guint i = 0; i < self->shown->len; i++)
    if (chat_person_get_contact (self->shown->pdata[i]) == contact)
      return i;

  return G_MAXUINT;
}

guint
chat_people_get_n_unread (ChatPeople *self)
{
  return self->n_unread;
}

guint
chat_people_get_n_known (ChatPeople *self)
{
  return g_hash_table_size (self->persons);
}
