/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat.h"
#include "cli-line.h"
#include "cli-text.h"

#include "chat-key.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* “lanyard chat” on a terminal. */

#define HISTORY_LINES 20
#define FOUND_LINES   20

typedef struct
{
  ChatEngine *engine;
  CliLine    *line;
  GMainLoop  *loop;
  CliExit     status;
  guint       n_failed;
  ChatPeer   *to;       /* whom lines go to, or NULL */
  char       *wanted;   /* an address whose peer will be that, or NULL */
  GHashTable *here;     /* ChatPeer, owned: whom the user knows to be here */
  GHashTable *held;     /* and of whom he was warned */
} Session;

static void note (Session    *self,
                  const char *format,
                  ...) G_GNUC_PRINTF (2, 3);

static void
note (Session    *self,
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

static void
fail (Session    *self,
      const char *message)
{
  note (self, "%s", message);
  self->n_failed++;
}

/* --- showing --- */

static void
show (Session     *self,
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

static void
set_to (Session  *self,
        ChatPeer *peer)
{
  g_autofree char *prompt = g_strdup_printf ("%s> ", chat_peer_get_name (peer));

  if (peer == self->to)
    return;

  g_set_object (&self->to, peer);
  cli_line_set_prompt (self->line, prompt);
  note (self, _("Lines go to %s."), chat_peer_get_name (peer));
  if (!chat_peer_is_online (peer))
    note (self, _("%s is not here now: lines are kept until they can be delivered."),
          chat_peer_get_name (peer));
}

static void
show_peer (Session  *self,
           ChatPeer *peer)
{
  ChatContact *contact = chat_peer_get_contact (peer);
  const char *address = chat_peer_get_address (peer);

  note (self, "%s %s  %.16s…  %s%s", chat_peer_is_online (peer) ? "●" : "○",
        chat_peer_get_name (peer), chat_peer_get_fingerprint (peer),
        address != NULL ? address : "",
        contact->blocked ? _("  blocked")
        : contact->trust == CHAT_TRUST_HELD ? _("  held back: /why tells more")
        : contact->trust == CHAT_TRUST_VERIFIED ? _("  verified") : "");
}

/* --- commands --- */

/* Each has what follows its name, without the spaces around it, and may need to be
 * told of somebody. */
typedef struct
{
  const char *name;
  const char *argument;
  void      (*run) (Session    *self,
                    const char *argument);
  const char *summary;
} Command;

static ChatPeer *
find (Session    *self,
      const char *who)
{
  g_autoptr (GError) error = NULL;
  ChatPeer *peer;

  if (*who == '\0' && self->to != NULL)
    return self->to;

  if (*who == '\0')
    {
      fail (self, _("Nobody is named."));
      return NULL;
    }

  peer = chat_engine_find_peer (self->engine, who, &error);
  if (peer == NULL)
    fail (self, error->message);

  return peer;
}

/* Tells whether what was asked for was done. */
static void
report (Session      *self,
        gboolean      done,
        const GError *error,
        const char   *text)
{
  if (done)
    note (self, "%s", text);
  else
    fail (self, error->message);
}

static void
run_to (Session    *self,
        const char *who)
{
  ChatPeer *peer;
  g_autoptr (GError) error = NULL;

  if (chat_engine_is_address (who) && chat_engine_find_peer_at (self->engine, who) == NULL)
    {
      if (!chat_engine_connect (self->engine, who, &error))
        {
          fail (self, error->message);
          return;
        }

      g_free (self->wanted);
      self->wanted = g_strdup (who);
      note (self, _("Looking for somebody at %s…"), who);
      return;
    }

  peer = find (self, who);
  if (peer != NULL)
    set_to (self, peer);
}

static void
run_peers (Session    *self,
           const char *argument)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (self->engine);

  for (guint i = 0; i < peers->len; i++)
    show_peer (self, peers->pdata[i]);

  if (peers->len == 0)
    note (self, _("Nobody yet: /why tells what was tried, /to ADDR:PORT looks somewhere else."));
}

static void
run_history (Session    *self,
             const char *who)
{
  ChatPeer *peer = find (self, who);
  ChatStore *store = chat_engine_get_store (self->engine);
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  gint64 conversation;

  if (peer == NULL)
    return;

  conversation = chat_store_get_conversation (store, chat_peer_get_contact (peer)->id, &error);
  if (conversation != 0)
    messages = chat_store_get_before (store, conversation, 0, HISTORY_LINES, &error);

  if (messages == NULL)
    {
      fail (self, error->message);
      return;
    }

  for (guint i = 0; i < messages->len; i++)
    show (self, peer, messages->pdata[i]);
}

static void
run_search (Session    *self,
            const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = chat_store_search (chat_engine_get_store (self->engine), 0,
                                                      words, 0, FOUND_LINES, &error);

  if (messages == NULL)
    {
      fail (self, error->message);
      return;
    }

  for (guint i = 0; i < messages->len; i++)
    {
      ChatMessage *message = messages->pdata[i];
      ChatPeer *peer = chat_engine_get_peer (self->engine, message->contact);

      if (peer != NULL)
        show (self, peer, message);
    }

  note (self, g_dngettext (GETTEXT_PACKAGE, "%u message found.", "%u messages found.",
                           messages->len), messages->len);
}

static void
run_why (Session    *self,
         const char *who)
{
  ChatPeer *peer = *who != '\0' ? find (self, who) : NULL;
  g_autofree char *text = NULL;

  if (*who != '\0' && peer == NULL && !chat_engine_is_address (who))
    note (self, _("So this is what is known of everybody:"));

  text = chat_engine_explain (self->engine, peer);
  note (self, "%s", g_strchomp (text));
}

static void
run_number (Session    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autofree char *number = NULL;

  if (peer == NULL)
    return;

  number = chat_key_get_safety_number (chat_engine_get_key (self->engine),
                                       chat_peer_get_contact (peer)->key);
  note (self, _("%s\nIf %s reads the same to you, face to face or on the telephone, nobody sits "
                "between you: then note that by /verify %.16s."),
        number, chat_peer_get_name (peer), chat_peer_get_fingerprint (peer));
}

static void
run_verify (Session    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autoptr (GError) error = NULL;

  if (peer != NULL)
    report (self, chat_engine_set_trust (self->engine, peer, CHAT_TRUST_VERIFIED, &error), error,
            _("The key is verified."));
}

static void
run_accept (Session    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autoptr (GError) error = NULL;

  if (peer != NULL)
    report (self, chat_engine_set_trust (self->engine, peer, CHAT_TRUST_PINNED, &error), error,
            _("The key is accepted."));
}

static void
run_name (Session    *self,
          const char *name)
{
  g_autoptr (GError) error = NULL;

  if (self->to == NULL)
    fail (self, _("Nobody is named."));
  else
    report (self, chat_engine_rename (self->engine, self->to, *name != '\0' ? name : NULL, &error),
            error, _("Renamed, for you alone."));
}

static void
set_blocked (Session    *self,
             const char *who,
             gboolean    blocked)
{
  ChatPeer *peer = find (self, who);
  g_autoptr (GError) error = NULL;

  if (peer != NULL)
    report (self, chat_engine_set_blocked (self->engine, peer, blocked, &error), error,
            blocked ? _("Blocked.") : _("Not blocked any more."));
}

static void
run_block (Session    *self,
           const char *who)
{
  set_blocked (self, who, TRUE);
}

static void
run_unblock (Session    *self,
             const char *who)
{
  set_blocked (self, who, FALSE);
}

static void
run_forget (Session    *self,
            const char *who)
{
  g_autoptr (ChatPeer) peer = NULL;
  g_autoptr (GError) error = NULL;

  if (*who == '\0')
    {
      fail (self, _("Nobody is named."));
      return;
    }

  g_set_object (&peer, find (self, who));
  if (peer == NULL)
    return;

  if (peer == self->to)
    {
      g_clear_object (&self->to);
      cli_line_set_prompt (self->line, "> ");
    }

  report (self, chat_engine_forget (self->engine, peer, &error), error,
          _("Forgotten, with all that was said."));
}

static void
run_quit (Session    *self,
          const char *argument)
{
  g_main_loop_quit (self->loop);
}

static void run_help (Session    *self,
                      const char *argument);

static const Command commands[] = {
  { "/to", N_("PEER"), run_to,
    N_("send to this one from now on: a name, a key's start or ADDR:PORT") },
  { "/peers", "", run_peers, N_("who is known, and who is here") },
  { "/history", N_("[PEER]"), run_history, N_("what was said last") },
  { "/search", N_("WORDS"), run_search, N_("find messages") },
  { "/why", N_("[PEER]"), run_why, N_("what was tried to reach somebody, and what was heard") },
  { "/number", N_("[PEER]"), run_number, N_("the number to compare, to be sure of a key") },
  { "/verify", N_("[PEER]"), run_verify, N_("note that the numbers are the same") },
  { "/accept", N_("PEER"), run_accept, N_("accept a key that is held back") },
  { "/name", N_("[NAME]"), run_name, N_("call whom lines go to NAME, for you alone") },
  { "/block", N_("[PEER]"), run_block, N_("neither hear this one nor be heard") },
  { "/unblock", N_("[PEER]"), run_unblock, N_("talk with this one again") },
  { "/forget", N_("PEER"), run_forget, N_("delete the contact and all that was said") },
  { "/help", "", run_help, N_("show this") },
  { "/quit", "", run_quit, N_("end, as Ctrl+D does") },
};

static void
run_help (Session    *self,
          const char *argument)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Command *command = &commands[i];
      g_autofree char *usage = g_strdup_printf ("%s %s", command->name, *command->argument != '\0'
                                                ? _(command->argument) : "");

      note (self, "%-18s %s", usage, _(command->summary));
    }

  note (self, "%-18s %s", "//…", _("send a line that begins with /"));
}

static void
run_command (Session    *self,
             const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *argument = words[1] != NULL ? g_strstrip (words[1]) : "";

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (words[0], commands[i].name))
      {
        commands[i].run (self, argument);
        return;
      }

  note (self, _("Not sent: %s is not a command; /help lists them."), words[0]);
  self->n_failed++;
}

/* --- what is typed --- */

static void
send_line (Session    *self,
           const char *text,
           gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = NULL;

  if (self->to == NULL)
    {
      fail (self, _("Not sent: nobody is chosen; /peers lists who is here, /to PEER chooses."));
      return;
    }

  if (strlen (copy) != length || !g_utf8_validate (text, (gssize) length, NULL))
    {
      fail (self, _("Not sent: it is not a text in UTF-8."));
      return;
    }

  message = chat_engine_send (self->engine, self->to, copy, &error);
  if (message == NULL)
    fail (self, error->message);
}

static void
on_line (const char *text,
         gsize       length,
         gpointer    user_data)
{
  Session *self = user_data;
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
      run_command (self, command);
      break;
    }
}

static void
on_too_long (gpointer user_data)
{
  fail (user_data, _("Not sent: the line is too long."));
}

static void
on_ended (CliExit  status,
          gpointer user_data)
{
  Session *self = user_data;

  self->status = status;
  g_main_loop_quit (self->loop);
}

/* Commands at the beginning of a line, and names behind one that takes them. */
static char **
on_complete (const char *before,
             gpointer    user_data)
{
  Session *self = user_data;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*before == '\0')
    {
      for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        g_strv_builder_add (builder, commands[i].name);
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
note_peer (Session  *self,
           ChatPeer *peer)
{
  const ChatContact *contact = chat_peer_get_contact (peer);

  if (contact->trust == CHAT_TRUST_HELD && !contact->blocked)
    {
      if (!g_hash_table_add (self->held, g_object_ref (peer)))
        return;

      note (self, _("Somebody is called %s, too, but has another key than the %s you know. Nothing "
                    "goes either way until you type /accept %.16s, or /block %.16s."),
            chat_peer_get_name (peer), chat_peer_get_name (peer),
            chat_peer_get_fingerprint (peer), chat_peer_get_fingerprint (peer));
    }
  else if (chat_peer_is_online (peer))
    {
      if (g_hash_table_add (self->here, g_object_ref (peer)))
        note (self, _("%s is here."), chat_peer_get_name (peer));
    }
  else if (g_hash_table_remove (self->here, peer))
    {
      note (self, _("%s has gone."), chat_peer_get_name (peer));
    }
}

static void
on_peer (ChatEngine *engine,
         ChatPeer   *peer,
         gpointer    user_data)
{
  Session *self = user_data;

  note_peer (self, peer);

  if (self->wanted != NULL && chat_engine_find_peer_at (engine, self->wanted) == peer)
    {
      g_clear_pointer (&self->wanted, g_free);
      set_to (self, peer);
    }
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              gpointer    user_data)
{
  Session *self = user_data;

  if (g_strcmp0 (self->wanted, address) != 0)
    return;

  g_clear_pointer (&self->wanted, g_free);
  note (self, "%s: %s", address, reason);
}

static void
on_message (ChatEngine  *engine,
            ChatPeer    *peer,
            ChatMessage *message,
            gpointer     user_data)
{
  Session *self = user_data;
  g_autoptr (GError) error = NULL;

  show (self, peer, message);

  /* Where there is a human, it has been seen. */
  if (cli_line_is_interactive (self->line) &&
      !chat_engine_mark_read (engine, message->id, &error))
    fail (self, error->message);

  if (self->to == NULL)
    set_to (self, peer);
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          gpointer    user_data)
{
  if (state == CHAT_MESSAGE_FAILED)
    fail (user_data, _("A message could not be delivered."));
}

static void
on_problem (ChatEngine   *engine,
            const GError *error,
            gpointer      user_data)
{
  fail (user_data, error->message);
}

/* --- the whole --- */

static void
begin (Session    *self,
       const char *peer)
{
  note (self, _("You are %s, key %.16s…, port %u. /help lists the commands."),
        chat_engine_get_name (self->engine), chat_engine_get_fingerprint (self->engine),
        chat_engine_get_port (self->engine));

  if (peer != NULL)
    run_to (self, peer);
}

int
cli_chat_talk (ChatEngine *engine,
               const char *peer)
{
  static const CliLineFuncs funcs = { on_line, on_too_long, on_ended, on_complete };
  Session self = { .engine = engine, .status = CLI_EXIT_OK };
  g_autoptr (GError) error = NULL;

  self.loop = g_main_loop_new (NULL, FALSE);
  self.here = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self.held = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self.line = cli_line_new ("> ", NULL, &funcs, &self);

  g_signal_connect (engine, "peer", G_CALLBACK (on_peer), &self);
  g_signal_connect (engine, "unreached", G_CALLBACK (on_unreached), &self);
  g_signal_connect (engine, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (engine, "state", G_CALLBACK (on_state), &self);
  g_signal_connect (engine, "problem", G_CALLBACK (on_problem), &self);

  if (chat_engine_start (engine, &error))
    {
      begin (&self, peer);
      g_main_loop_run (self.loop);
    }
  else
    {
      fail (&self, error->message);
      self.status = CLI_EXIT_NOT_STARTED;
    }

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
