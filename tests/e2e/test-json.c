/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static GPtrArray *
copy (const char *backend,
      const char *source,
      const char *target,
      const char *option)
{
  g_autoptr (E2eRun) run = e2e_run ("copy", "--json", backend, source, target, option, NULL);

  e2e_assert_status (run, 0);
  g_assert_cmpstr (run->err, ==, "");

  return e2e_json_parse (run);
}

/* The start comes first, the end last, and each of them once. */
static void
assert_order (GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      const char *event = e2e_json_get_event (events->pdata[i]);

      g_assert_cmpint (strcmp (event, "start") == 0, ==, i == 0);
      g_assert_cmpint (strcmp (event, "done") == 0, ==, i == events->len - 1);
    }
}

static void
test_counts (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *fifo = g_build_filename (source, "a/fifo", NULL);
  g_autoptr (GPtrArray) events = NULL;
  JsonObject *start;

  g_free (e2e_make_dir (source, "a"));
  g_free (e2e_make_dir (source, "b/c"));
  e2e_make_file (source, "a/one", 1000);
  e2e_make_file (source, "b/c/two", 234567);
  e2e_make_file (source, "nothing", 0);
  e2e_make_hard_link (source, "b/hard", "a/one");
  e2e_make_hard_link (source, "hard", "a/one");
  e2e_make_link (source, "link", "a");
  g_assert_no_errno (mkfifo (fifo, 0600));

  events = copy (backend, source, target, NULL);
  assert_order (events);
  g_assert_cmpint (e2e_json_count (events, "files"), ==, 3);
  g_assert_cmpint (e2e_json_count (events, "directories"), ==, 4);
  g_assert_cmpint (e2e_json_count (events, "symlinks"), ==, 1);
  g_assert_cmpint (e2e_json_count (events, "hardlinks"), ==, 2);
  g_assert_cmpint (e2e_json_count (events, "others"), ==, 1);
  g_assert_cmpint (e2e_json_count (events, "bytes"), ==, 235567);
  g_assert_cmpint (e2e_json_count (events, "skipped"), ==, 0);
  g_assert_cmpint (e2e_json_count (events, "errors"), ==, 0);
  g_assert_true (json_object_has_member (e2e_json_get_done (events), "seconds"));

  start = g_ptr_array_index (events, 0);
  g_assert_true (json_object_has_member (start, "sources"));
  g_assert_true (json_object_has_member (start, "target"));
}

/* Of everything that is special about a file's content, bytes count it once. */
static void
test_bytes (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) again = NULL;

  e2e_make_file (source, "big", 70 * MIB + 1);
  e2e_make_file (source, "medium", 3 * MIB);
  e2e_make_hole (source, "hole", 0, 5 * MIB);
  e2e_append (source, "hole", "text");

  events = copy (backend, source, target, "--verify");
  g_assert_cmpint (e2e_json_count (events, "bytes"), ==, 78 * MIB + 5);

  g_ptr_array_unref (g_steal_pointer (&events));
  events = copy (backend, source, target, "-T");
  g_assert_cmpint (e2e_json_count (events, "bytes"), ==, 78 * MIB + 5);

  again = copy (backend, source, target, "--conflict=skip");
  g_assert_cmpint (e2e_json_count (again, "bytes"), ==, 78 * MIB + 5);
}

static void
test_resumed_counts (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *into = e2e_make_dir (temp->path, "into");
  g_autofree char *gone = g_build_filename (into, "source/dir-1/sub-1/file-3", NULL);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  gint64 n_items;

  e2e_make_tree (source, 3, 6);
  first = copy (backend, source, into, NULL);
  g_assert_no_errno (unlink (gone));
  second = copy (backend, source, into, "--resume");

  n_items = e2e_json_count (first, "files") + e2e_json_count (first, "symlinks") +
            e2e_json_count (first, "hardlinks");
  g_assert_cmpint (e2e_json_count (second, "files"), ==, 1);
  g_assert_cmpint (e2e_json_count (second, "symlinks"), ==, 0);
  g_assert_cmpint (e2e_json_count (second, "hardlinks"), ==, 0);
  g_assert_cmpint (e2e_json_count (second, "skipped"), ==, n_items - 1);
}

/* Paths that are no text come as bytes, too. */
static void
test_odd_paths (const char *backend)
{
  static const char * const names[] = { "\xff\xfe", "quote\"", "new\nline", "\x01", "back\\" };
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source \xe9");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GHashTable) errors = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      e2e_make_text (source, names[i], "new");
      e2e_make_text (target, names[i], "old");
    }

  run = e2e_run ("copy", "-T", "--json", "--conflict=fail", backend, source, target, NULL);
  e2e_assert_status (run, 1);
  events = e2e_json_parse (run);
  errors = e2e_json_get_errors (events);
  g_assert_cmpuint (g_hash_table_size (errors), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (source, names[i], NULL);

      g_assert_true (g_hash_table_contains (errors, path));
    }
}

/* A program can follow a copy: numbers only grow, and never beyond the whole. */
static void
test_progress (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GPtrArray) events = NULL;
  gint64 bytes = 0;
  guint n = 0;

  e2e_make_tree (source, 2, 5);
  e2e_make_file (source, "medium", 8 * MIB);
  events = copy (backend, source, target, "--limit-rate=5M");
  assert_order (events);

  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);

      if (strcmp (e2e_json_get_event (event), "progress") != 0)
        continue;

      n++;
      g_assert_cmpint (json_object_get_int_member (event, "bytes"), >=, bytes);
      bytes = json_object_get_int_member (event, "bytes");
      g_assert_cmpint (json_object_get_int_member (event, "bytes_total"), >=, bytes);
      g_assert_cmpint (json_object_get_int_member (event, "items_total"), >=,
                       json_object_get_int_member (event, "items"));
    }

  g_assert_cmpuint (n, >, 0);
  g_assert_cmpint (bytes, >, 0);
}

static void
test_no_progress (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GPtrArray) events = NULL;

  e2e_make_tree (source, 2, 5);
  events = copy (backend, source, target, "--progress=none");
  g_assert_cmpuint (events->len, ==, 2);
  assert_order (events);
}

static void
test_interrupted (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *file = g_build_filename (target, "file", NULL);
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;

  e2e_make_file (source, "file", 40 * MIB);
  run = e2e_start ("copy", "--json", "--limit-rate=2M", backend, source, target, NULL);
  g_assert_true (e2e_run_await_path (run, file));
  e2e_run_signal (run, SIGTERM);
  e2e_assert_status (run, 143);

  events = e2e_json_parse (run);
  assert_order (events);
  g_assert_true (json_object_get_boolean_member (e2e_json_get_done (events), "interrupted"));
  g_assert_cmpint (e2e_json_count (events, "files"), ==, 0);
  g_assert_cmpint (e2e_json_count (events, "bytes"), ==, 0);
}

/* Who listens may leave at any time; the copy is not to suffer. */
static void
test_listener_gone (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_tree (source, 3, 10);
  run = e2e_run_tool ("sh", "-c", "\"$0\" copy --json \"$1\" \"$2\" \"$3\" | true",
                      e2e_get_lanyard (), backend, source, target, NULL);
  e2e_assert_no_workers ();
  /* Ended by SIGPIPE, as is usual, or whole: but nothing in between that looks
   * as if it were. */
  if (e2e_exists (target, ""))
    {
      g_autoptr (E2eRun) again = e2e_run ("copy", "-T", "--resume", backend, source, target, NULL);

      e2e_assert_status (again, 0);
      e2e_assert_same (source, target);
    }
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("json/counts", test_counts);
  e2e_add ("json/bytes", test_bytes);
  e2e_add ("json/resumed-counts", test_resumed_counts);
  e2e_add ("json/odd-paths", test_odd_paths);
  e2e_add ("json/progress", test_progress);
  e2e_add ("json/no-progress", test_no_progress);
  e2e_add ("json/interrupted", test_interrupted);
  e2e_add ("json/listener-gone", test_listener_gone);

  return g_test_run ();
}
