/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-util.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the command wrote with --json: an array of JsonObject. */
GPtrArray   *e2e_json_parse       (E2eRun      *run);
GPtrArray   *e2e_json_parse_text  (const char  *text);
const char  *e2e_json_get_event   (JsonObject  *event);
const char  *e2e_json_get_string  (JsonObject  *event,
                                   const char  *member);
char        *e2e_json_get_path    (JsonObject  *event,
                                   const char  *member);
JsonObject  *e2e_json_get_done    (GPtrArray   *events);
gint64       e2e_json_count       (GPtrArray   *events,
                                   const char  *member);
GHashTable  *e2e_json_get_errors  (GPtrArray   *events);
JsonObject  *e2e_json_find_error  (GPtrArray   *events,
                                   const char  *path);

G_END_DECLS
