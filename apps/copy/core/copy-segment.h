/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

typedef enum
{
  COPY_ENTRY_SPARSE  = 1 << 0,  /* the source has holes */
  COPY_ENTRY_LEADER  = 1 << 1,  /* others are linked to it; say what became of it */
  COPY_ENTRY_RENAMED = 1 << 2,  /* has another name in the target */
  COPY_ENTRY_LINK    = 1 << 3,  /* is to be a hard link to what is in the target already */
} CopyEntryFlags;

/* One item to copy, as the scan saw it. */
typedef struct
{
  const char      *name;
  const char      *to_name;
  const char      *link_to;   /* where its leader is, below the target's root */
  CopyEntryFlags   flags;
  mode_t           mode;      /* type and permissions */
  guint64          size;
  struct timespec  mtime;
} CopyEntry;

/* Items of one directory, packed as they travel to a worker. */
typedef struct _CopySegment CopySegment;

CopySegment *copy_segment_new         (void);
void         copy_segment_free        (CopySegment       *self);
void         copy_segment_add         (CopySegment       *self,
                                       const char        *name,
                                       const char        *to_name,
                                       const char        *link_to,
                                       CopyEntryFlags     flags,
                                       const struct stat *st);
guint        copy_segment_get_length  (const CopySegment *self);
guint64      copy_segment_get_bytes   (const CopySegment *self);
gsize        copy_segment_get_memory  (const CopySegment *self);
char        *copy_segment_dup_first_name (const CopySegment *self);
GVariant    *copy_segment_to_variant  (const CopySegment *self,
                                       const char        *from_dir,
                                       const char        *to_dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopySegment, copy_segment_free)

/* The directories of a segment below the roots of source and target, the names
 * and the numbers. */
#define COPY_SEGMENT_FORMAT "(ayayayat)"

/* Takes a segment apart again. What the entries point to lives as long as the
 * variant. */
typedef struct
{
  const char    *from_dir;
  const char    *to_dir;
  const char    *names;
  const char    *names_end;
  const guint64 *numbers;
  gsize          n_left;
  GVariant      *variants[4];
} CopySegmentReader;

gboolean     copy_segment_reader_init  (CopySegmentReader *self,
                                        GVariant          *segment);
gboolean     copy_segment_reader_next  (CopySegmentReader *self,
                                        CopyEntry         *entry);
void         copy_segment_reader_clear (CopySegmentReader *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CopySegmentReader, copy_segment_reader_clear)

G_END_DECLS
