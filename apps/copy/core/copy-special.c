/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-special"

#include "copy-special.h"

#include "copy-error.h"
#include "copy-meta.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* Makes the item under the draft's working name; -1 with errno set. */
static int
make (CopyDraft         *draft,
      const struct stat *st,
      const char        *link_target)
{
  CopyDir *dir = draft->target->dir;

  if (S_ISLNK (st->st_mode))
    return copy_dir_make_link (dir, draft->work_name, link_target);

  return copy_dir_make_node (dir, draft->work_name, st->st_mode & S_IFMT, st->st_rdev);
}

static gboolean
is_same_link (CopyTarget      *target,
              const CopyEntry *entry,
              const char      *link_target)
{
  g_autofree char *existing = copy_dir_read_link (target->dir, entry->to_name);

  return g_strcmp0 (existing, link_target) == 0;
}

/* Whether something else has the name. */
static gboolean
is_in_the_way (const CopyDraft *draft)
{
  return draft->place == COPY_PLACE_REPLACE || draft->place == COPY_PLACE_ASK;
}

static gboolean
make_draft (CopyWork           *work,
            CopySource         *source,
            const CopyEntry    *entry,
            const struct stat  *st,
            const char         *link_target,
            CopyDraft          *draft,
            GError            **error)
{
  while (copy_draft_is_open (draft))
    {
      if (make (draft, st, link_target) == 0)
        return TRUE;

      if (errno != EEXIST)
        return copy_error_set (error, errno, S_ISLNK (st->st_mode)
                               ? _("cannot create the link")
                               : _("cannot create the special file"));

      if (!copy_draft_retry (draft, work, source, entry, error))
        return FALSE;
    }

  return TRUE;
}

/* Copies a symbolic link, FIFO, socket or device as such. */
gboolean
copy_special (CopyWork         *work,
              CopySource       *source,
              CopyTarget       *target,
              const CopyEntry  *entry,
              CopyDraft        *draft,
              GError          **error)
{
  g_autofree char *link_target = NULL;
  struct stat st;

  if (copy_dir_stat (source->dir, entry->name, &st) != 0)
    return copy_error_set (error, errno, errno == ENOENT
                           ? _("vanished before it could be copied")
                           : _("cannot look at the source"));

  if (S_ISLNK (st.st_mode) &&
      (link_target = copy_dir_read_link (source->dir, entry->name)) == NULL)
    return copy_error_set (error, errno, _("cannot read the link"));

  if (S_ISREG (st.st_mode) || S_ISDIR (st.st_mode))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("became something else while it was being copied"));
      return FALSE;
    }

  if (!copy_draft_begin (draft, work, source, target, entry, error))
    return FALSE;

  /* A link says the same from the moment it is made; only its metadata can
   * be missing. */
  if (is_in_the_way (draft) && link_target != NULL &&
      is_same_link (target, entry, link_target))
    draft->place = COPY_PLACE_TOUCH_UP;

  if (!make_draft (work, source, entry, &st, link_target, draft, error))
    return FALSE;

  if (draft->place == COPY_PLACE_ASK && link_target != NULL &&
      is_same_link (target, entry, link_target))
    draft->place = COPY_PLACE_TOUCH_UP;

  if (draft->place == COPY_PLACE_TOUCH_UP)
    return copy_meta_apply_name (work, source->dir, entry->name, target, draft->name, &st, error);

  if (!copy_draft_is_open (draft))
    return TRUE;

  if (copy_meta_apply_name (work, source->dir, entry->name, target, draft->work_name, &st,
                            error) &&
      copy_draft_finish (draft, error))
    return TRUE;

  copy_draft_abandon (draft);

  return FALSE;
}

static gboolean
is_linked_already (CopyDir         *leader_dir,
                   const char      *leader,
                   CopyTarget      *target,
                   const CopyEntry *entry)
{
  struct stat one;
  struct stat other;

  return copy_dir_stat (leader_dir, leader, &one) == 0 &&
         copy_dir_stat (target->dir, entry->to_name, &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Links an entry to its leader, which is in the target already. *@unsupported
 * says that it has to be copied instead. */
gboolean
copy_hard_link (CopyWork         *work,
                CopySource       *source,
                CopyTarget       *target,
                const CopyEntry  *entry,
                CopyDraft        *draft,
                gboolean         *unsupported,
                GError          **error)
{
  const char *slash = strrchr (entry->link_to, '/');
  const char *leader = slash != NULL ? slash + 1 : entry->link_to;
  g_autofree char *leader_path = g_strndup (entry->link_to,
                                            slash != NULL ? (gsize) (slash - entry->link_to) : 0);
  g_autoptr (CopyDir) leader_dir = copy_dir_open_below (work->to_root, leader_path);

  if (leader_dir == NULL)
    return copy_error_set (error, errno, _("cannot open the folder of the file to link to"));

  if (!copy_draft_begin (draft, work, source, target, entry, error))
    return FALSE;

  if (is_in_the_way (draft) && is_linked_already (leader_dir, leader, target, entry))
    draft->place = COPY_PLACE_COMPLETE;

  while (copy_draft_is_open (draft))
    {
      if (copy_dir_hard_link (leader_dir, leader, target->dir, draft->work_name) == 0)
        return copy_draft_finish (draft, error);

      if (errno == EMLINK || errno == EPERM || errno == EOPNOTSUPP || errno == EXDEV)
        {
          copy_draft_clear (draft);
          *unsupported = TRUE;
          return TRUE;
        }

      if (errno != EEXIST)
        return copy_error_set (error, errno, _("cannot create the hard link"));

      if (is_linked_already (leader_dir, leader, target, entry))
        draft->place = COPY_PLACE_COMPLETE;
      else if (!copy_draft_retry (draft, work, source, entry, error))
        return FALSE;
    }

  return TRUE;
}
