/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "app-text.h"
#include "cli.h"
#include "cli-chat.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_LENGTH 64

typedef struct
{
  char      *profile;
  char      *name;
  char      *bind;
  int        port;
  gboolean   no_discovery;
  gboolean   plain;
  gboolean   json;
  char     **operands;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  g_free (self->profile);
  g_free (self->name);
  g_free (self->bind);
  g_strfreev (self->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static gboolean
on_port (const char  *option,
         const char  *value,
         gpointer     data,
         GError     **error)
{
  Arguments *arguments = data;
  guint64 port;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT16, &port, NULL))
    /* Translators: an option and its value */
    return cli_usage_error (error, _("%s: “%s” is not a port: a number from 1 to 65535, or 0 for "
                                     "any that is free"), option, value);

  arguments->port = (int) port;

  return TRUE;
}

static gboolean
parse (Arguments   *arguments,
       int          argc,
       char       **argv,
       GError     **error)
{
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &arguments->profile,
      N_("Keep the key, the contacts and the history in DIR"), N_("DIR") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &arguments->name,
      N_("Be called NAME by others"), N_("NAME") },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &arguments->bind,
      N_("Listen at this IP address alone"), N_("ADDR") },
    { "port", 0, 0, G_OPTION_ARG_CALLBACK, on_port,
      N_("Listen at port N (default: 7891, and 7890 with --plain); 0: any that is free"),
      N_("N") },
    { "no-discovery", 0, 0, G_OPTION_ARG_NONE, &arguments->no_discovery,
      N_("Neither look for others on the network nor be found there"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &arguments->plain,
      N_("Speak bare text, not encrypted, with whatever is at PEER, a HOST:PORT"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments->json,
      N_("Take commands and write events as lines of JSON"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[PEER]"));
  GOptionGroup *group = g_option_group_new ("chat", "", "", arguments, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context,
    _("Talks with people on the network. A line typed is a message; /help lists the commands.\n"
      "PEER is a contact's name, the start of a key's fingerprint, or ADDR:PORT."));
  g_option_context_set_description (context,
    _("Ctrl+D ends it, as does Ctrl+C.\n"
      "Exit status: 0 ended as asked, 1 not everything could be sent, 2 wrong usage, 3 could\n"
      "not start, 130 or 143 interrupted or terminated."));

  return g_option_context_parse (context, &argc, &argv, error);
}

/* What others are to see has to be something that can be seen. */
static gboolean
check_name (const char  *name,
            GError     **error)
{
  gsize length = strlen (name);
  g_autofree char *visible = app_text_escape (name, length);
  g_autofree char *stripped = g_strstrip (g_strdup (name));

  if (!g_str_equal (visible, name))
    return cli_usage_error (error, _("--name: “%s” is not plain text"), name);

  if (*stripped == '\0')
    return cli_usage_error (error, _("--name: a name needs a letter at least"));

  if (length > NAME_MAX_LENGTH)
    return cli_usage_error (error, _("--name: “%s” is longer than %d bytes"), name,
                            NAME_MAX_LENGTH);

  return TRUE;
}

static gboolean
check (const Arguments  *arguments,
       GError          **error)
{
  if (arguments->name != NULL && !check_name (arguments->name, error))
    return FALSE;

  if (arguments->bind != NULL && !g_hostname_is_ip_address (arguments->bind))
    return cli_usage_error (error, _("--bind: “%s” is not an IP address"), arguments->bind);

  if (arguments->profile != NULL && *arguments->profile == '\0')
    return cli_usage_error (error, _("--profile: no folder is named"));

  if (arguments->operands != NULL && g_strv_length (arguments->operands) > 1)
    return cli_usage_error (error, _("“%s”: one can be talked to, not more"),
                            arguments->operands[1]);

  if (arguments->operands != NULL && *arguments->operands[0] == '\0')
    return cli_usage_error (error, _("nobody is named"));

  if (arguments->plain && arguments->json)
    return cli_usage_error (error, _("--plain and --json do not go together: plain lines can be "
                                     "read and written by any script"));

  return TRUE;
}

/* Text is UTF-8 on the network, and on the terminals of those who chose no locale. The
 * environment says so, too, because readline asks it again. */
static void
set_up_encoding (void)
{
  const char *all = g_getenv ("LC_ALL");
  const char *charset;

  if (!g_get_charset (&charset) && g_str_equal (charset, "ANSI_X3.4-1968") &&
      setlocale (LC_CTYPE, "C.UTF-8") != NULL)
    g_setenv (all != NULL && *all != '\0' ? "LC_ALL" : "LC_CTYPE", "C.UTF-8", TRUE);
}

/* A socket must not become what is read from as standard input, or written to. */
static void
occupy_standard_streams (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);

  if (fd >= 0)
    close (fd);
}

int
cli_chat (int    argc,
          char **argv)
{
  g_auto (Arguments) arguments = { .port = -1 };
  g_autoptr (GError) error = NULL;
  CliChatOptions options;

  g_set_prgname ("lanyard chat");
  occupy_standard_streams ();
  set_up_encoding ();

  if (!parse (&arguments, argc, argv, &error) || !check (&arguments, &error))
    {
      g_autofree char *text = app_text_printable (error->message);

      g_printerr (_("lanyard chat: %s\n“lanyard chat --help” tells more.\n"), text);
      return CLI_EXIT_USAGE;
    }

  options = (CliChatOptions) {
    .profile = arguments.profile,
    .name = arguments.name,
    .bind = arguments.bind,
    .port = arguments.port,
    .no_discovery = arguments.no_discovery,
    .json = arguments.json,
    .peer = arguments.operands != NULL ? arguments.operands[0] : NULL,
  };

  return arguments.plain ? cli_chat_plain (&options) : cli_chat_secure (&options);
}
