/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-json.h"

#include <string.h>

/* Every line has to be one object with a field "event". */
GPtrArray *
e2e_json_parse_text (const char *text)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);

  if (n_lines == 0)
    return events;

  /* The last line ends like all others. */
  g_assert_cmpstr (lines[n_lines - 1], ==, "");

  for (guint i = 0; i + 1 < n_lines; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;
      JsonObject *event;

      g_assert_true (g_utf8_validate (lines[i], -1, NULL));
      json_parser_load_from_data (parser, lines[i], -1, &error);
      g_assert_no_error (error);
      g_assert_true (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)));

      event = json_node_get_object (json_parser_get_root (parser));
      g_assert_nonnull (e2e_json_get_event (event));
      g_ptr_array_add (events, json_object_ref (event));
    }

  return events;
}

GPtrArray *
e2e_json_parse (E2eRun *run)
{
  return e2e_json_parse_text (run->out);
}

const char *
e2e_json_get_string (JsonObject *event,
                     const char *member)
{
  return json_object_get_string_member_with_default (event, member, NULL);
}

const char *
e2e_json_get_event (JsonObject *event)
{
  return e2e_json_get_string (event, "event");
}

/* A path as bytes: where it is no text, a second member has them. */
char *
e2e_json_get_path (JsonObject *event,
                   const char *member)
{
  g_autofree char *raw_member = g_strconcat (member, "_base64", NULL);
  const char *raw = e2e_json_get_string (event, raw_member);
  g_autofree guchar *bytes = NULL;
  gsize length;

  if (raw == NULL)
    return g_strdup (e2e_json_get_string (event, member));

  bytes = g_base64_decode (raw, &length);

  return g_strndup ((const char *) bytes, length);
}

/* The last event. */
JsonObject *
e2e_json_get_done (GPtrArray *events)
{
  JsonObject *last;

  g_assert_cmpuint (events->len, >, 0);
  last = g_ptr_array_index (events, events->len - 1);
  g_assert_cmpstr (e2e_json_get_event (last), ==, "done");

  return last;
}

/* A number that the last event carries. */
gint64
e2e_json_count (GPtrArray  *events,
                const char *member)
{
  JsonObject *done = e2e_json_get_done (events);

  g_assert_true (json_object_has_member (done, member));

  return json_object_get_int_member (done, member);
}

/* The paths that failed, each with its reason; none is told twice. */
GHashTable *
e2e_json_get_errors (GPtrArray *events)
{
  GHashTable *errors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      char *path;

      if (strcmp (e2e_json_get_event (event), "error") != 0)
        continue;

      path = e2e_json_get_path (event, "path");
      g_assert_nonnull (path);
      g_assert_nonnull (e2e_json_get_string (event, "message"));
      if (!g_hash_table_insert (errors, path, g_strdup (e2e_json_get_string (event, "message"))))
        g_error ("%s is told to have failed twice", path);
    }

  g_assert_cmpint (e2e_json_count (events, "errors"), ==, g_hash_table_size (errors));

  return errors;
}

JsonObject *
e2e_json_find_error (GPtrArray  *events,
                     const char *path)
{
  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      g_autofree char *of = e2e_json_get_path (event, "path");

      if (strcmp (e2e_json_get_event (event), "error") == 0 && g_strcmp0 (of, path) == 0)
        return event;
    }

  return NULL;
}
