/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-chat.h"

#include <stdint.h>

G_BEGIN_DECLS

/* A bad network between two programs: a thread that passes datagrams on, and drops,
 * repeats, delays and reorders them. Each side finds the other at an address of the
 * relay's. */
typedef struct _E2eRelay E2eRelay;

/* Two sides: 0 and 1. */
#define E2E_RELAY_SIDES 2

typedef struct
{
  guint64 n_received;
  guint64 n_dropped;
  guint64 n_repeated;
  guint64 n_reordered;
} E2eRelayInfo;

E2eRelay    *e2e_relay_new          (guint          percent,
                                     guint32        seed);
void         e2e_relay_free         (E2eRelay      *self);
void         e2e_relay_set_side     (E2eRelay      *self,
                                     guint          side,
                                     E2eChat       *chat);
void         e2e_relay_move         (E2eRelay      *self,
                                     guint          side);
char        *e2e_relay_get_address  (E2eRelay      *self,
                                     guint          side);
GBytes      *e2e_relay_get_recent   (E2eRelay      *self,
                                     guint          side,
                                     guint          n);
void         e2e_relay_inject       (E2eRelay      *self,
                                     guint          side,
                                     const uint8_t *datagram,
                                     gsize          length);
E2eRelayInfo e2e_relay_get_info     (E2eRelay      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eRelay, e2e_relay_free)

G_END_DECLS
