/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A desktop of the test's own: a session bus, which from then on is the one that this
 * program and its children use, and on it GNOME's keyring, with its files in a folder. */
typedef struct
{
  char        *folder;
  GSubprocess *bus;
  GSubprocess *keyring;   /* or NULL */
} TestDesktop;

/* What it would take and is not there, or NULL. */
const char  *test_desktop_find_missing  (void);

/* TRUE, and the test is skipped, if there is such. */
gboolean     test_desktop_is_lacking    (void);

TestDesktop *test_desktop_new           (const char  *folder);
void         test_desktop_free          (TestDesktop *self);

/* A keyring that is open; its secrets are in the folder @name. */
void         test_desktop_start_keyring (TestDesktop *self,
                                         const char  *name);
void         test_desktop_lock_keyring  (TestDesktop *self);
void         test_desktop_end_keyring   (TestDesktop *self);

/* Ends the bus, and with it all that is on it. */
void         test_desktop_end_bus       (TestDesktop *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDesktop, test_desktop_free)

G_END_DECLS
