/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-arguments"

#include "chat-arguments.h"

#include "chat-contact.h"

#include <glib/gi18n.h>

static const GOptionEntry entries[] = {
  { "profile", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_("Keep the key, the contacts, the history and the settings in DIR"), N_("DIR") },
  { "name", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Be called NAME by others"), N_("NAME") },
  { "bind", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Listen at this IP address alone"), N_("ADDR") },
  { "port", 0, 0, G_OPTION_ARG_INT, NULL,
    N_("Listen at port N (default: 7891); 0: any that is free"), N_("N") },
  { "no-discovery", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_("Neither look for others on the network nor be found there"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the version"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, NULL },
  G_OPTION_ENTRY_NULL
};

void
chat_arguments_add_to (GApplication *application)
{
  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_parameter_string (application, _("[PEER]"));
  g_application_set_option_context_summary (application,
    _("Talks with people on the network. PEER, whose conversation is opened, is a contact's\n"
      "name, the start of a key's fingerprint, or ADDR:PORT."));
}

static gboolean G_GNUC_PRINTF (2, 3)
fail (GError     **error,
      const char  *format,
      ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
  va_end (arguments);

  return FALSE;
}

static gboolean
check (ChatArguments  *self,
       GVariantDict   *options,
       GError        **error)
{
  g_autofree const char **peers = NULL;
  g_autofree char *name = self->name != NULL ? chat_contact_clean_name (self->name, -1) : NULL;

  if (self->profile != NULL && *self->profile == '\0')
    return fail (error, _("--profile: no folder is named"));

  if (name != NULL && *name == '\0')
    return fail (error, _("--name: a name needs a letter at least"));

  if (self->bind != NULL && !g_hostname_is_ip_address (self->bind))
    return fail (error, _("--bind: “%s” is not an IP address"), self->bind);

  if (self->port < -1 || self->port > G_MAXUINT16)
    return fail (error, _("--port: not a port: a number from 1 to 65535, or 0 for any that is "
                          "free"));

  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &peers) &&
      peers[0] != NULL && peers[1] != NULL)
    return fail (error, _("“%s”: one can be talked to, not more"), peers[1]);

  return TRUE;
}

gboolean
chat_arguments_read (ChatArguments  *self,
                     GVariantDict   *options,
                     GError        **error)
{
  g_autofree char *profile = NULL;

  self->port = -1;
  if (g_variant_dict_lookup (options, "profile", "^ay", &profile))
    self->profile = *profile != '\0' ? g_canonicalize_filename (profile, NULL)
                                     : g_steal_pointer (&profile);

  g_variant_dict_lookup (options, "name", "s", &self->name);
  g_variant_dict_lookup (options, "bind", "s", &self->bind);
  g_variant_dict_lookup (options, "no-discovery", "b", &self->no_discovery);
  if (g_variant_dict_lookup (options, "port", "i", &self->port) && self->port < 0)
    self->port = G_MAXINT;

  return check (self, options, error);
}

/* Whether they say anything that only a program that begins can obey. */
gboolean
chat_arguments_any (GVariantDict *options)
{
  return g_variant_dict_contains (options, "name") || g_variant_dict_contains (options, "bind") ||
         g_variant_dict_contains (options, "port") ||
         g_variant_dict_contains (options, "no-discovery");
}

/* Whom to talk with, or NULL. */
char *
chat_arguments_peer (GVariantDict *options)
{
  g_autofree const char **peers = NULL;

  if (!g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &peers))
    return NULL;

  return g_strdup (peers[0]);
}

void
chat_arguments_clear (ChatArguments *self)
{
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->bind, g_free);
}
