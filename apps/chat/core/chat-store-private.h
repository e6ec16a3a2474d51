/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _ChatStore
{
  GObject     parent_instance;

  /* Set once */
  GThread    *owner;
  char       *path;

  /* Owner's thread only */
  sqlite3    *db;
  GHashTable *statements;   /* the address of an SQL text -> sqlite3_stmt */
  GHashTable *links;        /* contact -> ChatStoreLink */
  GString    *words;        /* scratch */
  char       *kept_as;      /* where a damaged file is now */
  gint64      last_id;      /* of all messages there ever were */
  gint64      indexed;      /* messages up to here can be found by their words */
  gboolean    is_split;     /* the index is in more pieces than it has to be */
  gboolean    forgets;      /* something that was removed is still to be cleared away */
  gboolean    in_batch;
  gboolean    is_lazy;       /* the disk is not waited for */
  gboolean    batch_failed;
};

/* --- statements: chat-store.c ---
 *
 * A statement is prepared once, known by the address of its text, and reset
 * where its variable goes out of scope. */
typedef sqlite3_stmt ChatStatement;

static inline void
_chat_statement_end (ChatStatement *self)
{
  sqlite3_reset (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatStatement, _chat_statement_end)

gboolean       _chat_store_fail       (ChatStore      *self,
                                       int             result,
                                       const char     *what,
                                       GError        **error);
ChatStatement *_chat_store_prepare    (ChatStore      *self,
                                       const char     *sql,
                                       const char     *what,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;
ChatStatement *_chat_store_prepare_ids (ChatStore     *self,
                                       const char     *sql,
                                       const gint64   *ids,
                                       guint           n_ids,
                                       const char     *what,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       _chat_store_run        (ChatStore      *self,
                                       ChatStatement  *statement,
                                       const char     *what,
                                       GError        **error);
gboolean       _chat_store_run_ids    (ChatStore      *self,
                                       const char     *sql,
                                       const gint64   *ids,
                                       guint           n_ids,
                                       const char     *what,
                                       GError        **error);
int            _chat_store_step       (ChatStore      *self,
                                       ChatStatement  *statement,
                                       const char     *what,
                                       GError        **error);
gboolean       _chat_store_get_number (ChatStore      *self,
                                       const char     *sql,
                                       const gint64   *ids,
                                       guint           n_ids,
                                       gint64         *number,
                                       GError        **error);
gboolean       _chat_store_enter      (ChatStore      *self,
                                       const char     *what,
                                       GError        **error);
gboolean       _chat_store_leave      (ChatStore      *self,
                                       gboolean        done,
                                       const char     *what,
                                       GError        **error);

/* The integers that a statement is about, in their order. */
#define CHAT_IDS(...) \
  (const gint64[]) { __VA_ARGS__ }, G_N_ELEMENTS (((const gint64[]) { __VA_ARGS__ }))

const char    *_chat_store_cannot_read   (void);
const char    *_chat_store_cannot_change (void);

/* --- the file: chat-store-open.c, chat-store-file.c, chat-store-schema.c --- */
ChatStoreError _chat_store_error_code (sqlite3        *db,
                                       int             result);
gboolean       _chat_store_connect    (ChatStore      *self,
                                       GError        **error);
void           _chat_store_disconnect (ChatStore      *self);
gboolean       _chat_store_load_marks (ChatStore      *self,
                                       GError        **error);
gboolean       _chat_store_migrate    (ChatStore      *self,
                                       GError        **error);

typedef enum
{
  CHAT_STORE_FILE_READY,   /* there, or newly made */
  CHAT_STORE_FILE_DAMAGED, /* it is no database */
  CHAT_STORE_FILE_CLOSED,  /* with an error */
} ChatStoreFile;

ChatStoreFile  _chat_store_file_look       (const char  *path,
                                            GError     **error);
char          *_chat_store_file_set_aside  (const char  *path,
                                            GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void           _chat_store_file_suspect    (const char  *path);
gboolean       _chat_store_file_is_suspect (const char  *path);
void           _chat_store_file_trust      (const char  *path);

/* --- messages: chat-store-link.c, chat-store-message.c --- */

/* Where a contact's messages stand, ahead of what is in the database until the
 * transaction ends. */
typedef struct
{
  gint64        contact;
  gint64        conversation;
  gint64        since;      /* the numbers of incoming ones up to here do not count any more */
  gint64        read_id;    /* incoming ones up to here were read */
  gint64        last;       /* the last of the conversation, or 0 */
  guint         n_unread;
  ChatSequences sequences;
  gboolean      changed;
} ChatStoreLink;

ChatStoreLink *_chat_store_link         (ChatStore      *self,
                                         gint64          contact,
                                         GError        **error);
ChatStoreLink *_chat_store_link_of      (ChatStore      *self,
                                         gint64          conversation,
                                         GError        **error);
gboolean       _chat_store_save_links   (ChatStore      *self,
                                         GError        **error);
gboolean       _chat_store_add_link     (ChatStore      *self,
                                         gint64          contact,
                                         GError        **error);

/* What was removed before it was delivered, and the messages of who was forgotten, are not. */
#define CHAT_STORE_IS_THERE \
  "m.conversation != 0 AND m.conversation NOT IN (SELECT conversation FROM gone)"

/* What a statement has to select so that its rows are messages. */
#define CHAT_STORE_MESSAGE_COLUMNS \
  "m.id, m.conversation, m.contact, m.outgoing, m.failed, m.kind, m.sequence, m.time, m.uid, m.body"

ChatMessage   *_chat_store_read_message  (ChatStore     *self,
                                          ChatStatement *statement,
                                          GError       **error);
GPtrArray     *_chat_store_read_messages (ChatStore     *self,
                                          ChatStatement *statement,
                                          GError       **error);
gboolean       _chat_store_remove_gone   (ChatStore     *self,
                                          gboolean      *more,
                                          GError       **error);

/* --- words: chat-store-index.c --- */

/* The first word of each message is its conversation: a character that is in no word, and
 * a number. */
#define CHAT_STORE_CONVERSATION_WORD "\xee\x80\x80%lld"

const char    *_chat_store_get_words     (ChatStore     *self,
                                          gint64         conversation,
                                          const char    *text);
gboolean       _chat_store_limit_tail    (ChatStore     *self,
                                          GError       **error);
gboolean       _chat_store_do_some_work  (ChatStore     *self,
                                          GError       **error);
gboolean       _chat_store_unindex       (ChatStore     *self,
                                          gint64         id,
                                          gint64         conversation,
                                          const char    *text,
                                          GError       **error);

G_END_DECLS
