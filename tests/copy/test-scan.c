/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-counters.h"
#include "copy-event.h"
#include "copy-limits.h"
#include "copy-scan.h"
#include "test-copy-util.h"

#include <string.h>
#include <unistd.h>

/* What a scan found, after its order was found to be one in which it can be
 * done. */
typedef struct
{
  CopyFilter *filter;
  gboolean    one_file_system;

  GHashTable *found;     /* of path in the target to type of plan item */
  GHashTable *open;      /* of CopyNode: entered and not yet left */
  GHashTable *leaders;   /* of CopyLeader: those already planned */
  GPtrArray  *problems;  /* of "path: reason" */
  guint       n_links;
  guint       n_sparse;
  guint       max_segment;
  guint64     inodes;
  guint64     blocks;
  guint       n_errors;
  gint64      total_items;
  gint64      total_bytes;
} Found;

static void
found_clear (Found *self)
{
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_clear_pointer (&self->open, g_hash_table_unref);
  g_clear_pointer (&self->leaders, g_hash_table_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
note (Found       *self,
      CopyNode    *node,
      const char  *name,
      CopyPlanType type)
{
  g_autofree char *dir = copy_node_get_to_path (node);
  char *path = *dir == '\0' || *name == '\0' ? g_strconcat (dir, name, NULL)
               : g_strconcat (dir, "/", name, NULL);

  if (!g_hash_table_insert (self->found, path, GINT_TO_POINTER (type)))
    g_error ("“%s” was planned twice", path);
}

/* A directory of a source is there for what is in it. */
static void
assert_open (Found    *self,
             CopyNode *node)
{
  g_assert_true (copy_node_is_top (node) || g_hash_table_contains (self->open, node));
}

static void
take_segment (Found        *self,
              CopyPlanItem *item)
{
  g_autoptr (GVariant) packed =
    g_variant_ref_sink (copy_segment_to_variant (item->segment, "", ""));
  g_auto (CopySegmentReader) reader = { 0 };
  CopyEntry entry;

  g_assert_true (copy_segment_reader_init (&reader, packed));
  while (copy_segment_reader_next (&reader, &entry))
    {
      note (self, item->node, entry.to_name, item->type);
      self->n_sparse += (entry.flags & COPY_ENTRY_SPARSE) != 0;
    }

  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    g_hash_table_add (self->leaders,
                      copy_leader_ref (g_array_index (item->leaders, CopyLeading, i).leader));

  self->max_segment = MAX (self->max_segment, copy_segment_get_length (item->segment));
}

static void
take (Found        *self,
      CopyPlanItem *item)
{
  CopyNode *node = item->node;

  switch (item->type)
    {
    case COPY_PLAN_ENTER:
      assert_open (self, node->parent);
      g_assert_true (g_hash_table_add (self->open, copy_node_ref (node)));
      note (self, node, "", item->type);
      return;

    case COPY_PLAN_LEAVE:
      g_assert_true (g_hash_table_contains (self->open, node));
      g_hash_table_remove (self->open, node);
      assert_open (self, node->parent);
      return;

    case COPY_PLAN_SEGMENT:
    case COPY_PLAN_BIG:
      assert_open (self, node);
      take_segment (self, item);
      return;

    case COPY_PLAN_LINK:
      assert_open (self, node);
      g_assert_true (g_hash_table_contains (self->leaders, item->leader));
      note (self, node, item->to_name, item->type);
      self->n_links++;
      return;

    case COPY_PLAN_PROBLEM:
    default:
      g_assert_cmpint (item->type, ==, COPY_PLAN_PROBLEM);
      g_ptr_array_add (self->problems, g_strdup_printf ("%s/%s: %s", node->to_name, item->name,
                                                        item->error->message));
      return;
    }
}

static void
take_all (Found    *self,
          CopyScan *scan,
          LyQueue  *events)
{
  while (TRUE)
    {
      gboolean was_done = copy_scan_is_done (scan);
      g_autoptr (CopyPlanItem) item = copy_scan_try_get (scan);
      g_autoptr (CopyEvent) event = NULL;

      if (item != NULL)
        {
          take (self, item);
          continue;
        }

      if (was_done)
        return;

      event = ly_queue_get_timed (events, TEST_PATIENCE, NULL);
      g_assert_nonnull (event);
      g_assert_cmpint (event->type, ==, COPY_EVENT_PLAN);
    }
}

static LyQueue *
new_events (void)
{
  return ly_queue_new (4, (GDestroyNotify) copy_event_free);
}

static void
add_source (GPtrArray  *sources,
            TestFolder *folder,
            const char *name,
            const char *to_name)
{
  CopySourceSpec *source = copy_source_spec_new ();

  source->given = test_folder_get (folder, name);
  source->from_root = g_strdup (folder->path);
  source->name = g_strdup (name);
  source->to_name = g_strdup (to_name);
  g_ptr_array_add (sources, source);
}

static void
scan_sources (Found     *self,
              GPtrArray *sources)
{
  g_autoptr (LyQueue) events = new_events ();
  g_autoptr (LyProgress) progress = ly_progress_new (COPY_N_COUNTERS);
  g_autoptr (CopyScan) scan = copy_scan_new (sources, self->filter, self->one_file_system,
                                             progress, events);

  self->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) copy_node_unref, NULL);
  self->leaders = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) copy_leader_unref, NULL);
  self->problems = g_ptr_array_new_with_free_func (g_free);

  copy_scan_start (scan);
  take_all (self, scan, events);

  /* Everything that was entered was left. */
  g_assert_cmpuint (g_hash_table_size (self->open), ==, 0);
  g_assert_cmpint (ly_progress_get (progress, COPY_COUNT_SCANNED), ==, 1);

  self->inodes = copy_scan_get_inodes (scan);
  self->blocks = copy_scan_get_blocks (scan);
  self->n_errors = copy_scan_get_errors (scan);
  self->total_items = ly_progress_get_total (progress, COPY_COUNT_ITEMS);
  self->total_bytes = ly_progress_get_total (progress, COPY_COUNT_BYTES);
  g_assert_cmpint (self->total_items, ==, g_hash_table_size (self->found));
  g_assert_cmpuint (self->inodes, ==, g_hash_table_size (self->found));
}

/* Scans a source under its own name. */
static void
scan_one (Found      *self,
          TestFolder *folder,
          const char *name)
{
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);

  add_source (sources, folder, name, name);
  scan_sources (self, sources);
}

static void
assert_found (Found        *self,
              const char   *path,
              CopyPlanType  type)
{
  if (!g_hash_table_contains (self->found, path))
    g_error ("“%s” was not planned", path);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (self->found, path)), ==, type);
}

static void
test_tree (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "s/a/b/c");
  test_folder_make_dir (folder, "s/empty");
  test_folder_make_dir (folder, "s/\xff\n");
  test_folder_write (folder, "s/one", "1");
  test_folder_write (folder, "s/a/two", "22");
  test_folder_write (folder, "s/a/b/c/three", "333");
  test_folder_write (folder, "s/\xff\n/\xfe", "4444");
  test_folder_make_link (folder, "s/a/link", "../one");
  test_folder_make_link (folder, "s/a/link-to-dir", "b");
  test_folder_write (folder, "beside", "");

  scan_one (&found, folder, "s");

  assert_found (&found, "s", COPY_PLAN_ENTER);
  assert_found (&found, "s/a", COPY_PLAN_ENTER);
  assert_found (&found, "s/a/b", COPY_PLAN_ENTER);
  assert_found (&found, "s/a/b/c", COPY_PLAN_ENTER);
  assert_found (&found, "s/empty", COPY_PLAN_ENTER);
  assert_found (&found, "s/\xff\n", COPY_PLAN_ENTER);
  assert_found (&found, "s/one", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/a/two", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/a/b/c/three", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/\xff\n/\xfe", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/a/link", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/a/link-to-dir", COPY_PLAN_SEGMENT);

  g_assert_cmpint (found.total_items, ==, 12);
  g_assert_cmpint (found.total_bytes, ==, 1 + 2 + 3 + 4);
  g_assert_cmpuint (found.n_errors, ==, 0);
  g_assert_cmpuint (found.problems->len, ==, 0);
}

/* Far more directories in each other than are held open, and side branches to
 * come back to; and more files than fit into a segment. */
static void
test_deep_and_wide (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) path = g_string_new ("s");
  g_auto (Found) found = { 0 };

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *branch = g_strconcat (path->str, "/z/y", NULL);

      test_folder_make_dir (folder, branch);
      g_string_append (path, "/d");
    }

  test_folder_make_dir (folder, path->str);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%u", path->str, i);

      test_folder_write (folder, file, "");
    }

  scan_one (&found, folder, "s");
  g_assert_cmpint (found.total_items, ==, 1 + 200 * 3 + 500);
  g_assert_cmpuint (found.n_errors, ==, 0);
  g_assert_cmpuint (found.max_segment, ==, COPY_SEGMENT_ENTRIES);
}

/* The first name leads, the others are linked to it; content counts once. */
static void
test_hard_links (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "s/a");
  test_folder_write (folder, "s/one", "12345");
  test_folder_hard_link (folder, "s/two", "s/one");
  test_folder_hard_link (folder, "s/a/three", "s/one");
  /* Its other name is not part of the copy. */
  test_folder_write (folder, "outside", "123");
  test_folder_hard_link (folder, "s/four", "outside");

  scan_one (&found, folder, "s");
  g_assert_cmpint (found.total_items, ==, 6);
  g_assert_cmpint (found.total_bytes, ==, 5 + 3);
  g_assert_cmpuint (found.n_links, ==, 2);
  g_assert_cmpuint (g_hash_table_size (found.leaders), ==, 2);
}

static void
test_big_and_sparse (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "s");
  test_folder_make_hole (folder, "s/big", COPY_RANGE_SIZE + 1);
  test_folder_make_hole (folder, "s/not big", COPY_RANGE_SIZE);
  test_folder_fill (folder, "s/full", 100000);

  scan_one (&found, folder, "s");
  assert_found (&found, "s/big", COPY_PLAN_BIG);
  assert_found (&found, "s/not big", COPY_PLAN_SEGMENT);
  assert_found (&found, "s/full", COPY_PLAN_SEGMENT);
  g_assert_cmpuint (found.n_sparse, ==, 2);
  g_assert_cmpint (found.total_bytes, ==, 2 * (gint64) COPY_RANGE_SIZE + 1 + 100000);
  g_assert_cmpuint (found.blocks * 512, >=, 100000);
  g_assert_cmpuint (found.blocks * 512, <, 1000000);
}

static void
test_several_sources (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "a/x");
  test_folder_write (folder, "file", "1");
  test_folder_make_link (folder, "link", "a");
  add_source (sources, folder, "a", "b");
  add_source (sources, folder, "file", "file (copy)");
  add_source (sources, folder, "link", "link");

  scan_sources (&found, sources);
  g_assert_cmpuint (g_hash_table_size (found.found), ==, 4);
  assert_found (&found, "b", COPY_PLAN_ENTER);
  assert_found (&found, "b/x", COPY_PLAN_ENTER);
  assert_found (&found, "file (copy)", COPY_PLAN_SEGMENT);
  assert_found (&found, "link", COPY_PLAN_SEGMENT);
}

/* A directory that is itself the source, with no name of its own. */
static void
test_nameless_source (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "a");
  scan_one (&found, folder, "");
  assert_found (&found, "", COPY_PLAN_ENTER);
  assert_found (&found, "a", COPY_PLAN_ENTER);
}

/* What is in a folder that is left out is so as well, whatever a later pattern
 * says about it; and the patterns say nothing about the source itself. */
static void
test_filter (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyFilter) filter = copy_filter_new ();
  g_auto (Found) found = { .filter = filter };

  test_folder_make_dir (folder, "s.o/out/in");
  test_folder_make_dir (folder, "s.o/src");
  test_folder_write (folder, "s.o/out/kept.c", "");
  test_folder_write (folder, "s.o/src/a.o", "");
  test_folder_write (folder, "s.o/src/a.c", "");
  test_folder_write (folder, "s.o/a.o", "12345");

  g_assert_true (copy_filter_add (filter, "*.o", TRUE, NULL));
  g_assert_true (copy_filter_add (filter, "/out/", TRUE, NULL));
  g_assert_true (copy_filter_add (filter, "kept.c", FALSE, NULL));
  g_assert_true (copy_filter_add (filter, "/src/a.o", FALSE, NULL));

  scan_one (&found, folder, "s.o");
  g_assert_cmpuint (g_hash_table_size (found.found), ==, 4);
  assert_found (&found, "s.o", COPY_PLAN_ENTER);
  assert_found (&found, "s.o/src", COPY_PLAN_ENTER);
  assert_found (&found, "s.o/src/a.c", COPY_PLAN_SEGMENT);
  assert_found (&found, "s.o/src/a.o", COPY_PLAN_SEGMENT);
  g_assert_cmpint (found.total_bytes, ==, 0);
}

/* What cannot be looked at is told, and stops nothing else. */
static void
test_errors (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  g_auto (Found) found = { 0 };

  test_folder_make_dir (folder, "s/locked/inner");
  test_folder_make_dir (folder, "s/open");
  test_folder_make_dir (folder, "s/unlisted");
  test_folder_set_mode (folder, "s/locked", 0);
  test_folder_set_mode (folder, "s/unlisted", 0311);
  add_source (sources, folder, "gone", "gone");
  add_source (sources, folder, "s", "s");

  test_become_nobody ();
  scan_sources (&found, sources);
  test_become_self ();

  assert_found (&found, "s/open", COPY_PLAN_ENTER);
  g_assert_cmpuint (found.n_errors, ==, 3);
  g_assert_cmpuint (found.problems->len, ==, 3);
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "/gone: cannot look at the source: No such file or directory", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "s/locked: cannot open the folder: Permission denied", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "s/unlisted: cannot open the folder: Permission denied", g_str_equal, NULL));

  test_folder_set_mode (folder, "s/locked", 0700);
}

/* Nobody takes the plan any more: the scan ends all the same. */
static void
test_stopped (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  LyQueue *events = new_events ();
  LyProgress *progress = ly_progress_new (COPY_N_COUNTERS);
  g_autoptr (CopyPlanItem) item = NULL;
  CopyScan *scan;

  /* More than a plan holds: each folder is entered and left. */
  test_folder_make_dir (folder, "s");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("s/%u", i);

      test_folder_make_dir (folder, name);
    }

  add_source (sources, folder, "s", "s");
  scan = copy_scan_new (sources, NULL, FALSE, progress, events);
  copy_scan_start (scan);
  copy_event_free (ly_queue_get_timed (events, TEST_PATIENCE, NULL));
  item = copy_scan_try_get (scan);
  g_assert_nonnull (item);
  g_assert_cmpint (item->type, ==, COPY_PLAN_ENTER);
  g_assert_false (copy_scan_is_done (scan));
  copy_scan_free (scan);

  g_assert_finalize_object (events);
  g_object_unref (progress);
}

/* A mount point is copied, what is mounted there only if that is wished. */
static void
test_one_file_system (void)
{
  g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
  g_auto (Found) all = { 0 };
  g_auto (Found) one = { .one_file_system = TRUE };

  test_folder_make_dir (folder, "s/same");
  if (!test_folder_mount (folder, "s/mounted", "size=1m"))
    {
      g_test_skip ("nothing can be mounted here");
      return;
    }

  test_folder_make_dir (folder, "s/mounted/inner");

  scan_one (&all, folder, "s");
  g_assert_cmpuint (g_hash_table_size (all.found), ==, 4);
  assert_found (&all, "s/mounted/inner", COPY_PLAN_ENTER);

  scan_one (&one, folder, "s");
  g_assert_cmpuint (g_hash_table_size (one.found), ==, 3);
  assert_found (&one, "s/mounted", COPY_PLAN_ENTER);
  assert_found (&one, "s/same", COPY_PLAN_ENTER);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/scan/tree", test_tree);
  g_test_add_func ("/copy/scan/deep-and-wide", test_deep_and_wide);
  g_test_add_func ("/copy/scan/hard-links", test_hard_links);
  g_test_add_func ("/copy/scan/big-and-sparse", test_big_and_sparse);
  g_test_add_func ("/copy/scan/several-sources", test_several_sources);
  g_test_add_func ("/copy/scan/nameless-source", test_nameless_source);
  g_test_add_func ("/copy/scan/filter", test_filter);
  g_test_add_func ("/copy/scan/errors", test_errors);
  g_test_add_func ("/copy/scan/stopped", test_stopped);
  g_test_add_func ("/copy/scan/one-file-system", test_one_file_system);

  return g_test_run ();
}
