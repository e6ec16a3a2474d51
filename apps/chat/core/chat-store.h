/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-contact.h"
#include "chat-message.h"

G_BEGIN_DECLS

#define CHAT_STORE_ERROR (chat_store_error_quark ())

typedef enum
{
  CHAT_STORE_ERROR_FAILED,    /* the system would not */
  CHAT_STORE_ERROR_ACCESS,    /* the file may not be read or written */
  CHAT_STORE_ERROR_NEWER,     /* a later version of this program made the file */
  CHAT_STORE_ERROR_DAMAGED,   /* chat_store_set_aside() begins anew */
  CHAT_STORE_ERROR_FULL,      /* no space: what was acknowledged is kept */
  CHAT_STORE_ERROR_BUSY,      /* another program holds the file: may be tried again */
  CHAT_STORE_ERROR_INVALID,   /* not UTF-8, too long, out of order */
  CHAT_STORE_ERROR_NOT_FOUND, /* no such contact, conversation or message */
  CHAT_STORE_ERROR_AMBIGUOUS, /* several contacts could be meant */
  CHAT_STORE_ERROR_EXISTS,    /* another contact has this name */
} ChatStoreError;

#define CHAT_TYPE_STORE (chat_store_get_type ())

G_DECLARE_FINAL_TYPE (ChatStore, chat_store, CHAT, STORE, GObject)

GQuark       chat_store_error_quark      (void);

ChatStore   *chat_store_open             (const char         *path,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
const char  *chat_store_get_kept_as      (ChatStore          *self);
gboolean     chat_store_set_aside        (ChatStore          *self,
                                          GError            **error);
gboolean     chat_store_tidy             (ChatStore          *self,
                                          gboolean           *more,
                                          GError            **error);

/* Many changes that are acknowledged together. */
gboolean     chat_store_begin            (ChatStore          *self,
                                          GError            **error);
gboolean     chat_store_begin_lazily     (ChatStore          *self,
                                          GError            **error);
gboolean     chat_store_commit           (ChatStore          *self,
                                          GError            **error);
void         chat_store_roll_back        (ChatStore          *self);

/* Where two programs stand with each other. Our numbers never begin anew; those
 * of a peer do when it has lost its history. */
typedef struct
{
  /* Of what goes out */
  guint64 epoch;      /* names our numbering: random, not 0 */
  guint64 first;      /* of the oldest message that the peer has not stored */
  guint64 next;       /* what the next message will be given */
  guint64 sent;       /* were sent up to here */
  guint64 seen;       /* were read by the peer up to here */

  /* Of what comes in; all 0 for a new peer */
  guint64 peer_epoch;
  guint64 stored;     /* the peer's messages are stored up to here */
  guint64 read;       /* and were read up to here */
  gint64  stored_time; /* of the last one stored, as it came; 0 if not known */
} ChatSequences;

gboolean     chat_store_get_sequences    (ChatStore          *self,
                                          gint64              contact,
                                          ChatSequences      *sequences,
                                          GError            **error);
gboolean     chat_store_renew_epoch      (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error);
gboolean     chat_store_reset_incoming   (ChatStore          *self,
                                          gint64              contact,
                                          guint64             peer_epoch,
                                          guint64             stored,
                                          GError            **error);

/* Messages, going out and coming in. */
gboolean     chat_store_queue            (ChatStore          *self,
                                          ChatMessage        *message,
                                          GError            **error);
gboolean     chat_store_receive          (ChatStore          *self,
                                          ChatMessage        *message,
                                          gboolean           *is_new,
                                          GError            **error);
GPtrArray   *chat_store_get_outbox       (ChatStore          *self,
                                          gint64              contact,
                                          guint64             from,
                                          guint               limit,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* A message whose state has changed. */
typedef struct
{
  gint64  id;
  guint64 sequence;
} ChatMark;

gboolean     chat_store_set_state        (ChatStore          *self,
                                          gint64              contact,
                                          guint64             last,
                                          ChatMessageState    state,
                                          GArray             *changed,
                                          GError            **error);
gboolean     chat_store_withdraw         (ChatStore          *self,
                                          gint64              id,
                                          GError            **error);
gboolean     chat_store_mark_read        (ChatStore          *self,
                                          gint64              id,
                                          guint64            *read,
                                          GError            **error);
gboolean     chat_store_remove           (ChatStore          *self,
                                          gint64              id,
                                          GError            **error);

/* Which messages of a conversation go. */
typedef struct
{
  gint64 before;    /* those written before this time; %G_MAXINT64: all */
  gint64 last;      /* the last one that may; %G_MAXINT64: no matter which */
  gint64 after;     /* to look on from here: set to the last one looked at */
  guint  n_removed; /* so far */
} ChatExpiry;

gboolean     chat_store_expire           (ChatStore          *self,
                                          gint64              conversation,
                                          guint               limit,
                                          ChatExpiry         *expiry,
                                          gboolean           *more,
                                          GError            **error);

/* Conversations. */
typedef struct
{
  gint64       id;
  gint64       contact;
  guint        n_unread;
  ChatMessage *last;    /* or NULL */
} ChatConversation;

void         chat_conversation_free      (ChatConversation   *self);

GPtrArray   *chat_store_list_conversations (ChatStore        *self,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
ChatConversation *chat_store_describe_conversation (ChatStore *self,
                                          gint64              contact,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gint64       chat_store_get_conversation (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error);
gboolean     chat_store_count_unread     (ChatStore          *self,
                                          gint64              contact,
                                          guint              *n_unread,
                                          GError            **error);
ChatMessage *chat_store_get_message      (ChatStore          *self,
                                          gint64              id,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *chat_store_get_before       (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              before,
                                          guint               limit,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *chat_store_get_after        (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              after,
                                          guint               limit,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *chat_store_get_beginnings   (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              after,
                                          guint               limit,
                                          gsize               max_size,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_store_count            (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              from,
                                          gint64              before,
                                          guint              *n_messages,
                                          GError            **error);
gboolean     chat_store_count_back       (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              before,
                                          guint               limit,
                                          guint              *n_messages,
                                          gint64             *oldest,
                                          GError            **error);
gboolean     chat_store_get_nth          (ChatStore          *self,
                                          gint64              conversation,
                                          gint64              from,
                                          guint               n,
                                          gint64             *id,
                                          GError            **error);
gboolean     chat_store_get_first_unread (ChatStore          *self,
                                          gint64              contact,
                                          gint64             *id,
                                          GError            **error);
GPtrArray   *chat_store_search           (ChatStore          *self,
                                          gint64              conversation,
                                          const char         *query,
                                          gint64              before,
                                          guint               limit,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_store_export_some      (ChatStore          *self,
                                          gint64              conversation,
                                          gint64             *after,
                                          GString            *json,
                                          GError            **error);
gboolean     chat_store_export           (ChatStore          *self,
                                          gint64              conversation,
                                          GOutputStream      *stream,
                                          GCancellable       *cancellable,
                                          GError            **error);

/* Contacts. */
ChatContact *chat_store_meet             (ChatStore          *self,
                                          const guint8        key[CHAT_CONTACT_KEY_SIZE],
                                          const char         *name,
                                          gint64              time,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *chat_store_list_contacts    (ChatStore          *self,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
ChatContact *chat_store_get_contact      (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
ChatContact *chat_store_find_key         (ChatStore          *self,
                                          const guint8        key[CHAT_CONTACT_KEY_SIZE],
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
ChatContact *chat_store_find_name        (ChatStore          *self,
                                          const char         *name,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_store_set_trust        (ChatStore          *self,
                                          gint64              contact,
                                          ChatTrust           trust,
                                          GError            **error);
gboolean     chat_store_set_blocked      (ChatStore          *self,
                                          gint64              contact,
                                          gboolean            blocked,
                                          GError            **error);
gboolean     chat_store_rename           (ChatStore          *self,
                                          gint64              contact,
                                          const char         *petname,
                                          GError            **error);
gboolean     chat_store_forget           (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error);
GStrv        chat_store_get_names        (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_store_add_address      (ChatStore          *self,
                                          gint64              contact,
                                          const char         *address,
                                          gint64              time,
                                          GError            **error);
GStrv        chat_store_get_addresses    (ChatStore          *self,
                                          gint64              contact,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatConversation, chat_conversation_free)

G_END_DECLS
