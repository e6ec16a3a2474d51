/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Far longer than anything takes: who waits for so long has failed. */
#define AWAIT_MS 60000

static inline gboolean
await_note_being_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Turns the default main context until @condition holds. */
#define AWAIT(condition)                                                         \
  G_STMT_START                                                                   \
    {                                                                            \
      gboolean is_late = FALSE;                                                  \
      guint timer = g_timeout_add (AWAIT_MS, await_note_being_late, &is_late);   \
                                                                                 \
      while (!(condition))                                                       \
        {                                                                        \
          if (is_late)                                                           \
            g_error ("this was waited for and did not happen: %s", #condition);  \
          g_main_context_iteration (NULL, TRUE);                                 \
        }                                                                        \
      g_source_remove (timer);                                                   \
    }                                                                            \
  G_STMT_END

G_END_DECLS
