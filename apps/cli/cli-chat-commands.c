/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli.h"
#include "cli-chat-talk.h"
#include "cli-text.h"

#include "chat-key.h"

#include <glib/gi18n.h>

/* What begins with a slash. */

#define HISTORY_LINES 20
#define FOUND_LINES   20

/* Columns for what a command is called and takes, in /help. */
#define USAGE_WIDTH   18u

static void
show_peer (CliTalk  *self,
           ChatPeer *peer)
{
  ChatContact *contact = chat_peer_get_contact (peer);
  const char *address = chat_peer_get_address (peer);

  cli_talk_note (self, "%s %s  %.16s…  %s%s", chat_peer_is_online (peer) ? "●" : "○",
                 chat_peer_get_name (peer), chat_peer_get_fingerprint (peer),
                 address != NULL ? address : "",
                 contact->blocked ? _("  blocked")
                 : contact->trust == CHAT_TRUST_HELD ? _("  held back: /why tells more")
                 : contact->trust == CHAT_TRUST_VERIFIED ? _("  verified") : "");
}

/* Each has what follows its name, without the spaces around it, and may need to be
 * told of somebody. */
typedef struct
{
  const char *name;
  const char *argument;
  void      (*run) (CliTalk    *self,
                    const char *argument);
  const char *summary;
} Command;

static ChatPeer *
find (CliTalk    *self,
      const char *who)
{
  g_autoptr (GError) error = NULL;
  ChatPeer *peer;

  if (*who == '\0' && self->to != NULL)
    return self->to;

  if (*who == '\0')
    {
      cli_talk_fail (self, _("Nobody is named."));
      return NULL;
    }

  peer = chat_engine_find_peer (self->engine, who, &error);
  if (peer == NULL)
    cli_talk_fail (self, error->message);

  return peer;
}

/* Tells whether what was asked for was done. */
static void
report (CliTalk      *self,
        gboolean      done,
        const GError *error,
        const char   *text)
{
  if (done)
    cli_talk_note (self, "%s", text);
  else
    cli_talk_fail (self, error->message);
}

/* Sends lines to @who from now on, a peer or an address. */
void
cli_talk_choose (CliTalk    *self,
                 const char *who)
{
  ChatPeer *peer;
  g_autoptr (GError) error = NULL;

  if (chat_engine_is_address (who) && chat_engine_find_peer_at (self->engine, who) == NULL)
    {
      if (!chat_engine_connect (self->engine, who, &error))
        {
          cli_talk_fail (self, error->message);
          return;
        }

      g_free (self->wanted);
      self->wanted = g_strdup (who);
      cli_talk_note (self, _("Looking for somebody at %s…"), who);
      return;
    }

  peer = find (self, who);
  if (peer != NULL)
    cli_talk_set_to (self, peer);
}

static void
run_peers (CliTalk    *self,
           const char *argument)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (self->engine);

  for (guint i = 0; i < peers->len; i++)
    show_peer (self, peers->pdata[i]);

  if (peers->len == 0)
    cli_talk_note (self, _("Nobody yet: /why tells what was tried, /to ADDR:PORT looks "
                           "somewhere else."));
}

static void
run_history (CliTalk    *self,
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
      cli_talk_fail (self, error->message);
      return;
    }

  for (guint i = 0; i < messages->len; i++)
    cli_talk_show (self, peer, messages->pdata[i]);
}

static void
run_search (CliTalk    *self,
            const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = chat_store_search (chat_engine_get_store (self->engine), 0,
                                                      words, 0, FOUND_LINES, &error);

  if (messages == NULL)
    {
      cli_talk_fail (self, error->message);
      return;
    }

  for (guint i = 0; i < messages->len; i++)
    {
      ChatMessage *message = messages->pdata[i];
      ChatPeer *peer = chat_engine_get_peer (self->engine, message->contact);

      if (peer != NULL)
        cli_talk_show (self, peer, message);
    }

  cli_talk_note (self, g_dngettext (GETTEXT_PACKAGE, "%u message found.", "%u messages found.",
                           messages->len), messages->len);
}

static void
run_why (CliTalk    *self,
         const char *who)
{
  ChatPeer *peer = *who != '\0' ? find (self, who) : NULL;
  g_autofree char *text = NULL;

  if (*who != '\0' && peer == NULL && !chat_engine_is_address (who))
    cli_talk_note (self, _("So this is what is known of everybody:"));

  text = chat_engine_explain (self->engine, peer);
  cli_talk_note (self, "%s", g_strchomp (text));
}

static void
run_number (CliTalk    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autofree char *number = NULL;

  if (peer == NULL)
    return;

  number = chat_key_get_safety_number (chat_engine_get_key (self->engine),
                                       chat_peer_get_contact (peer)->key);
  /* Translators: the digits to compare, a name, and the start of a fingerprint */
  cli_talk_note (self, _("%s\nIf %s reads the same to you, face to face or on the telephone, "
                         "nobody sits between you: then note that by /verify %.16s."),
                 number, chat_peer_get_name (peer), chat_peer_get_fingerprint (peer));
}

static void
run_verify (CliTalk    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autoptr (GError) error = NULL;

  if (peer != NULL)
    report (self, chat_engine_set_trust (self->engine, peer, CHAT_TRUST_VERIFIED, &error), error,
            _("The key is verified."));
}

static void
run_accept (CliTalk    *self,
            const char *who)
{
  ChatPeer *peer = find (self, who);
  g_autoptr (GError) error = NULL;

  if (peer != NULL)
    report (self, chat_engine_set_trust (self->engine, peer, CHAT_TRUST_PINNED, &error), error,
            _("The key is accepted."));
}

static void
run_name (CliTalk    *self,
          const char *name)
{
  g_autoptr (GError) error = NULL;

  if (self->to == NULL)
    cli_talk_fail (self, _("Nobody is named."));
  else
    report (self, chat_engine_rename (self->engine, self->to, *name != '\0' ? name : NULL, &error),
            error, _("Renamed, for you alone."));
}

static void
set_blocked (CliTalk    *self,
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
run_block (CliTalk    *self,
           const char *who)
{
  set_blocked (self, who, TRUE);
}

static void
run_unblock (CliTalk    *self,
             const char *who)
{
  set_blocked (self, who, FALSE);
}

static void
run_forget (CliTalk    *self,
            const char *who)
{
  g_autoptr (ChatPeer) peer = NULL;
  g_autoptr (GError) error = NULL;

  if (*who == '\0')
    {
      cli_talk_fail (self, _("Nobody is named."));
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
run_quit (CliTalk    *self,
          const char *argument)
{
  g_main_loop_quit (self->loop);
}

static void run_help (CliTalk    *self,
                      const char *argument);

static const Command commands[] = {
  { "/to", N_("PEER"), cli_talk_choose,
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

/* In two columns, whatever language and width the first is in. */
static void
explain (CliTalk    *self,
         const char *usage,
         const char *summary)
{
  guint width = cli_text_get_width (usage);

  cli_talk_note (self, "%s%*s %s", usage, (int) (USAGE_WIDTH - MIN (width, USAGE_WIDTH)), "",
                 summary);
}

static void
run_help (CliTalk    *self,
          const char *argument)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Command *command = &commands[i];
      g_autofree char *usage = g_strdup_printf ("%s %s", command->name, *command->argument != '\0'
                                                ? _(command->argument) : "");

      explain (self, usage, _(command->summary));
    }

  explain (self, "//…", _("send a line that begins with /"));
}

void
cli_talk_run_command (CliTalk    *self,
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

  cli_talk_note (self, _("Not sent: %s is not a command; /help lists them."), words[0]);
  self->n_failed++;
}

/* Adds the names of all commands. */
void
cli_talk_add_commands (GStrvBuilder *names)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_strv_builder_add (names, commands[i].name);
}
