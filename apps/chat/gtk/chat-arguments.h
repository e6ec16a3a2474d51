/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What the command line asks for. NULL, and a port of -1, stand for what the settings say. */
typedef struct
{
  char     *profile;
  char     *name;
  char     *bind;
  int       port;
  gboolean  no_discovery;
} ChatArguments;

void      chat_arguments_add_to (GApplication   *application);
gboolean  chat_arguments_read   (ChatArguments  *self,
                                 GVariantDict   *options,
                                 GError        **error);
gboolean  chat_arguments_any    (GVariantDict   *options);
char     *chat_arguments_peer   (GVariantDict   *options) G_GNUC_WARN_UNUSED_RESULT;
void      chat_arguments_clear  (ChatArguments  *self);

G_END_DECLS
