/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-scan"

#include "copy-scan.h"

#include "copy-name.h"
#include "copy-plan-writer.h"
#include "copy-selection.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* Directories on the way down that are kept open; those above them are opened
 * again by their path when the scan comes back to them. */
#define MAX_OPEN_DIRS 64

/* One directory on the way from the top to where the scan is. */
typedef struct
{
  CopyNode   *node;
  CopyDir    *dir;         /* NULL while it is not kept open */
  GByteArray *subdirs;     /* their names, each with its NUL */
  gsize       next;        /* where in there the next one begins */
  char       *filter_path; /* below the top of the source; NULL without a filter */
  char       *select_path; /* below the root; NULL if all that is in it is selected */
  dev_t       device;
} Frame;

struct _CopyScan
{
  /* Set once */
  GPtrArray      *sources;       /* of CopySourceSpec */
  CopyFilter     *filter;        /* NULL to leave nothing out */
  CopySelection  *selection;     /* NULL if everything is selected */
  CopyDir        *to_root;       /* NULL without a selection */
  gboolean        one_file_system;
  CopyPlanWriter *writer;
  GThread        *thread;

  /* Scan thread only */
  GArray         *frames;
};

static void
frame_clear (gpointer data)
{
  Frame *frame = data;

  g_clear_pointer (&frame->dir, copy_dir_unref);
  g_clear_pointer (&frame->subdirs, g_byte_array_unref);
  g_free (frame->filter_path);
  g_free (frame->select_path);
  copy_node_unref (frame->node);
}

static CopySourceSpec *
get_source (CopyScan *self,
            guint     index)
{
  return g_ptr_array_index (self->sources, index);
}

typedef struct
{
  CopyScan *scan;
  Frame    *frame;
} Listing;

/* Called for each name in a directory. */
static void
on_name (const char *name,
         mode_t      type,
         gpointer    user_data)
{
  Listing *listing = user_data;
  CopyScan *self = listing->scan;
  Frame *frame = listing->frame;
  struct stat st = { .st_mode = type };

  if (copy_plan_writer_is_stopped (self->writer))
    return;

  if (type != S_IFDIR && copy_dir_stat (frame->dir, name, &st) != 0)
    {
      if (errno == ENOENT)
        return;   /* gone between two calls: it was never there for us */
      copy_plan_writer_add_problem (self->writer, frame->node, name, errno,
                                    _("cannot look at the source"));
      return;
    }

  if (frame->filter_path != NULL)
    {
      g_autofree char *path = copy_name_join (frame->filter_path, name);

      if (copy_filter_leaves_out (self->filter, path, S_ISDIR (st.st_mode)))
        return;
    }

  if (frame->select_path != NULL &&
      copy_selection_find_item (self->selection, get_source (self, frame->node->source),
                                frame->select_path, name,
                                S_ISDIR (st.st_mode)) == COPY_SELECTED_NOT)
    return;

  if (S_ISDIR (st.st_mode))
    g_byte_array_append (frame->subdirs, (const guint8 *) name, (guint) strlen (name) + 1);
  else
    copy_plan_writer_add_item (self->writer, frame->node, name, name, &st);
}

static void
leave (CopyScan *self)
{
  Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

  copy_plan_writer_flush (self->writer);
  copy_plan_writer_add (self->writer, copy_plan_item_new (COPY_PLAN_LEAVE, frame->node));
  g_array_set_size (self->frames, self->frames->len - 1);
}

/* Enters a directory: plans what is in it and notes its subdirectories. Takes
 * @dir and @select_path, but not @node. */
static void
enter (CopyScan   *self,
       CopyNode   *node,
       CopyDir    *dir,
       const char *filter_path,
       char       *select_path,
       dev_t       device)
{
  struct stat st = { 0 };
  Frame frame = { 0 };
  Listing listing = { self, NULL };

  copy_dir_stat_self (dir, &st);
  node->times[0] = st.st_atim;
  node->times[1] = st.st_mtim;

  frame.node = copy_node_ref (node);
  frame.dir = dir;
  frame.subdirs = g_byte_array_new ();
  frame.filter_path = g_strdup (filter_path);
  frame.select_path = select_path;
  frame.device = device != 0 ? device : st.st_dev;
  g_array_append_val (self->frames, frame);

  if (self->frames->len > MAX_OPEN_DIRS)
    {
      Frame *oldest = &g_array_index (self->frames, Frame,
                                      self->frames->len - 1 - MAX_OPEN_DIRS);

      g_clear_pointer (&oldest->dir, copy_dir_unref);
    }

  copy_plan_writer_count (self->writer, &st, FALSE);
  copy_plan_writer_flush (self->writer);
  copy_plan_writer_add (self->writer, copy_plan_item_new (COPY_PLAN_ENTER, node));

  /* A mount point is copied, but not what is mounted on it. */
  if (self->one_file_system && st.st_dev != frame.device)
    return;

  listing.frame = &g_array_index (self->frames, Frame, self->frames->len - 1);
  if (copy_dir_list (dir, on_name, &listing) != 0)
    copy_plan_writer_add_problem (self->writer, node, "", errno, _("cannot read the folder"));
}

/* Opens the directory of a frame again, if it was not kept open. */
static CopyDir *
get_frame_dir (CopyScan *self,
               Frame    *frame)
{
  CopySourceSpec *source = get_source (self, frame->node->source);
  g_autoptr (CopyDir) root = NULL;
  g_autofree char *path = NULL;

  if (frame->dir != NULL)
    return frame->dir;

  root = copy_dir_open (source->from_root);
  if (root != NULL)
    {
      path = copy_node_get_from_path (frame->node);
      frame->dir = copy_dir_open_below (root, path);
    }

  return frame->dir;
}

static void
enter_subdir (CopyScan   *self,
              Frame      *frame,
              const char *name)
{
  g_autoptr (CopyNode) node = copy_node_new (frame->node, frame->node->source, name, name);
  CopyDir *parent = get_frame_dir (self, frame);
  CopyDir *dir = parent != NULL ? copy_dir_open_below (parent, name) : NULL;
  g_autofree char *filter_path = NULL;
  char *select_path = NULL;

  if (dir == NULL)
    {
      copy_plan_writer_add_problem (self->writer, frame->node, name, errno,
                                    _("cannot open the folder"));
      return;
    }

  if (frame->filter_path != NULL)
    filter_path = copy_name_join (frame->filter_path, name);

  if (frame->select_path != NULL)
    select_path = copy_selection_enter (self->selection, get_source (self, node->source),
                                        frame->select_path, name);

  enter (self, node, dir, filter_path, select_path, frame->device);
}

/* Walks the tree below the frame at hand, depth first and without recursion,
 * since trees may be deeper than the stack. */
static void
walk (CopyScan *self)
{
  while (self->frames->len > 0)
    {
      Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

      if (!copy_plan_writer_is_stopped (self->writer) && frame->next < frame->subdirs->len)
        {
          g_autofree char *name = g_strdup ((const char *) frame->subdirs->data + frame->next);

          frame->next += strlen (name) + 1;
          enter_subdir (self, frame, name);
        }
      else
        {
          leave (self);
        }
    }
}

static void
scan_source (CopyScan *self,
             guint     index)
{
  CopySourceSpec *source = get_source (self, index);
  g_autoptr (CopyNode) top = copy_node_new (NULL, index, "", "");
  g_autoptr (CopyDir) root = copy_dir_open (source->from_root);
  g_autoptr (CopyNode) node = NULL;
  char *select_path = NULL;
  struct stat st;
  CopyDir *dir;

  if (root == NULL ||
      (*source->name != '\0' ? copy_dir_stat (root, source->name, &st)
       : copy_dir_stat_self (root, &st)) != 0)
    {
      copy_plan_writer_add_problem (self->writer, top, source->name, errno,
                                    _("cannot look at the source"));
      return;
    }

  if (self->selection != NULL &&
      copy_selection_find_item (self->selection, source, "", source->name,
                                S_ISDIR (st.st_mode)) == COPY_SELECTED_NOT)
    return;

  if (!S_ISDIR (st.st_mode))
    {
      copy_plan_writer_add_item (self->writer, top, source->name, source->to_name, &st);
      copy_plan_writer_flush (self->writer);
      return;
    }

  node = copy_node_new (top, index, source->name, source->to_name);
  node->mark = copy_name_mark (&st);
  dir = copy_dir_open_below (root, source->name);
  if (dir == NULL)
    {
      copy_plan_writer_add_problem (self->writer, node, "", errno, _("cannot open the folder"));
      return;
    }

  if (self->selection != NULL)
    select_path = copy_selection_enter (self->selection, source, "", source->name);

  enter (self, node, dir, self->filter != NULL ? "" : NULL, select_path, 0);
  walk (self);
}

static void
scan_all (CopyScan *self,
          CopyWalk  walk)
{
  if (!copy_plan_writer_begin (self->writer, walk, self->to_root))
    return;

  for (guint i = 0; i < self->sources->len && !copy_plan_writer_is_stopped (self->writer); i++)
    scan_source (self, i);
}

/* Files of which only some names are selected: the others may be in the target already. */
static void
scan_links (CopyScan *self)
{
  CopySelection *selection = self->selection;

  scan_all (self, COPY_WALK_LINKS);
  self->selection = NULL;
  scan_all (self, COPY_WALK_OTHERS);
  self->selection = selection;
}

static gpointer
scan (gpointer data)
{
  CopyScan *self = data;

  if (self->selection != NULL)
    scan_links (self);
  scan_all (self, COPY_WALK_PLAN);
  copy_plan_writer_close (self->writer);

  return NULL;
}

/* Prepares to scan @sources, of CopySourceSpec. Nothing runs yet. @events gets
 * a COPY_EVENT_PLAN when the plan wants to be looked at; two of them at a time
 * at most. */
CopyScan *
copy_scan_new (GPtrArray  *sources,
               CopyFilter *filter,
               gboolean    one_file_system,
               LyProgress *progress,
               LyQueue    *events)
{
  CopyScan *self = g_new0 (CopyScan, 1);

  self->sources = g_ptr_array_ref (sources);
  self->filter = filter != NULL && !copy_filter_is_empty (filter) ? filter : NULL;
  self->one_file_system = one_file_system;
  self->writer = copy_plan_writer_new (progress, events);
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_array_set_clear_func (self->frames, frame_clear);

  return self;
}

/* Plans only these items, by the paths that the user would write, and what is in
 * them; those that are further names of what is in the target already, as links to
 * that. Before the start. */
void
copy_scan_select (CopyScan           *self,
                  const char * const *only,
                  CopyDir            *to_root)
{
  self->selection = copy_selection_new (only);
  self->to_root = copy_dir_ref (to_root);
}

void
copy_scan_start (CopyScan *self)
{
  self->thread = g_thread_new ("scan", scan, self);
}

/* Stops the scan if it still runs. */
void
copy_scan_free (CopyScan *self)
{
  copy_plan_writer_stop (self->writer);
  g_clear_pointer (&self->thread, g_thread_join);

  copy_plan_writer_free (self->writer);
  g_clear_pointer (&self->selection, copy_selection_free);
  g_clear_pointer (&self->to_root, copy_dir_unref);
  g_array_unref (self->frames);
  g_ptr_array_unref (self->sources);
  g_free (self);
}

/* Takes the next item of the plan; NULL if there is none at the moment, for
 * which an event will come unless the scan is done. */
CopyPlanItem *
copy_scan_try_get (CopyScan *self)
{
  return copy_plan_writer_try_get (self->writer);
}

/* Whether the plan is complete; it may still have items in it. */
gboolean
copy_scan_is_done (CopyScan *self)
{
  return copy_plan_writer_is_done (self->writer);
}

guint
copy_scan_get_errors (CopyScan *self)
{
  return copy_plan_writer_get_errors (self->writer);
}

/* How much the files found so far occupy, in blocks of 512 bytes. */
guint64
copy_scan_get_blocks (CopyScan *self)
{
  return copy_plan_writer_get_blocks (self->writer);
}

guint64
copy_scan_get_inodes (CopyScan *self)
{
  return copy_plan_writer_get_inodes (self->writer);
}
