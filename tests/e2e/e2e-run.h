/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Far longer than anything takes: who waits for so long has failed. */
#define E2E_PATIENCE (120 * G_USEC_PER_SEC)

/* The user whom nothing belongs to. */
#define E2E_NOBODY 65534

const char  *e2e_get_lanyard        (void);

/* A program that runs, or has run. */
typedef struct
{
  GPid      pid;
  int       pid_fd;
  int       out_fd;
  int       err_fd;
  gboolean  ended;
  int       status;  /* of exit, or the signal that ended it with a minus */
  char     *out;     /* what it wrote, after its end */
  char     *err;
} E2eRun;

E2eRun      *e2e_start              (const char    *first,
                                     ...) G_GNUC_NULL_TERMINATED;
E2eRun      *e2e_start_argv         (const char   **argv,
                                     const char    *directory);
E2eRun      *e2e_run                (const char    *first,
                                     ...) G_GNUC_NULL_TERMINATED;
E2eRun      *e2e_run_in             (const char    *directory,
                                     const char    *first,
                                     ...) G_GNUC_NULL_TERMINATED;
E2eRun      *e2e_run_as_nobody      (const char    *first,
                                     ...) G_GNUC_NULL_TERMINATED;
E2eRun      *e2e_run_tool           (const char    *program,
                                     ...) G_GNUC_NULL_TERMINATED;
void         e2e_do                 (const char    *program,
                                     ...) G_GNUC_NULL_TERMINATED;
void         e2e_run_wait           (E2eRun        *self);
gboolean     e2e_run_wait_until     (E2eRun        *self,
                                     gint64         timeout);
void         e2e_run_wait_stopped   (E2eRun        *self);
void         e2e_run_signal         (E2eRun        *self,
                                     int            number);
char        *e2e_run_peek_err       (E2eRun        *self);
GArray      *e2e_run_list_workers   (E2eRun        *self);
void         e2e_run_free           (E2eRun        *self);
void         e2e_assert_status      (E2eRun        *self,
                                     int            status);
void         e2e_assert_refused     (E2eRun        *self,
                                     const char    *reason);
void         e2e_assert_no_workers  (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eRun, e2e_run_free)

/* Waits for something that no descriptor tells of. */
typedef gboolean (*E2eCondition) (gpointer user_data);

gboolean     e2e_run_await          (E2eRun        *self,
                                     E2eCondition   condition,
                                     gpointer       user_data);
gboolean     e2e_run_await_path     (E2eRun        *self,
                                     const char    *path);

G_END_DECLS
