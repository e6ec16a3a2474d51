/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-mirror"

#include "copy-mirror.h"

#include "copy-error.h"
#include "copy-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* What is still to be done, the last first. Trees may be deeper than the stack
 * and than there are descriptors, so nothing here is recursive and every step
 * opens what it needs. */
typedef enum
{
  STEP_COMPARE,  /* a directory that the source has as well */
  STEP_EMPTY,    /* one that it does not have: everything in it goes ... */
  STEP_REMOVE,   /* ... and then itself */
  STEP_RETIME,   /* its times, which changed when something in it went */
} StepType;

typedef struct
{
  StepType  type;
  char     *path;         /* below the target's root */
  char     *from_path;    /* below the source's root, for what the source has */
  char     *filter_path;  /* below the top of the source, as filters see it */
} Step;

typedef struct
{
  CopyRun  *run;
  gboolean  dry_run;
  CopyDir  *from_root;
  GQueue    steps;
} Mirror;

/* What a directory of the target has, read before anything in it changes. */
typedef struct
{
  CopyDir   *dir;
  GPtrArray *names;
  GArray    *is_dir;
} Names;

static void
step_free (Step *step)
{
  g_free (step->path);
  g_free (step->from_path);
  g_free (step->filter_path);
  g_free (step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_free)

static void
push (Mirror     *self,
      StepType    type,
      const char *path,
      const char *from_path,
      const char *filter_path)
{
  Step *step = g_new0 (Step, 1);

  step->type = type;
  step->path = g_strdup (path);
  step->from_path = g_strdup (from_path);
  step->filter_path = g_strdup (filter_path);
  g_queue_push_head (&self->steps, step);
}

static void
tell_problem (Mirror     *self,
              const char *path,
              int         errnum,
              const char *what)
{
  g_autofree char *full = copy_name_join (self->run->trip->to_root, path);
  g_autoptr (GError) error = NULL;

  self->run->report->mirror_failed = TRUE;
  copy_error_set (&error, errnum, what);
  copy_run_problem (self->run, full, error->message);
}

static void
on_name (const char *name,
         mode_t      type,
         gpointer    user_data)
{
  Names *names = user_data;
  struct stat st = { .st_mode = type };
  gboolean is_dir;

  if (type == 0 && copy_dir_stat (names->dir, name, &st) != 0)
    return;

  is_dir = S_ISDIR (st.st_mode);
  g_ptr_array_add (names->names, g_strdup (name));
  g_array_append_val (names->is_dir, is_dir);
}

/* Whether the source has an item. */
static gboolean
is_in_source (Mirror      *self,
              CopyDir     *from,
              const char  *name,
              const char  *path)
{
  struct stat st;

  if (from == NULL)
    return FALSE;

  if (copy_dir_stat (from, name, &st) == 0)
    return TRUE;

  if (errno == ENOENT)
    return FALSE;

  tell_problem (self, path, errno, _("cannot look at the source, so it was kept"));

  return TRUE;
}

static void
remove_item (Mirror     *self,
             CopyDir    *dir,
             const char *name,
             const char *path,
             gboolean    is_dir)
{
  CopyRun *run = self->run;
  g_autofree char *full = NULL;

  if (!self->dry_run && copy_dir_remove (dir, name, is_dir) != 0 && errno != ENOENT)
    {
      /* Something in it was left alone. */
      if (is_dir && (errno == ENOTEMPTY || errno == EEXIST))
        return;

      tell_problem (self, path, errno, _("cannot delete"));
      return;
    }

  run->report->n_deleted++;
  full = copy_name_join (run->trip->to_root, path);
  if (self->dry_run && run->observer->action != NULL)
    run->observer->action (COPY_ACTION_DELETE, NULL, full, run->user_data);
}

/* Decides about one name in a directory. What the filter leaves out on the one
 * side is left alone on the other. */
static void
judge (Mirror     *self,
       Step       *step,
       CopyDir    *dir,
       CopyDir    *from,
       const char *name,
       gboolean    is_dir)
{
  g_autofree char *path = copy_name_join (step->path, name);
  g_autofree char *filter_path = copy_name_join (step->filter_path, name);
  g_autofree char *from_path = NULL;
  CopyFilter *filter = self->run->request->filter;

  if (filter != NULL && copy_filter_leaves_out (filter, filter_path, is_dir))
    return;

  if (!is_in_source (self, from, name, path))
    {
      if (!is_dir)
        {
          remove_item (self, dir, name, path, FALSE);
          return;
        }

      push (self, STEP_REMOVE, path, NULL, NULL);
      push (self, STEP_EMPTY, path, NULL, filter_path);
    }
  else if (is_dir)
    {
      from_path = copy_name_join (step->from_path, name);
      push (self, STEP_COMPARE, path, from_path, filter_path);
    }
}

/* Goes through a directory: all of it goes if it has no source. */
static void
visit (Mirror *self,
       Step   *step)
{
  g_autoptr (CopyDir) dir = copy_dir_open_below (self->run->to_root, step->path);
  g_autoptr (CopyDir) from = NULL;
  g_autoptr (GPtrArray) name_list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) is_dir_list = g_array_new (FALSE, FALSE, sizeof (gboolean));
  Names names = { dir, name_list, is_dir_list };

  /* In a dry run it may not be there yet. */
  if (dir == NULL && errno == ENOENT)
    return;

  if (dir == NULL || copy_dir_list (dir, on_name, &names) != 0)
    {
      tell_problem (self, step->path, errno, _("cannot read the folder"));
      return;
    }

  if (step->type == STEP_COMPARE)
    {
      from = copy_dir_open_below (self->from_root, step->from_path);
      if (from == NULL)
        {
          tell_problem (self, step->path, errno, _("cannot look at the source, so it was kept"));
          return;
        }

      if (!self->dry_run)
        push (self, STEP_RETIME, step->path, step->from_path, NULL);
    }

  for (guint i = 0; i < name_list->len && !copy_run_is_cancelled (self->run); i++)
    judge (self, step, dir, from, g_ptr_array_index (name_list, i),
           g_array_index (is_dir_list, gboolean, i));
}

static void
remove_dir (Mirror *self,
            Step   *step)
{
  g_autofree char *parent_path = g_path_get_dirname (step->path);
  g_autofree char *name = g_path_get_basename (step->path);
  g_autoptr (CopyDir) parent =
    copy_dir_open_below (self->run->to_root, g_str_equal (parent_path, ".") ? "" : parent_path);

  if (parent == NULL)
    tell_problem (self, step->path, errno, _("cannot delete"));
  else
    remove_item (self, parent, name, step->path, TRUE);
}

/* Only the times: everything else was set when the directory was copied. */
static void
retime (Mirror *self,
        Step   *step)
{
  g_autoptr (CopyDir) dir = copy_dir_open_below (self->run->to_root, step->path);
  g_autoptr (CopyDir) from = copy_dir_open_below (self->from_root, step->from_path);
  struct stat st;
  int fd;

  if (dir == NULL || from == NULL || copy_dir_stat_self (from, &st) != 0)
    return;

  fd = copy_dir_open_self (dir);
  if (futimens (fd, (struct timespec[]) { st.st_atim, st.st_mtim }) != 0)
    tell_problem (self, step->path, errno, _("cannot set the times"));
  close (fd);
}

static void
run_steps (Mirror *self)
{
  Step *next;

  while ((next = g_queue_pop_head (&self->steps)) != NULL)
    {
      g_autoptr (Step) step = next;

      if (copy_run_is_cancelled (self->run))
        {
          self->run->report->interrupted = TRUE;
          continue;
        }

      if (step->type == STEP_REMOVE)
        remove_dir (self, step);
      else if (step->type == STEP_RETIME)
        retime (self, step);
      else
        visit (self, step);
    }
}

/* Deletes from the target what the sources do not have, after everything was
 * copied. What a filter leaves out is not looked at on either side. Does
 * nothing if the scan could not see all of the sources: what was not seen must
 * not be taken for gone. */
void
copy_mirror (CopyRun  *run,
             gboolean  dry_run)
{
  if (copy_scan_get_errors (run->scan) > 0)
    {
      copy_run_problem (run, run->trip->to_root,
                        _("nothing was deleted, because not all of the source could be read"));
      return;
    }

  for (guint i = 0; i < run->trip->sources->len; i++)
    {
      CopySourceSpec *source = g_ptr_array_index (run->trip->sources, i);
      Mirror self = { .run = run, .dry_run = dry_run, .steps = G_QUEUE_INIT };
      g_autoptr (CopyDir) from_root = copy_dir_open (source->from_root);
      g_autoptr (CopyDir) top = NULL;

      if (from_root == NULL)
        continue;

      /* A single file has nothing in it to compare. */
      top = copy_dir_open_below (from_root, source->name);
      if (top == NULL)
        continue;

      self.from_root = from_root;
      push (&self, STEP_COMPARE, source->to_name, source->name, "");
      run_steps (&self);
    }
}
