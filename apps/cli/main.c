/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "lanyard"

#include "app-locale.h"
#include "app-text.h"
#include "cli.h"
#include "copy-tasks.h"
#include "lanyard-common.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char  *name;
  int        (*run) (int argc, char **argv);
  const char  *summary;
} Subcommand;

static const Subcommand subcommands[] = {
  { "chat", cli_chat, N_("Talk with people on the network") },
  { "copy", cli_copy, N_("Copy files and folders, fast, resumable and honest") },
  { "identity", cli_identity, N_("Show the fingerprint of your key") },
  { "peers", cli_peers, N_("List the contacts, and who is on the network") },
  { "send", cli_send, N_("Deliver one message") },
};

static char *program;

const char *
cli_get_program (void)
{
  return program;
}

gboolean
cli_usage_error (GError     **error,
                 const char  *format,
                 ...)
{
  va_list args;

  va_start (args, format);
  *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args);
  va_end (args);

  return FALSE;
}

static void
print_help (void)
{
  g_print (_("Usage: lanyard COMMAND [OPTION…]\n\nCommands:\n"));

  for (guint i = 0; i < G_N_ELEMENTS (subcommands); i++)
    g_print ("  %-8s %s\n", subcommands[i].name, _(subcommands[i].summary));

  g_print (_("\n  --help     Show this help; “lanyard COMMAND --help” tells more\n"
             "  --version  Show the version\n"));
}

/* What workers are started with: known to them and to nobody else. */
static int
work (void)
{
  copy_tasks_register ();

  return ly_worker_main ();
}

int
main (int    argc,
      char **argv)
{
  const char *name = argc > 1 ? argv[1] : NULL;
  g_autofree char *printable = NULL;

  app_locale_init ();
  program = ly_process_dup_self_path (argv[0]);

  if (name == NULL)
    {
      g_printerr (_("lanyard: no command given; “lanyard --help” lists them\n"));
      return CLI_EXIT_USAGE;
    }

  if (g_str_equal (name, "worker"))
    return work ();

  if (g_str_equal (name, "--version"))
    {
      g_print ("lanyard %s\n", PACKAGE_VERSION);
      return CLI_EXIT_OK;
    }

  if (g_str_equal (name, "--help") || g_str_equal (name, "-h") || g_str_equal (name, "help"))
    {
      print_help ();
      return CLI_EXIT_OK;
    }

  for (guint i = 0; i < G_N_ELEMENTS (subcommands); i++)
    if (g_str_equal (name, subcommands[i].name))
      return subcommands[i].run (argc - 1, argv + 1);

  printable = app_text_printable (name);
  g_printerr (_("lanyard: “%s” is not a command; “lanyard --help” lists them\n"), printable);

  return CLI_EXIT_USAGE;
}
