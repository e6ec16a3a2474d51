/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Called on the main context for signals and keys. */
typedef void (*CliSignalFunc) (int      signal,
                               gpointer user_data);
typedef void (*CliKeyFunc)    (char     key,
                               gpointer user_data);

void     cli_signals_watch       (CliSignalFunc  func,
                                  gpointer       user_data);
void     cli_signals_unwatch     (void);
void     cli_signals_stop_self   (void);

gboolean cli_keys_watch          (CliKeyFunc     func,
                                  gpointer       user_data);
void     cli_keys_suspend        (void);
void     cli_keys_resume         (void);
void     cli_keys_unwatch        (void);

guint    cli_terminal_get_width  (void);

G_END_DECLS
