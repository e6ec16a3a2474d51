/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-channel.h"

G_BEGIN_DECLS

#define LY_TYPE_PROCESS (ly_process_get_type ())

G_DECLARE_FINAL_TYPE (LyProcess, ly_process, LY, PROCESS, GObject)

LyProcess  *ly_process_new            (const char         *name,
                                       const char * const *argv) G_GNUC_WARN_UNUSED_RESULT;
gboolean    ly_process_start          (LyProcess          *self,
                                       GError            **error);
void        ly_process_take_fd        (LyProcess          *self,
                                       int                 fd,
                                       int                 child_fd);
const char *ly_process_get_name       (LyProcess          *self);
int         ly_process_get_pid        (LyProcess          *self);
LyChannel  *ly_process_get_channel    (LyProcess          *self);
gboolean    ly_process_is_alive       (LyProcess          *self);
gboolean    ly_process_join           (LyProcess          *self,
                                       gint64              timeout_us);
void        ly_process_terminate      (LyProcess          *self);
void        ly_process_kill           (LyProcess          *self);
char       *ly_process_describe_end   (LyProcess          *self) G_GNUC_WARN_UNUSED_RESULT;

char       *ly_process_dup_self_path  (const char         *argv0) G_GNUC_WARN_UNUSED_RESULT;
LyChannel  *ly_process_inherit_channel (GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
