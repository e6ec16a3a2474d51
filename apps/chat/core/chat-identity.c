/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-identity"

#include "chat-identity.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: a line that tells what it is, and the two halves of the key, each in
 * hexadecimal digits on a line of its own. The public one is there to tell whether
 * the file is damaged. */
#define MAGIC     "lanyard-identity 1\n"
#define DIGITS    (2 * CHAT_NOISE_KEY_SIZE)
#define FILE_SIZE (sizeof MAGIC - 1 + 2 * (DIGITS + 1))

#define TEMPORARY CHAT_IDENTITY_FILE ".new"

/* In memory that is not swapped out and has guard pages around it. */
struct _ChatIdentity
{
  ChatNoiseKeyPair pair;
};

G_DEFINE_QUARK (chat-identity-error-quark, chat_identity_error)

static ChatIdentity *
allocate (void)
{
  ChatIdentity *self;

  g_assert (sodium_init () >= 0);
  self = sodium_malloc (sizeof *self);
  if (self == NULL)
    g_error ("cannot allocate memory for a key");

  return self;
}

/* A key of its own, which is kept nowhere. */
ChatIdentity *
chat_identity_new (void)
{
  ChatIdentity *self = allocate ();

  chat_noise_key_pair_generate (&self->pair);

  /* X25519 does not look at these bits. Written down, there is one form of a key. */
  self->pair.secret[0] &= 0xf8;
  self->pair.secret[CHAT_NOISE_KEY_SIZE - 1] &= 0x7f;
  self->pair.secret[CHAT_NOISE_KEY_SIZE - 1] |= 0x40;
  sodium_mprotect_readonly (self);

  return self;
}

/* Wipes it. */
void
chat_identity_free (ChatIdentity *self)
{
  sodium_free (self);
}

const uint8_t *
chat_identity_get_public (const ChatIdentity *self)
{
  return self->pair.public;
}

/* For handshakes, which only point to it. */
const ChatNoiseKeyPair *
chat_identity_get_key_pair (const ChatIdentity *self)
{
  return &self->pair;
}

/* --- the file ---------------------------------------------------------------- */

static gboolean
decode_hex (const char *digits,
            uint8_t     key[CHAT_NOISE_KEY_SIZE])
{
  gsize length;

  return sodium_hex2bin (key, CHAT_NOISE_KEY_SIZE, digits, DIGITS, NULL, &length, NULL) == 0 &&
         length == CHAT_NOISE_KEY_SIZE;
}

static void
format (const ChatIdentity *self,
        char                text[FILE_SIZE + 1])
{
  char *secret = text + sizeof MAGIC - 1;
  char *public = secret + DIGITS + 1;

  memcpy (text, MAGIC, sizeof MAGIC - 1);
  sodium_bin2hex (secret, DIGITS + 1, self->pair.secret, CHAT_NOISE_KEY_SIZE);
  sodium_bin2hex (public, DIGITS + 1, self->pair.public, CHAT_NOISE_KEY_SIZE);
  secret[DIGITS] = '\n';
  public[DIGITS] = '\n';
}

/* Reads what is in the file of an identity. */
ChatIdentity *
chat_identity_parse (const char  *text,
                     gsize        length,
                     GError     **error)
{
  g_autoptr (ChatIdentity) self = allocate ();
  uint8_t secret[CHAT_NOISE_KEY_SIZE] = { 0 };
  char expected[FILE_SIZE + 1];
  gboolean ok;

  ok = length == FILE_SIZE && decode_hex (text + sizeof MAGIC - 1, secret) &&
       (secret[0] & 0x07) == 0 && (secret[CHAT_NOISE_KEY_SIZE - 1] & 0xc0) == 0x40;
  if (ok)
    {
      chat_noise_key_pair_set (&self->pair, secret);
      format (self, expected);
      ok = sodium_memcmp (expected, text, FILE_SIZE) == 0;
      sodium_memzero (expected, sizeof expected);
    }
  sodium_memzero (secret, sizeof secret);

  if (!ok)
    {
      g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED,
                           _("it is damaged, or not an identity"));
      return NULL;
    }

  sodium_mprotect_readonly (self);

  return g_steal_pointer (&self);
}

static gboolean
set_error (GError **error)
{
  int saved_errno = errno;

  g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_FAILED,
                       g_strerror (saved_errno));

  return FALSE;
}

static gboolean
read_all (int       fd,
          char     *bytes,
          gsize     size,
          gsize    *length,
          GError  **error)
{
  *length = 0;

  while (*length < size)
    {
      gssize n = read (fd, bytes + *length, size - *length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_error (error);
      if (n == 0)
        break;
      *length += n;
    }

  return TRUE;
}

static gboolean
write_all (int          fd,
           const char  *bytes,
           gsize        length,
           GError     **error)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_error (error);
      bytes += n;
      length -= n;
    }

  return fsync (fd) == 0 || set_error (error);
}

/* A key that others could read is not a secret any more, and one that belongs to
 * somebody else is his. */
static gboolean
check_safe (int      fd,
            GError **error)
{
  struct stat status;
  const char *problem = NULL;

  if (fstat (fd, &status) != 0)
    return set_error (error);

  if (!S_ISREG (status.st_mode))
    problem = _("it is not a regular file");
  else if (status.st_uid != geteuid ())
    problem = _("it belongs to another user");
  else if ((status.st_mode & 07777 & ~(mode_t) 0600) != 0)
    problem = _("others may read or change it; if nobody did, set its mode to 0600");

  if (problem != NULL)
    g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_UNSAFE, problem);

  return problem == NULL;
}

static ChatIdentity *
load (int      fd,
      GError **error)
{
  ChatIdentity *self = NULL;
  char text[FILE_SIZE + 1];
  gsize length;

  /* One byte more than there should be, to see whether it is too long. */
  if (check_safe (fd, error) && read_all (fd, text, sizeof text, &length, error))
    self = chat_identity_parse (text, length, error);
  sodium_memzero (text, sizeof text);

  return self;
}

static gboolean
write_temporary (const ChatIdentity  *self,
                 int                  directory_fd,
                 GError             **error)
{
  char text[FILE_SIZE + 1];
  gboolean ok;
  int fd;

  /* What an interrupted attempt left was never used. */
  if (unlinkat (directory_fd, TEMPORARY, 0) != 0 && errno != ENOENT)
    return set_error (error);

  fd = openat (directory_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return set_error (error);

  format (self, text);
  ok = write_all (fd, text, FILE_SIZE, error);
  sodium_memzero (text, sizeof text);

  if (close (fd) != 0 && ok)
    ok = set_error (error);

  return ok;
}

/* Linking fails if there is an identity by now, where renaming would replace it. */
static gboolean
put_in_place (int      directory_fd,
              GError **error)
{
  gboolean ok = linkat (directory_fd, TEMPORARY, directory_fd, CHAT_IDENTITY_FILE, 0) == 0;

  /* Some file systems have no links. */
  if (!ok && (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS))
    ok = renameat (directory_fd, TEMPORARY, directory_fd, CHAT_IDENTITY_FILE) == 0;
  if (!ok)
    set_error (error);

  unlinkat (directory_fd, TEMPORARY, 0);

  return ok && (fsync (directory_fd) == 0 || set_error (error));
}

static ChatIdentity *
create (int      directory_fd,
        GError **error)
{
  g_autoptr (ChatIdentity) self = chat_identity_new ();

  if (!write_temporary (self, directory_fd, error))
    {
      unlinkat (directory_fd, TEMPORARY, 0);
      return NULL;
    }
  if (!put_in_place (directory_fd, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Reads the identity in @directory; makes one if there is none. Blocks. One program at
 * a time, which the profile's lock sees to. */
ChatIdentity *
chat_identity_open (const char  *directory,
                    GError     **error)
{
  ChatIdentity *self = NULL;
  int directory_fd;

  directory_fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory_fd < 0)
    {
      set_error (error);
    }
  else
    {
      /* Without O_NONBLOCK it would wait for who writes to a pipe of that name. */
      int fd = openat (directory_fd, CHAT_IDENTITY_FILE,
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

      if (fd >= 0)
        self = load (fd, error);
      else if (errno == ENOENT)
        self = create (directory_fd, error);
      else
        set_error (error);

      if (fd >= 0)
        close (fd);
      close (directory_fd);
    }

  if (self == NULL)
    g_prefix_error (error, _("opening the identity “%s/%s”: "), directory, CHAT_IDENTITY_FILE);

  return self;
}
