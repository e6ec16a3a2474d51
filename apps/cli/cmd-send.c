/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-send"

#include "app-text.h"
#include "cli-chat.h"
#include "cli-network.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_TIMEOUT 30

typedef struct
{
  CliNetworkOptions  network;
  gboolean           queue;
  int                timeout;   /* seconds */
  char             **operands;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  cli_network_options_clear (&self->network);
  g_strfreev (self->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

typedef struct
{
  ChatEngine *engine;
  GMainLoop  *loop;
  const char *who;
  const char *text;
  gint64      id;       /* of the message, or 0 until it is queued */
  CliExit     status;
} Delivery;

static void
finish (Delivery *self,
        CliExit   status)
{
  self->status = status;
  g_main_loop_quit (self->loop);
}

static void
fail (Delivery   *self,
      CliExit     status,
      const char *message)
{
  g_autofree char *text = app_text_printable (message);

  g_printerr ("lanyard send: %s\n", text);
  finish (self, status);
}

static void
deliver_to (Delivery *self,
            ChatPeer *peer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_engine_send (self->engine, peer, self->text, &error);

  if (message != NULL)
    self->id = message->id;
  else
    fail (self, CLI_EXIT_NOT_STARTED, error->message);
}

static void
on_peer (ChatEngine *engine,
         ChatPeer   *peer,
         gpointer    user_data)
{
  Delivery *self = user_data;

  if (self->id == 0 && chat_peer_is_online (peer) &&
      chat_engine_find_peer (engine, self->who, NULL) == peer)
    deliver_to (self, peer);
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              gpointer    user_data)
{
  Delivery *self = user_data;

  if (self->id == 0 && g_str_equal (self->who, address))
    {
      g_autofree char *message = g_strdup_printf ("%s: %s", address, reason);

      fail (self, CLI_EXIT_NOT_STARTED, message);
    }
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          gpointer    user_data)
{
  Delivery *self = user_data;

  if (id == self->id && (state == CHAT_MESSAGE_DELIVERED || state == CHAT_MESSAGE_READ))
    finish (self, CLI_EXIT_OK);
}

static void
on_problem (ChatEngine   *engine,
            const GError *error,
            gpointer      user_data)
{
  fail (user_data, CLI_EXIT_INCOMPLETE, error->message);
}

static gboolean
on_timeout (gpointer user_data)
{
  Delivery *self = user_data;

  if (self->id != 0)
    fail (self, CLI_EXIT_INCOMPLETE, _("not delivered yet; it is kept, and goes out when both "
                                       "sides are there again"));
  else
    fail (self, CLI_EXIT_NOT_STARTED, _("nobody of this name was found; nothing was sent"));

  return G_SOURCE_REMOVE;
}

/* The contact's message is queued at once. An address, or a name that was never heard,
 * has to be found first. */
static gboolean
begin (Delivery        *self,
       const Arguments *arguments,
       GError         **error)
{
  g_autoptr (GError) local_error = NULL;
  ChatPeer *peer;

  chat_engine_start (self->engine);

  peer = chat_engine_find_peer (self->engine, self->who, &local_error);
  if (peer != NULL)
    {
      deliver_to (self, peer);
      return TRUE;
    }

  if (chat_engine_is_address (self->who))
    return chat_engine_connect (self->engine, self->who, error);

  if (!g_error_matches (local_error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_UNKNOWN) ||
      arguments->queue || arguments->network.no_discovery)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

static int
deliver (ChatEngine      *engine,
         const Arguments *arguments,
         const char      *text)
{
  Delivery self = {
    .engine = engine, .who = arguments->operands[0], .text = text, .status = CLI_EXIT_OK,
  };
  g_autoptr (GError) error = NULL;
  guint timer;

  self.loop = g_main_loop_new (NULL, FALSE);
  timer = g_timeout_add_seconds ((guint) arguments->timeout, on_timeout, &self);
  cli_network_watch_signals (self.loop, &self.status);
  g_signal_connect (engine, "peer", G_CALLBACK (on_peer), &self);
  g_signal_connect (engine, "unreached", G_CALLBACK (on_unreached), &self);
  g_signal_connect (engine, "state", G_CALLBACK (on_state), &self);
  g_signal_connect (engine, "problem", G_CALLBACK (on_problem), &self);

  if (!begin (&self, arguments, &error))
    fail (&self, CLI_EXIT_NOT_STARTED, error->message);
  else if (self.status == CLI_EXIT_OK && !(arguments->queue && self.id != 0))
    g_main_loop_run (self.loop);

  g_signal_handlers_disconnect_by_data (engine, &self);
  if (g_main_context_find_source_by_id (NULL, timer) != NULL)
    g_source_remove (timer);
  g_main_loop_unref (self.loop);

  return self.status;
}

static gboolean
parse (Arguments   *arguments,
       int          argc,
       char       **argv,
       GError     **error)
{
  const GOptionEntry entries[] = {
    { "queue", 0, 0, G_OPTION_ARG_NONE, &arguments->queue,
      N_("Only keep it here, to go out when the contact is met again"), NULL },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &arguments->timeout,
      N_("Wait so many seconds for it to be delivered (default: 30)"), N_("SECONDS") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_network_parse (&arguments->network, _("PEER TEXT…"),
                          _("Delivers a message. PEER is a contact's name, the start of a key's "
                            "fingerprint, or\nADDR:PORT; TEXT is one message, joined by spaces."),
                          _("Exit status: 0 the other side has stored it (--queue: it is stored "
                            "here), 1 it is stored\nhere but not there yet, 2 wrong usage, 3 "
                            "nothing was sent, 130 or 143 interrupted."),
                          entries, argc, argv, error))
    return FALSE;

  if (arguments->operands == NULL || g_strv_length (arguments->operands) < 2)
    return cli_usage_error (error, _("a PEER and a TEXT are needed"));

  if (arguments->timeout < 1)
    return cli_usage_error (error, _("--timeout: at least a second is needed"));

  return TRUE;
}

int
cli_send (int    argc,
          char **argv)
{
  g_auto (Arguments) arguments = { .network = { .port = 0 }, .timeout = DEFAULT_TIMEOUT };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatEngine) engine = NULL;
  g_autofree char *text = NULL;
  int status;

  g_set_prgname ("lanyard send");

  if (!parse (&arguments, argc, argv, &error))
    return cli_network_refuse ("lanyard send", error);

  text = g_strjoinv (" ", arguments.operands + 1);
  engine = cli_network_open ("lanyard send", &arguments.network);
  if (engine == NULL)
    return CLI_EXIT_NOT_STARTED;

  status = deliver (engine, &arguments, text);
  chat_engine_stop (engine);

  return status;
}
