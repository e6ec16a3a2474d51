/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-json.h"

G_BEGIN_DECLS

/* A “lanyard chat --json”: a program that runs, ends, is killed and runs again, with
 * one profile. Events are read while the default main context is iterated, which is
 * what all functions do that wait; each event has to have what the contract says.
 * Whatever goes wrong ends the test. */
typedef struct _E2eChat E2eChat;

/* Gets each event as it comes. Returns whether nobody else is to see it. */
typedef gboolean (*E2eChatFunc) (E2eChat    *chat,
                                 JsonObject *event,
                                 gpointer    user_data);

struct _E2eChat
{
  /* Set at any time, and of use at the next start */
  char        *profile;
  char        *name;
  char        *bind;
  char        *wanted_port;
  gboolean     discovers;

  /* Set at any time */
  E2eChatFunc  func;
  gpointer     user_data;
  gboolean     may_end;      /* without being told to */

  /* What it said when it was ready */
  char        *fingerprint;
  guint        port;

  GPtrArray   *events;       /* JsonObject that nobody took */

  /* While it runs */
  GPid         pid;          /* or 0 */
  int          pid_fd;
  int          in_fd;        /* or -1 */
  int          out_fd;       /* or -1: it has closed it */
  int          err_fd;
  guint        out_watch;
  guint        in_watch;
  GString     *to_write;
  GString     *rest;
};

E2eChat     *e2e_chat_new           (E2eTemp       *temp,
                                     const char    *name);
void         e2e_chat_free          (E2eChat       *self);
void         e2e_chat_start         (E2eChat       *self);
void         e2e_chat_launch        (E2eChat       *self,
                                     const char    *operand);
void         e2e_chat_kill          (E2eChat       *self);
int          e2e_chat_quit          (E2eChat       *self);
int          e2e_chat_wait          (E2eChat       *self);
void         e2e_chat_close_input   (E2eChat       *self);
char        *e2e_chat_peek_err      (E2eChat       *self);
char        *e2e_chat_get_address   (E2eChat       *self);
guint64      e2e_chat_get_memory    (E2eChat       *self);
double       e2e_chat_get_cpu_time  (E2eChat       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eChat, e2e_chat_free)

/* Commands. */
void         e2e_chat_write         (E2eChat       *self,
                                     const char    *line,
                                     gssize         length);
void         e2e_chat_command       (E2eChat       *self,
                                     const char    *cmd,
                                     ...) G_GNUC_NULL_TERMINATED;
void         e2e_chat_connect       (E2eChat       *self,
                                     const char    *address);
void         e2e_chat_meet          (E2eChat       *self,
                                     E2eChat       *other);

/* Waits for the event with these members, which are strings and end with NULL, and
 * takes it. */
JsonObject  *e2e_chat_take          (E2eChat       *self,
                                     const char    *event,
                                     ...) G_GNUC_NULL_TERMINATED G_GNUC_WARN_UNUSED_RESULT;
void         e2e_chat_expect        (E2eChat       *self,
                                     const char    *event,
                                     ...) G_GNUC_NULL_TERMINATED;
gboolean     e2e_chat_has           (E2eChat       *self,
                                     const char    *event);
GPtrArray   *e2e_chat_get_history   (E2eChat       *self,
                                     const char    *with,
                                     int            limit);

/* Iterates the default main context until @condition holds. */
void         e2e_chat_await         (E2eCondition   condition,
                                     gpointer       user_data,
                                     const char    *what);

void         e2e_chat_init          (int           *argc,
                                     char        ***argv);
void         e2e_chat_add           (const char    *name,
                                     GTestFunc      func);
gint64       e2e_get_percentile     (GArray        *times,
                                     double         percent);

G_END_DECLS
