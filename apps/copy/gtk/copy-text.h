/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the windows say, in the user's language. */
char       *copy_text_path     (const char         *path);
char       *copy_text_name     (const char         *path);
char       *copy_text_folder   (const char         *path);
char       *copy_text_count    (guint64             number);
char       *copy_text_rate     (double              bytes_per_second);
char       *copy_text_what     (const CopyRequest  *request);
char       *copy_text_title    (const CopyRequest  *request);
char       *copy_text_route    (const CopyRequest  *request);
char       *copy_text_state    (CopyQueuedJob      *job);
gboolean    copy_text_is_held_up
                               (CopyQueuedJob      *job);
char       *copy_text_trouble  (CopyQueue          *queue);
char       *copy_text_problems (GListModel         *problems,
                                GtkBitset          *which);
const char *copy_text_action   (CopyAction          action);
const char *copy_text_action_icon
                               (CopyAction          action);

G_END_DECLS
