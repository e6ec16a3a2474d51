/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat.h"
#include "cli-chat-events.h"
#include "cli-line.h"

#include <glib/gi18n.h>
#include <string.h>

/* “lanyard chat --json”: a command on each line of the standard input, an event on each
 * line of the standard output. The manual page has the list of both. */

/* The most messages that one “history” tells. */
#define HISTORY_MAX 100000

/* How many are read from the store at a time. */
#define HISTORY_PAGE 500

/* The most that is made safe at a time. */
#define BATCH_MAX 256

typedef struct
{
  ChatEngine *engine;
  CliLine    *line;
  GMainLoop  *loop;
  CliExit     status;
  GHashTable *tags;      /* id of a message → JsonNode, until it has been read */
  GPtrArray  *waiting;   /* Waiting: for whoever is at an address */

  /* What came in one go for one peer: the disk is waited for once. */
  ChatPeer   *batch_to;
  GPtrArray  *batch_texts;
  GPtrArray  *batch_tags;  /* JsonNode, or NULL */
  guint       batch_end;   /* the source that sends it */
} Session;

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

static void
print_state (Session          *self,
             ChatPeer         *peer,
             gint64            id,
             ChatMessageState  state)
{
  cli_chat_print_state (peer, id, state, g_hash_table_lookup (self->tags, &id));

  if (state == CHAT_MESSAGE_READ || state == CHAT_MESSAGE_FAILED)
    g_hash_table_remove (self->tags, &id);
}

/* --- commands --- */

/* A member may be of any type, or missing: then it is NULL. */
static const char *
get_text (JsonObject *command,
          const char *name)
{
  JsonNode *node = json_object_get_member (command, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* A whole number; FALSE if it is something else, and @missing if there is none. */
static gboolean
get_number (JsonObject *command,
            const char *name,
            gint64      missing,
            gint64     *number)
{
  JsonNode *node = json_object_get_member (command, name);

  *number = missing;
  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  *number = json_node_get_int (node);

  return TRUE;
}

static void
note_queued (Session     *self,
             ChatPeer    *peer,
             ChatMessage *message,
             JsonNode    *tag)
{
  if (tag != NULL)
    g_hash_table_insert (self->tags, g_memdup2 (&message->id, sizeof message->id),
                         json_node_ref (tag));

  print_state (self, peer, message->id, CHAT_MESSAGE_QUEUED);
}

/* All together, or each alone if something is wrong with one. */
static void
send_batch (Session *self)
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
                         : chat_engine_send (self->engine, peer, self->batch_texts->pdata[i], &error);

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
  Session *self = user_data;

  self->batch_end = 0;
  send_batch (self);

  return G_SOURCE_REMOVE;
}

static void
send_to (Session    *self,
         ChatPeer   *peer,
         const char *text,
         JsonNode   *tag)
{
  if (self->batch_to != peer || self->batch_tags->len == BATCH_MAX)
    send_batch (self);

  g_set_object (&self->batch_to, peer);
  g_ptr_array_add (self->batch_texts, g_strdup (text));
  g_ptr_array_add (self->batch_tags, tag != NULL ? json_node_copy (tag) : NULL);

  /* What was read along with this line is looked at before that. */
  if (self->batch_end == 0)
    self->batch_end = g_idle_add_full (G_PRIORITY_DEFAULT, on_batch_end, self, NULL);
}

/* Looks for whoever is at @address; @text goes to the one that is found. */
static void
look_at (Session    *self,
         const char *address,
         const char *text,
         JsonNode   *tag)
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

static void
run_connect (Session    *self,
             JsonObject *command,
             JsonNode   *tag)
{
  const char *to = get_text (command, "to");
  ChatPeer *peer;

  if (to == NULL)
    {
      cli_chat_print_error (_("“connect” needs “to”: ADDR:PORT"), tag);
      return;
    }

  peer = chat_engine_find_peer_at (self->engine, to);
  if (peer != NULL)
    cli_chat_print_peer (peer, tag);
  else
    look_at (self, to, NULL, tag);
}

static void
run_send (Session    *self,
          JsonObject *command,
          JsonNode   *tag)
{
  const char *to = get_text (command, "to");
  const char *text = get_text (command, "text");
  g_autoptr (GError) error = NULL;
  ChatPeer *peer;

  if (to == NULL || text == NULL)
    {
      cli_chat_print_error (_("“send” needs “to” and “text”"), tag);
      return;
    }

  peer = chat_engine_find_peer (self->engine, to, &error);
  if (peer != NULL)
    send_to (self, peer, text, tag);
  else if (chat_engine_is_address (to))
    look_at (self, to, text, tag);
  else
    cli_chat_print_error (error->message, tag);
}

static void
run_read (Session    *self,
          JsonObject *command,
          JsonNode   *tag)
{
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (!get_number (command, "id", 0, &id) || id == 0)
    cli_chat_print_error (_("“read” needs “id”: that of a message"), tag);
  else if (!chat_engine_mark_read (self->engine, id, &error))
    cli_chat_print_error (error->message, tag);
}

static void
run_peers (Session  *self,
           JsonNode *tag)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (self->engine);

  for (guint i = 0; i < peers->len; i++)
    cli_chat_print_peer (peers->pdata[i], tag);

  cli_chat_print_end (peers->len, tag);
}

/* The last @limit messages, the oldest first: the store gives pages, latest first. */
static GPtrArray *
read_history (Session   *self,
              ChatPeer  *peer,
              guint      limit,
              GError   **error)
{
  ChatStore *store = chat_engine_get_store (self->engine);
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *all;
  gint64 conversation = chat_store_get_conversation (store, chat_peer_get_contact (peer)->id, error);
  gint64 before = 0;
  guint n = 0;

  if (conversation == 0)
    return NULL;

  while (n < limit)
    {
      GPtrArray *page = chat_store_get_before (store, conversation, before,
                                               MIN (limit - n, HISTORY_PAGE), error);

      if (page == NULL)
        return NULL;

      g_ptr_array_add (pages, page);
      if (page->len == 0)
        break;

      n += page->len;
      before = ((ChatMessage *) page->pdata[0])->id;
    }

  all = g_ptr_array_new_full (n, (GDestroyNotify) chat_message_unref);
  for (guint i = pages->len; i-- > 0;)
    {
      GPtrArray *page = pages->pdata[i];

      for (guint j = 0; j < page->len; j++)
        g_ptr_array_add (all, chat_message_ref (page->pdata[j]));
    }

  return all;
}

static void
run_history (Session    *self,
             JsonObject *command,
             JsonNode   *tag)
{
  const char *with = get_text (command, "with");
  gint64 limit;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  ChatPeer *peer;
  guint count = 0;

  if (with == NULL || !get_number (command, "limit", HISTORY_MAX, &limit) || limit < 0)
    {
      cli_chat_print_error (_("“history” needs “with”, and a “limit” that is not negative"), tag);
      return;
    }

  peer = chat_engine_find_peer (self->engine, with, &error);
  if (peer != NULL)
    messages = read_history (self, peer, (guint) MIN (limit, HISTORY_MAX), &error);

  if (messages == NULL)
    {
      cli_chat_print_error (error->message, tag);
      return;
    }

  for (guint i = 0; i < messages->len; i++)
    {
      ChatMessage *message = messages->pdata[i];

      /* Kinds that this version does not know have no text. */
      if (message->text == NULL)
        continue;

      cli_chat_print_history (chat_engine_get_fingerprint (self->engine), peer, message, tag);
      count++;
    }

  cli_chat_print_end (count, tag);
}

static void
run_command (Session    *self,
             JsonObject *command)
{
  const char *name = get_text (command, "cmd");
  JsonNode *tag = json_object_get_member (command, "tag");

  /* Commands are obeyed in their order. */
  if (g_strcmp0 (name, "send") != 0)
    send_batch (self);

  if (name == NULL)
    {
      cli_chat_print_error (_("a command is an object with a string “cmd”"), tag);
    }
  else if (g_str_equal (name, "connect"))
    {
      run_connect (self, command, tag);
    }
  else if (g_str_equal (name, "send"))
    {
      run_send (self, command, tag);
    }
  else if (g_str_equal (name, "read"))
    {
      run_read (self, command, tag);
    }
  else if (g_str_equal (name, "peers"))
    {
      run_peers (self, tag);
    }
  else if (g_str_equal (name, "history"))
    {
      run_history (self, command, tag);
    }
  else if (g_str_equal (name, "quit"))
    {
      g_main_loop_quit (self->loop);
    }
  else
    {
      g_autofree char *message = g_strdup_printf (_("“%s” is not a command"), name);

      cli_chat_print_error (message, tag);
    }
}

/* A NUL, which the parser would take for the end of a string. */
static gboolean
has_nul (const char *text)
{
  const char *escape = text;

  while ((escape = strstr (escape, "\\u0000")) != NULL)
    {
      gsize n = 0;

      while (escape - n > text && escape[-(gssize) n - 1] == '\\')
        n++;
      if (n % 2 == 0)
        return TRUE;

      escape++;
    }

  return FALSE;
}

static void
on_line (const char *text,
         gsize       length,
         gpointer    user_data)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  if (length == 0)
    return;

  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      cli_chat_print_error (_("a command has to be UTF-8"), NULL);
      return;
    }

  if (has_nul (text))
    {
      cli_chat_print_error (_("a text cannot have a NUL in it"), NULL);
      return;
    }

  if (!json_parser_load_from_data (parser, text, (gssize) length, &error))
    {
      cli_chat_print_error (error->message, NULL);
      return;
    }

  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    run_command (user_data, json_node_get_object (root));
  else
    cli_chat_print_error (_("a command is an object with a string “cmd”"), NULL);
}

static void
on_too_long (gpointer user_data)
{
  cli_chat_print_error (_("the line is too long"), NULL);
}

static void
on_ended (CliExit  status,
          gpointer user_data)
{
  Session *self = user_data;

  self->status = status;
  g_main_loop_quit (self->loop);
}

/* --- what the engine tells --- */

static void
on_peer (ChatEngine *engine,
         ChatPeer   *peer,
         gpointer    user_data)
{
  Session *self = user_data;

  cli_chat_print_peer (peer, NULL);

  if (!chat_peer_is_online (peer))
    return;

  for (guint i = 0; i < self->waiting->len;)
    {
      Waiting *waiting = self->waiting->pdata[i];

      if (chat_engine_find_peer_at (engine, waiting->address) != peer)
        {
          i++;
          continue;
        }

      waiting = g_ptr_array_steal_index (self->waiting, i);
      if (waiting->text != NULL)
        send_to (self, peer, waiting->text, waiting->tag);
      else if (waiting->tag != NULL)
        cli_chat_print_peer (peer, waiting->tag);
      waiting_free (waiting);
    }
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              gpointer    user_data)
{
  Session *self = user_data;

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

static void
on_message (ChatEngine  *engine,
            ChatPeer    *peer,
            ChatMessage *message,
            gpointer     user_data)
{
  if (message->text != NULL)
    cli_chat_print_message (peer, message);
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          gpointer    user_data)
{
  print_state (user_data, peer, id, (ChatMessageState) state);
}

static void
on_problem (ChatEngine   *engine,
            const GError *error,
            gpointer      user_data)
{
  cli_chat_print_error (error->message, NULL);
}

int
cli_chat_json (ChatEngine *engine,
               const char *peer)
{
  static const CliLineFuncs funcs = { on_line, on_too_long, on_ended, NULL };
  Session self = { .engine = engine, .status = CLI_EXIT_OK };
  g_autoptr (GError) error = NULL;

  self.loop = g_main_loop_new (NULL, FALSE);
  self.tags = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                     (GDestroyNotify) json_node_unref);
  self.waiting = g_ptr_array_new_with_free_func (waiting_free);
  self.batch_texts = g_ptr_array_new_with_free_func (g_free);
  self.batch_tags = g_ptr_array_new_with_free_func (tag_free);

  g_signal_connect (engine, "peer", G_CALLBACK (on_peer), &self);
  g_signal_connect (engine, "unreached", G_CALLBACK (on_unreached), &self);
  g_signal_connect (engine, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (engine, "state", G_CALLBACK (on_state), &self);
  g_signal_connect (engine, "problem", G_CALLBACK (on_problem), &self);

  if (chat_engine_start (engine, &error))
    {
      cli_chat_print_ready (engine);
      if (peer != NULL && chat_engine_is_address (peer))
        look_at (&self, peer, NULL, NULL);

      self.line = cli_line_new (NULL, NULL, &funcs, &self);
      g_main_loop_run (self.loop);
      send_batch (&self);
      cli_line_free (self.line);
    }
  else
    {
      cli_chat_print_error (error->message, NULL);
      self.status = CLI_EXIT_NOT_STARTED;
    }

  g_signal_handlers_disconnect_by_data (engine, &self);
  g_ptr_array_unref (self.waiting);
  g_ptr_array_unref (self.batch_texts);
  g_ptr_array_unref (self.batch_tags);
  g_hash_table_unref (self.tags);
  g_main_loop_unref (self.loop);

  return self.status;
}
