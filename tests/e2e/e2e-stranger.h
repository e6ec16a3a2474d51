/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Somebody on this machine with a socket, and no program around it. */
typedef struct
{
  GSocket *socket;
  guint    port;
} E2eStranger;

void  e2e_stranger_init         (E2eStranger *self);
void  e2e_stranger_clear        (E2eStranger *self);
void  e2e_stranger_say          (E2eStranger *self,
                                 guint        port,
                                 const char  *bytes,
                                 gsize        length);
void  e2e_stranger_assert_hears (E2eStranger *self,
                                 const char  *bytes,
                                 gsize        length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (E2eStranger, e2e_stranger_clear)

G_END_DECLS
