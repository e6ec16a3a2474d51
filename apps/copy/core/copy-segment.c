/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-segment"

#include "copy-segment.h"

#include <string.h>

/* Three numbers an entry: size, seconds of the modification time, and the rest
 * in one: nanoseconds, mode and flags. */
#define NUMBERS_PER_ENTRY 3
#define MODE_SHIFT  32
#define FLAGS_SHIFT 48

struct _CopySegment
{
  GByteArray *names;
  GArray     *numbers;
  guint64     bytes;
};

CopySegment *
copy_segment_new (void)
{
  CopySegment *self = g_new0 (CopySegment, 1);

  self->names = g_byte_array_new ();
  self->numbers = g_array_new (FALSE, FALSE, sizeof (guint64));

  return self;
}

void
copy_segment_free (CopySegment *self)
{
  g_byte_array_unref (self->names);
  g_array_unref (self->numbers);
  g_free (self);
}

static void
add_name (CopySegment *self,
          const char  *name)
{
  g_byte_array_append (self->names, (const guint8 *) name, (guint) strlen (name) + 1);
}

/* Adds an item. @to_name goes with COPY_ENTRY_RENAMED and @link_to with
 * COPY_ENTRY_LINK, and is NULL without. */
void
copy_segment_add (CopySegment       *self,
                  const char        *name,
                  const char        *to_name,
                  const char        *link_to,
                  CopyEntryFlags     flags,
                  const struct stat *st)
{
  guint64 numbers[NUMBERS_PER_ENTRY] = {
    (guint64) st->st_size,
    (guint64) st->st_mtim.tv_sec,
    (guint64) st->st_mtim.tv_nsec | (guint64) (st->st_mode & 0xffff) << MODE_SHIFT |
    (guint64) flags << FLAGS_SHIFT,
  };

  add_name (self, name);
  if (flags & COPY_ENTRY_RENAMED)
    add_name (self, to_name);
  if (flags & COPY_ENTRY_LINK)
    add_name (self, link_to);

  g_array_append_vals (self->numbers, numbers, NUMBERS_PER_ENTRY);

  if (S_ISREG (st->st_mode) && !(flags & COPY_ENTRY_LINK))
    self->bytes += (guint64) st->st_size;
}

guint
copy_segment_get_length (const CopySegment *self)
{
  return self->numbers->len / NUMBERS_PER_ENTRY;
}

/* How much content the items have in all. */
guint64
copy_segment_get_bytes (const CopySegment *self)
{
  return self->bytes;
}

/* How much memory the packed items take. */
gsize
copy_segment_get_memory (const CopySegment *self)
{
  return self->names->len + self->numbers->len * sizeof (guint64);
}

char *
copy_segment_dup_first_name (const CopySegment *self)
{
  return g_strdup (self->names->len > 0 ? (const char *) self->names->data : "");
}

static GVariant *
bytes_variant (const void *data,
               gsize       size)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
}

/* Returns a floating reference. */
GVariant *
copy_segment_to_variant (const CopySegment *self,
                         const char        *from_dir,
                         const char        *to_dir)
{
  GVariant *numbers = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, self->numbers->data,
                                                 self->numbers->len, sizeof (guint64));

  return g_variant_new ("(@ay@ay@ay@at)",
                        bytes_variant (from_dir, strlen (from_dir) + 1),
                        bytes_variant (to_dir, strlen (to_dir) + 1),
                        bytes_variant (self->names->data, self->names->len),
                        numbers);
}

/* FALSE if the names do not end where they should. */
gboolean
copy_segment_reader_init (CopySegmentReader *self,
                          GVariant          *segment)
{
  gsize names_size = 0;
  gsize n_numbers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->variants); i++)
    self->variants[i] = g_variant_get_child_value (segment, i);

  self->from_dir = g_variant_get_bytestring (self->variants[0]);
  self->to_dir = g_variant_get_bytestring (self->variants[1]);
  self->names = g_variant_get_fixed_array (self->variants[2], &names_size, 1);
  self->names_end = self->names + names_size;
  self->numbers = g_variant_get_fixed_array (self->variants[3], &n_numbers, sizeof (guint64));
  self->n_left = n_numbers / NUMBERS_PER_ENTRY;

  return names_size == 0 || self->names_end[-1] == '\0';
}

static const char *
take_name (CopySegmentReader *self)
{
  const char *name = self->names;

  if (name < self->names_end)
    self->names += strlen (name) + 1;

  return name < self->names_end ? name : "";
}

/* FALSE once there are no more. */
gboolean
copy_segment_reader_next (CopySegmentReader *self,
                          CopyEntry         *entry)
{
  guint64 packed;

  if (self->n_left == 0)
    return FALSE;

  packed = self->numbers[2];
  entry->size = self->numbers[0];
  entry->mtime.tv_sec = (time_t) self->numbers[1];
  entry->mtime.tv_nsec = (long) (packed & 0xffffffff);
  entry->mode = (mode_t) (packed >> MODE_SHIFT & 0xffff);
  entry->flags = (CopyEntryFlags) (packed >> FLAGS_SHIFT);

  entry->name = take_name (self);
  entry->to_name = entry->flags & COPY_ENTRY_RENAMED ? take_name (self) : entry->name;
  entry->link_to = entry->flags & COPY_ENTRY_LINK ? take_name (self) : NULL;

  self->numbers += NUMBERS_PER_ENTRY;
  self->n_left--;

  return TRUE;
}

void
copy_segment_reader_clear (CopySegmentReader *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->variants); i++)
    g_clear_pointer (&self->variants[i], g_variant_unref);
}
