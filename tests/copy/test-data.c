/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-data.h"
#include "test-copy-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* A range that is copied in a task, as it always is. */
typedef struct
{
  CopyOptions  options;
  char        *from;
  char        *to;
  guint64      offset;
  guint64      length;
  gboolean     sparse;
  gboolean     clone;
  gboolean     cannot_move;  /* as if the system had refused once */

  gboolean     cloned;
  gint64       counted;
} Range;

static gboolean
copy_range (CopyWork  *work,
            Range     *range,
            int        from,
            int        to,
            GError   **error)
{
  CopyPair pair = { .cannot_move = range->cannot_move };

  if (range->clone)
    {
      range->cloned = copy_data_clone (work, &pair, from, to, range->length);
      g_assert_true (pair.decided || range->length == 0);
      g_assert_true (pair.can_clone || !range->cloned);
      return TRUE;
    }

  return copy_data_range (work, &pair, from, to, range->offset, range->length,
                          range->sparse, error);
}

/* Argument: header, and where the Range is. */
static GVariant *
task_range (LyTaskContext  *context,
            GVariant       *args,
            GError        **error)
{
  g_autoptr (GVariant) header = g_variant_get_child_value (args, 0);
  g_auto (CopyWork) work = { 0 };
  Range *range;
  guint64 address;
  gboolean ok;
  int from;
  int to;

  g_variant_get_child (args, 1, "t", &address);
  range = (Range *) (gsize) address;

  g_assert_true (copy_work_init (&work, context, header, error));

  from = g_open (range->from, O_RDONLY | O_CLOEXEC);
  to = g_open (range->to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_no_errno (from);
  g_assert_no_errno (to);

  ok = copy_range (&work, range, from, to, error);
  range->counted = work.item_bytes;
  close (from);
  close (to);

  return ok ? g_variant_new_boolean (TRUE) : NULL;
}

static gboolean
run (Range   *range,
     GError **error)
{
  LyExecutor *executor = ly_thread_executor_new (1, 1);
  GVariant *header = copy_work_new_header (&range->options, FALSE, "part", "/", "/");
  g_autoptr (LyFuture) future =
    ly_executor_submit (executor, "test.range",
                        g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "t)", header,
                                       (guint64) (gsize) range), NULL, NULL);
  g_autoptr (GVariant) value = ly_future_get (future, TEST_PATIENCE, error);

  ly_executor_close (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
  g_clear_object (&future);
  g_assert_finalize_object (executor);

  return value != NULL;
}

static void
range_clear (Range *self)
{
  g_free (self->from);
  g_free (self->to);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Range, range_clear)

static void
assert_copies (TestFolder *folder,
               Range      *range)
{
  g_autoptr (GError) error = NULL;

  run (range, &error);
  g_assert_no_error (error);
  g_assert_cmpint (range->counted, ==, (gint64) range->length);
}

/* Around the sizes at which something else is done; moved by the system, read
 * and written, and verified. */
static void
test_sizes (void)
{
  static const guint64 sizes[] = {
    0, 1, 4095, COPY_BUFFER_SIZE - 1, COPY_BUFFER_SIZE, COPY_BUFFER_SIZE + 1, MIB - 1, MIB,
    8 * MIB + 1, 16 * MIB, 16 * MIB + 1,
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint way = 0; way < 4; way++)
      {
        g_autoptr (TestFolder) folder = test_folder_new ();
        g_auto (Range) range = {
          .options = { .verify = way >= 2, .fsync = way == 3 },
          .from = test_folder_get (folder, "from"),
          .to = test_folder_get (folder, "to"),
          .length = sizes[i],
          .cannot_move = way == 1,
        };

        test_folder_fill (folder, "from", sizes[i]);
        assert_copies (folder, &range);
        test_folder_assert_same (folder, "to", "from");
      }
}

/* From one file system to another, where the system may refuse to move. */
static void
test_across (void)
{
  g_autoptr (TestFolder) here = test_folder_new ();
  g_autoptr (TestFolder) there = test_folder_new_on_disk ();
  g_auto (Range) range = {
    .from = test_folder_get (here, "from"),
    .to = test_folder_get (there, "to"),
    .length = 3 * MIB + 5,
  };
  g_autofree char *content = NULL;
  g_autofree char *copied = NULL;
  gsize size;
  gsize copied_size;

  test_folder_fill (here, "from", range.length);
  assert_copies (there, &range);

  g_assert_true (g_file_get_contents (range.from, &content, &size, NULL));
  g_assert_true (g_file_get_contents (range.to, &copied, &copied_size, NULL));
  g_assert_cmpmem (content, size, copied, copied_size);
}

/* Ranges in any order make a whole file, and touch nothing else. */
static void
test_ranges (void)
{
  static const guint64 offsets[] = { 2 * MIB, 0, 3 * MIB, MIB };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Range) range = {
    .from = test_folder_get (folder, "from"),
    .to = test_folder_get (folder, "to"),
    .length = MIB,
  };

  test_folder_fill (folder, "from", 4 * MIB);

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      struct stat st;

      range.offset = offsets[i];
      assert_copies (folder, &range);
      test_folder_stat (folder, "to", &st);
      g_assert_cmpint (st.st_size, ==, i < 2 ? 3 * MIB : 4 * MIB);
    }

  test_folder_assert_same (folder, "to", "from");
}

/* Who copies it finds out why; here it is only the end. */
static void
test_source_ends_early (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Range) range = {
    .options = { .verify = TRUE },
    .from = test_folder_get (folder, "from"),
    .to = test_folder_get (folder, "to"),
    .length = 20 * MIB,
  };
  g_autoptr (GError) error = NULL;

  test_folder_fill (folder, "from", 2 * MIB);
  g_assert_true (run (&range, &error));
  g_assert_no_error (error);
  test_folder_assert_same (folder, "to", "from");
}

/* A file that is mostly holes stays one, and all of it counts. */
static void
test_holes (void)
{
  const guint64 size = 200 * MIB;

  for (guint verify = 0; verify < 2; verify++)
    {
      g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
      g_auto (Range) range = {
        .options = { .verify = (gboolean) verify },
        .from = test_folder_get (folder, "from"),
        .to = test_folder_get (folder, "to"),
        .length = size,
        .sparse = TRUE,
      };
      struct stat st;
      int fd;

      test_folder_make_hole (folder, "from", size);
      fd = g_open (range.from, O_WRONLY | O_CLOEXEC);
      g_assert_cmpint (pwrite (fd, "begin", 5, 0), ==, 5);
      g_assert_cmpint (pwrite (fd, "middle", 6, 100 * MIB - 3), ==, 6);
      close (fd);
      test_folder_stat (folder, "from", &st);

      assert_copies (folder, &range);
      if (st.st_blocks * 512 < MIB)
        {
          test_folder_stat (folder, "to", &st);
          g_assert_cmpint (st.st_blocks * 512, <, MIB);
        }

      g_assert_cmpint (test_run ("cmp", range.from, range.to, NULL), ==, 0);
    }
}

/* A hole and nothing else: its size is for who makes the file. */
static void
test_only_a_hole (void)
{
  g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
  g_auto (Range) range = {
    .from = test_folder_get (folder, "from"),
    .to = test_folder_get (folder, "to"),
    .length = 10 * MIB,
    .sparse = TRUE,
  };

  test_folder_write (folder, "from", "");
  g_assert_no_errno (truncate (range.from, 10 * MIB));
  test_folder_write (folder, "to", "");
  g_assert_no_errno (truncate (range.to, 10 * MIB));

  assert_copies (folder, &range);
  test_folder_assert_same (folder, "to", "from");
}

#define DIFFERS "verification failed: the destination does not read back as it was written"

static void
assert_fails (const char *from,
              const char *to,
              gboolean    verify,
              guint64     length,
              int         code,
              const char *message)
{
  g_auto (Range) range = {
    .options = { .verify = verify },
    .from = g_strdup (from),
    .to = g_strdup (to),
    .length = length,
  };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&range, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

/* One device takes everything and reads back as zeros, another as nothing. */
static void
test_reads_back_differently (void)
{
  static const guint64 sizes[] = { 1, 1000, COPY_BUFFER_SIZE, MIB, 17 * MIB };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *from = test_folder_get (folder, "from");

      test_folder_fill (folder, "from", sizes[i]);
      assert_fails (from, "/dev/zero", TRUE, sizes[i], G_IO_ERROR_INVALID_DATA, DIFFERS);
      assert_fails (from, "/dev/null", TRUE, sizes[i], G_IO_ERROR_INVALID_DATA, DIFFERS);
    }
}

static void
test_errors (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *from = test_folder_get (folder, "from");
  g_autofree char *to = test_folder_get (folder, "to");

  test_folder_fill (folder, "from", 1000);
  assert_fails (from, "/dev/full", FALSE, 1000, G_IO_ERROR_NO_SPACE,
                "cannot write to the destination: No space left on device");
  assert_fails (folder->path, to, FALSE, 1000, G_IO_ERROR_IS_DIRECTORY,
                "cannot read from the source: Is a directory");
}

/* Sharing works or does not, and then nothing was done. */
static void
test_clone (void)
{
  g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
  g_auto (Range) range = {
    .from = test_folder_get (folder, "from"),
    .to = test_folder_get (folder, "to"),
    .length = MIB,
    .clone = TRUE,
  };
  g_autoptr (GError) error = NULL;

  test_folder_fill (folder, "from", MIB);
  g_assert_true (run (&range, &error));
  g_assert_cmpint (range.counted, ==, range.cloned ? MIB : 0);

  if (range.cloned)
    test_folder_assert_same (folder, "to", "from");
  else
    test_folder_assert_text (folder, "to", "");

  /* Nothing to learn from an empty file. */
  range.length = 0;
  g_assert_true (run (&range, &error));
  g_assert_false (range.cloned);
}

/* As long as it should take, but for a tenth of a second to begin with. */
static void
test_rate (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Range) range = {
    .options = { .rate_limit = 4 * MIB },
    .from = test_folder_get (folder, "from"),
    .to = test_folder_get (folder, "to"),
    .length = MIB,
  };
  gint64 began = g_get_monotonic_time ();

  test_folder_fill (folder, "from", MIB);
  assert_copies (folder, &range);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, G_USEC_PER_SEC / 4 - G_USEC_PER_SEC / 10);
  test_folder_assert_same (folder, "to", "from");
}

int
main (int   argc,
      char *argv[])
{
  ly_task_register ("test.range", task_range);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/data/sizes", test_sizes);
  g_test_add_func ("/copy/data/across", test_across);
  g_test_add_func ("/copy/data/ranges", test_ranges);
  g_test_add_func ("/copy/data/source-ends-early", test_source_ends_early);
  g_test_add_func ("/copy/data/holes", test_holes);
  g_test_add_func ("/copy/data/only-a-hole", test_only_a_hole);
  g_test_add_func ("/copy/data/reads-back-differently", test_reads_back_differently);
  g_test_add_func ("/copy/data/errors", test_errors);
  g_test_add_func ("/copy/data/clone", test_clone);
  g_test_add_func ("/copy/data/rate", test_rate);

  return g_test_run ();
}
