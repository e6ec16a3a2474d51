/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

G_BEGIN_DECLS

/* Where somebody stands in the list, in this order. */
typedef enum
{
  CHAT_PERSON_TALKED,   /* there is a conversation */
  CHAT_PERSON_NEAR,     /* none yet, but is here */
  CHAT_PERSON_AWAY,
} ChatPersonPlace;

/* Somebody as the sidebar shows them: all of it properties, which tell of changes. */
#define CHAT_TYPE_PERSON (chat_person_get_type ())

G_DECLARE_FINAL_TYPE (ChatPerson, chat_person, CHAT, PERSON, GObject)

ChatPerson      *chat_person_new             (ChatPeer               *peer)
                                             G_GNUC_WARN_UNUSED_RESULT;
void             chat_person_update          (ChatPerson             *self,
                                              const ChatConversation *conversation);
void             chat_person_set_heading     (ChatPerson             *self,
                                              const char             *heading);

ChatPeer        *chat_person_get_peer        (ChatPerson             *self);
gint64           chat_person_get_contact     (ChatPerson             *self);
const char      *chat_person_get_name        (ChatPerson             *self);
const char      *chat_person_get_description (ChatPerson             *self);
guint            chat_person_get_n_unread    (ChatPerson             *self);
gint64           chat_person_get_last        (ChatPerson             *self);
ChatPersonPlace  chat_person_get_place       (ChatPerson             *self);
gboolean         chat_person_matches         (ChatPerson             *self,
                                              const char             *folded);
char            *chat_person_describe_peer   (ChatPeer               *peer)
                                             G_GNUC_WARN_UNUSED_RESULT;
int              chat_person_compare         (ChatPerson             *self,
                                              ChatPerson             *other);

G_END_DECLS
