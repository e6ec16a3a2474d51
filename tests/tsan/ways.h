/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Ways by which GLib hands data from one thread to another, each to be taken, or
 * missed if it is not to be @right. */

typedef struct
{
  gboolean  right;

  GMutex    mutex;
  GCond     cond;
  GRecMutex rec_mutex;
  gboolean  ready;
  gpointer  shared;       /* what is handed over by, or as */
  GDestroyNotify unref;   /* drops a reference to it */

  /* Handed over */
  int       first;
  int       second;

  /* Atomic and relaxed, so it orders nothing in the eyes of TSan */
  int       step;
} Handover;

void set_step            (Handover    *self,
                          int          step);
void wait_for_step       (Handover    *self,
                          int          step);
void run_beside          (GThreadFunc  func,
                          GThreadFunc  other,
                          Handover    *self);

void hand_over_mutex     (Handover    *self);
void hand_over_rec_mutex (Handover    *self);
void hand_over_cond      (Handover    *self);
void hand_over_once      (Handover    *self);
void hand_over_object    (Handover    *self);
void hand_over_variant   (Handover    *self);
void hand_over_bytes     (Handover    *self);
void hand_over_box       (Handover    *self);
void hand_over_count     (Handover    *self);
void hand_over_memory    (Handover    *self);
void hand_over_source    (Handover    *self);
void hand_over_idle      (Handover    *self);
void hand_over_timeout   (Handover    *self);
void hand_over_invoke    (Handover    *self);
void hand_over_pool      (Handover    *self);
void hand_over_queue     (Handover    *self);
void hand_over_task      (Handover    *self);

G_END_DECLS
