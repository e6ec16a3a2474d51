/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-sockets.h"

G_BEGIN_DECLS

/* @address is where the host is, or NULL and @error says why that is not known. */
typedef void (*ChatLookupFunc) (const ChatAddress *address,
                                const GError      *error,
                                gpointer           user_data);

/* What may be sent to. */
typedef gboolean (*ChatLookupFilter) (GSocketFamily family,
                                      gpointer      user_data);

GSocketConnectable *chat_lookup_parse (const char          *text,
                                       uint16_t             default_port,
                                       GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void                chat_lookup_start (GSocketConnectable  *connectable,
                                       GCancellable        *cancellable,
                                       ChatLookupFilter     filter,
                                       ChatLookupFunc       func,
                                       gpointer             user_data);

G_END_DECLS
