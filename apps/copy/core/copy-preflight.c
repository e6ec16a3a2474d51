/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-preflight"

#include "copy-preflight.h"

#include "copy-dir.h"
#include "copy-name.h"
#include "copy-remains.h"
#include "copy-space.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Less than this left is little for many jobs. */
#define TIGHT_BYTES (256 * 1024 * 1024)

/* More numbers than anybody has copies, to end a search that something odd
 * keeps going. */
#define MAX_DUPLICATES 100000

void
copy_trip_free (CopyTrip *self)
{
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_free (self->to_root);
  g_free (self);
}

static gboolean
refuse (GError     **error,
        int          code,
        const char  *format,
        ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError     **error,
        int          code,
        const char  *format,
        ...)
{
  va_list args;

  va_start (args, format);
  g_clear_error (error);
  if (error != NULL)
    *error = g_error_new_valist (G_IO_ERROR, code, format, args);
  va_end (args);

  return FALSE;
}

static gboolean
refuse_errno (GError     **error,
              int          errnum,
              const char  *path)
{
  return refuse (error, g_io_error_from_errno (errnum), "%s: %s", path, g_strerror (errnum));
}

/* Splits what the user wrote into a directory and a name in it, without
 * following the name if it is a link. "..", "." and "/" are only directories. */
static void
split (const char  *path,
       char       **directory,
       char       **name)
{
  g_autofree char *trimmed = g_strdup (path);
  gsize length = strlen (trimmed);
  char *slash;

  /* A slash at the end asks for what a link leads to. */
  if (length > 1 && trimmed[length - 1] == '/')
    {
      g_autofree char *target = NULL;

      while (length > 1 && trimmed[length - 1] == '/')
        trimmed[--length] = '\0';

      if (g_file_test (trimmed, G_FILE_TEST_IS_SYMLINK) &&
          (target = realpath (trimmed, NULL)) != NULL)
        {
          g_free (trimmed);
          trimmed = g_strdup (target);
        }
    }

  slash = strrchr (trimmed, '/');
  *name = g_strdup (slash != NULL ? slash + 1 : trimmed);

  if (**name == '\0' || g_str_equal (*name, ".") || g_str_equal (*name, ".."))
    {
      *directory = g_strdup (trimmed);
      **name = '\0';
    }
  else if (slash == NULL)
    *directory = g_strdup (".");
  else
    *directory = slash == trimmed ? g_strdup ("/") : g_strndup (trimmed, (gsize) (slash - trimmed));
}

/* The name of what the user wrote, also if a slash at its end led elsewhere;
 * empty for what has none. */
static char *
get_given_name (const char *given,
                const char *name)
{
  return *name != '\0' && g_str_has_suffix (given, "/") ? g_path_get_basename (given)
         : g_strdup (name);
}

static gboolean
look_at_source (CopyTrip     *self,
                const char   *given,
                struct stat  *st,
                GError      **error)
{
  CopySourceSpec *source = copy_source_spec_new ();
  g_autofree char *path = NULL;

  g_ptr_array_add (self->sources, source);
  source->given = g_strdup (given);
  split (given, &source->from_root, &source->name);
  source->to_name = get_given_name (given, source->name);
  path = copy_name_join (source->from_root, source->name);

  if (*given == '\0')
    return refuse (error, G_IO_ERROR_INVALID_FILENAME, _("a source has an empty name"));

  if ((*source->name != '\0' ? lstat (path, st) : stat (path, st)) != 0)
    return refuse_errno (error, errno, given);

  if (g_str_has_suffix (given, "/") && !S_ISDIR (st->st_mode))
    return refuse_errno (error, ENOTDIR, given);

  if ((S_ISDIR (st->st_mode) && faccessat (AT_FDCWD, path, R_OK | X_OK, AT_EACCESS) != 0) ||
      (S_ISREG (st->st_mode) && faccessat (AT_FDCWD, path, R_OK, AT_EACCESS) != 0))
    /* Translators: a path, and the reason */
    return refuse (error, g_io_error_from_errno (errno), _("%s: cannot be read: %s"), given,
                   g_strerror (errno));

  return TRUE;
}

/* Finds a free name for a copy of the source beside it, or the one that goes on. */
static gboolean
choose_duplicate (CopyTrip           *self,
                  const CopyRequest  *request,
                  GError            **error)
{
  CopySourceSpec *source = g_ptr_array_index (self->sources, 0);
  g_autofree char *from_path = NULL;
  g_autofree char *real = NULL;

  /* "." and its like have a name all the same. */
  if (*source->name == '\0')
    {
      g_autofree char *absolute = realpath (source->from_root, NULL);

      if (absolute == NULL || g_str_equal (absolute, "/"))
        return refuse (error, G_IO_ERROR_INVALID_ARGUMENT,
                       /* Translators: a path, such as “/”: no copy can be put there */
                       _("%s: there is nothing beside it"), source->given);

      g_free (source->from_root);
      g_free (source->name);
      source->from_root = g_path_get_dirname (absolute);
      source->name = g_path_get_basename (absolute);
    }

  from_path = copy_name_join (source->from_root, source->name);
  self->to_root = g_strdup (source->from_root);

  for (guint number = 1; number < MAX_DUPLICATES; number++)
    {
      g_autofree char *path = NULL;
      struct stat st;

      g_free (source->to_name);
      source->to_name = copy_name_duplicate (source->name, number);
      path = copy_name_join (self->to_root, source->to_name);

      if (lstat (path, &st) != 0)
        return errno == ENOENT ? TRUE : refuse_errno (error, errno, path);

      if (request->options.resume && copy_remains_are_at (path, from_path))
        return TRUE;
    }

  return refuse (error, G_IO_ERROR_EXISTS, _("%s: there are too many copies beside it"),
                 source->given);
}

/* Whether a copy goes on that was to become the target, which now exists, and
 * not something in it. */
static gboolean
is_to_be_completed (CopyTrip          *self,
                    const CopyRequest *request)
{
  CopySourceSpec *source = g_ptr_array_index (self->sources, 0);
  g_autofree char *from_path = copy_name_join (source->from_root, source->name);
  g_autofree char *inside = copy_name_join (request->dest, source->to_name);

  return request->options.resume && self->sources->len == 1 && *source->name != '\0' &&
         g_file_test (from_path, G_FILE_TEST_IS_DIR) &&
         !g_file_test (from_path, G_FILE_TEST_IS_SYMLINK) &&
         !g_file_test (inside, G_FILE_TEST_EXISTS) &&
         copy_remains_are_at (request->dest, from_path);
}

static gboolean
choose_target (CopyTrip           *self,
               const CopyRequest  *request,
               GError            **error)
{
  const char *dest = request->dest;
  CopySourceSpec *source = g_ptr_array_index (self->sources, 0);
  g_autofree char *name = NULL;
  struct stat st;
  gboolean exists = stat (dest, &st) == 0;

  if (*dest == '\0')
    return refuse (error, G_IO_ERROR_INVALID_FILENAME, _("the destination has an empty name"));

  if (!exists && (errno != ENOENT || request->target_directory))
    return refuse_errno (error, errno, dest);
  if (exists && request->target_directory && !S_ISDIR (st.st_mode))
    return refuse_errno (error, ENOTDIR, dest);

  if (exists && S_ISDIR (st.st_mode) && !request->no_target_directory &&
      !is_to_be_completed (self, request))
    {
      self->to_root = g_strdup (dest);
      return TRUE;
    }

  if (self->sources->len > 1)
    return refuse (error, G_IO_ERROR_NOT_DIRECTORY, exists
                   ? _("%s: is not a folder, and several sources need one")
                   : _("%s: does not exist, and several sources need a folder"), dest);

  split (dest, &self->to_root, &name);
  g_free (source->to_name);
  source->to_name = g_steal_pointer (&name);

  if (stat (self->to_root, &st) != 0)
    /* Translators: what was given, the path that stands in the way, the reason */
    return refuse (error, g_io_error_from_errno (errno), _("%s: cannot be created: %s: %s"), dest,
                   self->to_root, g_strerror (errno));
  if (!S_ISDIR (st.st_mode))
    return refuse (error, G_IO_ERROR_NOT_DIRECTORY, _("%s: cannot be created: %s: %s"), dest,
                   self->to_root, g_strerror (ENOTDIR));

  return TRUE;
}

/* Whether @dir is @inner or a directory above it. */
static gboolean
contains (const struct stat *dir,
          const char        *inner)
{
  g_autofree char *path = realpath (inner, NULL);

  while (path != NULL)
    {
      char *parent;
      struct stat st;

      if (stat (path, &st) == 0 && st.st_dev == dir->st_dev && st.st_ino == dir->st_ino)
        return TRUE;

      if (g_str_equal (path, "/"))
        return FALSE;

      parent = g_path_get_dirname (path);
      g_free (path);
      path = parent;
    }

  return FALSE;
}

/* What can be said against one source and what it is to become. */
static gboolean
check_pair (CopyTrip           *self,
            const CopyRequest  *request,
            CopySourceSpec     *source,
            const struct stat  *from,
            GError            **error)
{
  g_autofree char *from_path = copy_name_join (source->from_root, source->name);
  g_autofree char *to_path = copy_name_join (self->to_root, source->to_name);
  struct stat led_to;
  struct stat root;
  struct stat to;
  gboolean exists = *source->to_name != '\0' ? lstat (to_path, &to) == 0 : stat (to_path, &to) == 0;

  self->is_new &= !exists;
  self->same_device |= stat (self->to_root, &root) == 0 && root.st_dev == from->st_dev;

  if (exists && to.st_dev == from->st_dev && to.st_ino == from->st_ino)
    return refuse (error, G_IO_ERROR_EXISTS, _("%s: would be copied onto itself"), source->given);

  /* Through a link it is itself all the same, on either side. */
  if (exists && !S_ISDIR (from->st_mode) && S_ISLNK (from->st_mode) != S_ISLNK (to.st_mode) &&
      stat (S_ISLNK (to.st_mode) ? to_path : from_path, &led_to) == 0 &&
      led_to.st_dev == (S_ISLNK (to.st_mode) ? from : &to)->st_dev &&
      led_to.st_ino == (S_ISLNK (to.st_mode) ? from : &to)->st_ino)
    return refuse (error, G_IO_ERROR_EXISTS, _("%s: would be copied onto itself"), source->given);

  if (S_ISDIR (from->st_mode) && contains (from, self->to_root))
    return refuse (error, G_IO_ERROR_WOULD_RECURSE, _("%s: would be copied into itself"),
                   source->given);

  /* It does not have itself in it, so it would be deleted. */
  if (request->mirror && exists && S_ISDIR (from->st_mode) && contains (&to, source->from_root))
    return refuse (error, G_IO_ERROR_WOULD_RECURSE,
                   /* Translators: a path; mirroring would delete it */
                   _("%s: is inside the folder that would be made like it"), source->given);

  if (exists && S_ISDIR (from->st_mode) && !S_ISDIR (to.st_mode))
    return refuse (error, G_IO_ERROR_NOT_DIRECTORY,
                   _("%s: is a folder, but “%s” in the destination is not"), source->given,
                   to_path);

  if (exists && !S_ISDIR (from->st_mode) && S_ISDIR (to.st_mode))
    return refuse (error, G_IO_ERROR_IS_DIRECTORY,
                   _("%s: is not a folder, but “%s” in the destination is"), source->given,
                   to_path);

  return TRUE;
}

static gboolean
check_names_differ (CopyTrip  *self,
                    GError   **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->sources->len; i++)
    {
      CopySourceSpec *source = g_ptr_array_index (self->sources, i);

      if (!g_hash_table_add (names, source->to_name))
        return refuse (error, G_IO_ERROR_EXISTS,
                       _("%s: another source has the same name in the destination"), source->given);
    }

  return TRUE;
}

/* Whether something can be made where the source is to go: in the folder that is
 * there to be filled, or in the target to make it. */
static gboolean
check_writable (CopyTrip        *self,
                CopySourceSpec  *source,
                GError         **error)
{
  g_autofree char *to_path = copy_name_join (self->to_root, source->to_name);
  struct stat st;
  const char *folder = lstat (to_path, &st) == 0 && S_ISDIR (st.st_mode) ? to_path : self->to_root;

  if (faccessat (AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
    return TRUE;

  return refuse (error, g_io_error_from_errno (errno), _("%s: cannot be written to: %s"), folder,
                 g_strerror (errno));
}

/* Finds out where everything goes, and refuses what cannot or must not be done.
 * Changes nothing. NULL with @error set, which names what is wrong. */
CopyTrip *
copy_trip_new (const CopyRequest  *request,
               GError            **error)
{
  g_autoptr (CopyTrip) self = g_new0 (CopyTrip, 1);
  guint n_sources = g_strv_length ((char **) request->sources);
  g_autofree struct stat *stats = g_new0 (struct stat, n_sources);

  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  self->is_new = TRUE;

  for (guint i = 0; i < n_sources; i++)
    if (!look_at_source (self, request->sources[i], &stats[i], error))
      return NULL;

  if (request->dest != NULL ? !choose_target (self, request, error)
      : !choose_duplicate (self, request, error))
    return NULL;

  for (guint i = 0; i < n_sources; i++)
    if (!check_pair (self, request, g_ptr_array_index (self->sources, i), &stats[i], error))
      return NULL;

  if (!check_names_differ (self, error))
    return NULL;

  for (guint i = 0; i < n_sources && !request->dry_run; i++)
    if (!check_writable (self, g_ptr_array_index (self->sources, i), error))
      return NULL;

  return g_steal_pointer (&self);
}

/* Whether the target is so full that it is worth waiting to know what is to come. */
gboolean
copy_trip_is_tight (CopyTrip *self)
{
  CopySpace space;

  return self->is_new && copy_space_get (self->to_root, &space) && space.bytes < TIGHT_BYTES;
}

/* Whether what the scan has found fits into the target. Only asked where that
 * can be known: nothing is replaced and the file system does not share or
 * compress. */
gboolean
copy_trip_check_space (CopyTrip  *self,
                       CopyScan  *scan,
                       GError   **error)
{
  guint64 needed = copy_scan_get_blocks (scan) * 512;
  CopySpace space;

  if (!self->is_new || !copy_space_get (self->to_root, &space) ||
      (space.shares && self->same_device))
    return TRUE;

  if (needed > space.bytes)
    {
      g_autofree char *needed_text = g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *free_text = g_format_size_full (space.bytes, G_FORMAT_SIZE_IEC_UNITS);

      return refuse (error, G_IO_ERROR_NO_SPACE,
                     /* Translators: a path, bytes, bytes */
                     _("%s: too little space: %s needed, %s free"), self->to_root, needed_text,
                     free_text);
    }

  if (space.counts_inodes && copy_scan_get_inodes (scan) > space.inodes)
    {
      g_autofree char *needed_text = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                                      copy_scan_get_inodes (scan));
      g_autofree char *free_text = g_strdup_printf ("%" G_GUINT64_FORMAT, space.inodes);

      return refuse (error, G_IO_ERROR_NO_SPACE,
                     _("%s: too little space: %s items to copy, room for %s"), self->to_root,
                     needed_text, free_text);
    }

  return TRUE;
}
