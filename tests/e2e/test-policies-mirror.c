/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What goes, what stays, and what would. */

static void
assert_paths (const char *dir,
              const char *expected)
{
  g_autoptr (E2eRun) run = e2e_run_tool ("sh", "-c",
                                         "cd \"$0\" && find . -mindepth 1 -printf '%P\\n' | "
                                         "LC_ALL=C sort | tr '\\n' ' '", dir, NULL);

  g_assert_cmpstr (g_strchomp (run->out), ==, expected);
}

static void
make_files (const char *dir,
            const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *parent = g_path_get_dirname (list[i]);

      g_free (e2e_make_dir (dir, parent));
      e2e_make_text (dir, list[i], list[i]);
    }
}

static void
test_delete (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *outside = e2e_make_dir (temp->path, "outside");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;

  e2e_make_tree (source, 3, 5);
  e2e_make_tree (target, 3, 5);
  make_files (target, "gone dir-1/gone dir-1/sub-1/gone tree/a/b/c tree/a/d .hidden");
  e2e_make_link (target, "tree/link", outside);
  e2e_make_link (target, "link to folder", outside);
  if (geteuid () == 0)
    e2e_set_mode (target, "tree/a", 0);
  e2e_make_text (outside, "kept", "text");

  run = e2e_run ("copy", "-T", "--delete", "--json", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
  g_assert_true (e2e_exists (outside, "kept"));
  events = e2e_json_parse (run);
  g_assert_cmpint (e2e_json_count (events, "deleted"), ==, 11);
}

/* Only below what is copied: what is beside it in DEST is nobody's business. */
static void
test_delete_scope (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *into = e2e_make_dir (temp->path, "into");
  g_autoptr (E2eRun) run = NULL;

  make_files (temp->path, "one/a two/b file");
  make_files (into, "one/gone two/gone beside");
  run = e2e_run_in (temp->path, "copy", "--delete", backend, "one", "two", "file", "into", NULL);
  e2e_assert_status (run, 0);
  assert_paths (into, "beside file one one/a two two/b");
}

/* Contents that are copied by "dir/." are mirrored as well. */
static void
test_delete_contents (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *into = e2e_make_dir (temp->path, "into");
  g_autoptr (E2eRun) run = NULL;

  make_files (temp->path, "dir/a dir/sub/b");
  make_files (into, "gone sub/gone");
  run = e2e_run_in (temp->path, "copy", "--delete", backend, "dir/.", "into", NULL);
  e2e_assert_status (run, 0);
  assert_paths (into, "a sub sub/b");
}

/* What a filter leaves out is out of bounds on both sides. */
static void
test_delete_filtered (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  make_files (source, "a b.o cache/x");
  make_files (target, "gone c.o cache/y dir/d.o sub/gone");
  run = e2e_run ("copy", "-T", "--delete", "--exclude=*.o", "--exclude=cache/", backend, source,
                 target, NULL);
  g_assert_cmpint (run->status, <=, 1);
  /* A folder with something protected in it cannot go as a whole. */
  assert_paths (target, "a c.o cache cache/y dir dir/d.o");
}

/* What could not be seen must not be taken for gone. */
static void
test_delete_after_errors (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *target = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_nobody ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  target = e2e_temp_get (temp, "target");
  make_files (source, "a closed/b");
  make_files (target, "gone closed/b");
  e2e_give_away (temp->path);
  e2e_set_mode (source, "closed", 0);

  run = e2e_run_as_nobody ("copy", "-T", "--delete", backend, source, target, NULL);
  e2e_assert_status (run, 1);
  g_assert_nonnull (strstr (run->err, "nothing was deleted"));
  assert_paths (target, "a closed closed/b gone");
}

/* Something of another kind makes room when all that is not in the source is to
 * go; without --delete it stays. */
static void
test_delete_other_kind (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  make_files (source, "a folder/b file");
  make_files (target, "folder file/c");
  run = e2e_run ("copy", "-T", "--delete", backend, source, target, NULL);

  /* The choice is the copier's, but not to claim what is not so. */
  if (run->status == 0)
    e2e_assert_same (source, target);
  else
    e2e_assert_status (run, 1);
}

static void
check_filter (const char *backend,
              const char *expected,
              ...)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (E2eRun) run = NULL;
  const char *option;
  va_list options;

  make_files (source, "a.c a.o b/a.o b/c/a.o b/keep.o b/build/x build/y [x] z/build");
  g_ptr_array_add (argv, (char *) e2e_get_lanyard ());
  g_ptr_array_add (argv, (char *) "copy");
  g_ptr_array_add (argv, (char *) backend);
  va_start (options, expected);
  while ((option = va_arg (options, const char *)) != NULL)
    g_ptr_array_add (argv, (char *) option);
  va_end (options);
  g_ptr_array_add (argv, source);
  g_ptr_array_add (argv, target);
  g_ptr_array_add (argv, NULL);

  run = e2e_start_argv ((const char **) argv->pdata, NULL);
  e2e_assert_status (run, 0);
  assert_paths (target, expected);
}

static void
test_filters (const char *backend)
{
  check_filter (backend, "[x] a.c b b/build b/build/x b/c build build/y z z/build",
                "--exclude=*.o", NULL);
  check_filter (backend, "[x] a.c b b/build b/build/x b/c b/keep.o build build/y z z/build",
                "--exclude=*.o", "--include=keep.o", NULL);
  check_filter (backend, "[x] a.c b b/build b/build/x b/c build build/y z z/build",
                "--include=keep.o", "--exclude=*.o", NULL);
  check_filter (backend, "[x] a.c a.o b b/a.o b/c b/c/a.o b/keep.o z",
                "--exclude=build", NULL);
  check_filter (backend, "[x] a.c a.o b b/a.o b/c b/c/a.o b/keep.o z z/build",
                "--exclude=build/", NULL);
  check_filter (backend, "[x] a.c a.o b b/a.o b/build b/build/x b/c b/c/a.o b/keep.o z z/build",
                "--exclude=/build", NULL);
  check_filter (backend, "[x] a.c b b/build b/build/x b/c b/c/a.o build build/y z z/build",
                "--exclude=/*.o", "--exclude=b/*.o", NULL);
  check_filter (backend, "[x] a.c a.o b b/build b/build/x b/c build build/y z z/build",
                "--exclude=b/**/*.o", NULL);
  check_filter (backend, "a.c", "--exclude=*", "--include=*.c", NULL);
  check_filter (backend, "[x] a.o b b/a.o b/build b/build/x b/c b/c/a.o b/keep.o build build/y z "
                "z/build", "--exclude=?.c", NULL);
  check_filter (backend, "a.c a.o b b/a.o b/build b/build/x b/c b/c/a.o b/keep.o build build/y z "
                "z/build", "--exclude=\\[x\\]", NULL);
  check_filter (backend, "[x] b b/build b/build/x b/c b/keep.o build build/y z z/build",
                "--exclude=a.[co]", NULL);
}

/* What is told as an action, and what is then seen to have happened. */
static void
add_action (GHashTable *actions,
            const char *path,
            const char *action)
{
  if (!g_hash_table_insert (actions, g_strdup (path), g_strdup (action)))
    g_error ("%s is told twice", path);
}

static GHashTable *
get_told (E2eRun     *run,
          const char *target)
{
  g_autoptr (GPtrArray) events = e2e_json_parse (run);
  GHashTable *actions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      const char *action = e2e_json_get_string (event, "action");
      g_autofree char *to = NULL;

      if (strcmp (e2e_json_get_event (event), "action") != 0 || strcmp (action, "skip") == 0)
        continue;

      to = e2e_json_get_path (event, "to");
      g_assert_true (g_str_has_prefix (to, target));
      add_action (actions, to + strlen (target) + 1, action);
    }

  return actions;
}

typedef struct
{
  GHashTable *before;   /* path to inode */
  GHashTable *actions;
  GHashTable *seen;
} Comparison;

static void
note_inode (const char        *full,
            const char        *path,
            const struct stat *st,
            gpointer           user_data)
{
  g_hash_table_insert (user_data, g_strdup (path), g_strdup_printf ("%lu", (gulong) st->st_ino));
}

static void
note_change (const char        *full,
             const char        *path,
             const struct stat *st,
             gpointer           user_data)
{
  Comparison *self = user_data;
  const char *before = g_hash_table_lookup (self->before, path);
  g_autofree char *now = g_strdup_printf ("%lu", (gulong) st->st_ino);

  g_hash_table_add (self->seen, g_strdup (path));
  if (before == NULL)
    add_action (self->actions, path, S_ISDIR (st->st_mode) ? "create-directory" : "copy");
  else if (strcmp (before, now) != 0)
    add_action (self->actions, path, "replace");
}

static void
assert_same_actions (GHashTable *told,
                     GHashTable *done)
{
  GHashTableIter iter;
  const char *path;
  const char *action;

  g_hash_table_iter_init (&iter, told);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &action))
    {
      const char *really = g_hash_table_lookup (done, path);

      /* A new name is one, whether of a copy or of a link. */
      if (g_strcmp0 (action, really) != 0 && strcmp (action, "link") != 0)
        g_error ("%s: “%s” was told, “%s” was done", path, action, really);
    }

  g_hash_table_iter_init (&iter, done);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &action))
    if (!g_hash_table_contains (told, path))
      g_error ("%s: “%s” was done, but not told", path, action);
}

static void
check_dry_run (const char *backend,
               const char *policy,
               const char *more)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GHashTable) told = NULL;
  g_autoptr (E2eRun) dry = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  Comparison comparison = { 0 };
  GHashTableIter iter;
  const char *path;

  e2e_make_tree (source, 3, 6);
  e2e_make_tree (target, 2, 4);
  e2e_set_time (source, "dir-0/sub-0/file-1", 1600000000, 0);
  e2e_set_time (target, "dir-0/sub-0/file-2", 1600000000, 0);
  make_files (target, "gone dir-1/gone tree/a/b");
  make_files (source, "new");
  before = e2e_list (temp->path);

  dry = e2e_run ("copy", "-T", "--dry-run", "--json", backend, policy, source, target, more, NULL);
  e2e_assert_status (dry, 0);
  after = e2e_list (temp->path);
  g_assert_cmpstr (after, ==, before);
  told = get_told (dry, target);

  comparison.before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  comparison.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  comparison.actions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  e2e_visit (target, note_inode, comparison.before);
  run = e2e_run ("copy", "-T", backend, policy, source, target, more, NULL);
  e2e_assert_status (run, 0);
  e2e_visit (target, note_change, &comparison);

  g_hash_table_iter_init (&iter, comparison.before);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    if (!g_hash_table_contains (comparison.seen, path))
      add_action (comparison.actions, path, "delete");

  assert_same_actions (told, comparison.actions);
  g_hash_table_unref (comparison.before);
  g_hash_table_unref (comparison.seen);
  g_hash_table_unref (comparison.actions);
}

static void
test_dry_run (const char *backend)
{
  check_dry_run (backend, "--conflict=skip", NULL);
  check_dry_run (backend, "--conflict=newer", "--delete");
  check_dry_run (backend, "--conflict=rename", NULL);
  check_dry_run (backend, "--conflict=overwrite", "--delete");
}

/* What fails without changing anything fails in a dry run as well. */
static void
test_dry_run_problems (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (E2eRun) run = NULL;

  make_files (source, "a b/c d");
  make_files (target, "a b d/e");
  before = e2e_list (temp->path);
  run = e2e_run ("copy", "-T", "-n", "--conflict=fail", backend, source, target, NULL);
  e2e_assert_status (run, 1);
  g_assert_nonnull (strstr (run->err, "3 items failed"));
  after = e2e_list (temp->path);
  g_assert_cmpstr (after, ==, before);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("policies/delete", test_delete);
  e2e_add ("policies/delete-scope", test_delete_scope);
  e2e_add ("policies/delete-contents", test_delete_contents);
  e2e_add ("policies/delete-filtered", test_delete_filtered);
  e2e_add ("policies/delete-after-errors", test_delete_after_errors);
  e2e_add ("policies/delete-other-kind", test_delete_other_kind);
  e2e_add ("policies/filters", test_filters);
  e2e_add ("policies/dry-run", test_dry_run);
  e2e_add ("policies/dry-run-problems", test_dry_run_problems);

  return g_test_run ();
}
