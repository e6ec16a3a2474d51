/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-identity"

#include "app-text.h"
#include "chat-identity.h"
#include "chat-profile.h"
#include "cli-json.h"
#include "cli-network.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <unistd.h>

typedef struct
{
  CliNetworkOptions  network;
  gboolean           json;
  char              *keep_in;    /* NULL: where it is */
  ChatIdentityPlace  place;      /* if there is @keep_in */
  char             **operands;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  cli_network_options_clear (&self->network);
  g_free (self->keep_in);
  g_strfreev (self->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static void
print_json (const char *name,
            const char *value,
            const char *place)
{
  g_autoptr (JsonBuilder) builder = cli_json_begin ("identity");

  cli_json_add_bytes (builder, name, value);
  if (place != NULL)
    cli_json_add_bytes (builder, "place", place);
  cli_json_print (builder);
}

static void
complain (const GError *error)
{
  g_autofree char *text = app_text_printable (error->message);

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
  if (arguments->json)
    print_json ("number", number, NULL);
  else
    g_print ("%s\n", number);

  return CLI_EXIT_OK;
}

/* Scripts that take the fingerprint from what is written get nothing else. */
static void
print_fingerprint (const Arguments    *arguments,
                   const ChatIdentity *identity)
{
  g_autofree char *fingerprint = chat_key_get_fingerprint (chat_identity_get_public (identity));
  gboolean in_desktop = chat_identity_get_place (identity) == CHAT_IDENTITY_IN_DESKTOP;

  if (arguments->json)
    {
      print_json ("fingerprint", fingerprint, in_desktop ? "desktop" : "profile");
      return;
    }

  g_print ("%s\n", fingerprint);
  if (isatty (STDOUT_FILENO))
    g_print ("%s\n", in_desktop ? _("The key is in the desktop's secret store.")
                                : _("The key is in the profile."));
}

static ChatIdentity *
open_own (const Arguments  *arguments,
          GError          **error)
{
  g_autofree char *path = arguments->network.profile != NULL
                          ? g_strdup (arguments->network.profile) : chat_profile_default ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_open (path, &problem);

  if (profile != NULL && arguments->keep_in != NULL)
    return chat_identity_keep_in (path, arguments->place, error);

  /* Shown also while another program uses the profile: the key never changes. */
  if (profile != NULL ||
      (arguments->keep_in == NULL &&
       g_error_matches (problem, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE)))
    return chat_identity_open (path, error);

  g_propagate_error (error, g_steal_pointer (&problem));

  return NULL;
}

static int
print_own (const Arguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatIdentity) identity = open_own (arguments, &error);

  if (identity == NULL)
    {
      complain (error);
      return g_error_matches (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_LEFT)
             ? CLI_EXIT_INCOMPLETE : CLI_EXIT_NOT_STARTED;
    }

  print_fingerprint (arguments, identity);

  return CLI_EXIT_OK;
}

static gboolean
check (Arguments  *arguments,
       GError    **error)
{
  if (arguments->keep_in == NULL)
    return TRUE;

  if (arguments->operands != NULL)
    return cli_usage_error (error, _("--keep-in: it is your own key that is kept, not PEER's"));

  if (g_str_equal (arguments->keep_in, "desktop"))
    arguments->place = CHAT_IDENTITY_IN_DESKTOP;
  else if (g_str_equal (arguments->keep_in, "profile"))
    arguments->place = CHAT_IDENTITY_IN_PROFILE;
  else
    return cli_usage_error (error, _("--keep-in: neither “desktop” nor “profile”"));

  return TRUE;
}

int
cli_identity (int    argc,
              char **argv)
{
  g_auto (Arguments) arguments = { { NULL } };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments.json, N_("Write a line of JSON"), NULL },
    { "keep-in", 0, 0, G_OPTION_ARG_STRING, &arguments.keep_in,
      N_("Move your key into the secret store of the “desktop”, or back into the “profile”"),
      N_("PLACE") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  g_set_prgname ("lanyard identity");

  if (!cli_network_parse (&arguments.network, _("[PEER]"),
                          _("Shows the fingerprint of your key; with PEER, the number that you "
                            "and this contact\ncan compare to be sure of each other's keys."),
                          _("Exit status: 0 shown, 1 moved, but a copy is left where it was, "
                            "2 wrong usage,\n3 not known."),
                          entries, argc, argv, &error) ||
      !check (&arguments, &error))
    return cli_network_refuse ("lanyard identity", error);

  if (sodium_init () < 0)
    {
      g_printerr (_("lanyard identity: cryptography is not available\n"));
      return CLI_EXIT_NOT_STARTED;
    }

  return arguments.operands != NULL ? print_number (&arguments) : print_own (&arguments);
}
