/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

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
void      user_say             (User       *user,
                                User       *other,
                                const char *text);
void      test_keep_result     (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data);
gboolean  test_note_being_late (gpointer    user_data);

/* How long anything may take. */
#define TEST_PATIENCE_MS 30000

#define AWAIT(condition) \
  G_STMT_START { \
    gboolean is_late = FALSE; \
    guint timer = g_timeout_add (TEST_PATIENCE_MS, test_note_being_late, &is_late); \
    while (!(condition) && !is_late) \
      g_main_context_iteration (NULL, TRUE); \
    g_assert_true (condition); \
    g_source_remove (timer); \
  } G_STMT_END

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (User, user_clear)

G_END_DECLS
