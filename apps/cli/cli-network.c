/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-network"

#include "cli-network.h"

#include "app-text.h"
#include "cli-chat.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

void
cli_network_options_clear (CliNetworkOptions *self)
{
  g_free (self->profile);
  g_free (self->name);
  g_free (self->bind);
}

/* Parses the options of one command, @entries, and those of all of them. */
gboolean
cli_network_parse (CliNetworkOptions   *self,
                   const char          *operands,
                   const char          *summary,
                   const char          *description,
                   const GOptionEntry  *entries,
                   int                  argc,
                   char               **argv,
                   GError             **error)
{
  const GOptionEntry common[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &self->profile,
      N_("Keep the key, the contacts and the history in DIR"), N_("DIR") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self->name,
      N_("Be called NAME by others"), N_("NAME") },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &self->bind,
      N_("Listen at this IP address alone"), N_("ADDR") },
    { "no-discovery", 0, 0, G_OPTION_ARG_NONE, &self->no_discovery,
      N_("Neither look for others on the network nor be found there"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (operands);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);

  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;

  if (self->bind != NULL && !g_hostname_is_ip_address (self->bind))
    return cli_usage_error (error, _("--bind: not an IP address"));

  return TRUE;
}

int
cli_network_refuse (const char   *command,
                    const GError *error)
{
  g_autofree char *text = app_text_printable (error->message);

  /* Translators: the command, what is wrong, the command */
  g_printerr (_("%s: %s\n“%s --help” tells more.\n"), command, text, command);

  return CLI_EXIT_USAGE;
}

ChatEngine *
cli_network_open (const char              *command,
                  const CliNetworkOptions *options)
{
  CliChatOptions chosen = {
    .profile = options->profile,
    .name = options->name,
    .bind = options->bind,
    .port = options->port,
    .no_discovery = options->no_discovery,
  };

  return cli_chat_open (command, &chosen);
}

/* Whose signals these are; there is one command in a program. */
static GMainLoop *ended_loop;
static CliExit *ended_status;

static gboolean
on_signal (gpointer user_data)
{
  *ended_status = GPOINTER_TO_INT (user_data);
  g_main_loop_quit (ended_loop);

  return G_SOURCE_CONTINUE;
}

/* Ends @loop when a signal asks for it, and says so in @status. Both have to last as
 * long as the program. */
void
cli_network_watch_signals (GMainLoop *loop,
                           CliExit   *status)
{
  ended_loop = loop;
  ended_status = status;
  g_unix_signal_add (SIGINT, on_signal, GINT_TO_POINTER (CLI_EXIT_INTERRUPTED));
  g_unix_signal_add (SIGTERM, on_signal, GINT_TO_POINTER (CLI_EXIT_TERMINATED));
}
