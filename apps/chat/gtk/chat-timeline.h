/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-history.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows a history in a GtkScrolledWindow, with widgets for what can be seen alone. What
 * is looked at stays where it is, whatever comes, goes or changes its height above it.
 *
 * “row-made” (ChatMessageRow) is for who wants to hear of the rows, “moved” comes when
 * something else can be seen. */
#define CHAT_TYPE_TIMELINE (chat_timeline_get_type ())

G_DECLARE_FINAL_TYPE (ChatTimeline, chat_timeline, CHAT, TIMELINE, GtkWidget)

/* Where it stands: a message, and how far its top is below the upper edge. */
typedef struct
{
  gint64   id;
  double   offset;
  gboolean at_end;
} ChatTimelinePlace;

void         chat_timeline_set_history    (ChatTimeline            *self,
                                           ChatHistory             *history);
void         chat_timeline_get_place      (ChatTimeline            *self,
                                           ChatTimelinePlace       *place);
void         chat_timeline_set_place      (ChatTimeline            *self,
                                           const ChatTimelinePlace *place);
void         chat_timeline_scroll_to      (ChatTimeline            *self,
                                           guint                    position,
                                           double                   fraction);
void         chat_timeline_scroll_to_end  (ChatTimeline            *self);
gboolean     chat_timeline_is_at_end      (ChatTimeline            *self);
ChatItem    *chat_timeline_get_last_seen  (ChatTimeline            *self);
void         chat_timeline_foreach_row    (ChatTimeline            *self,
                                           GFunc                    func,
                                           gpointer                 user_data);

G_END_DECLS
