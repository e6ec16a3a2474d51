/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-discovery.h"
#include "chat-engine.h"
#include "chat-node.h"
#include "chat-peer-private.h"
#include "chat-profile.h"

G_BEGIN_DECLS

/* Where a beacon came from. On several networks there are several, and not all of
 * them need to be good. */
typedef struct
{
  ChatAddress address;
  gint64      next_try;    /* monotonic */
} ChatSightingPlace;

#define CHAT_SIGHTING_PLACES_MAX 4

/* A run of some program that beacons told of. */
typedef struct
{
  gint64             run;
  ChatSightingPlace  places[CHAT_SIGHTING_PLACES_MAX];
  guint              n_places;
  gint64             last_heard;
  ChatPeer          *peer;   /* once it has shown who it is; not owned */
} ChatSighting;

/* Why the last attempt at an address came to nothing. */
typedef struct
{
  ChatHandshakeReason reason;
  gint64              time;
} ChatFailure;

/* One event of a batch, and what the store made of it. */
typedef struct
{
  ChatNodeEvent *event;
  ChatPeer      *peer;      /* or NULL */
  ChatMessage   *message;   /* one that is new, or NULL */
  GArray        *changed;   /* ChatMark: messages of ours that are further now, or NULL */
} ChatStep;

/* Main context only. chat-engine.c is its life, -open its beginning, -key where its key
 * is kept; -talk and -contacts are
 * what the user says and decides, -inbox what peers do, -store what is kept of that, -history
 * and -export what is done with that later, -reach finding them, -explain why not. */
struct _ChatEngine
{
  GObject        parent_instance;

  /* Set once */
  ChatProfile   *profile;
  ChatIdentity  *identity;
  char          *fingerprint;
  ChatIdentityPlace key_place;
  char          *name;
  char          *bind;
  gboolean       no_discovery;
  ChatStore     *store;
  ChatNode      *node;
  GMainContext  *context;

  ChatDiscovery *discovery;   /* or NULL */
  GSource       *inbox;
  GSource       *tick;
  GSource       *retry;       /* of a batch that could not be stored, or NULL */
  GSource       *tidy;        /* there is work of the store that can wait, or NULL */
  GPtrArray     *batch;       /* ChatStep: what is not stored yet, or NULL */
  gboolean       is_urgent;   /* there is in it what somebody waits for, */
  gboolean       has_meetings;/* or what may be stored a little later */
  GSource       *meeting;     /* when that is, or NULL */
  gint64         next_meeting;/* not before this */

  guint          retention;   /* days that messages are kept; 0: for ever */
  GSource       *expiry;      /* the next look at what is too old, or NULL */
  GPtrArray     *sweeps;      /* going through what was said; each owns itself */
  GPtrArray     *exports;     /* the same */

  GHashTable    *peers;       /* contact → ChatPeer, owned */
  GHashTable    *by_key;      /* their keys */
  GHashTable    *sightings;   /* run → ChatSighting */
  GHashTable    *failures;    /* address as text → ChatFailure */
  GHashTable    *hosts;       /* address as text → the HOST:PORT that was asked for */
};

char     *_chat_engine_choose_name  (const char        *wanted)
                                     G_GNUC_WARN_UNUSED_RESULT;
void      _chat_engine_keep_name    (ChatEngine        *self);
ChatPeer *_chat_engine_add_peer     (ChatEngine        *self,
                                     ChatContact       *contact);
ChatPeer *_chat_engine_get_by_key   (ChatEngine        *self,
                                     const uint8_t     *key);
void      _chat_engine_pin          (ChatEngine        *self,
                                     ChatPeer          *peer);
void      _chat_engine_feed         (ChatEngine        *self,
                                     ChatPeer          *peer);
void      _chat_engine_tell_peer    (ChatEngine        *self,
                                     ChatPeer          *peer);
void      _chat_engine_tell_conversation (ChatEngine   *self,
                                     ChatPeer          *peer);
void      _chat_engine_tell_removed (ChatEngine        *self,
                                     ChatPeer          *peer,
                                     gint64             id);
void      _chat_engine_tell_problem (ChatEngine        *self,
                                     const GError      *error);
void      _chat_engine_unlink       (ChatEngine        *self,
                                     ChatPeer          *peer,
                                     ChatByeReason      reason);

void      _chat_engine_await_key    (void);
void      _chat_engine_listen       (ChatEngine        *self);
void      _chat_engine_plan_tidy    (ChatEngine        *self);
void      _chat_engine_history_stop (ChatEngine        *self);
void      _chat_engine_exports_stop (ChatEngine        *self);
GPtrArray *_chat_engine_list_talks  (ChatEngine        *self,
                                     ChatPeer          *peer,
                                     GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void      _chat_step_free           (gpointer           step);
gboolean  _chat_step_needs_store    (const ChatNodeEvent *event);
gboolean  _chat_engine_store_batch  (ChatEngine        *self,
                                     GError           **error);

gboolean  _chat_engine_parse_address (const char      *text,
                                      ChatAddress       *address);
void      _chat_engine_reach_start  (ChatEngine        *self);
void      _chat_engine_reach_stop   (ChatEngine        *self);
const char *_chat_engine_describe   (ChatHandshakeReason reason);
void      _chat_engine_look_for     (ChatEngine        *self,
                                     ChatPeer          *peer);
void      _chat_engine_found        (ChatEngine        *self,
                                     ChatPeer          *peer,
                                     const ChatAddress *address);
void      _chat_engine_lost         (ChatEngine        *self,
                                     ChatPeer          *peer);
void      _chat_engine_be_patient   (ChatPeer          *peer);
void      _chat_engine_failed       (ChatEngine        *self,
                                     const ChatNodeEvent *event);

G_END_DECLS
