/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* What became of a source: everything is whole in the target, or told to have
 * failed and not there at all. */
typedef struct
{
  const char *source;
  const char *target;
  GHashTable *errors;
  guint       n_copied;
  guint       n_failed;
} Account;

static void
check_item (const char        *full,
            const char        *path,
            const struct stat *st,
            gpointer           user_data)
{
  Account *self = user_data;
  g_autofree char *copy = g_build_filename (self->target, path, NULL);
  struct stat to;

  if (g_hash_table_contains (self->errors, full))
    {
      self->n_failed++;
      if (!S_ISDIR (st->st_mode) && e2e_exists (copy, ""))
        g_error ("%s failed and yet is there", path);
      return;
    }

  if (!e2e_exists (copy, ""))
    {
      g_autofree char *dir = g_path_get_dirname (full);

      /* Of a folder that failed, what is in it need not be told. */
      while (strlen (dir) >= strlen (self->source))
        {
          g_autofree char *inner = g_steal_pointer (&dir);

          if (g_hash_table_contains (self->errors, inner))
            return;
          dir = g_path_get_dirname (inner);
        }

      g_error ("%s is not there and nothing was said about it", path);
    }

  self->n_copied++;
  e2e_get_stat (copy, "", &to);
  g_assert_cmpuint (to.st_mode, ==, st->st_mode);
  if (S_ISREG (st->st_mode))
    e2e_assert_same_content (full, copy);
}

static void
check_no_part (const char        *full,
               const char        *path,
               const struct stat *st,
               gpointer           user_data)
{
  if (strstr (path, ".lanyard-part") != NULL)
    g_error ("%s was left", path);
}

static Account
check_all_accounted_for (E2eRun     *run,
                         const char *source,
                         const char *target)
{
  g_autoptr (GPtrArray) events = e2e_json_parse (run);
  g_autoptr (GHashTable) errors = e2e_json_get_errors (events);
  Account self = { .source = source, .target = target, .errors = errors };

  e2e_visit (source, check_item, &self);
  e2e_visit (target, check_no_part, NULL);
  self.errors = NULL;

  return self;
}

/* A file system that fills up in the middle of it. */
static void
test_full (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *target = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) again = NULL;
  Account account;

  if (e2e_lacks_mount ())
    return;

  temp = e2e_temp_new_in_memory ();
  source = e2e_temp_get (temp, "source");
  into = e2e_temp_mount (temp, "into", "size=4m");
  target = e2e_make_dir (into, "source");
  e2e_make_tree (source, 10, 100);
  e2e_make_file (source, "medium", 3 * MIB);

  /* What is there already makes it impossible to tell beforehand. */
  run = e2e_run ("copy", "--json", backend, source, into, NULL);
  e2e_assert_status (run, 1);
  account = check_all_accounted_for (run, source, target);
  g_assert_cmpuint (account.n_failed, >, 0);
  g_assert_cmpuint (account.n_copied, >, 100);

  /* With more room, the rest can be had. */
  e2e_do ("mount", "-o", "remount,size=64m", into, NULL);
  again = e2e_run ("copy", "--resume", backend, source, into, NULL);
  e2e_assert_status (again, 0);
  e2e_assert_same (source, target);
}

static void
test_full_big (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *target = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GHashTable) errors = NULL;

  if (e2e_lacks_mount ())
    return;

  temp = e2e_temp_new_in_memory ();
  source = e2e_make_dir (temp->path, "source");
  into = e2e_temp_mount (temp, "into", "size=40m");
  target = e2e_make_dir (into, "source");
  e2e_make_file (source, "new", 150 * MIB);
  e2e_make_file (source, "replacing", 70 * MIB);
  e2e_make_text (target, "replacing", "old");

  run = e2e_run ("copy", "--json", backend, source, into, NULL);
  e2e_assert_status (run, 1);
  events = e2e_json_parse (run);
  errors = e2e_json_get_errors (events);
  g_assert_cmpuint (g_hash_table_size (errors), ==, 2);
  g_assert_false (e2e_exists (target, "new"));
  kept = e2e_get_text (target, "replacing");
  g_assert_cmpstr (kept, ==, "old");
  g_assert_cmpuint (e2e_count (target), ==, 1);
}

/* No room for one more name. */
static void
test_out_of_inodes (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *target = NULL;
  g_autoptr (E2eRun) run = NULL;
  Account account;

  if (e2e_lacks_mount ())
    return;

  temp = e2e_temp_new_in_memory ();
  source = e2e_temp_get (temp, "source");
  into = e2e_temp_mount (temp, "into", "nr_inodes=300");
  target = e2e_make_dir (into, "source");
  e2e_make_tree (source, 20, 40);

  run = e2e_run ("copy", "--json", backend, source, into, NULL);
  e2e_assert_status (run, 1);
  account = check_all_accounted_for (run, source, target);
  g_assert_cmpuint (account.n_copied, >, 200);
}

/* What one may not read is told, and nothing else suffers. */
static void
test_unreadable (const char *backend)
{
  static const char * const closed[] = {
    "dir-1/sub-1/file-3", "dir-1/sub-1/file-4", "dir-2", "dir-3/sub-0"
  };
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *target = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GHashTable) errors = NULL;
  Account account;

  if (e2e_lacks_nobody ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  into = e2e_make_dir (temp->path, "into");
  target = g_build_filename (into, "source", NULL);
  e2e_make_tree (source, 6, 10);
  e2e_give_away (source);
  e2e_give_away (into);
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    e2e_set_mode (source, closed[i], i == 3 ? 0300 : 0);

  run = e2e_run_as_nobody ("copy", "--json", backend, source, into, NULL);
  e2e_assert_status (run, 1);

  events = e2e_json_parse (run);
  errors = e2e_json_get_errors (events);
  g_assert_cmpuint (g_hash_table_size (errors), ==, G_N_ELEMENTS (closed));
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_autofree char *path = g_build_filename (source, closed[i], NULL);
      const char *reason = g_hash_table_lookup (errors, path);

      g_assert_nonnull (reason);
      g_assert_nonnull (strstr (reason, "Permission denied"));
    }

  account = check_all_accounted_for (run, source, target);
  g_assert_cmpuint (account.n_copied, >, 30);
}

/* In words, for a person: how many, why, and which. */
static void
test_unreadable_told (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_nobody ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  into = e2e_make_dir (temp->path, "into");
  e2e_make_tree (source, 2, 5);
  e2e_give_away (source);
  e2e_give_away (into);
  e2e_set_mode (source, "dir-1/sub-1/file-3", 0);
  e2e_set_mode (source, "dir-1/sub-1/file-4", 0);

  run = e2e_run_as_nobody ("copy", backend, source, into, NULL);
  e2e_assert_status (run, 1);
  g_assert_nonnull (strstr (run->err, "2 items failed"));
  g_assert_nonnull (strstr (run->err, "Permission denied"));
  g_assert_nonnull (strstr (run->err, "dir-1/sub-1/file-3\n"));
  g_assert_nonnull (strstr (run->err, "dir-1/sub-1/file-4\n"));
}

/* Folders of the target that one may not write to. */
static void
test_unwritable_inside (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *target = NULL;
  g_autofree char *closed = NULL;
  g_autofree char *into = NULL;
  g_autoptr (E2eRun) run = NULL;
  Account account;

  if (e2e_lacks_nobody ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  into = e2e_make_dir (temp->path, "into");
  target = e2e_make_dir (into, "source");
  e2e_make_tree (source, 4, 5);
  e2e_give_away (source);
  closed = e2e_make_dir (target, "dir-2");
  e2e_give_away (into);
  g_assert_no_errno (chown (closed, 0, 0));
  e2e_set_mode (source, "dir-2", 0755);

  run = e2e_run_as_nobody ("copy", "--json", backend, source, into, NULL);
  e2e_assert_status (run, 1);
  account = check_all_accounted_for (run, source, target);
  g_assert_cmpuint (account.n_copied, >, 15);
}

static gboolean
is_not_empty (gpointer user_data)
{
  return e2e_count (user_data) > 5;
}

static void
remove_what_is_not_copied (const char        *full,
                           const char        *path,
                           const struct stat *st,
                           gpointer           user_data)
{
  g_autofree char *copy = g_build_filename (user_data, path, NULL);

  if (S_ISREG (st->st_mode) && !e2e_exists (copy, ""))
    g_assert_no_errno (unlink (full));
}

/* Files that vanish between being seen and being copied. */
static void
test_vanishing (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GHashTable) errors = NULL;
  GHashTableIter iter;
  const char *path;
  const char *reason;
  guint n_files = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);

      e2e_make_file (source, name, 60 * 1024);
    }

  run = e2e_start ("copy", "--json", "--limit-rate=1M", backend, source, target, NULL);
  g_assert_true (e2e_run_await (run, is_not_empty, target));
  e2e_visit (source, remove_what_is_not_copied, target);
  e2e_assert_status (run, 1);

  events = e2e_json_parse (run);
  errors = e2e_json_get_errors (events);
  g_hash_table_iter_init (&iter, errors);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &reason))
    {
      /* The folder itself has changed as well. */
      if (strcmp (path, source) == 0)
        continue;

      g_assert_false (e2e_exists (path, ""));
      g_assert_nonnull (strstr (reason, "vanished"));
      n_files++;
    }

  g_assert_cmpuint (n_files, >, 0);
  g_assert_cmpuint (n_files + e2e_count (target), ==, 60);
}

/* The target is taken away in the middle of it. */
static void
test_target_removed (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *aside = e2e_temp_get (temp, "aside");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  e2e_make_tree (source, 4, 60);
  before = e2e_list (source);
  run = e2e_start ("copy", "--json", "--limit-rate=500K", backend, source, target, NULL);
  g_assert_true (e2e_run_await (run, is_not_empty, target));
  /* The name goes at once, and with it every path to what is below. */
  g_assert_no_errno (g_rename (target, aside));
  e2e_remove (aside);

  e2e_assert_status (run, 1);
  events = e2e_json_parse (run);
  g_assert_cmpint (e2e_json_count (events, "errors"), >, 0);
  after = e2e_list (source);
  g_assert_cmpstr (after, ==, before);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("faults/full", test_full);
  e2e_add ("faults/full-big", test_full_big);
  e2e_add ("faults/out-of-inodes", test_out_of_inodes);
  e2e_add ("faults/unreadable", test_unreadable);
  e2e_add ("faults/unreadable-told", test_unreadable_told);
  e2e_add ("faults/unwritable-inside", test_unwritable_inside);
  e2e_add ("faults/vanishing", test_vanishing);
  e2e_add ("faults/target-removed", test_target_removed);

  return g_test_run ();
}
