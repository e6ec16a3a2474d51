/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "app-text.h"
#include "cli-chat.h"

#include <glib/gi18n.h>

/* Opens what “lanyard chat”, “send” and “peers” have in common. */
ChatEngine *
cli_chat_open (const char           *command,
               const CliChatOptions *options)
{
  ChatEngineOptions chosen = {
    .profile = options->profile,
    .name = options->name,
    .bind = options->bind,
    .port = options->port > 0 ? (uint16_t) options->port : 0,
    .any_port = options->port == 0,
    .no_discovery = options->no_discovery,
  };
  g_autoptr (GError) error = NULL;
  ChatEngine *engine = chat_engine_new (&chosen, &error);
  const char *kept_as;

  if (engine == NULL)
    {
      g_autofree char *text = app_text_printable (error->message);

      g_printerr ("%s: %s\n", command, text);
      return NULL;
    }

  kept_as = chat_store_get_kept_as (chat_engine_get_store (engine));
  if (kept_as != NULL)
    {
      g_autofree char *text = app_text_printable (kept_as);

      /* Translators: the command that runs, and the path of a file */
      g_printerr (_("%s: the history was damaged; it is kept as %s, and a new one was begun\n"),
                  command, text);
    }

  return engine;
}

int
cli_chat_secure (const CliChatOptions *options)
{
  ChatEngine *engine = cli_chat_open ("lanyard chat", options);
  int status;

  if (engine == NULL)
    return CLI_EXIT_NOT_STARTED;

  status = options->json ? cli_chat_json (engine, options->peer)
                         : cli_chat_talk (engine, options->peer);

  chat_engine_stop (engine);
  g_object_unref (engine);

  return status;
}
