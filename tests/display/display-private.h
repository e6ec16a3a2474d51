/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"

G_BEGIN_DECLS

void _display_start_notifications  (void);
void _display_finish_notifications (GApplication *application);
void _display_forget_notifications (void);

G_END_DECLS
