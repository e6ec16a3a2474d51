/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-process.h"

G_BEGIN_DECLS

/**
 * LY_SHARED_FRAME_LIMIT:
 *
 * The largest message between the owner of shared data and its clients, in
 * bytes. It bounds a single value and, for a client, a snapshot.
 */
#define LY_SHARED_FRAME_LIMIT (16u * 1024 * 1024)

#define LY_TYPE_SHARED (ly_shared_get_type ())

G_DECLARE_FINAL_TYPE (LyShared, ly_shared, LY, SHARED, GObject)

LyShared  *ly_shared_new            (guint         max_clients,
                                     gsize         max_size) G_GNUC_WARN_UNUSED_RESULT;
LyShared  *ly_shared_new_for_fd     (int           fd) G_GNUC_WARN_UNUSED_RESULT;
LyShared  *ly_shared_inherit        (GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_shared_give           (LyShared     *self,
                                     LyProcess    *process,
                                     GError      **error);
int        ly_shared_connect        (LyShared     *self,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void       ly_shared_set_timeout    (LyShared     *self,
                                     gint64        timeout_us);
void       ly_shared_close          (LyShared     *self);

gboolean   ly_shared_lock           (LyShared     *self,
                                     gint64        timeout_us,
                                     gboolean     *abandoned,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_shared_unlock         (LyShared     *self,
                                     GError      **error);

gboolean   ly_shared_dict_set       (LyShared     *self,
                                     const char   *key,
                                     GVariant     *value,
                                     GError      **error);
GVariant  *ly_shared_dict_get       (LyShared     *self,
                                     const char   *key,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant  *ly_shared_dict_remove    (LyShared     *self,
                                     const char   *key,
                                     GError      **error);
gboolean   ly_shared_dict_contains  (LyShared     *self,
                                     const char   *key,
                                     GError      **error);
char     **ly_shared_dict_get_keys  (LyShared     *self,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant  *ly_shared_dict_snapshot  (LyShared     *self,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean   ly_shared_list_append    (LyShared     *self,
                                     GVariant     *value,
                                     GError      **error);
GVariant  *ly_shared_list_get       (LyShared     *self,
                                     gint64        index,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_shared_list_set       (LyShared     *self,
                                     gint64        index,
                                     GVariant     *value,
                                     GError      **error);
GVariant  *ly_shared_list_pop       (LyShared     *self,
                                     gint64        index,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   ly_shared_list_get_length (LyShared    *self,
                                     guint64      *length,
                                     GError      **error);
GVariant  *ly_shared_list_snapshot  (LyShared     *self,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean   ly_shared_counter_add    (LyShared     *self,
                                     const char   *name,
                                     gint64        amount,
                                     gint64       *before,
                                     GError      **error);
gboolean   ly_shared_counter_get    (LyShared     *self,
                                     const char   *name,
                                     gint64       *value,
                                     GError      **error);

G_END_DECLS
