/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-counters.h"
#include "copy-event.h"
#include "copy-preflight.h"
#include "test-copy-util.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What there is before a job: the program's own folder is here, too. */
static TestFolder *
new_folder (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_make_dir (folder, "dir/sub");
  test_folder_make_dir (folder, "other/dir");
  test_folder_make_dir (folder, "other/file2");
  test_folder_write (folder, "file", "text");
  test_folder_write (folder, "file2", "text");
  test_folder_write (folder, "other/clash", "text");
  test_folder_make_dir (folder, "clash");
  test_folder_make_link (folder, "link", "dir");
  test_folder_make_link (folder, "dangling", "nowhere");
  test_folder_hard_link (folder, "hard", "file");
  g_assert_no_errno (g_chdir (folder->path));

  return folder;
}

static void
leave_folder (TestFolder *folder)
{
  g_assert_no_errno (g_chdir ("/"));
  test_folder_free (folder);
}

typedef enum
{
  AS_DEST = 1 << 0,  /* never into it */
  MIRROR  = 1 << 1,
  RESUME  = 1 << 2,
  INTO    = 1 << 3,  /* never as it */
} Flags;

typedef struct
{
  const char *sources[4];
  const char *dest;
  Flags       flags;
} Wish;

static CopyTrip *
try (const Wish  *wish,
     GError     **error)
{
  CopyRequest request = {
    .sources = wish->sources,
    .dest = wish->dest,
    .no_target_directory = (wish->flags & AS_DEST) != 0,
    .target_directory = (wish->flags & INTO) != 0,
    .mirror = (wish->flags & MIRROR) != 0,
    .options = { .resume = (wish->flags & RESUME) != 0 },
  };

  return copy_trip_new (&request, error);
}

/* Where everything is going to be. */
static void
test_names (void)
{
  static const struct { Wish wish; const char *to_root; const char *to_names[3]; gboolean is_new; }
  cases[] = {
    { { { "file" }, "new" }, ".", { "new" }, TRUE },
    { { { "file" }, "dir" }, "dir", { "file" }, TRUE },
    { { { "file" }, "dir/" }, "dir/", { "file" }, TRUE },
    { { { "file" }, "dir/new" }, "dir", { "new" }, TRUE },
    { { { "file" }, "file2" }, ".", { "file2" }, FALSE },
    { { { "file" }, "dir/../clash" }, "dir/../clash", { "file" }, TRUE },
    { { { "dir" }, "new" }, ".", { "new" }, TRUE },
    { { { "dir" }, "new/" }, ".", { "new" }, TRUE },
    { { { "dir/" }, "other" }, "other", { "dir" }, FALSE },
    { { { "./dir//" }, "clash" }, "clash", { "dir" }, TRUE },
    { { { "dir" }, "other", AS_DEST }, ".", { "other" }, FALSE },
    { { { "dir/sub" }, "dir", AS_DEST }, ".", { "dir" }, FALSE },
    { { { "dir/sub" }, "other", AS_DEST | MIRROR }, ".", { "other" }, FALSE },
    { { { "dir/." }, "other" }, "other", { "" }, FALSE },
    { { { "dir/sub/.." }, "clash" }, "clash", { "" }, FALSE },
    /* A link is copied as such; with a slash at its end, what it leads to */
    { { { "link" }, "other" }, "other", { "link" }, TRUE },
    { { { "link/" }, "other" }, "other", { "link" }, TRUE },
    { { { "dangling" }, "other" }, "other", { "dangling" }, TRUE },
    { { { "file" }, "link" }, "link", { "file" }, TRUE },
    { { { "file" }, "link", AS_DEST }, ".", { "link" }, FALSE },
    { { { "file" }, "dangling" }, ".", { "dangling" }, FALSE },
    { { { "file", "dir", "link" }, "clash" }, "clash", { "file", "dir", "link" }, TRUE },
    /* Beside it */
    { { { "file" }, NULL }, ".", { "file (copy)" }, TRUE },
    { { { "dir/" }, NULL }, ".", { "dir (copy)" }, TRUE },
    { { { "dir/sub" }, NULL }, "dir", { "sub (copy)" }, TRUE },
    { { { "link" }, NULL }, ".", { "link (copy)" }, TRUE },
  };
  TestFolder *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CopyTrip) trip = try (&cases[i].wish, &error);

      g_test_message ("%s to %s", cases[i].wish.sources[0], cases[i].wish.dest);
      g_assert_no_error (error);
      g_assert_cmpstr (trip->to_root, ==, cases[i].to_root);
      g_assert_cmpint (trip->is_new, ==, cases[i].is_new);

      for (guint j = 0; j < trip->sources->len; j++)
        {
          CopySourceSpec *source = g_ptr_array_index (trip->sources, j);

          g_assert_cmpstr (source->to_name, ==, cases[i].to_names[j]);
          g_assert_cmpstr (source->given, ==, cases[i].wish.sources[j]);
        }
    }

  leave_folder (folder);
}

/* The first number that is free, of whatever kind the others are. */
static void
test_duplicate_names (void)
{
  TestFolder *folder = new_folder ();
  const Wish file = { { "file" }, NULL };
  const Wish here = { { "." }, NULL };
  g_autoptr (CopyTrip) trip = NULL;
  g_autoptr (CopyTrip) trip_here = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (folder->path);
  g_autofree char *expected = g_strconcat (name, " (copy)", NULL);
  CopySourceSpec *source;

  test_folder_make_link (folder, "file (copy)", "nowhere");
  test_folder_make_dir (folder, "file (copy 2)");
  test_folder_write (folder, "file (copy 4)", "");

  trip = try (&file, &error);
  g_assert_no_error (error);
  source = g_ptr_array_index (trip->sources, 0);
  g_assert_cmpstr (source->to_name, ==, "file (copy 3)");

  /* What has no name in a path has one all the same. */
  trip_here = try (&here, &error);
  g_assert_no_error (error);
  source = g_ptr_array_index (trip_here->sources, 0);
  g_assert_cmpstr (source->to_name, ==, expected);
  g_assert_cmpstr (source->name, ==, name);

  leave_folder (folder);
}

static void
assert_name (const Wish *wish,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CopyTrip) trip = try (wish, &error);
  g_autofree char *path = NULL;
  CopySourceSpec *source;

  g_assert_no_error (error);
  source = g_ptr_array_index (trip->sources, 0);
  path = g_build_filename (trip->to_root, source->to_name, NULL);
  g_assert_cmpstr (path, ==, expected);
}

/* What goes on does so where it was begun, which is there by now. */
static void
test_resumed_names (void)
{
  static const Wish as = { { "dir" }, "new", RESUME };
  static const Wish beside = { { "dir" }, NULL, RESUME };
  static const Wish file_beside = { { "file" }, NULL, RESUME };
  static const Wish not_resumed = { { "dir" }, "new", 0 };
  TestFolder *folder = new_folder ();

  test_folder_write (folder, "dir/a", "");
  test_folder_write (folder, "dir/b", "");

  assert_name (&as, "./new");
  assert_name (&beside, "./dir (copy)");

  /* An empty one might be anything, one that has something else is not ours. */
  test_folder_make_dir (folder, "new");
  assert_name (&as, "new/dir");
  test_folder_write (folder, "new/a", "");
  assert_name (&as, "./new");
  assert_name (&not_resumed, "new/dir");
  test_folder_write (folder, "new/else", "");
  assert_name (&as, "new/dir");

  test_folder_make_dir (folder, "dir (copy)/else");
  test_folder_make_dir (folder, "dir (copy 2)");
  test_folder_write (folder, "dir (copy 2)/.lanyard-part-0123abcd-1", "");
  assert_name (&beside, "./dir (copy 2)");

  test_folder_write (folder, "file (copy)", "");
  test_folder_write (folder, "file (copy 2)", "");
  test_folder_set_mode (folder, "file (copy 2)", 0);
  assert_name (&file_beside, "./file (copy 2)");

  leave_folder (folder);
}

typedef struct
{
  Wish        wish;
  int         code;
  const char *message;
} Refusal;

static void
assert_refused (const Refusal *refusal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CopyTrip) trip = try (&refusal->wish, &error);

  if (trip != NULL)
    g_error ("not refused: %s", refusal->message);

  g_assert_cmpstr (error->message, ==, refusal->message);
  g_assert_error (error, G_IO_ERROR, refusal->code);
}

static void
test_refusals (void)
{
  static const Refusal refusals[] = {
    { { { "" }, "new" }, G_IO_ERROR_INVALID_FILENAME, "a source has an empty name" },
    { { { "file" }, "" }, G_IO_ERROR_INVALID_FILENAME, "the destination has an empty name" },
    { { { "gone" }, "new" }, G_IO_ERROR_NOT_FOUND, "gone: No such file or directory" },
    { { { "file", "gone" }, "dir" }, G_IO_ERROR_NOT_FOUND, "gone: No such file or directory" },
    { { { "dangling/" }, "new" }, G_IO_ERROR_NOT_DIRECTORY, "dangling/: Not a directory" },
    { { { "file/" }, "new" }, G_IO_ERROR_NOT_DIRECTORY, "file/: Not a directory" },
    { { { "file/x" }, "new" }, G_IO_ERROR_NOT_DIRECTORY, "file/x: Not a directory" },
    { { { "file" }, "gone/new" }, G_IO_ERROR_NOT_FOUND,
      "gone/new: cannot be created: gone: No such file or directory" },
    { { { "file" }, "file2/new" }, G_IO_ERROR_NOT_DIRECTORY, "file2/new: Not a directory" },
    { { { "file", "dir" }, "new" }, G_IO_ERROR_NOT_DIRECTORY,
      "new: does not exist, and several sources need a folder" },
    { { { "file", "dir" }, "file2" }, G_IO_ERROR_NOT_DIRECTORY,
      "file2: is not a folder, and several sources need one" },
    { { { "file" }, "new", INTO }, G_IO_ERROR_NOT_FOUND, "new: No such file or directory" },
    { { { "file" }, "file2", INTO }, G_IO_ERROR_NOT_DIRECTORY, "file2: Not a directory" },
    { { { "/" }, NULL }, G_IO_ERROR_INVALID_ARGUMENT, "/: there is nothing beside it" },

    { { { "file" }, "file" }, G_IO_ERROR_EXISTS, "file: would be copied onto itself" },
    { { { "file" }, "." }, G_IO_ERROR_EXISTS, "file: would be copied onto itself" },
    { { { "file" }, "hard" }, G_IO_ERROR_EXISTS, "file: would be copied onto itself" },
    { { { "dir" }, "." }, G_IO_ERROR_EXISTS, "dir: would be copied onto itself" },
    { { { "dir/." }, "dir" }, G_IO_ERROR_EXISTS, "dir/.: would be copied onto itself" },
    { { { "dir/" }, "link", AS_DEST }, G_IO_ERROR_NOT_DIRECTORY,
      "dir/: is a folder, but “./link” in the destination is not" },
    { { { "dir" }, "dir" }, G_IO_ERROR_WOULD_RECURSE, "dir: would be copied into itself" },
    { { { "dir" }, "dir/new" }, G_IO_ERROR_WOULD_RECURSE, "dir: would be copied into itself" },
    { { { "dir" }, "dir/sub" }, G_IO_ERROR_WOULD_RECURSE, "dir: would be copied into itself" },
    { { { "dir" }, "link" }, G_IO_ERROR_WOULD_RECURSE, "dir: would be copied into itself" },
    { { { "." }, "dir" }, G_IO_ERROR_WOULD_RECURSE, ".: would be copied into itself" },
    { { { "file", "." }, "dir" }, G_IO_ERROR_WOULD_RECURSE, ".: would be copied into itself" },

    { { { "dir" }, "file" }, G_IO_ERROR_NOT_DIRECTORY,
      "dir: is a folder, but “./file” in the destination is not" },
    { { { "clash" }, "other" }, G_IO_ERROR_NOT_DIRECTORY,
      "clash: is a folder, but “other/clash” in the destination is not" },
    { { { "file" }, "dir", AS_DEST }, G_IO_ERROR_IS_DIRECTORY,
      "file: is not a folder, but “./dir” in the destination is" },
    { { { "file2" }, "other" }, G_IO_ERROR_IS_DIRECTORY,
      "file2: is not a folder, but “other/file2” in the destination is" },
    { { { "dir", "other/dir" }, "clash" }, G_IO_ERROR_EXISTS,
      "other/dir: another source has the same name in the destination" },

    { { { "dir/sub" }, "dir", AS_DEST | MIRROR }, G_IO_ERROR_WOULD_RECURSE,
      "dir/sub: is inside the folder that would be made like it" },
    { { { "other/dir/." }, ".", MIRROR }, G_IO_ERROR_WOULD_RECURSE,
      "other/dir/.: is inside the folder that would be made like it" },
  };
  TestFolder *folder = new_folder ();
  g_autofree char *before = test_folder_list (folder, "");
  g_autofree char *after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    assert_refused (&refusals[i]);

  after = test_folder_list (folder, "");
  g_assert_cmpstr (after, ==, before);
  leave_folder (folder);
}

/* What may not be read or written is known before anything is tried. */
static void
test_permissions (void)
{
  static const Refusal refusals[] = {
    { { { "secret" }, "new" }, G_IO_ERROR_PERMISSION_DENIED,
      "secret: cannot be read: Permission denied" },
    { { { "locked" }, "new" }, G_IO_ERROR_PERMISSION_DENIED,
      "locked: cannot be read: Permission denied" },
    { { { "locked/inner" }, "new" }, G_IO_ERROR_PERMISSION_DENIED,
      "locked/inner: Permission denied" },
    { { { "unlisted" }, "new" }, G_IO_ERROR_PERMISSION_DENIED,
      "unlisted: cannot be read: Permission denied" },
    { { { "file" }, "readonly" }, G_IO_ERROR_PERMISSION_DENIED,
      "readonly: cannot be written to: Permission denied" },
    { { { "readonly" }, NULL }, G_IO_ERROR_PERMISSION_DENIED,
      ".: cannot be written to: Permission denied" },
    { { { "file" }, "locked/new" }, G_IO_ERROR_PERMISSION_DENIED,
      "locked/new: Permission denied" },
  };
  static const char * const sources[] = { "file", NULL };
  const CopyRequest dry_run = { .sources = sources, .dest = "readonly", .dry_run = TRUE };
  TestFolder *folder = new_folder ();
  g_autoptr (CopyTrip) trip = NULL;
  g_autoptr (GError) error = NULL;

  test_folder_write (folder, "secret", "");
  test_folder_set_mode (folder, "secret", 0);
  test_folder_make_dir (folder, "readonly");
  test_folder_set_mode (folder, "readonly", 0555);
  test_folder_make_dir (folder, "unlisted");
  test_folder_set_mode (folder, "unlisted", 0111);
  test_folder_make_dir (folder, "locked/inner");
  test_folder_set_mode (folder, "locked", 0);
  test_folder_set_mode (folder, "", 0555);

  test_become_nobody ();
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    assert_refused (&refusals[i]);

  /* A dry run writes nothing. */
  trip = copy_trip_new (&dry_run, &error);
  g_assert_no_error (error);
  test_become_self ();

  test_folder_set_mode (folder, "locked", 0755);
  test_folder_set_mode (folder, "unlisted", 0755);
  test_folder_set_mode (folder, "readonly", 0755);
  test_folder_set_mode (folder, "", 0755);
  leave_folder (folder);
}

static gboolean
check_space (CopyTrip  *trip,
             GError   **error)
{
  g_autoptr (LyQueue) events = ly_queue_new (4, (GDestroyNotify) copy_event_free);
  g_autoptr (LyProgress) progress = ly_progress_new (COPY_N_COUNTERS);
  g_autoptr (CopyScan) scan = copy_scan_new (trip->sources, NULL, FALSE, progress, events);

  copy_scan_start (scan);
  while (!copy_scan_is_done (scan))
    copy_event_free (ly_queue_get_timed (events, TEST_PATIENCE, NULL));

  return copy_trip_check_space (trip, scan, error);
}

static void
test_space (void)
{
  g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
  g_autofree char *small = test_folder_get (folder, "small");
  g_autofree char *existing = test_folder_get (folder, "small/existing");
  g_autofree char *large = test_folder_get (folder, "large");
  const char *words[] = { "many", "large", "fits", "holes" };
  const char *sources_existing[] = { large, NULL };
  CopyRequest request_existing = { .sources = sources_existing, .dest = existing };
  g_autoptr (CopyTrip) trip_existing = NULL;
  g_autofree char *no_bytes = g_strdup_printf ("%s: too little space: ", small);
  g_autofree char *no_inodes =
    g_strdup_printf ("%s: too little space: 41 items to copy, room for ", small);

  if (!test_folder_mount (folder, "small", "size=1m,nr_inodes=32"))
    {
      g_test_skip ("nothing can be mounted here");
      return;
    }

  test_folder_make_dir (folder, "many");
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%u", i);

      test_folder_write (folder, name, "");
    }

  test_folder_fill (folder, "large", 3 * 1024 * 1024);
  test_folder_fill (folder, "fits", 100 * 1024);
  test_folder_make_hole (folder, "holes", 100 * 1024 * 1024);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *path = test_folder_get (folder, words[i]);
      const char *sources[] = { path, NULL };
      CopyRequest request = { .sources = sources, .dest = small };
      g_autoptr (GError) error = NULL;
      g_autoptr (CopyTrip) trip = copy_trip_new (&request, &error);
      gboolean fits;

      g_assert_no_error (error);
      fits = check_space (trip, &error);
      g_assert_cmpint (fits, ==, i >= 2);

      if (i < 2)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
          g_assert_true (g_str_has_prefix (error->message, i == 0 ? no_inodes : no_bytes));
          g_assert_true (i == 0 || g_str_has_suffix (error->message, " free"));
        }
    }

  /* What is replaced gives its space back, so nobody knows. */
  test_folder_fill (folder, "small/existing", 900 * 1024);
  trip_existing = copy_trip_new (&request_existing, NULL);
  g_assert_true (check_space (trip_existing, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/preflight/names", test_names);
  g_test_add_func ("/copy/preflight/duplicate-names", test_duplicate_names);
  g_test_add_func ("/copy/preflight/resumed-names", test_resumed_names);
  g_test_add_func ("/copy/preflight/refusals", test_refusals);
  g_test_add_func ("/copy/preflight/permissions", test_permissions);
  g_test_add_func ("/copy/preflight/space", test_space);

  return g_test_run ();
}
