/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-store.h"
#include "test-copy-util.h"

G_BEGIN_DECLS

/* A store in a folder of its own, and one contact. */
typedef struct
{
  TestFolder *folder;
  char       *path;
  ChatStore  *store;
  gint64      contact;
  gint64      conversation;
} TestStore;

TestStore   *test_store_new         (void);
void         test_store_free        (TestStore  *self);
void         test_store_restart     (TestStore  *self);

ChatStore   *test_open_store        (const char *path);
gint64       test_meet              (ChatStore  *store,
                                     guint8      key,
                                     const char *name);
ChatMessage *test_queue             (ChatStore  *store,
                                     gint64      contact,
                                     const char *text);
gint64       test_receive           (ChatStore  *store,
                                     gint64      contact,
                                     guint64     sequence,
                                     const char *text);
gint64       test_count             (const char *path,
                                     const char *sql);
char        *test_join_texts        (GPtrArray  *messages);
void         test_assert_history    (TestStore  *self,
                                     const char *texts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestStore, test_store_free)

G_END_DECLS
