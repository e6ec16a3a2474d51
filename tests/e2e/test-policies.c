/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* A source and a target that is in the way of it. */
typedef struct
{
  E2eTemp *temp;
  char    *source;
  char    *target;
} Scene;

static void
scene_init (Scene *self)
{
  self->temp = e2e_temp_new ();
  self->source = e2e_make_dir (self->temp->path, "source");
  self->target = e2e_make_dir (self->temp->path, "target");

  e2e_make_text (self->source, "older", "new");
  e2e_make_text (self->target, "older", "old");
  e2e_set_time (self->source, "older", 2000, 500);
  e2e_set_time (self->target, "older", 2000, 499);
  e2e_make_text (self->source, "newer", "new");
  e2e_make_text (self->target, "newer", "old");
  e2e_set_time (self->source, "newer", 2000, 500);
  e2e_set_time (self->target, "newer", 2000, 501);
  e2e_make_text (self->source, "equal", "new");
  e2e_make_text (self->target, "equal", "old");
  e2e_set_time (self->source, "equal", 2000, 500);
  e2e_set_time (self->target, "equal", 2000, 500);
  e2e_make_link (self->source, "link", "new");
  e2e_make_link (self->target, "link", "old");
  e2e_set_time (self->source, "link", 2000, 500);
  e2e_set_time (self->target, "link", 1000, 500);
  e2e_make_text (self->source, "alone", "new");
  e2e_make_text (self->target, "kept", "old");
  e2e_make_text (self->source, "over link", "new");
  e2e_make_link (self->target, "over link", "kept");
  e2e_make_link (self->source, "over file", "new");
  e2e_make_text (self->target, "over file", "old");
  g_free (e2e_make_dir (self->source, "dir"));
  g_free (e2e_make_dir (self->target, "dir"));
  e2e_make_text (self->source, "dir/below", "new");
  e2e_make_text (self->target, "dir/below", "old");
}

static void
scene_clear (Scene *self)
{
  g_free (self->source);
  g_free (self->target);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static GPtrArray *
copy (Scene      *self,
      const char *backend,
      const char *policy,
      int         status)
{
  g_autoptr (E2eRun) run = e2e_run ("copy", "-T", "--json", backend, policy, self->source,
                                    self->target, NULL);

  e2e_assert_status (run, status);

  return e2e_json_parse (run);
}

/* The text of a file, or where a link leads. */
static void
assert_is (const char *dir,
           const char *name,
           const char *expected)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *found = g_file_read_link (path, NULL);

  if (found == NULL)
    found = e2e_get_text (dir, name);
  if (g_strcmp0 (found, expected) != 0)
    g_error ("%s is “%s”, not “%s”", name, found, expected);
}

static const char * const in_the_way[] = {
  "older", "newer", "equal", "link", "over link", "over file", "dir/below",
};

static void
assert_all_are (Scene      *self,
                const char *expected)
{
  for (guint i = 0; i < G_N_ELEMENTS (in_the_way); i++)
    if (strcmp (in_the_way[i], "over link") != 0 || strcmp (expected, "new") == 0)
      assert_is (self->target, in_the_way[i], expected);

  assert_is (self->target, "alone", "new");
  assert_is (self->target, "kept", "old");
}

static void
test_overwrite (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) events = NULL;
  g_autofree char *kept = NULL;
  struct stat st;

  scene_init (&scene);
  events = copy (&scene, backend, "--conflict=overwrite", 0);
  assert_all_are (&scene, "new");
  e2e_get_stat (scene.target, "over link", &st);
  g_assert_true (S_ISREG (st.st_mode));
  g_assert_cmpint (e2e_json_count (events, "skipped"), ==, 0);
  g_assert_cmpint (e2e_json_count (events, "files"), ==, 6);
  g_assert_cmpint (e2e_json_count (events, "symlinks"), ==, 2);

  kept = g_build_filename (scene.target, "kept", NULL);
  g_assert_no_errno (g_unlink (kept));
  e2e_set_time (scene.source, "", 1, 0);
  e2e_set_time (scene.target, "", 1, 0);
  e2e_assert_same (scene.source, scene.target);
}

static void
test_skip (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) events = NULL;

  scene_init (&scene);
  events = copy (&scene, backend, "--conflict=skip", 0);
  assert_all_are (&scene, "old");
  assert_is (scene.target, "over link", "kept");
  g_assert_cmpint (e2e_json_count (events, "skipped"), ==, G_N_ELEMENTS (in_the_way));
  g_assert_cmpint (e2e_json_count (events, "files"), ==, 1);
  g_assert_cmpint (e2e_json_count (events, "bytes"), ==, 3);
}

static void
test_rename (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) again = NULL;

  scene_init (&scene);
  g_ptr_array_unref (copy (&scene, backend, "--conflict=rename", 0));
  assert_all_are (&scene, "old");
  for (guint i = 0; i < G_N_ELEMENTS (in_the_way); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s (copy)", in_the_way[i]);

      assert_is (scene.target, name, "new");
    }
  g_assert_false (e2e_exists (scene.target, "dir (copy)"));
  g_assert_false (e2e_exists (scene.target, "alone (copy)"));

  again = copy (&scene, backend, "--conflict=rename", 0);
  assert_all_are (&scene, "old");
  assert_is (scene.target, "older (copy 2)", "new");
  assert_is (scene.target, "alone (copy)", "new");
  g_assert_cmpint (e2e_json_count (again, "skipped"), ==, 0);
}

static void
check_newer (const char *backend,
             const char *option)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) events = NULL;

  scene_init (&scene);
  e2e_set_time (scene.target, "kept", 1, 1);
  events = copy (&scene, backend, option, 0);
  assert_is (scene.target, "older", "new");
  assert_is (scene.target, "newer", "old");
  assert_is (scene.target, "equal", "old");
  assert_is (scene.target, "link", "new");
  assert_is (scene.target, "alone", "new");
  assert_is (scene.target, "kept", "old");
  g_assert_cmpint (e2e_json_count (events, "skipped"), >=, 2);
}

static void
test_newer (const char *backend)
{
  check_newer (backend, "--conflict=newer");
  check_newer (backend, "--update");
  check_newer (backend, "-u");
}

static void
test_fail (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GHashTable) errors = NULL;

  scene_init (&scene);
  events = copy (&scene, backend, "--conflict=fail", 1);
  errors = e2e_json_get_errors (events);
  assert_all_are (&scene, "old");
  g_assert_cmpuint (g_hash_table_size (errors), ==, G_N_ELEMENTS (in_the_way));
  for (guint i = 0; i < G_N_ELEMENTS (in_the_way); i++)
    {
      g_autofree char *path = g_build_filename (scene.source, in_the_way[i], NULL);

      g_assert_nonnull (g_hash_table_lookup (errors, path));
    }
}

/* What is of another kind is never given up for a folder, nor a folder for
 * anything, whatever the policy; all else goes on. */
static void
test_kinds_below (const char *backend)
{
  static const char * const policies[] = { "overwrite", "skip", "newer", "fail" };

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      g_autofree char *option = g_strconcat ("--conflict=", policies[i], NULL);
      g_autoptr (E2eTemp) temp = e2e_temp_new ();
      g_autofree char *source = e2e_make_dir (temp->path, "source");
      g_autofree char *target = e2e_make_dir (temp->path, "target");
      g_autoptr (E2eRun) run = NULL;
      g_autoptr (GPtrArray) events = NULL;
      g_autoptr (GHashTable) errors = NULL;

      g_free (e2e_make_dir (source, "folder"));
      e2e_make_text (source, "folder/file", "new");
      e2e_make_text (target, "folder", "old");
      e2e_make_text (source, "file", "new");
      g_free (e2e_make_dir (target, "file"));
      e2e_make_text (target, "file/kept", "old");
      e2e_make_link (source, "link", "new");
      g_free (e2e_make_dir (target, "link"));
      e2e_make_text (source, "other", "new");

      run = e2e_run ("copy", "-T", "--json", backend, option, source, target, NULL);
      e2e_assert_status (run, 1);
      events = e2e_json_parse (run);
      errors = e2e_json_get_errors (events);
      g_assert_cmpuint (g_hash_table_size (errors), ==, 3);
      assert_is (target, "folder", "old");
      assert_is (target, "file/kept", "old");
      assert_is (target, "other", "new");
    }
}

/* A link to a folder in the destination is not a folder: nothing goes through it. */
static void
test_link_to_folder (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autofree char *outside = e2e_make_dir (temp->path, "outside");
  g_autoptr (E2eRun) run = NULL;

  g_free (e2e_make_dir (source, "dir"));
  e2e_make_text (source, "dir/file", "new");
  e2e_make_link (target, "dir", outside);

  run = e2e_run ("copy", "-T", backend, source, target, NULL);
  g_assert_cmpuint (e2e_count (outside), ==, 0);
  if (run->status != 1)
    e2e_assert_status (run, 0);
}

/* Whoever has the old file open keeps it, and another name of it keeps it. */
static void
test_replacing_keeps_old (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_text (source, "file", "new");
  e2e_make_text (target, "file", "old");
  e2e_make_hard_link (target, "other name", "file");

  run = e2e_run ("copy", "-T", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  assert_is (target, "file", "new");
  assert_is (target, "other name", "old");
}

static void
test_limit_rate (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  gint64 began;
  gint64 took;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      e2e_make_file (source, name, MIB);
    }

  began = g_get_monotonic_time ();
  run = e2e_run ("copy", backend, "-j", "4", "--limit-rate=5M", source, target, NULL);
  took = g_get_monotonic_time () - began;
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
  g_assert_cmpint (took, >=, 1500 * 1000);
  if (took > 4 * G_USEC_PER_SEC)
    g_test_message ("took %d ms: this machine is busy", (int) (took / 1000));
}

static void
test_one_file_system (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *mounted = NULL;
  g_autofree char *target = NULL;
  g_autofree char *other = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) all = NULL;

  if (e2e_lacks_mount ())
    return;

  temp = e2e_temp_new ();
  source = e2e_make_dir (temp->path, "source");
  target = e2e_temp_get (temp, "target");
  other = e2e_temp_get (temp, "other");
  e2e_make_text (source, "before", "text");
  mounted = e2e_temp_mount (temp, "source/mounted", "size=1m");
  e2e_make_text (mounted, "inside", "text");

  run = e2e_run ("copy", "-x", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  assert_is (target, "before", "text");
  g_assert_true (e2e_exists (target, "mounted"));
  g_assert_false (e2e_exists (target, "mounted/inside"));

  all = e2e_run ("copy", backend, source, other, NULL);
  e2e_assert_status (all, 0);
  e2e_assert_same (source, other);
}

/* Neither changes what is copied. */
static void
test_verify (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_tree (source, 2, 8);
  e2e_make_file (source, "big", 70 * MIB);
  e2e_make_hole (source, "hole", 0, 90 * MIB);
  e2e_append (source, "hole", "the end");

  run = e2e_run ("copy", "--verify", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

static void
test_fsync (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_tree (source, 2, 8);
  e2e_make_file (source, "file", 3 * MIB);

  run = e2e_run ("copy", "--fsync", "--verify", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("policies/overwrite", test_overwrite);
  e2e_add ("policies/skip", test_skip);
  e2e_add ("policies/rename", test_rename);
  e2e_add ("policies/newer", test_newer);
  e2e_add ("policies/fail", test_fail);
  e2e_add ("policies/kinds-below", test_kinds_below);
  e2e_add ("policies/link-to-folder", test_link_to_folder);
  e2e_add ("policies/replacing-keeps-old", test_replacing_keeps_old);
  e2e_add ("policies/limit-rate", test_limit_rate);
  e2e_add ("policies/one-file-system", test_one_file_system);
  e2e_add ("policies/verify", test_verify);
  e2e_add ("policies/fsync", test_fsync);

  return g_test_run ();
}
