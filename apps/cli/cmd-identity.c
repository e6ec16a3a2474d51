/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-identity"

#include "chat-identity.h"
#include "chat-profile.h"
#include "cli-json.h"
#include "cli-network.h"
#include "cli-text.h"

#include <glib/gi18n.h>
#include <sodium.h>

typedef struct
{
  CliNetworkOptions  network;
  gboolean           json;
  char             **operands;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  cli_network_options_clear (&self->network);
  g_strfreev (self->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static void
print (const Arguments *arguments,
       const char      *name,
       const char      *value)
{
  if (arguments->json)
    {
      g_autoptr (JsonBuilder) builder = cli_json_begin ("identity");

      cli_json_add_bytes (builder, name, value);
      cli_json_print (builder);
    }
  else
    {
      g_print ("%s\n", value);
    }
}

static void
complain (const GError *error)
{
  g_autofree char *text = cli_text_printable (error->message);

  g_printerr ("lanyard identity: %s\n", text);
}

/* The number to compare with a contact. */
static int
print_number (const Arguments *arguments)
{
  g_autoptr (ChatEngine) engine = cli_network_open ("lanyard identity", &arguments->network);
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  ChatPeer *peer;

  if (engine == NULL)
    return CLI_EXIT_NOT_STARTED;

  peer = chat_engine_find_peer (engine, arguments->operands[0], &error);
  if (peer == NULL)
    {
      complain (error);
      return CLI_EXIT_NOT_STARTED;
    }

  number = chat_key_get_safety_number (chat_engine_get_key (engine),
                                       chat_peer_get_contact (peer)->key);
  print (arguments, "number", number);

  return CLI_EXIT_OK;
}

/* Also while another program uses the profile: the key never changes. */
static int
print_own (const Arguments *arguments)
{
  g_autofree char *path = arguments->network.profile != NULL
                          ? g_strdup (arguments->network.profile) : chat_profile_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_open (path, &error);
  g_autoptr (ChatIdentity) identity = NULL;
  g_autofree char *fingerprint = NULL;

  if (profile != NULL || g_error_matches (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE))
    {
      g_clear_error (&error);
      identity = chat_identity_open (path, &error);
    }

  if (identity == NULL)
    {
      complain (error);
      return CLI_EXIT_NOT_STARTED;
    }

  fingerprint = chat_key_get_fingerprint (chat_identity_get_public (identity));
  print (arguments, "fingerprint", fingerprint);

  return CLI_EXIT_OK;
}

int
cli_identity (int    argc,
              char **argv)
{
  g_auto (Arguments) arguments = { { NULL } };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments.json, N_("Write a line of JSON"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  g_set_prgname ("lanyard identity");

  if (!cli_network_parse (&arguments.network, _("[PEER]"),
                          _("Shows the fingerprint of your key; with PEER, the number that you "
                            "and this contact\ncan compare to be sure of each other's keys."),
                          _("Exit status: 0 shown, 2 wrong usage, 3 not known."),
                          entries, argc, argv, &error))
    return cli_network_refuse ("lanyard identity", error);

  if (sodium_init () < 0)
    {
      g_printerr (_("lanyard identity: cryptography is not available\n"));
      return CLI_EXIT_NOT_STARTED;
    }

  return arguments.operands != NULL ? print_number (&arguments) : print_own (&arguments);
}
