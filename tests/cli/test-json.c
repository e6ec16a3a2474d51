/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli-json.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_THREADS 4
#define N_LINES   500

/* What is written to standard output goes to a file for a while. */
typedef struct
{
  char *path;
  int   saved;
} Capture;

static void
capture_begin (Capture *self)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("lanyard-test-XXXXXX", &self->path, &error);

  g_assert_no_error (error);
  fflush (stdout);
  self->saved = dup (STDOUT_FILENO);
  g_assert_no_errno (dup2 (fd, STDOUT_FILENO));
  close (fd);
}

static char **
capture_end (Capture *self)
{
  g_autofree char *text = NULL;
  char **lines;

  fflush (stdout);
  g_assert_no_errno (dup2 (self->saved, STDOUT_FILENO));
  close (self->saved);

  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_true (*text == '\0' || g_str_has_suffix (text, "\n"));
  g_unlink (self->path);
  g_free (self->path);

  lines = g_strsplit (text, "\n", -1);
  g_clear_pointer (&lines[g_strv_length (lines) - 1], g_free);

  return lines;
}

static JsonObject *
parse (JsonParser *parser,
       const char *line)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);

  return json_node_get_object (json_parser_get_root (parser));
}

/* One line, in the order in which it was said. */
static void
test_line (void)
{
  g_autoptr (JsonBuilder) event = cli_json_begin ("some");
  g_auto (GStrv) lines = NULL;
  Capture capture;

  cli_json_add_bytes (event, "text", "a \"b\"\n\\ 文件");
  cli_json_add_int (event, "number", G_MININT64);
  cli_json_add_bool (event, "yes", TRUE);
  cli_json_add_bool (event, "no", FALSE);
  cli_json_add_double (event, "half", 0.5);

  capture_begin (&capture);
  cli_json_print (event);
  lines = capture_end (&capture);

  g_assert_cmpuint (g_strv_length (lines), ==, 1);
  g_assert_cmpstr (lines[0], ==,
                   "{\"event\":\"some\",\"text\":\"a \\\"b\\\"\\n\\\\ 文件\","
                   "\"number\":-9223372036854775808,\"yes\":true,\"no\":false,\"half\":0.5}");
}

/* What is no text comes twice: to be read, and as it is. */
static void
test_bytes (void)
{
  static const char name[] = "a\xff\xfe\x01.txt";
  g_autoptr (JsonBuilder) event = cli_json_begin ("some");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree guchar *raw = NULL;
  g_auto (GStrv) lines = NULL;
  JsonObject *object;
  Capture capture;
  gsize size;

  cli_json_add_bytes (event, "path", name);
  cli_json_add_bytes (event, "text", "text");

  capture_begin (&capture);
  cli_json_print (event);
  lines = capture_end (&capture);

  g_assert_true (g_utf8_validate (lines[0], -1, NULL));
  object = parse (parser, lines[0]);
  g_assert_cmpstr (json_object_get_string_member (object, "path"), ==,
                   "a\ufffd\ufffd\x01.txt");
  raw = g_base64_decode (json_object_get_string_member (object, "path_base64"), &size);
  g_assert_cmpmem (raw, size, name, strlen (name));

  g_assert_cmpstr (json_object_get_string_member (object, "text"), ==, "text");
  g_assert_false (json_object_has_member (object, "text_base64"));
}

static gpointer
print_many (gpointer data)
{
  for (guint i = 0; i < N_LINES; i++)
    {
      g_autoptr (JsonBuilder) event = cli_json_begin ("many");

      cli_json_add_int (event, "thread", GPOINTER_TO_INT (data));
      cli_json_add_int (event, "number", i);
      cli_json_print (event);
    }

  return NULL;
}

/* Lines of several threads stay whole, and those of each in order. */
static void
test_threads (void)
{
  GThread *threads[N_THREADS];
  gint64 next[N_THREADS] = { 0 };
  g_auto (GStrv) lines = NULL;
  Capture capture;

  capture_begin (&capture);
  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("print", print_many, GINT_TO_POINTER (i));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  lines = capture_end (&capture);

  g_assert_cmpuint (g_strv_length (lines), ==, N_THREADS * N_LINES);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      JsonObject *object = parse (parser, lines[i]);
      gint64 thread = json_object_get_int_member (object, "thread");

      g_assert_cmpint (thread, >=, 0);
      g_assert_cmpint (thread, <, N_THREADS);
      g_assert_cmpint (json_object_get_int_member (object, "number"), ==, next[thread]++);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/json/line", test_line);
  g_test_add_func ("/cli/json/bytes", test_bytes);
  g_test_add_func ("/cli/json/threads", test_threads);

  return g_test_run ();
}
