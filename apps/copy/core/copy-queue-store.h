/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The folder of a queue: its lock, and its file, which a thread of its own
 * writes, so that nobody waits for a disk who must not. */
typedef struct _CopyQueueStore CopyQueueStore;

/* Called on the main context that was the default one of copy_queue_store_new(),
 * when saving begins to fail (why) or works again (NULL). */
typedef void (*CopyQueueStoreFunc) (const char *trouble,
                                    gpointer    user_data);

CopyQueueStore *copy_queue_store_new       (const char          *folder,
                                            CopyQueueStoreFunc   trouble,
                                            gpointer             user_data,
                                            GError             **error);
CopyQueueStore *copy_queue_store_ref       (CopyQueueStore      *self);
void            copy_queue_store_unref     (CopyQueueStore      *self);
void            copy_queue_store_close     (CopyQueueStore      *self);

/* The file as it was at the start: NULL without an error if there is none. */
char           *copy_queue_store_read      (CopyQueueStore      *self,
                                            GError             **error);
char           *copy_queue_store_set_aside (CopyQueueStore      *self,
                                            const char          *what,
                                            GError             **error);

/* Has @text (taken) written, instead of what was to be written before. The
 * number is for copy_queue_store_wait(), which blocks until that or something
 * newer is on the disk or has failed to get there. */
guint64         copy_queue_store_save      (CopyQueueStore      *self,
                                            char                *text);
void            copy_queue_store_wait      (CopyQueueStore      *self,
                                            guint64              number);

/* A note beside the file, by any thread, which it blocks. */
gboolean        copy_queue_store_put_note  (CopyQueueStore      *self,
                                            const char          *name,
                                            const char          *text,
                                            GError             **error);
char           *copy_queue_store_get_note  (CopyQueueStore      *self,
                                            const char          *name);
void            copy_queue_store_drop_note (CopyQueueStore      *self,
                                            const char          *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyQueueStore, copy_queue_store_unref)

G_END_DECLS
