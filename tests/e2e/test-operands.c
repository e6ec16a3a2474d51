/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* What operands mean is what cp -a makes of them, so it is the judge: both run
 * in trees that are the same, and must leave trees that are. */

#define THEN 1111111111

static char *
make_scene (E2eTemp    *temp,
            const char *name)
{
  char *scene = e2e_make_dir (temp->path, name);
  g_autofree char *source = g_build_filename (scene, "source", NULL);

  e2e_make_tree (source, 2, 3);
  g_free (e2e_make_dir (scene, "dir/sub"));
  e2e_make_text (scene, "dir/sub/file", "text");
  e2e_make_text (scene, "file", "some text");
  e2e_make_text (scene, "other", "other text");
  e2e_make_text (scene, "-T", "odd name");
  e2e_make_link (scene, "link", "file");
  e2e_make_link (scene, "dangling", "nowhere");
  e2e_make_link (scene, "dir link", "dir");
  e2e_make_link (scene, "source link", "source");
  g_free (e2e_make_dir (scene, "full/source/empty"));
  e2e_make_text (scene, "full/source/kept", "kept");
  e2e_make_text (scene, "full/file", "old");
  g_free (e2e_make_dir (scene, "into"));

  return scene;
}

/* Everything of one moment, so that only what was copied can differ. */
static void
set_all_times (const char        *full,
               const char        *path,
               const struct stat *st,
               gpointer           user_data)
{
  e2e_set_time (full, "", THEN, 111111111);
}

typedef struct
{
  const char *one;
  const char *other;
} Pair;

static void
smooth_time (const char        *full,
             const char        *path,
             const struct stat *st,
             gpointer           user_data)
{
  const Pair *pair = user_data;

  if (S_ISDIR (st->st_mode) && st->st_mtim.tv_sec != THEN && e2e_exists (pair->one, path) &&
      e2e_exists (pair->other, path))
    {
      e2e_set_time (pair->one, path, THEN, 0);
      e2e_set_time (pair->other, path, THEN, 0);
    }
}

/* Folders that something was put into have a time of their own. */
static void
smooth_times (const char *one,
              const char *other)
{
  Pair pair = { one, other };

  e2e_visit (one, smooth_time, &pair);
  e2e_visit (other, smooth_time, &pair);
  e2e_set_time (one, "", THEN, 0);
  e2e_set_time (other, "", THEN, 0);
}

static void
check_like_cp (const char *backend,
               ...)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *expected = make_scene (temp, "expected");
  g_autofree char *scene = make_scene (temp, "scene");
  g_autoptr (GPtrArray) cp = g_ptr_array_new ();
  g_autoptr (GPtrArray) lanyard = g_ptr_array_new ();
  g_autoptr (E2eRun) cp_run = NULL;
  g_autoptr (E2eRun) run = NULL;
  const char *operand;
  va_list operands;

  e2e_visit (temp->path, set_all_times, NULL);
  g_ptr_array_add (cp, (char *) "cp");
  g_ptr_array_add (cp, (char *) "-a");
  g_ptr_array_add (lanyard, (char *) e2e_get_lanyard ());
  g_ptr_array_add (lanyard, (char *) "copy");
  g_ptr_array_add (lanyard, (char *) backend);

  va_start (operands, backend);
  while ((operand = va_arg (operands, const char *)) != NULL)
    {
      g_ptr_array_add (cp, (char *) operand);
      g_ptr_array_add (lanyard, (char *) operand);
    }
  va_end (operands);
  g_ptr_array_add (cp, NULL);
  g_ptr_array_add (lanyard, NULL);

  cp_run = e2e_start_argv ((const char **) cp->pdata, expected);
  e2e_assert_status (cp_run, 0);
  run = e2e_start_argv ((const char **) lanyard->pdata, scene);
  e2e_assert_status (run, 0);

  smooth_times (expected, scene);
  e2e_assert_same (expected, scene);
}

static void
test_folder (const char *backend)
{
  check_like_cp (backend, "source", "into", NULL);
  check_like_cp (backend, "source", "into/", NULL);
  check_like_cp (backend, "source", "new", NULL);
  check_like_cp (backend, "source", "new/", NULL);
  check_like_cp (backend, "source", "into/new", NULL);
  check_like_cp (backend, "source", "full", NULL);
  check_like_cp (backend, "source", "dir link", NULL);
  check_like_cp (backend, "source", "dir link/", NULL);
}

static void
test_trailing_slash (const char *backend)
{
  check_like_cp (backend, "source/", "into", NULL);
  check_like_cp (backend, "source///", "new", NULL);
  check_like_cp (backend, "source link/", "into", NULL);
  check_like_cp (backend, "source link", "into", NULL);
}

static void
test_dots (const char *backend)
{
  check_like_cp (backend, "source/.", "into", NULL);
  check_like_cp (backend, "source/.", "new", NULL);
  check_like_cp (backend, "source/.", "full/source", NULL);
  check_like_cp (backend, "source/dir-0/..", "into", NULL);
  check_like_cp (backend, "source/dir-0/../", "into", NULL);
  check_like_cp (backend, "./source/./dir-1", "./into/.", NULL);
  check_like_cp (backend, "dir/../source", "into/../into", NULL);
  check_like_cp (backend, "file", "dir/..//into", NULL);
}

static void
test_file (const char *backend)
{
  check_like_cp (backend, "file", "into", NULL);
  check_like_cp (backend, "file", "new", NULL);
  check_like_cp (backend, "file", "into/new", NULL);
  check_like_cp (backend, "file", "full", NULL);
  check_like_cp (backend, "file", "other", NULL);
  check_like_cp (backend, "link", "into", NULL);
  check_like_cp (backend, "link", "new", NULL);
  check_like_cp (backend, "dangling", "into", NULL);
  check_like_cp (backend, "dangling", "new", NULL);
  check_like_cp (backend, "dir link", "new", NULL);
}

static void
test_no_target_directory (const char *backend)
{
  check_like_cp (backend, "-T", "source", "into", NULL);
  check_like_cp (backend, "-T", "source", "new", NULL);
  check_like_cp (backend, "-T", "source", "full/source", NULL);
  check_like_cp (backend, "-T", "source/", "full/source/", NULL);
  check_like_cp (backend, "-T", "file", "new", NULL);
  check_like_cp (backend, "-T", "file", "other", NULL);
}

static void
test_several (const char *backend)
{
  check_like_cp (backend, "source", "file", "link", "dangling", "dir", "into", NULL);
  check_like_cp (backend, "source/dir-0", "source/dir-1", "full", NULL);
  check_like_cp (backend, "file", "other", "dir link", NULL);
  check_like_cp (backend, "source", "dir/sub", "full", NULL);
}

static void
test_double_dash (const char *backend)
{
  check_like_cp (backend, "--", "-T", "into", NULL);
  check_like_cp (backend, "--", "-T", "file", "into", NULL);
  check_like_cp (backend, "file", "--", "-T", "into", NULL);
  check_like_cp (backend, "--", "file", "into", NULL);
}

/* As cp does not: a source alone. */
static void
check_duplicate (const char *backend,
                 const char *operand,
                 const char *source_name,
                 const char *copy_name)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *scene = make_scene (temp, "scene");
  g_autofree char *source = g_build_filename (scene, source_name, NULL);

  for (guint number = 1; number <= 3; number++)
    {
      g_autoptr (E2eRun) run = e2e_run_in (scene, "copy", backend, operand, NULL);
      g_autofree char *name = number == 1 ? g_strdup_printf ("%s (copy)", copy_name)
                              : g_strdup_printf ("%s (copy %u)", copy_name, number);
      g_autofree char *copy = g_build_filename (scene, name, NULL);
      struct stat st;

      e2e_assert_status (run, 0);
      e2e_get_stat (copy, "", &st);

      if (S_ISDIR (st.st_mode))
        e2e_assert_same (source, copy);
      else if (S_ISREG (st.st_mode))
        e2e_assert_same_content (source, copy);
      else
        g_assert_true (S_ISLNK (st.st_mode));
    }
}

static void
test_alone (const char *backend)
{
  check_duplicate (backend, "source", "source", "source");
  check_duplicate (backend, "source/", "source", "source");
  check_duplicate (backend, "source/dir-1", "source/dir-1", "source/dir-1");
  check_duplicate (backend, "file", "file", "file");
  check_duplicate (backend, "dangling", "dangling", "dangling");
  check_duplicate (backend, "source/.", "source", "source");
  check_duplicate (backend, "source/dir-1/..", "source", "source");
}

/* The working directory itself, beside which there is a place as well. */
static void
test_here_alone (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *scene = make_scene (temp, "scene");
  g_autofree char *copy = e2e_temp_get (temp, "scene (copy)");
  g_autoptr (E2eRun) run = e2e_run_in (scene, "copy", backend, ".", NULL);

  e2e_assert_status (run, 0);
  e2e_assert_same (scene, copy);
}

/* In the user's language. */
static void
test_alone_translated (const char *backend)
{
  const char *directory = g_getenv ("LANYARD_LOCALEDIR");
  g_autofree char *catalogue = NULL;
  g_autoptr (E2eTemp) temp = NULL;
  g_autoptr (E2eRun) run = NULL;
  g_autofree char *before = g_strdup (g_getenv ("LC_ALL"));
  gboolean has_locale = setlocale (LC_ALL, "zh_CN.UTF-8") != NULL;

  setlocale (LC_ALL, "C");
  if (directory != NULL)
    catalogue = g_build_filename (directory, "zh_CN", "LC_MESSAGES", "lanyard.mo", NULL);
  if (!has_locale || catalogue == NULL || !g_file_test (catalogue, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no Chinese here");
      return;
    }

  temp = e2e_temp_new ();
  e2e_make_text (temp->path, "文件", "text");
  g_setenv ("LC_ALL", "zh_CN.UTF-8", TRUE);
  run = e2e_run_in (temp->path, "copy", backend, "文件", NULL);
  g_setenv ("LC_ALL", before, TRUE);

  e2e_assert_status (run, 0);
  g_assert_true (e2e_exists (temp->path, "文件[副本]"));
}

static void
assert_usage (E2eRun     *run,
              const char *reason)
{
  e2e_assert_status (run, 2);
  g_assert_cmpstr (run->out, ==, "");
  if (strstr (run->err, reason) == NULL || strstr (run->err, "--help") == NULL)
    g_error ("“%s” is not said in: %s", reason, run->err);

  e2e_run_free (run);
}

static void
test_usage (void)
{
  assert_usage (e2e_run ("copy", NULL), "nothing to copy");
  assert_usage (e2e_run ("copy", "--", NULL), "nothing to copy");
  assert_usage (e2e_run ("copy", "--no-such-option", "a", "b", NULL), "--no-such-option");
  assert_usage (e2e_run ("copy", "-Z", "a", "b", NULL), "-Z");
  assert_usage (e2e_run ("copy", "--conflict=ask", "a", "b", NULL), "terminal");
  assert_usage (e2e_run ("copy", "--conflict=ask", "--json", "a", "b", NULL), "terminal");
  assert_usage (e2e_run ("copy", "-j", "0", "a", "b", NULL), "0");
  assert_usage (e2e_run ("copy", "-j", "-1", "a", "b", NULL), "-1");
  assert_usage (e2e_run ("copy", "-j", "many", "a", "b", NULL), "many");
  assert_usage (e2e_run ("copy", "-j", "99999999999999999999", "a", "b", NULL), "9999");
  assert_usage (e2e_run ("copy", "a", "b", "-j", NULL), "-j");
  assert_usage (e2e_run ("copy", "--backend=fork", "a", "b", NULL), "fork");
  assert_usage (e2e_run ("copy", "--conflict=maybe", "a", "b", NULL), "maybe");
  assert_usage (e2e_run ("copy", "--progress=loud", "a", "b", NULL), "loud");
  assert_usage (e2e_run ("copy", "--exclude=", "a", "b", NULL), "pattern");
  assert_usage (e2e_run ("copy", "-T", "a", NULL), "-T");
  assert_usage (e2e_run ("copy", "-T", "a", "b", "c", NULL), "-T");
  assert_usage (e2e_run ("copy", "--delete", "a", NULL), "--delete");
  assert_usage (e2e_run ("copy", "--delete", "--conflict=rename", "a", "b", NULL), "--delete");
}

static void
test_rates (void)
{
  static const char * const wrong[] = {
    "fast", "", "0", "-5", "1X", "10 M", "1e400", "nan", "inf", "5MM", "1.5.2", "M", "1iB",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *option = g_strconcat ("--limit-rate=", wrong[i], NULL);

      assert_usage (e2e_run ("copy", option, "a", "b", NULL), "limit-rate");
    }
}

static void
test_good_rates (void)
{
  static const char * const good[] = { "100000", "500K", "10M", "1.5M", "1G", "2GiB", "10MB", "1T" };
  g_autoptr (E2eTemp) temp = e2e_temp_new ();

  e2e_make_text (temp->path, "file", "text");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *option = g_strconcat ("--limit-rate=", good[i], NULL);
      g_autoptr (E2eRun) run = e2e_run_in (temp->path, "copy", option, "file", "copy", NULL);

      e2e_assert_status (run, 0);
    }
}

static void
test_commands (void)
{
  g_autoptr (E2eRun) version = e2e_run ("--version", NULL);
  g_autoptr (E2eRun) help = e2e_run ("--help", NULL);
  g_autoptr (E2eRun) copy_help = e2e_run ("copy", "--help", NULL);
  g_autoptr (E2eRun) nothing = e2e_run (NULL, NULL);
  static const char * const options[] = {
    "-j", "--backend", "--verify", "--resume", "--dry-run", "--conflict", "--delete", "--exclude",
    "--include", "--limit-rate", "--fsync", "--one-file-system", "--progress", "--json", "-T",
    "--update", "DEST", "SOURCE", "130",
  };

  e2e_assert_status (version, 0);
  g_assert_true (g_str_has_prefix (version->out, "lanyard "));
  g_assert_true (g_ascii_isdigit (version->out[8]));
  e2e_assert_status (help, 0);
  g_assert_nonnull (strstr (help->out, "copy"));
  g_assert_cmpstr (help->err, ==, "");
  e2e_assert_status (copy_help, 0);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (strstr (copy_help->out, options[i]) == NULL)
      g_error ("%s is not in the help", options[i]);

  assert_usage (e2e_run ("no-such-command", NULL), "no-such-command");
  assert_usage (e2e_run ("--no-such-option", NULL), "--no-such-option");
  e2e_assert_status (nothing, 2);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("operands/folder", test_folder);
  e2e_add ("operands/trailing-slash", test_trailing_slash);
  e2e_add ("operands/dots", test_dots);
  e2e_add ("operands/file", test_file);
  e2e_add ("operands/no-target-directory", test_no_target_directory);
  e2e_add ("operands/several", test_several);
  e2e_add ("operands/double-dash", test_double_dash);
  e2e_add ("operands/alone", test_alone);
  e2e_add ("operands/here-alone", test_here_alone);
  e2e_add ("operands/alone-translated", test_alone_translated);
  g_test_add_func ("/e2e/operands/usage", test_usage);
  g_test_add_func ("/e2e/operands/rates", test_rates);
  g_test_add_func ("/e2e/operands/good-rates", test_good_rates);
  g_test_add_func ("/e2e/operands/commands", test_commands);

  return g_test_run ();
}
