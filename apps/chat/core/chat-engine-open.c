/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* How an engine comes to be: its profile, which may take long, then the rest. */

static gboolean
open_store (ChatEngine  *self,
            GError     **error)
{
  g_autofree char *path = chat_profile_build_path (self->profile, "history.db");
  g_autoptr (GPtrArray) contacts = NULL;

  self->store = chat_store_open (path, error);
  if (self->store == NULL)
    return FALSE;

  contacts = chat_store_list_contacts (self->store, error);
  if (contacts == NULL)
    return FALSE;

  for (guint i = 0; i < contacts->len; i++)
    _chat_engine_add_peer (self, contacts->pdata[i]);

  return TRUE;
}

/* The usual port may be taken by another program, perhaps another Lanyard. */
static gboolean
open_node (ChatEngine               *self,
           const ChatEngineOptions  *options,
           GError                  **error)
{
  gboolean any = options->any_port;
  uint16_t port = any ? 0 : options->port != 0 ? options->port : CHAT_PORT;
  g_autoptr (GError) local_error = NULL;

  self->node = chat_node_new (self->identity, self->name, options->bind, port, &local_error);

  if (self->node == NULL && !any && options->port == 0 &&
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      g_clear_error (&local_error);
      self->node = chat_node_new (self->identity, self->name, options->bind, 0, &local_error);
    }

  if (self->node == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return self->node != NULL;
}

/* What we call ourselves, as short as it has to be on its way. */
char *
_chat_engine_choose_name (const char *wanted)
{
  gboolean is_given = wanted != NULL && *wanted != '\0';
  g_autofree char *name = chat_contact_clean_name (is_given ? wanted : g_get_real_name (), -1);

  if (*name == '\0' || g_str_equal (name, "Unknown"))
    {
      g_free (name);
      name = chat_contact_clean_name (g_get_user_name (), -1);
    }

  while (strlen (name) > CHAT_FRAME_NAME_MAX)
    *g_utf8_find_prev_char (name, name + strlen (name)) = '\0';

  return g_steal_pointer (&name);
}

/* A profile that can't keep it, as on a full disk, is told of by what matters more. */
void
_chat_engine_keep_name (ChatEngine *self)
{
  g_autoptr (GError) error = NULL;

  if (!chat_profile_save_name (self->profile, self->name, &error))
    g_debug ("cannot keep the name: %s", error->message);
}

static ChatEngine *
create (const ChatEngineOptions *options)
{
  ChatEngine *self = g_object_new (CHAT_TYPE_ENGINE, NULL);

  self->name = g_strdup (options->name);
  self->bind = g_strdup (options->bind);
  self->no_discovery = options->no_discovery;

  return self;
}

/* A name that was given once is that of the profile until another one is. */
static void
find_name (ChatEngine *self)
{
  g_autofree char *kept = chat_profile_load_name (self->profile);
  g_autofree char *given = g_steal_pointer (&self->name);
  gboolean is_given = given != NULL && *given != '\0';

  self->name = _chat_engine_choose_name (is_given ? given : kept);
  if (is_given && g_strcmp0 (kept, self->name) != 0)
    _chat_engine_keep_name (self);
}

/* In any thread, while nobody else has @self. The desktop may have the key, and ask the
 * user for a password before it gives it. */
static gboolean
open_profile (ChatEngine  *self,
              const char  *profile,
              GError     **error)
{
  g_autofree char *path = profile != NULL ? g_strdup (profile) : chat_profile_default ();

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("cryptography is not available"));
      return FALSE;
    }

  _chat_engine_await_key ();
  self->profile = chat_profile_open (path, error);
  if (self->profile == NULL)
    return FALSE;

  find_name (self);
  self->identity = chat_identity_open (chat_profile_get_path (self->profile), error);
  if (self->identity == NULL)
    return FALSE;

  chat_identity_tidy (chat_profile_get_path (self->profile));
  self->key_place = chat_identity_get_place (self->identity);
  self->fingerprint = chat_key_get_fingerprint (chat_identity_get_public (self->identity));

  return TRUE;
}

/* Opens the profile and the sockets. Nothing happens on the network before
 * chat_engine_start(), so who wants to hear signals has time to connect to them.
 *
 * Blocks as chat_identity_open() does: up to half a minute if the desktop has the key. */
ChatEngine *
chat_engine_new (const ChatEngineOptions  *options,
                 GError                  **error)
{
  g_autoptr (ChatEngine) self = create (options);

  if (!open_profile (self, options->profile, error) ||
      !open_store (self, error) || !open_node (self, options, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- without blocking --- */

typedef struct
{
  ChatEngine        *engine;    /* or NULL: somebody has it */
  ChatEngineOptions  options;   /* without what the engine has copied */
  char              *profile;
} Opening;

static void
opening_free (Opening *self)
{
  g_clear_object (&self->engine);
  g_free (self->profile);
  g_free (self);
}

static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Opening *self = data;
  GError *error = NULL;

  if (open_profile (self->engine, self->profile, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* For programs with windows: what may wait for the user is done in a thread. The engine
 * belongs to the main context that is the default of the calling thread; there comes
 * @callback. Cancelling does not make it come sooner, but without an engine. */
void
chat_engine_new_async (const ChatEngineOptions *options,
                       GCancellable            *cancellable,
                       GAsyncReadyCallback      callback,
                       gpointer                 user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->engine = create (options);
  opening->profile = g_strdup (options->profile);
  opening->options = *options;
  opening->options.profile = opening->profile;
  opening->options.name = opening->engine->name;
  opening->options.bind = opening->engine->bind;

  g_task_set_source_tag (task, chat_engine_new_async);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);
  g_task_run_in_thread (task, open_in_thread);
}

ChatEngine *
chat_engine_new_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_autoptr (ChatEngine) self = NULL;
  Opening *opening;

  g_return_val_if_fail (g_async_result_is_tagged (result, chat_engine_new_async), NULL);

  /* Taken here, so that it is not the thread that frees it. */
  opening = g_task_get_task_data (G_TASK (result));
  self = g_steal_pointer (&opening->engine);
  if (!g_task_propagate_boolean (G_TASK (result), error) ||
      !open_store (self, error) || !open_node (self, &opening->options, error))
    return NULL;

  return g_steal_pointer (&self);
}
