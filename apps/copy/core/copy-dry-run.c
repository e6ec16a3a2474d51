/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dry-run"

#include "copy-dry-run.h"

#include "copy-mirror.h"
#include "copy-name.h"
#include "copy-place.h"

#include <errno.h>
#include <glib/gi18n.h>

/* Follows the same plan as a real run, asks the same questions of the target
 * and says what would be done about the answers. */

static void
tell_action (CopyRun    *run,
             CopyAction  action,
             CopyNode   *node,
             const char *from,
             const char *to)
{
  g_autofree char *from_dir = copy_node_get_from_path (node);
  g_autofree char *to_dir = copy_node_get_to_path (node);
  g_autofree char *from_path = copy_name_join (from_dir, from);
  g_autofree char *to_path = copy_name_join (to_dir, to);
  g_autofree char *full_from = copy_run_name_item (run, node->source, from_path);
  g_autofree char *full_to = copy_name_join (run->trip->to_root, to_path);

  if (run->observer->action != NULL)
    run->observer->action (action, full_from, full_to, run->user_data);
}

static void
tell_problem (CopyRun    *run,
              CopyNode   *node,
              const char *name,
              const char *reason)
{
  g_autofree char *directory = copy_node_get_from_path (node);
  g_autofree char *path = copy_name_join (directory, name);
  g_autofree char *full = copy_run_name_item (run, node->source, path);

  copy_run_problem (run, full, reason);
}

static CopyCounter
counter_for (mode_t   mode,
             gboolean is_link)
{
  if (is_link)
    return COPY_COUNT_HARDLINKS;

  return S_ISREG (mode) ? COPY_COUNT_FILES : S_ISLNK (mode) ? COPY_COUNT_SYMLINKS
         : COPY_COUNT_OTHERS;
}

/* @dir is NULL if the directory is not there yet, so that nothing is in the
 * way. */
static void
try_entry (CopyRun         *run,
           CopyNode        *node,
           CopyDir         *dir,
           const CopyEntry *entry,
           gboolean         is_link)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  CopyPlace place = COPY_PLACE_CREATE;

  if (dir != NULL)
    place = copy_place_find (&run->request->options, FALSE, dir, entry, &name, &error);
  else
    name = g_strdup (entry->to_name);

  ly_progress_add (run->progress, COPY_COUNT_ITEMS, 1);

  switch (place)
    {
    case COPY_PLACE_REFUSE:
      tell_problem (run, node, entry->name, error->message);
      return;

    case COPY_PLACE_ASK:
      tell_action (run, COPY_ACTION_ASK, node, entry->name, name);
      return;

    case COPY_PLACE_COMPLETE:
    case COPY_PLACE_TOUCH_UP:
    case COPY_PLACE_SKIP:
      ly_progress_add (run->progress, COPY_COUNT_SKIPPED, 1);
      tell_action (run, COPY_ACTION_SKIP, node, entry->name, name);
      return;

    default:
      break;
    }

  ly_progress_add (run->progress, counter_for (entry->mode, is_link), 1);
  if (S_ISREG (entry->mode) && !is_link)
    ly_progress_add (run->progress, COPY_COUNT_BYTES, (gint64) entry->size);

  tell_action (run, is_link ? COPY_ACTION_LINK : place == COPY_PLACE_CREATE ? COPY_ACTION_COPY
               : COPY_ACTION_REPLACE, node, entry->name, name);
}

static void
try_segment (CopyRun      *run,
             CopyPlanItem *item,
             CopyDir      *dir)
{
  g_autoptr (GVariant) packed = NULL;
  g_auto (CopySegmentReader) reader = { 0 };
  CopyEntry entry;

  packed = g_variant_ref_sink (copy_segment_to_variant (item->segment, "", ""));
  copy_segment_reader_init (&reader, packed);
  while (copy_segment_reader_next (&reader, &entry))
    try_entry (run, item->node, dir, &entry, FALSE);
}

static void
try_link (CopyRun      *run,
          CopyPlanItem *item,
          CopyDir      *dir)
{
  CopyEntry entry = {
    .name = item->name,
    .to_name = item->to_name,
    .flags = COPY_ENTRY_LINK,
    .mode = item->st.st_mode,
    .size = (guint64) item->st.st_size,
    .mtime = item->st.st_mtim,
  };

  try_entry (run, item->node, dir, &entry, TRUE);
}

static void
try_enter (CopyRun      *run,
           CopyPlanItem *item,
           CopyDir      *dir)
{
  ly_progress_add (run->progress, COPY_COUNT_ITEMS, 1);
  ly_progress_add (run->progress, COPY_COUNT_DIRECTORIES, 1);

  if (dir == NULL)
    tell_action (run, COPY_ACTION_CREATE_DIRECTORY, item->node, "", "");
}

static void
try_item (CopyRun      *run,
          CopyPlanItem *item)
{
  CopyNode *node = item->node;
  g_autofree char *to_path = copy_node_get_to_path (node);
  g_autoptr (CopyDir) dir = copy_dir_open_below (run->to_root, to_path);

  /* What is in a folder that cannot be made is not copied either. */
  if (dir == NULL && errno != ENOENT)
    {
      if (item->type == COPY_PLAN_ENTER && !node->parent->failed)
        tell_problem (run, node, "", errno == ENOTDIR || errno == ELOOP
                      ? _("something of that name that is not a folder is in the way")
                      : g_strerror (errno));
      node->failed = TRUE;
    }

  if (node->failed && item->type != COPY_PLAN_PROBLEM)
    return;

  switch (item->type)
    {
    case COPY_PLAN_ENTER:
      try_enter (run, item, dir);
      return;

    case COPY_PLAN_SEGMENT:
    case COPY_PLAN_BIG:
      try_segment (run, item, dir);
      return;

    case COPY_PLAN_LINK:
      try_link (run, item, dir);
      return;

    case COPY_PLAN_PROBLEM:
      tell_problem (run, node, item->name, item->error->message);
      return;

    case COPY_PLAN_LEAVE:
    default:
      return;
    }
}

/* Says what a run would do, and changes nothing. */
void
copy_dry_run (CopyRun *run)
{
  while (!copy_run_is_cancelled (run))
    {
      gboolean was_done = copy_scan_is_done (run->scan);
      g_autoptr (CopyPlanItem) item = copy_scan_try_get (run->scan);
      g_autoptr (CopyEvent) event = NULL;

      if (item != NULL)
        try_item (run, item);
      else if (was_done)
        break;
      else
        event = ly_queue_get_timed (run->events, G_USEC_PER_SEC / 10, NULL);
    }

  run->report->interrupted = copy_run_is_cancelled (run);

  if (run->request->mirror && !run->report->interrupted)
    copy_mirror (run, TRUE);
}
