/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-json"

#include "cli-json.h"

#include <stdio.h>
#include <string.h>

JsonBuilder *
cli_json_begin (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);

  return builder;
}

/* Adds text or a path. JSON knows only text, so what is not valid UTF-8 is made
 * so, and a second member NAME_base64 has the bytes themselves. */
void
cli_json_add_bytes (JsonBuilder *builder,
                    const char  *name,
                    const char  *bytes)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, -1);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, valid);

  if (!g_str_equal (valid, bytes))
    {
      g_autofree char *raw_name = g_strconcat (name, "_base64", NULL);
      g_autofree char *raw = g_base64_encode ((const guchar *) bytes, strlen (bytes));

      json_builder_set_member_name (builder, raw_name);
      json_builder_add_string_value (builder, raw);
    }
}

void
cli_json_add_int (JsonBuilder *builder,
                  const char  *name,
                  gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
cli_json_add_double (JsonBuilder *builder,
                     const char  *name,
                     double       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

void
cli_json_add_bool (JsonBuilder *builder,
                   const char  *name,
                   gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* Ends the object and writes its line at once. May be called from any thread. */
void
cli_json_print (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);

  flockfile (stdout);
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
  funlockfile (stdout);
}
