/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-segment.h"

#include <string.h>

typedef struct
{
  const char      *name;
  const char      *to_name;  /* NULL for the same */
  const char      *link_to;
  CopyEntryFlags   flags;
  mode_t           mode;
  gint64           size;
  gint64           seconds;
  long             nanoseconds;
} Item;

static const Item items[] = {
  { "plain", NULL, NULL, 0, S_IFREG | 0644, 5, 1700000000, 123456789 },
  { "", NULL, NULL, 0, S_IFREG | 0644, 0, 0, 0 },
  { "\xff\xfe\x01 \n\"'\\", NULL, NULL, 0, S_IFREG | 0600, 1, 1, 1 },
  { "文件", NULL, NULL, COPY_ENTRY_SPARSE, S_IFREG | 07777, 5, -1, 999999999 },
  { "huge", NULL, NULL, COPY_ENTRY_LEADER | COPY_ENTRY_SPARSE, S_IFREG, 6LL << 40, 1, 0 },
  { "largest", NULL, NULL, 0, S_IFREG | 0444, G_MAXINT64, 1, 0 },
  { "old", NULL, NULL, 0, S_IFREG | 0644, 4LL << 30, -62135596800, 1 },
  { "oldest", NULL, NULL, 0, S_IFREG | 0644, 1, G_MININT64, 0 },
  { "future", NULL, NULL, 0, S_IFREG | 0644, 1, 253402300800, 999999999 },
  { "end of time", NULL, NULL, 0, S_IFREG | 0644, 1, G_MAXINT64, 999999999 },
  { "one", "another", NULL, COPY_ENTRY_RENAMED, S_IFLNK | 0777, 11, 1, 0 },
  { "two", NULL, "a/b/\xff", COPY_ENTRY_LINK, S_IFREG | 0644, 3, 1, 0 },
  { "three", "four", "a", COPY_ENTRY_LINK | COPY_ENTRY_RENAMED, S_IFREG | 0644, 3, 1, 0 },
  { "fifo", NULL, NULL, 0, S_IFIFO | 0640, 0, 1, 0 },
  { "socket", NULL, NULL, 0, S_IFSOCK | 0755, 0, 1, 0 },
  { "block", NULL, NULL, 0, S_IFBLK | 0660, 0, 1, 0 },
  { "char", NULL, NULL, COPY_ENTRY_LEADER, S_IFCHR | 0666, 0, 1, 0 },
};

static void
add (CopySegment *segment,
     const Item  *item)
{
  struct stat st = {
    .st_mode = item->mode,
    .st_size = item->size,
    .st_mtim = { item->seconds, item->nanoseconds },
  };

  copy_segment_add (segment, item->name, item->to_name, item->link_to, item->flags, &st);
}

static CopySegment *
new_segment (void)
{
  CopySegment *segment = copy_segment_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    add (segment, &items[i]);

  return segment;
}

/* Every item comes out as it went in, and in order. */
static void
test_round_trip (void)
{
  g_autoptr (CopySegment) segment = new_segment ();
  g_autoptr (GVariant) packed = NULL;
  g_auto (CopySegmentReader) reader = { 0 };
  CopyEntry entry;

  packed = g_variant_ref_sink (copy_segment_to_variant (segment, "from/\xff", "to"));
  g_assert_true (g_variant_is_of_type (packed, G_VARIANT_TYPE (COPY_SEGMENT_FORMAT)));

  g_assert_true (copy_segment_reader_init (&reader, packed));
  g_assert_cmpstr (reader.from_dir, ==, "from/\xff");
  g_assert_cmpstr (reader.to_dir, ==, "to");

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      const Item *item = &items[i];

      g_assert_true (copy_segment_reader_next (&reader, &entry));
      g_assert_cmpstr (entry.name, ==, item->name);
      g_assert_cmpstr (entry.to_name, ==, item->to_name != NULL ? item->to_name : item->name);
      g_assert_cmpstr (entry.link_to, ==, item->link_to);
      g_assert_cmpint (entry.flags, ==, item->flags);
      g_assert_cmpuint (entry.mode, ==, item->mode);
      g_assert_cmpuint (entry.size, ==, (guint64) item->size);
      g_assert_cmpint (entry.mtime.tv_sec, ==, item->seconds);
      g_assert_cmpint (entry.mtime.tv_nsec, ==, item->nanoseconds);
    }

  g_assert_false (copy_segment_reader_next (&reader, &entry));
  g_assert_false (copy_segment_reader_next (&reader, &entry));
}

/* Only content that has to be copied counts as bytes. */
static void
test_measures (void)
{
  static const Item some[] = {
    { "file", NULL, NULL, 0, S_IFREG | 0644, 1000 },
    { "big", NULL, NULL, COPY_ENTRY_LEADER, S_IFREG | 0644, 5LL << 30 },
    { "link", NULL, "file", COPY_ENTRY_LINK, S_IFREG | 0644, 1000 },
    { "symlink", NULL, NULL, 0, S_IFLNK | 0777, 7 },
    { "fifo", NULL, NULL, 0, S_IFIFO | 0644, 0 },
  };
  g_autoptr (CopySegment) segment = copy_segment_new ();
  g_autofree char *none = copy_segment_dup_first_name (segment);
  g_autofree char *first = NULL;
  gsize memory = 0;

  g_assert_cmpuint (copy_segment_get_length (segment), ==, 0);
  g_assert_cmpuint (copy_segment_get_bytes (segment), ==, 0);
  g_assert_cmpstr (none, ==, "");

  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    {
      add (segment, &some[i]);
      g_assert_cmpuint (copy_segment_get_memory (segment), >, memory + strlen (some[i].name));
      memory = copy_segment_get_memory (segment);
    }

  first = copy_segment_dup_first_name (segment);
  g_assert_cmpstr (first, ==, "file");
  g_assert_cmpuint (copy_segment_get_length (segment), ==, G_N_ELEMENTS (some));
  g_assert_cmpuint (copy_segment_get_bytes (segment), ==, (5LL << 30) + 1000);
}

static void
test_empty (void)
{
  g_autoptr (CopySegment) segment = copy_segment_new ();
  g_autoptr (GVariant) packed = g_variant_ref_sink (copy_segment_to_variant (segment, "", ""));
  g_auto (CopySegmentReader) reader = { 0 };
  CopyEntry entry;

  g_assert_true (copy_segment_reader_init (&reader, packed));
  g_assert_cmpstr (reader.from_dir, ==, "");
  g_assert_false (copy_segment_reader_next (&reader, &entry));
}

/* Reads as if nobody had checked it, and touches all of what is found. */
static guint
read_anything (GVariant *packed,
               gboolean *valid)
{
  g_auto (CopySegmentReader) reader = { 0 };
  gsize length = 0;
  CopyEntry entry;
  guint n = 0;

  *valid = copy_segment_reader_init (&reader, packed);
  if (!*valid)
    return 0;

  length = strlen (reader.from_dir) + strlen (reader.to_dir);
  for (; copy_segment_reader_next (&reader, &entry); n++)
    {
      length += strlen (entry.name) + strlen (entry.to_name);
      if (entry.flags & COPY_ENTRY_LINK)
        length += strlen (entry.link_to);
    }

  g_assert_cmpuint (length, <, 1000000);

  return n;
}

static GVariant *
new_corrupt (const char    *names,
             gsize          names_size,
             const guint64 *numbers,
             gsize          n_numbers)
{
  GVariant *parts[] = {
    g_variant_new_bytestring (""),
    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "no end", 6, 1),
    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, names, names_size, 1),
    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, numbers, n_numbers, sizeof (guint64)),
  };

  return g_variant_ref_sink (g_variant_new_tuple (parts, G_N_ELEMENTS (parts)));
}

/* More numbers than names, fewer, names without an end, flags that ask for
 * names that are not there: nothing is read that is not there. */
static void
test_corrupt (void)
{
  const guint64 all_flags[] = { 1, 1, G_MAXUINT64, 2, 2, G_MAXUINT64, 3, 3, G_MAXUINT64 };
  const guint64 no_flags[] = { 1, 1, 0, 2, 2, 0, 3, 3, 0 };
  static const struct { const char *names; gsize size; gsize n_numbers; gboolean valid; guint n; }
  cases[] = {
    { "a", 1, 9, FALSE, 0 },
    { "a\0b", 3, 9, FALSE, 0 },
    { "", 0, 9, TRUE, 3 },
    { "a", 2, 9, TRUE, 3 },
    { "a\0b", 4, 9, TRUE, 3 },
    { "\0\0", 3, 9, TRUE, 3 },
    { "a\0b\0c\0d\0e", 10, 3, TRUE, 1 },
    { "a", 2, 8, TRUE, 2 },
    { "a", 2, 2, TRUE, 0 },
    { "a", 2, 0, TRUE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint with_flags = 0; with_flags < 2; with_flags++)
      {
        g_autoptr (GVariant) packed =
          new_corrupt (cases[i].names, cases[i].size, with_flags ? all_flags : no_flags,
                       cases[i].n_numbers);
        gboolean valid;

        g_assert_cmpuint (read_anything (packed, &valid), ==, cases[i].n);
        g_assert_cmpint (valid, ==, cases[i].valid);
      }
}

/* The bytes of a good one with one of them changed, or with its end cut off. */
static void
test_spoilt (void)
{
  g_autoptr (CopySegment) segment = new_segment ();
  g_autoptr (GVariant) packed =
    g_variant_ref_sink (copy_segment_to_variant (segment, "from", "to"));
  gsize size = g_variant_get_size (packed);
  gboolean valid;

  for (gsize at = 0; at < size; at++)
    {
      guint8 *bytes = g_memdup2 (g_variant_get_data (packed), size);
      g_autoptr (GVariant) spoilt = NULL;
      g_autoptr (GVariant) cut = NULL;

      bytes[at] ^= (guint8) (1 + at % 255);
      spoilt = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (COPY_SEGMENT_FORMAT),
                                                            bytes, size, FALSE, g_free, bytes));
      read_anything (spoilt, &valid);

      bytes = g_memdup2 (g_variant_get_data (packed), at + 1);
      cut = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (COPY_SEGMENT_FORMAT),
                                                         bytes, at + 1, FALSE, g_free, bytes));
      read_anything (cut, &valid);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/segment/round-trip", test_round_trip);
  g_test_add_func ("/copy/segment/measures", test_measures);
  g_test_add_func ("/copy/segment/empty", test_empty);
  g_test_add_func ("/copy/segment/corrupt", test_corrupt);
  g_test_add_func ("/copy/segment/spoilt", test_spoilt);

  return g_test_run ();
}
