/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat.h"
#include "cli-chat-talk.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* “lanyard chat” on a terminal. */

void
cli_talk_note (CliTalk    *self,
               const char *format,
               ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  cli_line_note (self->line, text);
}

void
cli_talk_fail (CliTalk    *self,
               const char *message)
{
  cli_talk_note (self, "%s", message);
  self->n_failed++;
}

/* --- showing --- */

void
cli_talk_show (CliTalk     *self,
               ChatPeer    *peer,
               ChatMessage *message)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (message->time / G_USEC_PER_SEC);
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%H:%M") : g_strdup ("--:--");
  g_autofree char *prefix = g_strdup_printf ("%s %s: ", clock, message->outgoing
                                             ? chat_engine_get_name (self->engine)
                                             : chat_peer_get_name (peer));

  if (message->text != NULL)
    cli_line_print (self->line, prefix, message->text, strlen (message->text));
}

void
cli_talk_set_to (CliTalk  *self,
                 ChatPeer *peer)
{
  g_autofree char *prompt = g_strdup_printf ("%s> ", chat_peer_get_name (peer));

  if (peer == self->to)
    return;

  g_set_object (&self->to, peer);
  cli_line_set_prompt (self->line, prompt);
  cli_talk_note (self, _("Lines go to %s."), chat_peer_get_name (peer));
  if (!chat_peer_is_online (peer))
    cli_talk_note (self, _("%s is not here now: lines are kept until they can be delivered."),
                   chat_peer_get_name (peer));
}

/* --- what is typed --- */

static void
send_line (CliTalk    *self,
           const char *text,
           gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;

  if (self->to == NULL)
    {
      cli_talk_fail (self, _("Not sent: nobody is chosen; /peers lists who is here, "
                             "/to PEER chooses."));
      return;
    }

  if (strlen (copy) != length || !g_utf8_validate (text, (gssize) length, NULL))
    {
      cli_talk_fail (self, _("Not sent: it is not a text in UTF-8."));
      return;
    }

  message = chat_engine_send (self->engine, self->to, copy, &error);
  if (message == NULL)
    cli_talk_fail (self, error->message);
}

static void
on_line (const char *text,
         gsize       length,
         gpointer    user_data)
{
  CliTalk *self = user_data;
  g_autofree char *command = NULL;

  switch (cli_line_sort (self->line, &text, &length))
    {
    case CLI_LINE_NOTHING:
      break;
    case CLI_LINE_TEXT:
      send_line (self, text, length);
      break;
    case CLI_LINE_COMMAND:
    default:
      command = g_strndup (text, length);
      cli_talk_run_command (self, command);
      break;
    }
}

static void
on_too_long (gpointer user_data)
{
  cli_talk_fail (user_data, _("Not sent: the line is too long."));
}

static void
on_ended (CliExit  status,
          gpointer user_data)
{
  CliTalk *self = user_data;

  self->status = status;
  g_main_loop_quit (self->loop);
}

/* Commands at the beginning of a line, and names behind one that takes them. */
static char **
on_complete (const char *before,
             gpointer    user_data)
{
  CliTalk *self = user_data;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*before == '\0')
    {
      cli_talk_add_commands (builder);
    }
  else if (*before == '/')
    {
      g_autoptr (GPtrArray) peers = chat_engine_list_peers (self->engine);

      for (guint i = 0; i < peers->len; i++)
        g_strv_builder_add (builder, chat_peer_get_name (peers->pdata[i]));
    }

  return g_strv_builder_end (builder);
}

/* --- what the engine tells --- */

/* Tells what is new, which need not be all that has changed. */
static void
note_peer (CliTalk  *self,
           ChatPeer *peer)
{
  const ChatContact *contact = chat_peer_get_contact (peer);

  if (contact->trust == CHAT_TRUST_HELD && !contact->blocked)
    {
      if (!g_hash_table_add (self->held, g_object_ref (peer)))
        return;

      /* Translators: a name, twice, and the start of a fingerprint, twice */
      cli_talk_note (self, _("Somebody is called %s, too, but has another key than the %s you "
                             "know. Nothing goes either way until you type /accept %.16s, or "
                             "/block %.16s."),
                     chat_peer_get_name (peer), chat_peer_get_name (peer),
                     chat_peer_get_fingerprint (peer), chat_peer_get_fingerprint (peer));
    }
  else if (chat_peer_is_online (peer))
    {
      if (g_hash_table_add (self->here, g_object_ref (peer)))
        cli_talk_note (self, _("%s is here."), chat_peer_get_name (peer));
    }
  else if (g_hash_table_remove (self->here, peer))
    {
      cli_talk_note (self, _("%s has gone."), chat_peer_get_name (peer));
    }
}

static void
on_peer (ChatEngine *engine,
         ChatPeer   *peer,
         gpointer    user_data)
{
  CliTalk *self = user_data;

  note_peer (self, peer);

  if (self->wanted != NULL && chat_engine_find_peer_at (engine, self->wanted) == peer)
    {
      g_clear_pointer (&self->wanted, g_free);
      cli_talk_set_to (self, peer);
    }
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              gpointer    user_data)
{
  CliTalk *self = user_data;

  if (g_strcmp0 (self->wanted, address) != 0)
    return;

  g_clear_pointer (&self->wanted, g_free);
  cli_talk_note (self, "%s: %s", address, reason);
}

static void
on_message (ChatEngine  *engine,
            ChatPeer    *peer,
            ChatMessage *message,
            gpointer     user_data)
{
  CliTalk *self = user_data;
  g_autoptr (GError) error = NULL;

  cli_talk_show (self, peer, message);

  /* Where there is a human, it has been seen. */
  if (cli_line_is_interactive (self->line) &&
      !chat_engine_mark_read (engine, message->id, &error))
    cli_talk_fail (self, error->message);

  if (self->to == NULL)
    cli_talk_set_to (self, peer);
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          gpointer    user_data)
{
  if (state == CHAT_MESSAGE_FAILED)
    cli_talk_fail (user_data, _("A message could not be delivered."));
}

static void
on_problem (ChatEngine   *engine,
            const GError *error,
            gpointer      user_data)
{
  cli_talk_fail (user_data, error->message);
}

/* --- the whole --- */

static void
begin (CliTalk    *self,
       const char *peer)
{
  cli_talk_note (self, _("You are %s, key %.16s…, port %u. /help lists the commands."),
                 chat_engine_get_name (self->engine), chat_engine_get_fingerprint (self->engine),
                 chat_engine_get_port (self->engine));

  if (peer != NULL)
    cli_talk_choose (self, peer);
}

int
cli_chat_talk (ChatEngine *engine,
               const char *peer)
{
  static const CliLineFuncs funcs = { on_line, on_too_long, on_ended, on_complete };
  CliTalk self = { .engine = engine, .status = CLI_EXIT_OK };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.here = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self.held = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self.line = cli_line_new ("> ", NULL, &funcs, &self);

  g_signal_connect (engine, "peer", G_CALLBACK (on_peer), &self);
  g_signal_connect (engine, "unreached", G_CALLBACK (on_unreached), &self);
  g_signal_connect (engine, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (engine, "state", G_CALLBACK (on_state), &self);
  g_signal_connect (engine, "problem", G_CALLBACK (on_problem), &self);

  chat_engine_start (engine);
  begin (&self, peer);
  g_main_loop_run (self.loop);

  if (self.status == CLI_EXIT_OK && self.n_failed > 0 && !cli_line_is_interactive (self.line))
    self.status = CLI_EXIT_INCOMPLETE;

  g_signal_handlers_disconnect_by_data (engine, &self);
  cli_line_free (self.line);
  g_clear_object (&self.to);
  g_hash_table_unref (self.here);
  g_hash_table_unref (self.held);
  g_free (self.wanted);
  g_main_loop_unref (self.loop);

  return self.status;
}
