/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_CONTACT_KEY_SIZE 32

/* The longest name, in characters. */
#define CHAT_CONTACT_MAX_NAME 64

/* The addresses that are remembered of each. */
#define CHAT_CONTACT_MAX_ADDRESSES 8

/* How far the key is trusted. These numbers are in the database, in this order. */
typedef enum
{
  CHAT_TRUST_HELD = 0,     /* another key under the name of a contact that is pinned:
                              nothing goes either way until the user accepts it */
  CHAT_TRUST_SEEN = 1,     /* the first with its name */
  CHAT_TRUST_PINNED = 2,   /* used or accepted: another key under its name is held */
  CHAT_TRUST_VERIFIED = 3, /* the safety numbers were compared */
} ChatTrust;

/* A person's key, and what is known of it. Immutable, and may be shared by
 * threads: it is what the store knew when it was asked. */
typedef struct
{
  gint64    id;
  guint8    key[CHAT_CONTACT_KEY_SIZE];
  char     *name;       /* what it calls itself; may be empty */
  char     *petname;    /* what the user calls it, or NULL */
  ChatTrust trust;
  gboolean  blocked;
  gint64    first_seen; /* microseconds since 1970, UTC */
  gint64    last_seen;
  gint64    namesake;   /* the contact known by this name before it, or 0 */
} ChatContact;

ChatContact *chat_contact_ref        (ChatContact       *self);
void         chat_contact_unref      (ChatContact       *self);
const char  *chat_contact_get_name   (const ChatContact *self);
gboolean     chat_contact_may_talk   (const ChatContact *self);

char        *chat_contact_clean_name (const char        *name,
                                      gssize             size) G_GNUC_WARN_UNUSED_RESULT;
char        *chat_contact_fold_name  (const char        *name) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatContact, chat_contact_unref)

G_END_DECLS
