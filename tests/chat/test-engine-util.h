/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../await.h"
#include "chat-engine.h"
#include "test-copy-util.h"

G_BEGIN_DECLS

/* One user, with what the engine told. */
typedef struct
{
  char       *profile;
  const char *name;
  ChatEngine *engine;
  GPtrArray  *texts;      /* of messages that came */
  gint64      last_id;    /* of the last of them */
  guint       n_delivered;
  guint       n_read;
  guint       n_problems;
  guint       n_changes;  /* of conversations, by the user */
  gint64      removed;    /* what was said to be, last */
} User;

void      user_start           (User       *user,
                                gboolean    no_discovery);
void      user_stop            (User       *user);
void      user_init            (User       *user,
                                TestFolder *folder,
                                const char *name,
                                gboolean    no_discovery);
void      user_clear           (User       *user);
ChatPeer *user_find            (User       *user,
                                User       *other);
gboolean  user_sees            (User       *user,
                                User       *other);
void      user_connect         (User       *user,
                                User       *other);
void      users_meet           (User       *ada,
                                User       *bob,
                                TestFolder *folder);
void      user_say             (User       *user,
                                User       *other,
                                const char *text);
void      test_keep_result     (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (User, user_clear)

G_END_DECLS
