/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"

G_BEGIN_DECLS

/* Until windows have dealt with the keys and the pointer. */
void _display_finish_input         (void);

void _display_start_notifications  (void);
void _display_finish_notifications (GApplication *application);
void _display_forget_notifications (void);

void _display_give_keyboard        (GtkWindow    *window);

/* A key for another program. */
void _display_press_elsewhere      (const char   *accelerator);

G_END_DECLS
