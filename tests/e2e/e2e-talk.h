/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-run.h"

G_BEGIN_DECLS

/* A program that is talked to through pipes while it runs. */
typedef struct
{
  GPid     pid;
  int      in_fd;   /* its standard input, or -1 */
  int      out_fd;
  int      err_fd;
  GString *out;     /* everything it wrote */
  GString *err;
  gboolean has_ended;
  int      status;
} E2eTalk;

E2eTalk *e2e_talk_start     (const char    *program,
                             ...) G_GNUC_NULL_TERMINATED;
void     e2e_talk_free      (E2eTalk       *self);
void     e2e_talk_say       (E2eTalk       *self,
                             const char    *text);
void     e2e_talk_say_bytes (E2eTalk       *self,
                             const char    *bytes,
                             gsize          length);
void     e2e_talk_await     (E2eTalk       *self,
                             const GString *where,
                             const char    *text);
guint    e2e_talk_get_port  (E2eTalk       *self);
void     e2e_talk_hang_up   (E2eTalk       *self);
int      e2e_talk_wait      (E2eTalk       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eTalk, e2e_talk_free)

G_END_DECLS
