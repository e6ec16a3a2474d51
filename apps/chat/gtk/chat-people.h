/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-person.h"

G_BEGIN_DECLS

/* Everybody whom the engine knows, as a GListModel of ChatPerson: who was talked with
 * last first, then who is near, then who is not; only those whose name is looked for, if
 * one is. Changes are gathered, so that a flood of messages costs as much as a few. */
#define CHAT_TYPE_PEOPLE (chat_people_get_type ())

G_DECLARE_FINAL_TYPE (ChatPeople, chat_people, CHAT, PEOPLE, GObject)

ChatPeople *chat_people_new          (void) G_GNUC_WARN_UNUSED_RESULT;
void        chat_people_set_engine   (ChatPeople *self,
                                      ChatEngine *engine);
void        chat_people_set_query    (ChatPeople *self,
                                      const char *query);
ChatPerson *chat_people_find         (ChatPeople *self,
                                      gint64      contact);
guint       chat_people_get_position (ChatPeople *self,
                                      gint64      contact);
guint       chat_people_get_n_unread (ChatPeople *self);
guint       chat_people_get_n_known  (ChatPeople *self);

G_END_DECLS
