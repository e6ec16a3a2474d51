/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-data"

#include "copy-data.h"

#include "copy-cache.h"
#include "copy-error.h"
#include "copy-extent.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <unistd.h>

/* Bytes are reported while they are copied from this size on; below it, when
 * the file is done. */
#define LONG_RANGE (1024 * 1024)

/* With verification, this much is written before it is read back. */
#define VERIFY_STRETCH (16 * 1024 * 1024)

/* From this size on it is read back from the disk and not from the cache. To
 * wait for the disk for every small file would take ten times as long as to
 * copy it; who wants that asks for --fsync as well. */
#define DISK_STRETCH (1024 * 1024)

/* How much the system is asked to move at a time; not more, so that a pause or
 * an end is heeded. */
#define MOVE_SIZE (8 * 1024 * 1024)

typedef struct
{
  CopyWork                 *work;
  CopyPair                 *pair;
  int                       from;
  int                       to;
  gboolean                  report;
  gboolean                  move;    /* let the system move the bytes */
  crypto_generichash_state *digest;  /* of what was read, NULL if nobody asks */
} Transfer;

/* Makes the whole content shared, if the file systems can. The first file of
 * any size decides for a pair of them. */
gboolean
copy_data_clone (CopyWork *work,
                 CopyPair *pair,
                 int       from,
                 int       to,
                 guint64   size)
{
  gboolean cloned;

  if (size == 0 || (pair->decided && !pair->can_clone))
    return FALSE;

  cloned = copy_extent_clone (from, to);

  if (!pair->decided)
    {
      pair->decided = TRUE;
      pair->can_clone = cloned;
    }

  if (cloned)
    copy_work_count (work, COPY_COUNT_BYTES, (gint64) size);

  return cloned;
}

static gboolean
write_all (int            fd,
           const guint8  *data,
           gsize          size,
           off_t          offset,
           GError       **error)
{
  while (size > 0)
    {
      gssize n = pwrite (fd, data, size, offset);

      if (n < 0 && errno != EINTR)
        return copy_error_set (error, errno, _("cannot write to the destination"));

      if (n > 0)
        {
          data += n;
          size -= (gsize) n;
          offset += n;
        }
    }

  return TRUE;
}

static gssize
read_some (int      fd,
           guint8  *buffer,
           gsize    size,
           off_t    offset,
           GError **error)
{
  gssize n;

  do
    n = pread (fd, buffer, size, offset);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    copy_error_set (error, errno, _("cannot read from the source"));

  return n;
}

/* Copies one piece at @offset; how much it was, 0 at the end of the source, -1
 * with @error set. */
static gssize
copy_piece (Transfer  *transfer,
            off_t      offset,
            guint64    length,
            GError   **error)
{
  gssize n;

  if (transfer->move)
    {
      n = copy_extent_move (transfer->from, transfer->to, offset, MIN (length, MOVE_SIZE));
      if (n > 0)
        return n;

      /* What is wrong, if anything is, shows below. */
      transfer->move = FALSE;
      transfer->pair->cannot_move |= n < 0;
    }

  n = read_some (transfer->from, transfer->work->buffer, MIN (length, COPY_BUFFER_SIZE), offset,
                 error);
  if (n <= 0)
    return n;

  if (transfer->digest != NULL)
    crypto_generichash_update (transfer->digest, transfer->work->buffer, (guint64) n);

  return write_all (transfer->to, transfer->work->buffer, (gsize) n, offset, error) ? n : -1;
}

/* Copies @length bytes at @offset, or fewer if the source ends before; the end
 * is *@end. */
static gboolean
copy_pieces (Transfer  *transfer,
             off_t      offset,
             guint64    length,
             off_t     *end,
             GError   **error)
{
  *end = offset;

  while (length > 0)
    {
      gssize n = copy_piece (transfer, *end, length, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;

      *end += n;
      length -= (guint64) n;
      copy_work_spend (transfer->work, (guint64) n);

      if (transfer->report)
        {
          copy_work_count (transfer->work, COPY_COUNT_BYTES, n);
          if (!copy_work_checkpoint (transfer->work, error))
            return FALSE;
        }
    }

  return TRUE;
}

/* Reads back what was written and compares digests. */
static gboolean
verify (Transfer      *transfer,
        off_t          offset,
        off_t          end,
        const guint8  *expected,
        GError       **error)
{
  crypto_generichash_state state;
  guint8 found[crypto_generichash_BYTES];

  if (end - offset >= DISK_STRETCH || transfer->work->options.fsync)
    copy_cache_drop (transfer->to, offset, end - offset);

  crypto_generichash_init (&state, NULL, 0, sizeof found);

  while (offset < end)
    {
      gsize wanted = (gsize) MIN (end - offset, COPY_BUFFER_SIZE);
      gssize n = pread (transfer->to, transfer->work->buffer, wanted, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return copy_error_set (error, errno, _("cannot read back from the destination"));
      if (n == 0)
        break;

      crypto_generichash_update (&state, transfer->work->buffer, (guint64) n);
      offset += n;

      if (!copy_work_checkpoint (transfer->work, error))
        return FALSE;
    }

  crypto_generichash_final (&state, found, sizeof found);

  if (offset == end && sodium_memcmp (found, expected, sizeof found) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("verification failed: the destination does not read back as it was "
                         "written"));

  return FALSE;
}

static gboolean
copy_verified (Transfer  *transfer,
               off_t      offset,
               guint64    length,
               GError   **error)
{
  off_t limit = offset + (off_t) length;

  while (offset < limit)
    {
      crypto_generichash_state digest;
      guint8 expected[crypto_generichash_BYTES];
      off_t end;

      transfer->digest = &digest;
      crypto_generichash_init (&digest, NULL, 0, sizeof expected);

      if (!copy_pieces (transfer, offset, (guint64) MIN (limit - offset, VERIFY_STRETCH), &end,
                        error))
        return FALSE;

      crypto_generichash_final (&digest, expected, sizeof expected);

      if (!verify (transfer, offset, end, expected, error))
        return FALSE;
      if (end == offset)
        return TRUE;

      offset = end;
    }

  return TRUE;
}

static gboolean
copy_stretch (Transfer  *transfer,
              off_t      offset,
              guint64    length,
              GError   **error)
{
  off_t end;

  if (transfer->work->options.verify)
    return copy_verified (transfer, offset, length, error);

  return copy_pieces (transfer, offset, length, &end, error);
}

/* Whether to let the system move the bytes. That saves a copy of them, and on a
 * server both ways over the network. It pays for whatever is longer than our
 * buffer: 12 % for whole files on tmpfs. Ranges of one file take turns, as the
 * target is locked while bytes are moved to it, but reading and writing them
 * takes twice the processor time and, on ext4, is slower by a third. */
static gboolean
should_move (CopyWork *work,
             CopyPair *pair,
             guint64   length)
{
  return length > COPY_BUFFER_SIZE && !work->options.verify && !pair->cannot_move &&
         work->options.rate_limit == 0;
}

/* Copies a range of a file to the same place in another. Leaves out what is a
 * hole in the source if @sparse. A source that ends early is no error here. */
gboolean
copy_data_range (CopyWork  *work,
                 CopyPair  *pair,
                 int        from,
                 int        to,
                 guint64    offset,
                 guint64    length,
                 gboolean   sparse,
                 GError   **error)
{
  Transfer transfer = {
    .work = work,
    .pair = pair,
    .from = from,
    .to = to,
    .report = length >= LONG_RANGE,
    .move = should_move (work, pair, length),
  };
  off_t limit = (off_t) (offset + length);
  off_t begin = (off_t) offset;
  off_t end;
  guint64 copied = 0;

  if (!sparse && !copy_stretch (&transfer, begin, length, error))
    return FALSE;

  while (sparse && copy_extent_next_data (from, limit, &begin, &end))
    {
      if (!copy_stretch (&transfer, begin, (guint64) (end - begin), error))
        return FALSE;

      copied += (guint64) (end - begin);
      begin = end;
    }

  /* What was not copied piece by piece, or not at all, counts as well. */
  if (!transfer.report)
    copy_work_count (work, COPY_COUNT_BYTES, (gint64) length);
  else if (sparse)
    copy_work_count (work, COPY_COUNT_BYTES, (gint64) (length - copied));

  return TRUE;
}
