/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../list-watch.h"
#include "copy-preview.h"
#include "test-queue-util.h"

static gboolean
is_done (gpointer preview)
{
  return copy_preview_is_done (preview);
}

static char *
get_lines (CopyPreview *preview)
{
  static const char * const words[] = { "make", "copy", "replace", "link", "skip", "delete",
                                        "ask" };
  GString *text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (preview));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CopyPlanLine) line = g_list_model_get_item (G_LIST_MODEL (preview), i);
      const char *from = copy_plan_line_get_from (line);
      g_autofree char *from_name = from != NULL ? g_path_get_basename (from) : NULL;
      g_autofree char *to_name = g_path_get_basename (copy_plan_line_get_to (line));

      g_string_append_printf (text, "%s %s %s\n", words[copy_plan_line_get_action (line)],
                              from_name != NULL ? from_name : "-", to_name);
    }

  return g_string_free (text, FALSE);
}

/* What a mirror would delete, and nothing else; and nothing is done. */
static void
test_mirror (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = test_queue_request (folder, "s", "t");
  g_autofree char *lines = NULL;
  g_autofree char *all_lines = NULL;
  CopyPreview *preview;

  test_folder_make_dir (folder, "s");
  test_folder_write (folder, "s/file", "file");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "t/extra", "extra");
  request->mirror = TRUE;
  request->no_target_directory = TRUE;

  preview = copy_preview_new (request, 1 << COPY_ACTION_DELETE);
  g_assert_false (copy_preview_is_done (preview));
  test_queue_until (is_done, preview);
  lines = get_lines (preview);
  g_assert_cmpstr (lines, ==, "delete - extra\n");
  g_assert_no_error (copy_preview_get_error (preview));
  g_assert_cmpuint (copy_preview_get_report (preview)->n_deleted, ==, 1);
  g_assert_cmpuint (copy_preview_get_count (preview, COPY_ACTION_DELETE), ==, 1);
  g_assert_cmpuint (copy_preview_get_count (preview, COPY_ACTION_COPY), ==, 0);
  g_assert_finalize_object (preview);

  preview = copy_preview_new (request, 0);
  test_queue_until (is_done, preview);
  all_lines = get_lines (preview);
  g_assert_cmpstr (all_lines, ==, "copy file file\ndelete - extra\n");
  g_assert_finalize_object (preview);
  test_folder_assert_text (folder, "t/extra", "extra");
  g_assert_false (test_folder_has (folder, "t/file"));
}

#define N_MANY 3000

static CopyRequest *
make_many (TestFolder *folder)
{
  test_folder_make_dir (folder, "s");

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("s/%u", i);

      test_folder_write (folder, name, "");
    }

  return test_queue_request (folder, "s", "t");
}

/* In batches, so that no turn of the main context takes long. */
static void
test_many (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = make_many (folder);
  CopyPreview *preview = copy_preview_new (request, 0);
  ListWatch watch = { 0 };

  list_watch_begin (&watch, preview);
  test_queue_until (is_done, preview);
  g_assert_cmpuint (copy_preview_get_n_lines (preview), ==, N_MANY + 1);
  g_assert_cmpuint (copy_preview_get_count (preview, COPY_ACTION_COPY), ==, N_MANY);
  g_assert_cmpuint (watch.n_items, ==, N_MANY + 1);
  g_assert_cmpuint (watch.n_appended, ==, N_MANY + 1);
  g_assert_cmpuint (watch.largest, <=, 1000);
  g_assert_finalize_object (preview);
}

/* Nobody looks any more: a dry run that waits for that comes to its end. */
static void
test_dropped (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = make_many (folder);

  for (guint i = 0; i < 10; i++)
    {
      CopyPreview *preview = copy_preview_new (request, 0);

      for (guint turns = 0; turns < i; turns++)
        g_main_context_iteration (NULL, TRUE);

      g_assert_finalize_object (preview);
    }

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_error (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = test_queue_request (folder, "absent", "t");
  CopyPreview *preview = copy_preview_new (request, 0);

  test_queue_until (is_done, preview);
  g_assert_error (copy_preview_get_error (preview), G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (copy_preview_get_report (preview));
  g_assert_finalize_object (preview);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/copy/preview/mirror", test_mirror);
  g_test_add_func ("/copy/preview/many", test_many);
  g_test_add_func ("/copy/preview/dropped", test_dropped);
  g_test_add_func ("/copy/preview/error", test_error);

  return g_test_run ();
}
