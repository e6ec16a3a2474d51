/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-row.h"
#include "chat-timeline.h"

G_BEGIN_DECLS

typedef struct
{
  ChatMessageRow *widget;
  double          y;       /* below the upper edge */
  int             height;
} ChatTimelineRow;

/* The adjustment's values have no fixed origin. What is known is where the rows are, and
 * that the value is the upper edge; from that follow the lower and upper ends, more or
 * less as long as there are messages that were never laid out. So a value never has to
 * be changed under a kinetic scroll, which would put it back. */
struct _ChatTimeline
{
  GtkWidget      parent_instance;

  ChatHistory   *history;      /* or NULL */
  GArray        *rows;         /* ChatTimelineRow, of consecutive messages */
  guint          first;        /* the position of the first of them */
  GPtrArray     *spare;        /* rows that show nothing */
  double         average;      /* height of a row, to guess by */

  /* What stays where it is */
  guint          anchor;       /* a position */
  double         anchor_y;
  double         fraction;     /* or −1: of the room above and below it, how much is above */
  gboolean       at_end;       /* instead, the last row is at the lower edge */
  double         correction;   /* of the value, to come with the next allocation */
  guint          filling;      /* a tick: there are not enough rows */
  gint64         deadline;     /* until when rows may be made in this frame */
  gint64         frame;        /* the one that this is for */

  /* GtkScrollable */
  GtkAdjustment *adjustments[2];
  guint          policies[2];
  double         value;        /* of the vertical one, as it was last */
  gboolean       configuring;
};

/* The keyboard: chat-timeline-keys.c */
void     _chat_timeline_install_keys (GtkWidgetClass *widget_class);

/* The rows: chat-timeline-rows.c */
void     _chat_timeline_arrange      (ChatTimeline   *self,
                                      int             width,
                                      int             height);
gboolean _chat_timeline_place        (ChatTimeline   *self,
                                      int             width,
                                      int             height);
gboolean _chat_timeline_is_filled    (ChatTimeline   *self,
                                      int             height);
void     _chat_timeline_drop_rows    (ChatTimeline   *self,
                                      guint           begin,
                                      guint           end);
void     _chat_timeline_get_range    (ChatTimeline   *self,
                                      int             height,
                                      double         *lower,
                                      double         *upper);

G_END_DECLS
