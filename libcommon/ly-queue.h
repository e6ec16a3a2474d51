/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LY_TYPE_QUEUE (ly_queue_get_type ())

G_DECLARE_FINAL_TYPE (LyQueue, ly_queue, LY, QUEUE, GObject)

LyQueue  *ly_queue_new                     (guint            capacity,
                                            GDestroyNotify   item_free) G_GNUC_WARN_UNUSED_RESULT;
LyQueue  *ly_queue_new_lifo                (guint            capacity,
                                            GDestroyNotify   item_free) G_GNUC_WARN_UNUSED_RESULT;
LyQueue  *ly_queue_new_priority            (guint            capacity,
                                            GDestroyNotify   item_free) G_GNUC_WARN_UNUSED_RESULT;
gboolean  ly_queue_put                     (LyQueue         *self,
                                            gpointer         item,
                                            GError         **error);
gboolean  ly_queue_put_timed               (LyQueue         *self,
                                            gpointer         item,
                                            gint64           timeout_us,
                                            GError         **error);
gboolean  ly_queue_try_put                 (LyQueue         *self,
                                            gpointer         item,
                                            GError         **error);
gboolean  ly_queue_put_with_priority       (LyQueue         *self,
                                            gpointer         item,
                                            int              priority,
                                            GError         **error);
gboolean  ly_queue_put_with_priority_timed (LyQueue         *self,
                                            gpointer         item,
                                            int              priority,
                                            gint64           timeout_us,
                                            GError         **error);
gboolean  ly_queue_try_put_with_priority   (LyQueue         *self,
                                            gpointer         item,
                                            int              priority,
                                            GError         **error);
gpointer  ly_queue_get                     (LyQueue         *self,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer  ly_queue_get_timed               (LyQueue         *self,
                                            gint64           timeout_us,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer  ly_queue_try_get                 (LyQueue         *self,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  ly_queue_task_done               (LyQueue         *self,
                                            GError         **error);
gboolean  ly_queue_join                    (LyQueue         *self,
                                            gint64           timeout_us);
void      ly_queue_close                   (LyQueue         *self);
gboolean  ly_queue_is_closed               (LyQueue         *self);
guint     ly_queue_get_capacity            (LyQueue         *self);
guint     ly_queue_get_length              (LyQueue         *self);
gboolean  ly_queue_is_empty                (LyQueue         *self);
gboolean  ly_queue_is_full                 (LyQueue         *self);

G_END_DECLS
