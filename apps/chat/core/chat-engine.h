/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-identity.h"
#include "chat-peer.h"
#include "chat-store.h"

#include <stdint.h>

G_BEGIN_DECLS

#define CHAT_ENGINE_ERROR (chat_engine_error_quark ())

typedef enum
{
  CHAT_ENGINE_ERROR_ADDRESS,   /* not one, or of a name that is not known */
  CHAT_ENGINE_ERROR_UNKNOWN,   /* no such contact */
  CHAT_ENGINE_ERROR_AMBIGUOUS, /* several contacts could be meant */
  CHAT_ENGINE_ERROR_HELD,      /* its key is not the one known by its name */
  CHAT_ENGINE_ERROR_BLOCKED,   /* by the user */
} ChatEngineError;

/* 0 and NULL stand for the default. */
typedef struct
{
  const char *profile;         /* the folder of identity and history */
  const char *name;            /* what we call ourselves from now on; as before */
  const char *bind;            /* an IP address of this machine; all of them */
  uint16_t    port;            /* CHAT_PORT, and any other if that is taken */
  gboolean    any_port;        /* one that the system chooses */
  gboolean    no_discovery;    /* neither send nor hear beacons */
} ChatEngineOptions;

/* The whole chat: one identity, its history, and its place on the network.
 *
 * Belongs to the main context that is the thread's default when it is made, and all
 * its signals come there:
 *
 * - “peer” (ChatPeer): somebody is new, has come, has gone, or is called or trusted
 *   differently;
 * - “message” (ChatPeer, ChatMessage): one has come and is stored;
 * - “state” (ChatPeer, id of a message as gint64, ChatMessageState as guint): how far
 *   one of ours is;
 * - “conversation” (ChatPeer): the user has changed what is kept of it: said something,
 *   read, removed, or forgotten it all;
 * - “removed” (ChatPeer, id of a message as gint64, or 0 for many): before “conversation”;
 * - “unreached” (address and reason, both strings): an attempt came to nothing;
 * - “problem” (GError): something that the user should know of. */
#define CHAT_TYPE_ENGINE (chat_engine_get_type ())

G_DECLARE_FINAL_TYPE (ChatEngine, chat_engine, CHAT, ENGINE, GObject)

GQuark       chat_engine_error_quark     (void);

ChatEngine  *chat_engine_new             (const ChatEngineOptions  *options,
                                          GError                  **error)
                                         G_GNUC_WARN_UNUSED_RESULT;
void         chat_engine_new_async       (const ChatEngineOptions  *options,
                                          GCancellable             *cancellable,
                                          GAsyncReadyCallback       callback,
                                          gpointer                  user_data);
ChatEngine  *chat_engine_new_finish      (GAsyncResult             *result,
                                          GError                  **error)
                                         G_GNUC_WARN_UNUSED_RESULT;
void         chat_engine_start           (ChatEngine               *self);
void         chat_engine_stop            (ChatEngine               *self);

void         chat_engine_set_name        (ChatEngine               *self,
                                          const char               *name);
const char  *chat_engine_get_name        (ChatEngine               *self);
const char  *chat_engine_get_fingerprint (ChatEngine               *self);
const uint8_t *chat_engine_get_key       (ChatEngine               *self);
uint16_t     chat_engine_get_port        (ChatEngine               *self);
gboolean     chat_engine_is_discovering  (ChatEngine               *self);
ChatStore   *chat_engine_get_store       (ChatEngine               *self);

/* Where the key is kept. */
ChatIdentityPlace chat_engine_get_key_place (ChatEngine            *self);
void         chat_engine_move_key_async  (ChatEngine               *self,
                                          ChatIdentityPlace         place,
                                          GAsyncReadyCallback       callback,
                                          gpointer                  user_data);
gboolean     chat_engine_move_key_finish (GAsyncResult             *result,
                                          GError                  **error);
void         chat_engine_look_for_vault_async (ChatEngine          *self,
                                          GAsyncReadyCallback       callback,
                                          gpointer                  user_data);
gboolean     chat_engine_look_for_vault_finish (GAsyncResult       *result,
                                          GError                  **error);

GPtrArray   *chat_engine_list_peers      (ChatEngine               *self)
                                         G_GNUC_WARN_UNUSED_RESULT;
ChatPeer    *chat_engine_get_peer        (ChatEngine               *self,
                                          gint64                    contact);
ChatPeer    *chat_engine_find_peer       (ChatEngine               *self,
                                          const char               *who,
                                          GError                  **error);
ChatPeer    *chat_engine_find_peer_at    (ChatEngine               *self,
                                          const char               *address);

gboolean     chat_engine_is_address      (const char               *text);
gboolean     chat_engine_connect         (ChatEngine               *self,
                                          const char               *address,
                                          GError                  **error);
ChatMessage *chat_engine_send            (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          const char               *text,
                                          GError                  **error);
GPtrArray   *chat_engine_send_all        (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          const char *const        *texts,
                                          GError                  **error);
gboolean     chat_engine_mark_read       (ChatEngine               *self,
                                          gint64                    id,
                                          GError                  **error);

gboolean     chat_engine_remove          (ChatEngine               *self,
                                          gint64                    id,
                                          GError                  **error);

/* What the user decides about a contact. */
gboolean     chat_engine_rename          (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          const char               *name,
                                          GError                  **error);
gboolean     chat_engine_set_blocked     (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          gboolean                  blocked,
                                          GError                  **error);
gboolean     chat_engine_set_trust       (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          ChatTrust                 trust,
                                          GError                  **error);
gboolean     chat_engine_forget          (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          GError                  **error);

/* What is kept of what was said. What waits to be delivered always is. */
void         chat_engine_set_retention   (ChatEngine               *self,
                                          guint                     days);
void         chat_engine_clear_async     (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          GAsyncReadyCallback       callback,
                                          gpointer                  user_data);
gboolean     chat_engine_clear_finish    (GAsyncResult             *result,
                                          GError                  **error);
void         chat_engine_export_async    (ChatEngine               *self,
                                          ChatPeer                 *peer,
                                          GFile                    *file,
                                          GCancellable             *cancellable,
                                          GAsyncReadyCallback       callback,
                                          gpointer                  user_data);
gint64       chat_engine_export_finish   (GAsyncResult             *result,
                                          GError                  **error);

/* What was tried to reach a peer, or anybody, and what was heard: some lines. */
char        *chat_engine_explain         (ChatEngine               *self,
                                          ChatPeer                 *peer)
                                         G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
