/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* Somebody works on the source while it is copied. What is never allowed: a
 * copy that differs, looks complete and is not told about. */

typedef struct
{
  E2eTemp *temp;
  char    *source;
  char    *target;
  char    *from;    /* the file at stake, */
  char    *to;      /* and its copy */
} Scene;

static void
scene_init (Scene   *self,
            guint64  size)
{
  self->temp = e2e_temp_new_in_memory ();
  self->source = e2e_make_dir (self->temp->path, "source");
  self->target = e2e_temp_get (self->temp, "target");
  self->from = g_build_filename (self->source, "file", NULL);
  self->to = g_build_filename (self->target, "file", NULL);
  e2e_make_file (self->source, "file", size);
}

static void
scene_clear (Scene *self)
{
  g_free (self->to);
  g_free (self->from);
  g_free (self->target);
  g_free (self->source);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static gboolean
has_content (gpointer user_data)
{
  struct stat st;

  return lstat (user_data, &st) == 0 && st.st_blocks > 0;
}

static E2eRun *
start (Scene      *self,
       const char *backend,
       const char *rate)
{
  E2eRun *run = e2e_start ("copy", "-T", "--json", backend, rate, self->source, self->target,
                           NULL);

  g_assert_true (e2e_run_await (run, has_content, self->to));

  return run;
}

/* Either it was told, or the copy is what the source is now. */
static void
check_honest (Scene  *self,
              E2eRun *run)
{
  g_autoptr (GPtrArray) events = NULL;
  struct stat from;
  struct stat to;

  e2e_run_wait (run);
  events = e2e_json_parse (run);

  if (run->status == 1)
    {
      g_assert_nonnull (e2e_json_find_error (events, self->from));
      return;
    }

  e2e_assert_status (run, 0);
  e2e_assert_same_content (self->from, self->to);
  e2e_get_stat (self->from, "", &from);
  e2e_get_stat (self->to, "", &to);

  /* The size changes before the time does. An older time is honest: the next
   * copy looks at it again. */
  g_assert_true (to.st_mtim.tv_sec < from.st_mtim.tv_sec ||
                 (to.st_mtim.tv_sec == from.st_mtim.tv_sec &&
                  to.st_mtim.tv_nsec <= from.st_mtim.tv_nsec));
}

static void
test_growing_once (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  e2e_append (scene.from, "", "more");
  check_honest (&scene, run);
}

static void
test_shrinking (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  g_assert_no_errno (truncate (scene.from, MIB + 17));
  check_honest (&scene, run);
}

static void
test_shrinking_to_nothing (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  g_assert_no_errno (truncate (scene.from, 0));
  check_honest (&scene, run);
}

static void
overwrite (const char *path,
           off_t       offset,
           const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_no_errno (fd);
  g_assert_cmpint (pwrite (fd, text, strlen (text), offset), ==, (gssize) strlen (text));
  close (fd);
}

static void
test_overwritten (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  overwrite (scene.from, 0, "changed");
  overwrite (scene.from, 11 * MIB, "changed");
  check_honest (&scene, run);
}

/* Another file under the same name: the one or the other is copied, whole. */
static void
test_replaced (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  first = e2e_temp_get (scene.temp, "first");
  aside = e2e_temp_get (scene.temp, "aside");
  g_assert_no_errno (link (scene.from, first));
  run = start (&scene, backend, "--limit-rate=20M");
  e2e_make_file (aside, "", 5 * MIB);
  g_assert_no_errno (g_rename (aside, scene.from));

  e2e_run_wait (run);
  if (run->status == 0)
    g_assert_true (e2e_is_same_content (scene.from, scene.to) ||
                   e2e_is_same_content (first, scene.to));
  else
    e2e_assert_status (run, 1);
}

/* Never quiet long enough to be copied: told, and not left looking complete. */
static void
test_changing_all_the_time (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;
  struct stat from;
  struct stat to;

  scene_init (&scene, 6 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  while (!e2e_run_wait_until (run, 5000))
    overwrite (scene.from, g_test_rand_int_range (0, 6 * MIB), "changed");

  e2e_assert_status (run, 1);
  events = e2e_json_parse (run);
  g_assert_nonnull (e2e_json_find_error (events, scene.from));

  if (e2e_exists (scene.to, ""))
    {
      e2e_get_stat (scene.from, "", &from);
      e2e_get_stat (scene.to, "", &to);
      g_assert_false (from.st_mtim.tv_sec == to.st_mtim.tv_sec &&
                      from.st_mtim.tv_nsec == to.st_mtim.tv_nsec);
    }
}

/* A big file that changes is not copied twice: it is told, and nothing is left. */
static void
test_big_changing (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) again = NULL;

  scene_init (&scene, 70 * MIB);
  run = start (&scene, backend, "--limit-rate=60M");
  e2e_append (scene.from, "", "more");
  check_honest (&scene, run);
  if (run->status == 1)
    g_assert_false (e2e_exists (scene.to, ""));

  again = e2e_run ("copy", "-T", "--resume", backend, scene.source, scene.target, NULL);
  e2e_assert_status (again, 0);
  e2e_assert_same (scene.source, scene.target);
}

/* What comes into a folder too late is not in the copy, which is told, or does
 * not say that it is up to date. */
static void
test_folder_growing (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GPtrArray) events = NULL;

  scene_init (&scene, 12 * MIB);
  run = start (&scene, backend, "--limit-rate=20M");
  e2e_make_text (scene.source, "late", "text");

  e2e_assert_status (run, 1);
  events = e2e_json_parse (run);
  g_assert_nonnull (e2e_json_find_error (events, scene.source));
  e2e_assert_same_content (scene.from, scene.to);
}

/* A folder becomes a link that leads out of the source: it is not followed. */
static void
test_folder_becomes_link (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *outside = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  outside = e2e_make_dir (scene.temp->path, "outside");
  aside = e2e_temp_get (scene.temp, "aside");
  dir = e2e_make_dir (scene.source, "dir");
  e2e_make_text (outside, "secret", "secret");
  e2e_make_text (dir, "secret", "public");

  run = start (&scene, backend, "--limit-rate=20M");
  g_assert_no_errno (g_rename (dir, aside));
  e2e_make_link (scene.source, "dir", outside);
  e2e_run_wait (run);

  if (e2e_exists (scene.target, "dir/secret"))
    {
      g_autofree char *text = e2e_get_text (scene.target, "dir/secret");

      g_assert_cmpstr (text, ==, "public");
    }
}

/* The same in the target: nothing is written outside of it. */
static void
test_target_becomes_link (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *outside = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (E2eRun) run = NULL;

  scene_init (&scene, 12 * MIB);
  outside = e2e_make_dir (scene.temp->path, "outside");
  aside = e2e_temp_get (scene.temp, "aside");
  g_free (e2e_make_dir (scene.source, "dir"));
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("dir/file-%u", i);

      e2e_make_file (scene.source, name, 200 * 1024);
    }

  dir = g_build_filename (scene.target, "dir", NULL);
  run = e2e_start ("copy", "-T", backend, "--limit-rate=20M", scene.source, scene.target, NULL);
  g_assert_true (e2e_run_await_path (run, dir));
  g_assert_no_errno (g_rename (dir, aside));
  e2e_make_link (scene.target, "dir", outside);

  e2e_run_wait (run);
  g_assert_cmpuint (e2e_count (outside), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("faults/growing-once", test_growing_once);
  e2e_add ("faults/shrinking", test_shrinking);
  e2e_add ("faults/shrinking-to-nothing", test_shrinking_to_nothing);
  e2e_add ("faults/overwritten", test_overwritten);
  e2e_add ("faults/replaced", test_replaced);
  e2e_add ("faults/changing-all-the-time", test_changing_all_the_time);
  e2e_add ("faults/big-changing", test_big_changing);
  e2e_add ("faults/folder-growing", test_folder_growing);
  e2e_add ("faults/folder-becomes-link", test_folder_becomes_link);
  e2e_add ("faults/target-becomes-link", test_target_becomes_link);

  return g_test_run ();
}
