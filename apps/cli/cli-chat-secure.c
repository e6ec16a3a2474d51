/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "cli-chat.h"

#include <glib/gi18n.h>

int
cli_chat_secure (const CliChatOptions *options)
{
  g_printerr (_("lanyard chat: the secure wire is not available; --plain is\n"));

  return CLI_EXIT_NOT_STARTED;
}
