/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-outgoing.h"

#include "cli-chat-events.h"

/* The most that is made safe at a time. */
#define BATCH_MAX 256

/* What is to be sent to an address where nobody was found yet. */
typedef struct
{
  char     *address;
  char     *text;   /* or NULL: only a “connect” */
  JsonNode *tag;    /* or NULL */
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *self = data;

  g_free (self->address);
  g_free (self->text);
  g_clear_pointer (&self->tag, json_node_unref);
  g_free (self);
}

static void
tag_free (gpointer data)
{
  if (data != NULL)
    json_node_unref (data);
}

void
cli_outgoing_init (CliOutgoing *self,
                   ChatEngine  *engine)
{
  *self = (CliOutgoing) { .engine = engine };
  self->tags = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                      (GDestroyNotify) json_node_unref);
  self->waiting = g_ptr_array_new_with_free_func (waiting_free);
  self->batch_texts = g_ptr_array_new_with_free_func (g_free);
  self->batch_tags = g_ptr_array_new_with_free_func (tag_free);
}

/* Forgets what was not sent: see cli_outgoing_flush(). */
void
cli_outgoing_clear (CliOutgoing *self)
{
  g_clear_handle_id (&self->batch_end, g_source_remove);
  g_clear_object (&self->batch_to);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->batch_texts);
  g_ptr_array_unref (self->batch_tags);
  g_hash_table_unref (self->tags);
}

/* Tells how far a message is, with the tag that it was sent with. */
void
cli_outgoing_print_state (CliOutgoing      *self,
                          ChatPeer         *peer,
                          gint64            id,
                          ChatMessageState  state)
{
  cli_chat_print_state (peer, id, state, g_hash_table_lookup (self->tags, &id));

  if (state == CHAT_MESSAGE_READ || state == CHAT_MESSAGE_FAILED)
    g_hash_table_remove (self->tags, &id);
}

static void
note_queued (CliOutgoing *self,
             ChatPeer    *peer,
             ChatMessage *message,
             JsonNode    *tag)
{
  if (tag != NULL)
    g_hash_table_insert (self->tags, g_memdup2 (&message->id, sizeof message->id),
                         json_node_ref (tag));

  cli_outgoing_print_state (self, peer, message->id, CHAT_MESSAGE_QUEUED);
}

/* Sends what waits to be sent in one go: all together, or each alone if something
 * is wrong with one. */
void
cli_outgoing_flush (CliOutgoing *self)
{
  g_autoptr (ChatPeer) peer = g_steal_pointer (&self->batch_to);
  g_autoptr (GPtrArray) messages = NULL;

  g_clear_handle_id (&self->batch_end, g_source_remove);
  if (peer == NULL)
    return;

  g_ptr_array_add (self->batch_texts, NULL);
  messages = chat_engine_send_all (self->engine, peer,
                                   (const char *const *) self->batch_texts->pdata, NULL);

  for (guint i = 0; i < self->batch_tags->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatMessage) message =
        messages != NULL ? chat_message_ref (messages->pdata[i])
                         : chat_engine_send (self->engine, peer, self->batch_texts->pdata[i],
                                             &error);

      if (message != NULL)
        note_queued (self, peer, message, self->batch_tags->pdata[i]);
      else
        cli_chat_print_error (error->message, self->batch_tags->pdata[i]);
    }

  g_ptr_array_set_size (self->batch_texts, 0);
  g_ptr_array_set_size (self->batch_tags, 0);
}

static gboolean
on_batch_end (gpointer user_data)
{
  CliOutgoing *self = user_data;

  self->batch_end = 0;
  cli_outgoing_flush (self);

  return G_SOURCE_REMOVE;
}

/* Sends @text, along with what else is asked for before the main context has
 * nothing more urgent to do. @tag may be NULL. */
void
cli_outgoing_send (CliOutgoing *self,
                   ChatPeer    *peer,
                   const char  *text,
                   JsonNode    *tag)
{
  if (self->batch_to != peer || self->batch_tags->len == BATCH_MAX)
    cli_outgoing_flush (self);

  g_set_object (&self->batch_to, peer);
  g_ptr_array_add (self->batch_texts, g_strdup (text));
  g_ptr_array_add (self->batch_tags, tag != NULL ? json_node_copy (tag) : NULL);

  /* What was read along with this line is looked at before that. */
  if (self->batch_end == 0)
    self->batch_end = g_idle_add_full (G_PRIORITY_DEFAULT, on_batch_end, self, NULL);
}

/* Looks for whoever is at @address; @text goes to the one that is found, if not NULL. */
void
cli_outgoing_look_at (CliOutgoing *self,
                      const char  *address,
                      const char  *text,
                      JsonNode    *tag)
{
  g_autoptr (GError) error = NULL;
  Waiting *waiting;

  if (!chat_engine_connect (self->engine, address, &error))
    {
      cli_chat_print_error (error->message, tag);
      return;
    }

  waiting = g_new0 (Waiting, 1);
  waiting->address = g_strdup (address);
  waiting->text = g_strdup (text);
  waiting->tag = tag != NULL ? json_node_copy (tag) : NULL;
  g_ptr_array_add (self->waiting, waiting);
}

/* Somebody has come: is it who was looked for? */
void
cli_outgoing_found (CliOutgoing *self,
                    ChatPeer    *peer)
{
  for (guint i = 0; i < self->waiting->len;)
    {
      Waiting *waiting = self->waiting->pdata[i];

      if (chat_engine_find_peer_at (self->engine, waiting->address) != peer)
        {
          i++;
          continue;
        }

      waiting = g_ptr_array_steal_index (self->waiting, i);
      if (waiting->text != NULL)
        cli_outgoing_send (self, peer, waiting->text, waiting->tag);
      else if (waiting->tag != NULL)
        cli_chat_print_peer (peer, waiting->tag);
      waiting_free (waiting);
    }
}

/* Nobody answers at @address. */
void
cli_outgoing_unreached (CliOutgoing *self,
                        const char  *address,
                        const char  *reason)
{
  for (guint i = 0; i < self->waiting->len;)
    {
      Waiting *waiting = self->waiting->pdata[i];
      g_autofree char *message = NULL;

      if (!g_str_equal (waiting->address, address))
        {
          i++;
          continue;
        }

      message = g_strdup_printf ("%s: %s", address, reason);
      cli_chat_print_error (message, waiting->tag);
      g_ptr_array_remove_index (self->waiting, i);
    }
}
