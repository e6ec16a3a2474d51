/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"
#include "display.h"

G_BEGIN_DECLS

/* Ada, who has Lanyard Chat, and whose dialogs are looked at. */
void        dialog_run         (DisplayBody     body);
ChatEngine *dialog_get_engine  (GtkApplication *application);
char       *dialog_make_folder (const char     *name);

#define DIALOG_TEST(body) static void test_##body (void) { dialog_run (body); }

/* Uses them as one who has only a keyboard. */
void        dialog_use         (gpointer        window,
                                GType           type,
                                const char     *name);
void        dialog_fill_row    (gpointer        window,
                                const char     *name,
                                const char     *text);

/* Somebody to talk with, who is online until the end. */
typedef struct
{
  char       *profile;
  ChatEngine *engine;
  ChatEngine *ours;
  ChatPeer   *peer;     /* Bob, as we know him */
} DialogBob;

void        dialog_bob_begin   (DialogBob      *bob,
                                GtkApplication *application);
void        dialog_bob_end     (DialogBob      *bob);

G_END_DECLS
