/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat.h"
#include "cli-chat-events.h"
#include "cli-line.h"
#include "cli-outgoing.h"

#include <glib/gi18n.h>
#include <string.h>

/* “lanyard chat --json”: a command on each line of the standard input, an event on each
 * line of the standard output. The manual page has the list of both. */

/* The most messages that one “history” tells. */
#define HISTORY_MAX 100000

/* How many are read from the store at a time. */
#define HISTORY_PAGE 500

typedef struct
{
  ChatEngine  *engine;
  CliLine     *line;
  GMainLoop   *loop;
  CliExit      status;
  CliOutgoing  outgoing;
} Session;

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
    cli_outgoing_look_at (&self->outgoing, to, NULL, tag);
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
    cli_outgoing_send (&self->outgoing, peer, text, tag);
  else if (chat_engine_is_address (to))
    cli_outgoing_look_at (&self->outgoing, to, text, tag);
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
    cli_outgoing_flush (&self->outgoing);

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

  if (chat_peer_is_online (peer))
    cli_outgoing_found (&self->outgoing, peer);
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              gpointer    user_data)
{
  Session *self = user_data;

  cli_outgoing_unreached (&self->outgoing, address, reason);
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
  Session *self = user_data;

  cli_outgoing_print_state (&self->outgoing, peer, id, (ChatMessageState) state);
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

  self.loop = g_main_loop_new (NULL, FALSE);
  cli_outgoing_init (&self.outgoing, engine);

  g_signal_connect (engine, "peer", G_CALLBACK (on_peer), &self);
  g_signal_connect (engine, "unreached", G_CALLBACK (on_unreached), &self);
  g_signal_connect (engine, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (engine, "state", G_CALLBACK (on_state), &self);
  g_signal_connect (engine, "problem", G_CALLBACK (on_problem), &self);

  chat_engine_start (engine);
  cli_chat_print_ready (engine);
  if (peer != NULL && chat_engine_is_address (peer))
    cli_outgoing_look_at (&self.outgoing, peer, NULL, NULL);

  self.line = cli_line_new (NULL, NULL, &funcs, &self);
  g_main_loop_run (self.loop);
  cli_outgoing_flush (&self.outgoing);
  cli_line_free (self.line);

  g_signal_handlers_disconnect_by_data (engine, &self);
  cli_outgoing_clear (&self.outgoing);
  g_main_loop_unref (self.loop);

  return self.status;
}
