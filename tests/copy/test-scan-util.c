/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-scan-util.h"

#include "copy-counters.h"
#include "copy-event.h"

void
test_found_clear (TestFound *self)
{
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_clear_pointer (&self->open, g_hash_table_unref);
  g_clear_pointer (&self->leaders, g_hash_table_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
}

static void
note (TestFound   *self,
      CopyNode    *node,
      const char  *name,
      CopyPlanType type)
{
  g_autofree char *dir = copy_node_get_to_path (node);
  char *path = *dir == '\0' || *name == '\0' ? g_strconcat (dir, name, NULL)
               : g_strconcat (dir, "/", name, NULL);

  if (g_hash_table_contains (self->found, path))
    g_error ("“%s” was planned twice", path);

  g_hash_table_insert (self->found, path, GINT_TO_POINTER (type));
}

/* A directory of a source is there for what is in it. */
static void
assert_open (TestFound *self,
             CopyNode  *node)
{
  g_assert_true (copy_node_is_top (node) || g_hash_table_contains (self->open, node));
}

static void
take_segment (TestFound    *self,
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
take (TestFound    *self,
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
take_all (TestFound *self,
          CopyScan  *scan,
          LyQueue   *events)
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

LyQueue *
test_scan_new_events ( void)
{
  return ly_queue_new (4, (GDestroyNotify) copy_event_free);
}

void
test_scan_add_source (GPtrArray  *sources,
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

void
test_found_scan (TestFound *self,
                 GPtrArray *sources)
{
  g_autoptr (LyQueue) events = test_scan_new_events ();
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
void
test_found_scan_one (TestFound  *self,
                     TestFolder *folder,
                     const char *name)
{
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);

  test_scan_add_source (sources, folder, name, name);
  test_found_scan (self, sources);
}

void
test_found_assert (TestFound   *self,
                   const char  *path,
                   CopyPlanType type)
{
  if (!g_hash_table_contains (self->found, path))
    g_error ("“%s” was not planned", path);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (self->found, path)), ==, type);
}
