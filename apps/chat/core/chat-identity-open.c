/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-identity"

#include "chat-identity-private.h"
#include "chat-vault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* Where the key of a profile is, and its way from one place to the other. */

static int
open_directory (const char  *path,
                GError     **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    _chat_identity_fail (error);

  return fd;
}

/* --- the desktop ----------------------------------------------------------------- */

/* The key whose public half is @key. */
static ChatIdentity *
load_from_desktop (const uint8_t  *key,
                   GError        **error)
{
  g_autofree char *fingerprint = chat_key_get_fingerprint (key);
  g_autoptr (ChatIdentity) self = NULL;
  char text[CHAT_IDENTITY_SIZE];
  gsize length;

  if (chat_vault_read (fingerprint, text, sizeof text, &length, CHAT_VAULT_PATIENCE, error))
    self = chat_identity_parse (text, length, error);
  sodium_memzero (text, sizeof text);

  if (self == NULL)
    return NULL;

  if (!chat_key_equal (chat_identity_get_public (self), key))
    {
      g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED,
                           _("what it has is another key"));
      return NULL;
    }

  _chat_identity_set_place (self, CHAT_IDENTITY_IN_DESKTOP);

  return g_steal_pointer (&self);
}

/* Returns once it was read back. */
static gboolean
store_in_desktop (const ChatIdentity  *self,
                  GError             **error)
{
  g_autofree char *fingerprint = chat_key_get_fingerprint (chat_identity_get_public (self));
  /* Translators: what the key is called among the passwords; the start of its fingerprint */
  g_autofree char *label = g_strdup_printf (_("Key of Lanyard (%.8s)"), fingerprint);
  g_autoptr (ChatIdentity) again = NULL;
  char text[CHAT_IDENTITY_SIZE];
  gboolean ok;

  _chat_identity_format (self, text);
  ok = chat_vault_write (fingerprint, label, text, CHAT_IDENTITY_LENGTH, CHAT_VAULT_PATIENCE,
                         error);
  sodium_memzero (text, sizeof text);

  if (ok)
    again = load_from_desktop (chat_identity_get_public (self), error);
  if (again == NULL)
    /* Translators: the reason follows */
    g_prefix_error_literal (error, _("the desktop's secret store: "));

  return again != NULL;
}

/* --- either ---------------------------------------------------------------------- */

static ChatIdentity *
load (int      directory_fd,
      GError **error)
{
  ChatIdentity *self = NULL;
  char text[CHAT_IDENTITY_SIZE];
  uint8_t key[CHAT_NOISE_KEY_SIZE];
  gsize length;

  if (!_chat_identity_file_read (directory_fd, text, &length, error))
    {
      sodium_memzero (text, sizeof text);
      return NULL;
    }

  if (_chat_identity_parse_place (text, length, key))
    {
      self = load_from_desktop (key, error);
      if (self == NULL)
        g_prefix_error_literal (error,
                                /* Translators: the reason follows */
                                _("the key of this profile is in the desktop's secret store: "));
    }
  else
    {
      self = chat_identity_parse (text, length, error);
    }
  sodium_memzero (text, sizeof text);

  return self;
}

static gboolean
save (const ChatIdentity  *self,
      int                  directory_fd,
      gboolean             replace,
      GError             **error)
{
  char text[CHAT_IDENTITY_SIZE];
  gboolean ok;

  _chat_identity_format (self, text);
  ok = replace ? _chat_identity_file_replace (directory_fd, text, CHAT_IDENTITY_LENGTH, error)
               : _chat_identity_file_create (directory_fd, text, CHAT_IDENTITY_LENGTH, error);
  sodium_memzero (text, sizeof text);

  return ok;
}

/* Reads the identity in @directory, wherever its key is kept; makes one if there is
 * none. Blocks, and if the desktop has the key, for as long as the vault may take. A
 * key that cannot be had is an error, and never a reason to make another. One program
 * at a time, which the profile's lock sees to. */
ChatIdentity *
chat_identity_open (const char  *directory,
                    GError     **error)
{
  int directory_fd = open_directory (directory, error);
  g_autoptr (GError) problem = NULL;
  ChatIdentity *self = NULL;

  if (directory_fd >= 0)
    {
      self = load (directory_fd, &problem);
      if (g_error_matches (problem, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_ABSENT))
        {
          self = chat_identity_new ();
          if (!save (self, directory_fd, FALSE, error))
            g_clear_pointer (&self, chat_identity_free);
        }
      else if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
        }
      close (directory_fd);
    }

  if (self == NULL)
    /* Translators: a folder and a file in it; the reason follows */
    g_prefix_error (error, _("opening the identity “%s/%s”: "), directory, CHAT_IDENTITY_FILE);

  return self;
}

/* --- moving ---------------------------------------------------------------------- */

/* @absent: the key is new, and nowhere yet. */
static gboolean
move_to_desktop (const ChatIdentity  *self,
                 int                  directory_fd,
                 gboolean             absent,
                 GError             **error)
{
  char text[CHAT_IDENTITY_SIZE];

  if (!store_in_desktop (self, error))
    return FALSE;

  _chat_identity_format_place (chat_identity_get_public (self), text);

  return absent
         ? _chat_identity_file_create (directory_fd, text, CHAT_IDENTITY_PLACE_LENGTH, error)
         : _chat_identity_file_replace (directory_fd, text, CHAT_IDENTITY_PLACE_LENGTH, error);
}

/* Where nothing can be asked, nothing was put either, unless it was there before. */
static gboolean
is_no_vault (const GError *error)
{
  return g_error_matches (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_NOT_BUILT) ||
         g_error_matches (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_UNAVAILABLE);
}

/* Also if the key is in the profile already: an attempt that was cut short may have
 * left it in both places. */
static gboolean
forget_in_desktop (const ChatIdentity  *self,
                   GError             **error)
{
  g_autofree char *fingerprint = chat_key_get_fingerprint (chat_identity_get_public (self));
  g_autoptr (GError) problem = NULL;

  if (chat_vault_remove (fingerprint, CHAT_VAULT_PATIENCE, &problem))
    return TRUE;
  if (chat_identity_get_place (self) == CHAT_IDENTITY_IN_PROFILE && is_no_vault (problem))
    return TRUE;

  g_set_error (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_LEFT,
               _("the key is in the profile, but a copy is left in the desktop's secret store: %s"),
               problem->message);

  return FALSE;
}

/* The desktop's copy goes only after the one in the profile was read back. */
static gboolean
move_to_profile (const ChatIdentity  *self,
                 int                  directory_fd,
                 gboolean             absent,
                 GError             **error)
{
  g_autoptr (ChatIdentity) again = NULL;

  if (absent)
    return save (self, directory_fd, FALSE, error);

  if (chat_identity_get_place (self) == CHAT_IDENTITY_IN_DESKTOP)
    {
      if (!save (self, directory_fd, TRUE, error))
        return FALSE;
      again = load (directory_fd, error);
      if (again == NULL)
        return FALSE;
    }

  return forget_in_desktop (self, error);
}

static ChatIdentity *
keep_in (int                 directory_fd,
         ChatIdentityPlace   place,
         GError            **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (ChatIdentity) self = NULL;
  gboolean absent, ok;

  _chat_identity_file_tidy (directory_fd);
  self = load (directory_fd, &problem);
  absent = g_error_matches (problem, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_ABSENT);
  if (self == NULL && !absent)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  if (absent)
    self = chat_identity_new ();

  if (place == CHAT_IDENTITY_IN_PROFILE)
    ok = move_to_profile (self, directory_fd, absent, error);
  else
    ok = chat_identity_get_place (self) == place ||
         move_to_desktop (self, directory_fd, absent, error);
  if (!ok)
    return NULL;

  _chat_identity_set_place (self, place);

  return g_steal_pointer (&self);
}

/* Moves the key of the profile in @directory to @place, or makes one there if there is
 * none. Only for who has the profile's lock. Blocks as chat_identity_open() does.
 *
 * However this ends, killed or not, the key is in the old place or in the new one, and
 * the file says in which. If it is in both, doing it again removes the rest. */
ChatIdentity *
chat_identity_keep_in (const char         *directory,
                       ChatIdentityPlace   place,
                       GError            **error)
{
  int directory_fd = open_directory (directory, error);
  ChatIdentity *self = NULL;

  if (directory_fd >= 0)
    {
      self = keep_in (directory_fd, place, error);
      close (directory_fd);
    }

  if (self == NULL)
    /* Translators: a folder and a file in it; the reason follows */
    g_prefix_error (error, _("moving the identity “%s/%s”: "), directory, CHAT_IDENTITY_FILE);

  return self;
}

/* Removes what a move that was cut short may have left: a key, perhaps. Only for who
 * has the profile's lock. */
void
chat_identity_tidy (const char *directory)
{
  int directory_fd = open_directory (directory, NULL);

  if (directory_fd >= 0)
    {
      _chat_identity_file_tidy (directory_fd);
      close (directory_fd);
    }
}
