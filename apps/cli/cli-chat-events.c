/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat-events.h"

#include "cli-json.h"

/* The manual page of “lanyard chat” has the list of them. */

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_tag (JsonBuilder *builder,
         JsonNode    *tag)
{
  if (tag == NULL)
    return;

  json_builder_set_member_name (builder, "tag");
  json_builder_add_value (builder, json_node_copy (tag));
}

/* UTC, RFC 3339 with microseconds. */
static void
add_time (JsonBuilder *builder,
          gint64       time)
{
  g_autoptr (GDateTime) whole = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *seconds = NULL;
  g_autofree char *text = NULL;

  /* A peer may claim any time, and years have four digits here. */
  if (whole == NULL || time < 0)
    {
      add_text (builder, "time", "1970-01-01T00:00:00.000000Z");
      return;
    }

  seconds = g_date_time_format (whole, "%Y-%m-%dT%H:%M:%S");
  text = g_strdup_printf ("%s.%06dZ", seconds, (int) (time % G_USEC_PER_SEC));
  add_text (builder, "time", text);
}

void
cli_chat_print_error (const char *message,
                      JsonNode   *tag)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("error");

  cli_json_add_bytes (builder, "message", message);
  add_tag (builder, tag);
  cli_json_print (builder);
}

void
cli_chat_print_peer (ChatPeer *peer,
                     JsonNode *tag)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("peer");
  ChatContact *contact = chat_peer_get_contact (peer);

  add_text (builder, "fingerprint", chat_peer_get_fingerprint (peer));
  add_text (builder, "name", chat_peer_get_name (peer));
  add_text (builder, "address",
            chat_peer_get_address (peer) != NULL ? chat_peer_get_address (peer) : "");
  add_text (builder, "state", chat_peer_is_online (peer) ? "online" : "offline");
  cli_json_add_bool (builder, "verified", contact->trust == CHAT_TRUST_VERIFIED);
  cli_json_add_bool (builder, "held", contact->trust == CHAT_TRUST_HELD);
  cli_json_add_bool (builder, "blocked", contact->blocked);
  add_tag (builder, tag);
  cli_json_print (builder);
}

void
cli_chat_print_state (ChatPeer         *peer,
                      gint64            id,
                      ChatMessageState  state,
                      JsonNode         *tag)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("state");

  cli_json_add_int (builder, "id", id);
  add_text (builder, "to", chat_peer_get_fingerprint (peer));
  add_text (builder, "state", chat_message_state_to_string (state));
  add_tag (builder, tag);
  cli_json_print (builder);
}

void
cli_chat_print_message (ChatPeer    *peer,
                        ChatMessage *message)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("message");

  cli_json_add_int (builder, "id", message->id);
  add_text (builder, "from", chat_peer_get_fingerprint (peer));
  add_text (builder, "name", chat_peer_get_name (peer));
  add_text (builder, "text", message->text);
  add_time (builder, message->time);
  cli_json_print (builder);
}

void
cli_chat_print_history (const char  *mine,
                        ChatPeer    *peer,
                        ChatMessage *message,
                        JsonNode    *tag)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("history");
  const char *theirs = chat_peer_get_fingerprint (peer);

  cli_json_add_int (builder, "id", message->id);
  add_text (builder, "from", message->outgoing ? mine : theirs);
  add_text (builder, "to", message->outgoing ? theirs : mine);
  add_text (builder, "text", message->text);
  add_time (builder, message->time);
  add_text (builder, "state", chat_message_state_to_string (message->state));
  add_tag (builder, tag);
  cli_json_print (builder);
}

void
cli_chat_print_end (guint     count,
                    JsonNode *tag)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("end");

  cli_json_add_int (builder, "count", count);
  add_tag (builder, tag);
  cli_json_print (builder);
}

void
cli_chat_print_ready (ChatEngine *engine)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("ready");

  cli_json_add_int (builder, "port", chat_engine_get_port (engine));
  add_text (builder, "fingerprint", chat_engine_get_fingerprint (engine));
  add_text (builder, "name", chat_engine_get_name (engine));
  cli_json_print (builder);
}
