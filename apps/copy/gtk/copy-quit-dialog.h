/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks whether to end while jobs are active, and says what becomes of them then. Its "response"
 * is "stop" or "continue". */
GtkWindow *copy_quit_dialog_new (GtkWindow *parent,
                                 CopyQueue *queue) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
