/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-peers"

#include "app-text.h"
#include "cli-chat-events.h"
#include "cli-json.h"
#include "cli-network.h"
#include "cli-text.h"

#include <glib/gi18n.h>

/* Who is there answers the first beacons in less. */
#define DEFAULT_WAIT 2

#define NAME_WIDTH 20

typedef struct
{
  CliNetworkOptions  network;
  gboolean           json;
  gboolean           explain;
  int                wait;      /* seconds */
  char             **operands;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  cli_network_options_clear (&self->network);
  g_strfreev (self->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static gboolean
on_enough (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
parse (Arguments   *arguments,
       int          argc,
       char       **argv,
       GError     **error)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments->json,
      N_("Write a line of JSON for each"), NULL },
    { "explain", 0, 0, G_OPTION_ARG_NONE, &arguments->explain,
      N_("Say what was tried to reach them, and what was heard"), NULL },
    { "wait", 0, 0, G_OPTION_ARG_INT, &arguments->wait,
      N_("Look so many seconds for them (default: 2)"), N_("SECONDS") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_network_parse (&arguments->network, NULL,
                          _("Lists the contacts, and who is on the network now."),
                          _("Exit status: 0 listed, 2 wrong usage, 3 could not start, 130 or 143 "
                            "interrupted."),
                          entries, argc, argv, error))
    return FALSE;

  if (arguments->operands != NULL)
    return cli_usage_error (error, _("no operands are taken"));

  if (arguments->wait < 0)
    return cli_usage_error (error, _("--wait: a number of seconds is needed"));

  return TRUE;
}

static int
compare_peers (gconstpointer one,
               gconstpointer other)
{
  ChatPeer *first = *(ChatPeer * const *) one;
  ChatPeer *second = *(ChatPeer * const *) other;
  gboolean is_online = chat_peer_is_online (first);

  if (is_online != chat_peer_is_online (second))
    return is_online ? -1 : 1;

  return g_utf8_collate (chat_peer_get_name (first), chat_peer_get_name (second));
}

static void
print_line (ChatPeer *peer)
{
  g_autofree char *name = app_text_printable (chat_peer_get_name (peer));
  const char *address = chat_peer_get_address (peer);
  const ChatContact *contact = chat_peer_get_contact (peer);

  g_print ("%s %s%*s %.16s… %s%s\n", chat_peer_is_online (peer) ? "●" : "○", name,
           MAX (NAME_WIDTH - (int) cli_text_get_width (name), 0), "",
           chat_peer_get_fingerprint (peer), address != NULL ? address : "",
           contact->blocked ? _("  blocked")
           : contact->trust == CHAT_TRUST_HELD ? _("  held back")
           : contact->trust == CHAT_TRUST_VERIFIED ? _("  verified") : "");
}

static void
print (ChatEngine      *engine,
       const Arguments *arguments)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (engine);

  g_ptr_array_sort (peers, compare_peers);

  for (guint i = 0; i < peers->len; i++)
    if (arguments->json)
      cli_chat_print_peer (peers->pdata[i], NULL);
    else
      print_line (peers->pdata[i]);

  if (arguments->explain)
    {
      g_autofree char *text = chat_engine_explain (engine, NULL);

      g_print ("%s", text);
    }
  else if (peers->len == 0 && !arguments->json)
    {
      g_print (_("Nobody was found; “lanyard peers --explain” tells what was tried.\n"));
    }
}

int
cli_peers (int    argc,
           char **argv)
{
  g_auto (Arguments) arguments = { .wait = DEFAULT_WAIT };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatEngine) engine = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  CliExit status = CLI_EXIT_OK;
  guint timer;

  g_set_prgname ("lanyard peers");

  if (!parse (&arguments, argc, argv, &error))
    return cli_network_refuse ("lanyard peers", error);

  engine = cli_network_open ("lanyard peers", &arguments.network);
  if (engine == NULL)
    return CLI_EXIT_NOT_STARTED;

  loop = g_main_loop_new (NULL, FALSE);
  timer = g_timeout_add_seconds ((guint) arguments.wait, on_enough, loop);
  cli_network_watch_signals (loop, &status);

  chat_engine_start (engine);
  g_main_loop_run (loop);

  if (status == CLI_EXIT_OK)
    print (engine, &arguments);

  g_source_remove (timer);
  chat_engine_stop (engine);

  return status;
}
