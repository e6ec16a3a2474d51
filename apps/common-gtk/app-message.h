/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What adw_message_dialog_new() makes, without the warning that newer versions give of theirs. */
GtkWidget *app_message_new (GtkWindow  *parent,
                            const char *heading,
                            const char *body);

G_END_DECLS
