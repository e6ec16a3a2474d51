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

/* What can be known to go wrong is refused before anything changes: status 3,
 * a reason that names what it is about, and everything as it was. */

typedef struct
{
  E2eTemp    *temp;
  const char *backend;
} Scene;

static void
scene_init (Scene      *self,
            const char *backend)
{
  self->temp = e2e_temp_new ();
  self->backend = backend;
}

static void
scene_clear (Scene *self)
{
  g_clear_pointer (&self->temp, e2e_temp_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

/* The operands are relative to the scene; an option may be the first. */
static void
refused (Scene      *self,
         const char *reason,
         const char *first,
         const char *second,
         const char *third)
{
  g_autofree char *before = e2e_list (self->temp->path);
  g_autofree char *after = NULL;
  g_autofree char *after_json = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) json = NULL;
  g_autoptr (GPtrArray) events = NULL;

  run = e2e_run_in (self->temp->path, "copy", self->backend, first, second, third, NULL);
  e2e_assert_refused (run, reason);
  g_assert_cmpstr (run->out, ==, "");
  after = e2e_list (self->temp->path);
  g_assert_cmpstr (after, ==, before);

  json = e2e_run_in (self->temp->path, "copy", "--json", self->backend, first, second, third,
                     NULL);
  e2e_assert_status (json, 3);
  events = e2e_json_parse (json);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpstr (e2e_json_get_event (events->pdata[0]), ==, "error");
  g_assert_nonnull (strstr (e2e_json_get_string (events->pdata[0], "message"), reason));
  after_json = e2e_list (self->temp->path);
  g_assert_cmpstr (after_json, ==, before);
}

static void
test_into_itself (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend);
  g_free (e2e_make_dir (scene.temp->path, "dir/sub/deep"));
  e2e_make_text (scene.temp->path, "dir/file", "text");
  e2e_make_link (scene.temp->path, "link", "dir/sub");

  refused (&scene, "into itself", "dir", "dir/sub", NULL);
  refused (&scene, "into itself", "dir", "dir/new", NULL);
  refused (&scene, "into itself", "dir", "dir/sub/deep/new", NULL);
  refused (&scene, "into itself", "dir", "dir/../dir/sub", NULL);
  refused (&scene, "into itself", "dir", "link", NULL);
  refused (&scene, "into itself", "dir", "link/new", NULL);
  refused (&scene, "into itself", "dir/", "dir", NULL);
  refused (&scene, "itself", ".", "dir", NULL);
  refused (&scene, "itself", "dir/..", "dir/sub", NULL);
}

static void
test_onto_itself (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend);
  g_free (e2e_make_dir (scene.temp->path, "dir/sub"));
  e2e_make_text (scene.temp->path, "file", "text");
  e2e_make_link (scene.temp->path, "dir link", "dir");
  e2e_make_link (scene.temp->path, "link", "file");
  e2e_make_hard_link (scene.temp->path, "hard link", "file");

  refused (&scene, "itself", "file", "file", NULL);
  refused (&scene, "itself", "file", ".", NULL);
  refused (&scene, "itself", "file", "dir/../file", NULL);
  refused (&scene, "itself", "file", "hard link", NULL);
  refused (&scene, "itself", "link", "link", NULL);
  refused (&scene, "itself", "dir", ".", NULL);
  refused (&scene, "itself", "-T", "dir", "dir");
  refused (&scene, "itself", "-T", "dir", "./dir/");
  refused (&scene, "itself", "-T", "dir", "dir link/");
  refused (&scene, "itself", "dir/sub", "dir link", NULL);
  refused (&scene, "itself", "dir/sub", "dir", NULL);
}

/* As cp does: a link instead of what it leads to would lose that for good. */
static void
test_through_link (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *text = NULL;

  scene_init (&scene, backend);
  e2e_make_text (scene.temp->path, "file", "text");
  e2e_make_link (scene.temp->path, "link", "file");

  refused (&scene, "itself", "link", "file", NULL);
  refused (&scene, "itself", "file", "link", NULL);
  text = e2e_get_text (scene.temp->path, "file");
  g_assert_cmpstr (text, ==, "text");
}

static void
test_kinds (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend);
  g_free (e2e_make_dir (scene.temp->path, "dir"));
  g_free (e2e_make_dir (scene.temp->path, "into/file"));
  e2e_make_text (scene.temp->path, "file", "text");
  e2e_make_text (scene.temp->path, "into/dir", "text");
  e2e_make_link (scene.temp->path, "dangling", "nowhere");

  refused (&scene, "folder", "dir", "file", NULL);
  refused (&scene, "folder", "dir", "into", NULL);
  refused (&scene, "folder", "file", "into", NULL);
  refused (&scene, "folder", "-T", "file", "dir");
  refused (&scene, "folder", "-T", "dangling", "dir");
  refused (&scene, "folder", "dir", "dangling", NULL);
  refused (&scene, "file", "file/", "dir", NULL);
}

static void
test_missing (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend);
  g_free (e2e_make_dir (scene.temp->path, "dir"));
  e2e_make_text (scene.temp->path, "file", "text");

  refused (&scene, "missing", "missing", "dir", NULL);
  refused (&scene, "missing", "file", "missing", "dir");
  refused (&scene, "missing", "missing", NULL, NULL);
  refused (&scene, "No such file", "file", "no/such", NULL);
  refused (&scene, "No such file", "dir", "no/such", NULL);
  refused (&scene, "Not a directory", "dir", "file/below", NULL);
  refused (&scene, "missing", "file", "dir", "missing");
  refused (&scene, "file", "dir", "dir", "file");
  refused (&scene, "empty name", "", "dir", NULL);
  refused (&scene, "empty name", "file", "", NULL);
}

static void
test_same_name (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend);
  g_free (e2e_make_dir (scene.temp->path, "into"));
  g_free (e2e_make_dir (scene.temp->path, "a"));
  g_free (e2e_make_dir (scene.temp->path, "b/a"));
  e2e_make_text (scene.temp->path, "file", "text");
  e2e_make_text (scene.temp->path, "a/file", "text");

  refused (&scene, "same name", "file", "a/file", "into");
  refused (&scene, "same name", "file", "file", "into");
  refused (&scene, "same name", "a", "b/a", "into");
  refused (&scene, "same name", "a", "a/", "into");
}

static void
test_read_only (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *into = NULL;

  if (e2e_lacks_mount ())
    return;

  scene_init (&scene, backend);
  into = e2e_temp_mount (scene.temp, "into", "size=1m");
  e2e_make_text (scene.temp->path, "file", "text");
  g_free (e2e_make_dir (into, "dir"));
  e2e_do ("mount", "-o", "remount,ro", into, NULL);

  refused (&scene, "into", "file", "into", NULL);
  refused (&scene, "into", "file", "into/new", NULL);
  refused (&scene, "into", "file", "into/dir", NULL);
}

static void
test_no_rights (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *file = NULL;
  g_autofree char *closed = NULL;
  g_autofree char *closed_dir = NULL;
  g_autofree char *open_dir = NULL;
  g_autoptr (E2eRun) not_written = NULL;
  g_autoptr (E2eRun) not_read = NULL;
  g_autoptr (E2eRun) dir_not_read = NULL;

  if (e2e_lacks_nobody ())
    return;

  scene_init (&scene, backend);
  file = g_build_filename (scene.temp->path, "file", NULL);
  closed = g_build_filename (scene.temp->path, "closed", NULL);
  closed_dir = e2e_make_dir (scene.temp->path, "closed dir");
  open_dir = e2e_make_dir (scene.temp->path, "open dir");
  e2e_make_text (file, "", "text");
  e2e_make_text (closed, "", "text");
  e2e_set_mode (closed, "", 0600);
  e2e_set_mode (closed_dir, "", 0700);
  e2e_set_mode (open_dir, "", 0777);
  before = e2e_list (scene.temp->path);

  not_written = e2e_run_as_nobody ("copy", backend, file, closed_dir, NULL);
  e2e_assert_refused (not_written, "closed dir");
  not_read = e2e_run_as_nobody ("copy", backend, closed, open_dir, NULL);
  e2e_assert_refused (not_read, "closed");
  dir_not_read = e2e_run_as_nobody ("copy", backend, closed_dir, open_dir, NULL);
  e2e_assert_refused (dir_not_read, "closed dir");

  after = e2e_list (scene.temp->path);
  g_assert_cmpstr (after, ==, before);
}

static void
test_too_little_space (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *into = NULL;

  if (e2e_lacks_mount ())
    return;

  scene_init (&scene, backend);
  into = e2e_temp_mount (scene.temp, "into", "size=2m");
  g_free (e2e_make_dir (scene.temp->path, "source"));
  e2e_make_file (scene.temp->path, "source/file", 3 * 1024 * 1024);

  refused (&scene, "too little space", "source", "into", NULL);
  refused (&scene, "too little space", "source", "into/new", NULL);
  refused (&scene, "too little space", "source/file", "into", NULL);
}

static void
test_too_few_inodes (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *into = NULL;
  g_autofree char *source = NULL;

  if (e2e_lacks_mount ())
    return;

  scene_init (&scene, backend);
  into = e2e_temp_mount (scene.temp, "into", "nr_inodes=50");
  source = e2e_make_dir (scene.temp->path, "source");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      e2e_make_text (source, name, "");
    }

  refused (&scene, "too little space", "source", "into", NULL);
}

/* Holes need no space, and what is linked needs it once. */
static void
test_enough_space (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *into = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *source = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_mount ())
    return;

  scene_init (&scene, backend);
  into = e2e_temp_mount (scene.temp, "into", "size=2m");
  copy = g_build_filename (into, "source", NULL);
  source = e2e_make_dir (scene.temp->path, "source");
  e2e_make_hole (source, "hole", 0, 100 * 1024 * 1024);
  e2e_make_file (source, "file", 900 * 1024);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("link-%u", i);

      e2e_make_hard_link (source, name, "file");
    }

  run = e2e_run ("copy", backend, source, into, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, copy);
}

/* What is above a folder that is there already need not be writable. */
static void
test_parent_no_rights (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *source = NULL;
  g_autofree char *target = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_nobody ())
    return;

  scene_init (&scene, backend);
  source = e2e_make_dir (scene.temp->path, "source");
  target = e2e_make_dir (scene.temp->path, "target");
  e2e_make_text (source, "file", "text");
  e2e_give_away (source);
  e2e_give_away (target);

  run = e2e_run_as_nobody ("copy", "-T", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("refusals/into-itself", test_into_itself);
  e2e_add ("refusals/onto-itself", test_onto_itself);
  e2e_add ("refusals/through-link", test_through_link);
  e2e_add ("refusals/kinds", test_kinds);
  e2e_add ("refusals/missing", test_missing);
  e2e_add ("refusals/same-name", test_same_name);
  e2e_add ("refusals/read-only", test_read_only);
  e2e_add ("refusals/no-rights", test_no_rights);
  e2e_add ("refusals/parent-no-rights", test_parent_no_rights);
  e2e_add ("refusals/too-little-space", test_too_little_space);
  e2e_add ("refusals/too-few-inodes", test_too_few_inodes);
  e2e_add ("refusals/enough-space", test_enough_space);

  return g_test_run ();
}
