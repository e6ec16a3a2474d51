/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Events for programs: JSON objects, one a line, with a field "event". */
JsonBuilder *cli_json_begin      (const char  *event);
void         cli_json_add_bytes  (JsonBuilder *builder,
                                  const char  *name,
                                  const char  *bytes);
void         cli_json_add_int    (JsonBuilder *builder,
                                  const char  *name,
                                  gint64       value);
void         cli_json_add_double (JsonBuilder *builder,
                                  const char  *name,
                                  double       value);
void         cli_json_add_bool   (JsonBuilder *builder,
                                  const char  *name,
                                  gboolean     value);
void         cli_json_print      (JsonBuilder *builder);

G_END_DECLS
