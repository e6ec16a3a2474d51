/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_PROFILE_ERROR (chat_profile_error_quark ())

typedef enum
{
  CHAT_PROFILE_ERROR_FAILED, /* the system would not */
  CHAT_PROFILE_ERROR_UNSAFE, /* others could change what is in it */
  CHAT_PROFILE_ERROR_IN_USE, /* another program has it */
} ChatProfileError;

#define CHAT_TYPE_PROFILE (chat_profile_get_type ())

G_DECLARE_FINAL_TYPE (ChatProfile, chat_profile, CHAT, PROFILE, GObject)

GQuark       chat_profile_error_quark (void);
char        *chat_profile_default     (void) G_GNUC_WARN_UNUSED_RESULT;
ChatProfile *chat_profile_open        (const char   *path,
                                       GError      **error) G_GNUC_WARN_UNUSED_RESULT;
const char  *chat_profile_get_path    (ChatProfile  *self);
char        *chat_profile_build_path  (ChatProfile  *self,
                                       const char   *name) G_GNUC_WARN_UNUSED_RESULT;
char        *chat_profile_load_name   (ChatProfile  *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_profile_save_name   (ChatProfile  *self,
                                       const char   *name,
                                       GError      **error);

G_END_DECLS
