/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-place.h"
#include "test-copy-util.h"

#include <gio/gio.h>

#define NOW  1700000000
#define NSEC 512

/* What an item is like that has the name "item" already. */
typedef enum
{
  NOTHING,
  SAME,        /* all as the source's */
  OLDER,
  NEWER,
  OTHER_SIZE,
  OTHER_MODE,
  UNFINISHED,  /* no permissions yet */
  UNFINISHED_WRITABLE,
  UNFINISHED_READABLE,
  A_LINK,
  A_FOLDER,
} Existing;

static const char * const existing_names[] = {
  "nothing", "the same", "an older one", "a newer one", "one of another size",
  "one of another mode", "an unfinished one",
  "an unfinished one that can be written", "an unfinished one that can be read", "a link", "a folder",
};

/* Everything is compared with this: five bytes, 0640, of NOW and NSEC. */
static const CopyEntry file = {
  .name = "item",
  .to_name = "item",
  .mode = S_IFREG | 0640,
  .size = 5,
  .mtime = { NOW, NSEC },
};

static void
make_existing (TestFolder *folder,
               Existing    existing)
{
  switch (existing)
    {
    case NOTHING:
      return;

    case A_LINK:
      test_folder_make_link (folder, "item", "12345");
      break;

    case A_FOLDER:
      test_folder_make_dir (folder, "item");
      break;

    default:
      test_folder_write (folder, "item", existing == OTHER_SIZE ? "123456" : "12345");
      test_folder_set_mode (folder, "item", existing == OTHER_MODE ? 0644
                            : existing == UNFINISHED ? 0
                            : existing == UNFINISHED_WRITABLE ? COPY_UNFINISHED_MODE
                            : existing == UNFINISHED_READABLE ? COPY_UNFINISHED_MODE_READABLE
                            : 0640);
      break;
    }

  test_folder_set_mtime (folder, "item", existing == OLDER ? NOW - 100
                         : existing == NEWER ? NOW + 100 : NOW, NSEC);
}

static CopyPlace
find (TestFolder        *folder,
      const CopyOptions *options,
      gboolean           after_crash,
      const CopyEntry   *entry,
      char             **name,
      GError           **error)
{
  g_autoptr (CopyDir) dir = copy_dir_open (folder->path);

  g_assert_nonnull (dir);

  return copy_place_find (options, after_crash, dir, entry, name, error);
}

typedef struct
{
  CopyConflict  conflict;
  Existing      existing;
  CopyPlace     place;
  const char   *name;    /* NULL for "item" */
  const char   *error;
} Case;

static void
check_cases (const Case      *cases,
             gsize            n_cases,
             const CopyEntry *entry,
             gboolean         resume,
             gboolean         after_crash)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      CopyOptions options = { .conflict = cases[i].conflict, .resume = resume };
      g_autoptr (GError) error = NULL;
      g_autofree char *name = NULL;
      CopyPlace place;

      g_test_message ("policy %d, %s is there", cases[i].conflict,
                      existing_names[cases[i].existing]);
      make_existing (folder, cases[i].existing);
      place = find (folder, &options, after_crash, entry, &name, &error);

      g_assert_cmpint (place, ==, cases[i].place);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i].error);
      if (place != COPY_PLACE_REFUSE)
        g_assert_cmpstr (name, ==, cases[i].name != NULL ? cases[i].name : "item");
    }
}

#define IN_THE_WAY "a folder of that name is in the way"
#define EXISTS     "already exists in the destination"

static void
test_policies (void)
{
  static const Case cases[] = {
    { COPY_CONFLICT_OVERWRITE, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_OVERWRITE, SAME, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, OLDER, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, NEWER, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, UNFINISHED, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, A_LINK, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, A_FOLDER, COPY_PLACE_REFUSE, NULL, IN_THE_WAY },

    { COPY_CONFLICT_SKIP, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_SKIP, OLDER, COPY_PLACE_SKIP },
    { COPY_CONFLICT_SKIP, UNFINISHED, COPY_PLACE_SKIP },
    { COPY_CONFLICT_SKIP, A_LINK, COPY_PLACE_SKIP },
    { COPY_CONFLICT_SKIP, A_FOLDER, COPY_PLACE_REFUSE, NULL, IN_THE_WAY },

    { COPY_CONFLICT_RENAME, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_RENAME, SAME, COPY_PLACE_CREATE, "item (copy)" },
    { COPY_CONFLICT_RENAME, A_LINK, COPY_PLACE_CREATE, "item (copy)" },
    { COPY_CONFLICT_RENAME, A_FOLDER, COPY_PLACE_CREATE, "item (copy)" },

    { COPY_CONFLICT_NEWER, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_NEWER, OLDER, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_NEWER, SAME, COPY_PLACE_SKIP },
    { COPY_CONFLICT_NEWER, OTHER_SIZE, COPY_PLACE_SKIP },
    { COPY_CONFLICT_NEWER, NEWER, COPY_PLACE_SKIP },
    { COPY_CONFLICT_NEWER, A_FOLDER, COPY_PLACE_REFUSE, NULL, IN_THE_WAY },

    { COPY_CONFLICT_FAIL, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_FAIL, SAME, COPY_PLACE_REFUSE, NULL, EXISTS },
    { COPY_CONFLICT_FAIL, OLDER, COPY_PLACE_REFUSE, NULL, EXISTS },
    { COPY_CONFLICT_FAIL, A_LINK, COPY_PLACE_REFUSE, NULL, EXISTS },
    { COPY_CONFLICT_FAIL, A_FOLDER, COPY_PLACE_REFUSE, NULL, IN_THE_WAY },
  };

  check_cases (cases, G_N_ELEMENTS (cases), &file, FALSE, FALSE);
}

/* A resumed job does not do again what is complete; to everything else that is
 * not its own remainder the policy applies. */
static void
test_resume (void)
{
  static const Case cases[] = {
    { COPY_CONFLICT_OVERWRITE, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_OVERWRITE, SAME, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_OVERWRITE, OTHER_MODE, COPY_PLACE_TOUCH_UP },
    { COPY_CONFLICT_OVERWRITE, UNFINISHED, COPY_PLACE_REDO },
    { COPY_CONFLICT_OVERWRITE, UNFINISHED_WRITABLE, COPY_PLACE_REDO },
    { COPY_CONFLICT_OVERWRITE, UNFINISHED_READABLE, COPY_PLACE_REDO },
    { COPY_CONFLICT_OVERWRITE, OLDER, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, NEWER, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, OTHER_SIZE, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, A_LINK, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_OVERWRITE, A_FOLDER, COPY_PLACE_REFUSE, NULL, IN_THE_WAY },

    { COPY_CONFLICT_SKIP, SAME, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_SKIP, OTHER_MODE, COPY_PLACE_TOUCH_UP },
    { COPY_CONFLICT_SKIP, UNFINISHED, COPY_PLACE_REDO },
    { COPY_CONFLICT_SKIP, OLDER, COPY_PLACE_SKIP },

    { COPY_CONFLICT_NEWER, SAME, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_NEWER, UNFINISHED, COPY_PLACE_REDO },
    { COPY_CONFLICT_NEWER, NEWER, COPY_PLACE_SKIP },
    { COPY_CONFLICT_NEWER, OLDER, COPY_PLACE_REPLACE },

    { COPY_CONFLICT_FAIL, SAME, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_FAIL, UNFINISHED, COPY_PLACE_REDO },
    { COPY_CONFLICT_FAIL, OLDER, COPY_PLACE_REFUSE, NULL, EXISTS },

    { COPY_CONFLICT_RENAME, SAME, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_RENAME, UNFINISHED, COPY_PLACE_REDO },
    { COPY_CONFLICT_RENAME, OLDER, COPY_PLACE_CREATE, "item (copy)" },
  };

  check_cases (cases, G_N_ELEMENTS (cases), &file, TRUE, FALSE);
  check_cases (cases, G_N_ELEMENTS (cases), &file, FALSE, TRUE);
}

/* A source without permissions looks unfinished, but for its size and time. */
static void
test_resume_no_permissions (void)
{
  static const Case cases[] = {
    { COPY_CONFLICT_SKIP, UNFINISHED, COPY_PLACE_COMPLETE },
    { COPY_CONFLICT_SKIP, UNFINISHED_WRITABLE, COPY_PLACE_REDO },
    { COPY_CONFLICT_SKIP, SAME, COPY_PLACE_TOUCH_UP },
    { COPY_CONFLICT_SKIP, OLDER, COPY_PLACE_SKIP },
  };
  CopyEntry entry = file;
  g_autoptr (TestFolder) folder = test_folder_new ();
  CopyOptions options = { .resume = TRUE };
  g_autofree char *name = NULL;

  entry.mode = S_IFREG;
  check_cases (cases, G_N_ELEMENTS (cases), &entry, TRUE, FALSE);

  test_folder_write (folder, "item", "123");
  test_folder_set_mode (folder, "item", 0);
  test_folder_set_mtime (folder, "item", NOW, NSEC);
  g_assert_cmpint (find (folder, &options, FALSE, &entry, &name, NULL), ==, COPY_PLACE_REDO);
}

/* That a file is complete does not say that it is linked. */
static void
test_resume_link (void)
{
  static const Case cases[] = {
    { COPY_CONFLICT_OVERWRITE, NOTHING, COPY_PLACE_CREATE },
    { COPY_CONFLICT_OVERWRITE, SAME, COPY_PLACE_REPLACE },
    { COPY_CONFLICT_SKIP, SAME, COPY_PLACE_SKIP },
  };
  CopyEntry entry = file;

  entry.flags = COPY_ENTRY_LINK;
  entry.link_to = "other";
  check_cases (cases, G_N_ELEMENTS (cases), &entry, TRUE, FALSE);
}

/* The first name that is free, or that holds what this item became before. */
static void
test_rename_on (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  CopyOptions options = { .conflict = COPY_CONFLICT_RENAME };
  g_autofree char *name = NULL;
  g_autofree char *again = NULL;

  test_folder_write (folder, "item", "other");
  test_folder_write (folder, "item (copy)", "other");
  test_folder_make_link (folder, "item (copy 2)", "nowhere");
  test_folder_write (folder, "item (copy 4)", "other");

  g_assert_cmpint (find (folder, &options, FALSE, &file, &name, NULL), ==, COPY_PLACE_CREATE);
  g_assert_cmpstr (name, ==, "item (copy 3)");

  test_folder_write (folder, "item (copy 3)", "12345");
  test_folder_set_mode (folder, "item (copy 3)", 0640);
  test_folder_set_mtime (folder, "item (copy 3)", NOW, NSEC);

  options.resume = TRUE;
  g_assert_cmpint (find (folder, &options, FALSE, &file, &again, NULL), ==, COPY_PLACE_COMPLETE);
  g_assert_cmpstr (again, ==, "item (copy 3)");
}

/* It is the name in the target that counts. */
static void
test_renamed_entry (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  CopyOptions options = { .conflict = COPY_CONFLICT_FAIL };
  CopyEntry entry = file;
  g_autofree char *name = NULL;

  entry.to_name = "else";
  test_folder_write (folder, "item", "other");

  g_assert_cmpint (find (folder, &options, FALSE, &entry, &name, NULL), ==, COPY_PLACE_CREATE);
  g_assert_cmpstr (name, ==, "else");
}

static void
test_unreachable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *long_name = g_strnfill (300, 'x');
  CopyOptions options = { 0 };
  CopyEntry entry = file;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  entry.to_name = long_name;
  g_assert_cmpint (find (folder, &options, FALSE, &entry, &name, &error), ==, COPY_PLACE_REFUSE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
  g_assert_cmpstr (error->message, ==, "cannot look at the destination: File name too long");
}

typedef struct
{
  struct timespec kept;
  struct timespec wanted;
  gboolean        same;
} TimeCase;

/* What file systems make of a time: FAT keeps 2 s, exFAT 10 ms, NTFS and SMB
 * 100 ns, others microseconds or seconds. They round down. */
static void
test_same_time (void)
{
  static const TimeCase cases[] = {
    { { NOW, 123456789 }, { NOW, 123456789 }, TRUE },
    { { NOW, 123456789 }, { NOW, 123456790 }, FALSE },
    { { NOW, 123456700 }, { NOW, 123456789 }, TRUE },   /* 100 ns */
    { { NOW, 123456700 }, { NOW, 123456800 }, FALSE },
    { { NOW, 123456800 }, { NOW, 123456789 }, FALSE },  /* never up */
    { { NOW, 123456000 }, { NOW, 123456789 }, TRUE },   /* 1 µs */
    { { NOW, 123456000 }, { NOW, 123457000 }, FALSE },
    { { NOW, 120000000 }, { NOW, 129999999 }, TRUE },   /* 10 ms */
    { { NOW, 120000000 }, { NOW, 130000000 }, FALSE },
    { { NOW, 123000000 }, { NOW, 123456789 }, FALSE },  /* nobody keeps 1 ms */
    { { NOW + 1, 0 }, { NOW + 1, 999999999 }, TRUE },   /* 1 s */
    { { NOW + 1, 0 }, { NOW + 2, 0 }, FALSE },
    { { NOW, 0 }, { NOW + 1, 999999999 }, TRUE },       /* 2 s */
    { { NOW, 0 }, { NOW + 2, 0 }, FALSE },
    { { NOW + 1, 0 }, { NOW + 2, 500000000 }, FALSE },  /* an odd second is not one of FAT */
    { { NOW, 0 }, { NOW - 1, 999999999 }, FALSE },
    { { NOW, 0 }, { NOW + 100, 0 }, FALSE },
    { { -4, 0 }, { -3, 500000000 }, TRUE },
    { { -3, 0 }, { -2, 500000000 }, FALSE },
    { { -1, 0 }, { -1, 999999999 }, TRUE },
    { { 0, 0 }, { 0, 0 }, TRUE },
    { { G_MININT64, 0 }, { G_MAXINT64, 999999999 }, FALSE },
    { { G_MAXINT64, 999999999 }, { G_MININT64, 0 }, FALSE },
    { { G_MAXINT64, 0 }, { G_MAXINT64, 999999999 }, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (copy_place_same_time (cases[i].kept, cases[i].wanted) != cases[i].same)
      g_error ("time %u is judged wrongly", i);
}

/* So a copy on such a file system is complete. */
static void
test_resume_coarse (void)
{
  static const struct { gint64 seconds; long nanoseconds; CopyPlace place; } cases[] = {
    { NOW, 0, COPY_PLACE_COMPLETE },
    { NOW, 500, COPY_PLACE_COMPLETE },
    { NOW, 450, COPY_PLACE_REPLACE },
    { NOW - 2, 0, COPY_PLACE_REPLACE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      CopyOptions options = { .resume = TRUE };
      g_autofree char *name = NULL;
      CopyPlace place;

      make_existing (folder, SAME);
      test_folder_set_mtime (folder, "item", cases[i].seconds, cases[i].nanoseconds);
      place = find (folder, &options, FALSE, &file, &name, NULL);
      g_assert_cmpint (place, ==, cases[i].place);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/place/policies", test_policies);
  g_test_add_func ("/copy/place/resume", test_resume);
  g_test_add_func ("/copy/place/resume-no-permissions", test_resume_no_permissions);
  g_test_add_func ("/copy/place/resume-link", test_resume_link);
  g_test_add_func ("/copy/place/rename-on", test_rename_on);
  g_test_add_func ("/copy/place/renamed-entry", test_renamed_entry);
  g_test_add_func ("/copy/place/unreachable", test_unreachable);
  g_test_add_func ("/copy/place/same-time", test_same_time);
  g_test_add_func ("/copy/place/resume-coarse", test_resume_coarse);

  return g_test_run ();
}
