/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"
#include "chat-vault.h"

/* Where the key is kept, and its way to elsewhere. The desktop may ask the user for a
 * password first, so that is done in a thread, which outlives the engine if it has to. */

/* Whether the desktop has a store is seen soon, or it is not worth waiting for. */
#define LOOK_PATIENCE 5000

/* No key has this name. */
#define NOBODY "nobody"

typedef struct
{
  GWeakRef           engine;
  ChatProfile       *profile;    /* with its lock; or NULL: it is only looked */
  ChatIdentityPlace  place;
} Visit;

/* The vault is for one thread at a time. */
static GMutex turn;

/* Guarded by @mutex: profiles that are still in the hands of a thread. */
static GMutex mutex;
static GCond has_left;
static guint n_moves;

/* In any thread: an engine that begins anew has to have the profile for itself. */
void
_chat_engine_await_key (void)
{
  g_mutex_lock (&mutex);
  while (n_moves > 0)
    g_cond_wait (&has_left, &mutex);
  g_mutex_unlock (&mutex);
}

static void
visit_free (Visit *self)
{
  g_assert (self->profile == NULL);
  g_weak_ref_clear (&self->engine);
  g_free (self);
}

static GTask *
visit_new (ChatEngine          *engine,
           ChatIdentityPlace    place,
           gpointer             tag,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Visit *self = g_new0 (Visit, 1);

  self->place = place;
  g_weak_ref_init (&self->engine, engine);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, self, (GDestroyNotify) visit_free);

  return task;
}

/* --- moving --- */

static void
move_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Visit *self = data;
  GError *error = NULL;
  ChatIdentity *identity;

  g_mutex_lock (&turn);
  identity = chat_identity_keep_in (chat_profile_get_path (self->profile), self->place, &error);
  g_mutex_unlock (&turn);
  g_clear_pointer (&identity, chat_identity_free);
  g_clear_object (&self->profile);

  g_mutex_lock (&mutex);
  n_moves--;
  g_cond_broadcast (&has_left);
  g_mutex_unlock (&mutex);

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

ChatIdentityPlace
chat_engine_get_key_place (ChatEngine *self)
{
  return self->key_place;
}

/* Moves the key to @place, as chat_identity_keep_in() does. Who is talked with notices
 * nothing. Goes on if the engine ends; no other one can have the profile until it is
 * done. */
void
chat_engine_move_key_async (ChatEngine          *self,
                            ChatIdentityPlace    place,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Visit *visit;

  g_return_if_fail (CHAT_IS_ENGINE (self));

  task = visit_new (self, place, chat_engine_move_key_async, callback, user_data);
  visit = g_task_get_task_data (task);
  visit->profile = g_object_ref (self->profile);

  g_mutex_lock (&mutex);
  n_moves++;
  g_mutex_unlock (&mutex);

  g_task_run_in_thread (task, move_in_thread);
}

gboolean
chat_engine_move_key_finish (GAsyncResult  *result,
                             GError       **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (ChatEngine) engine = NULL;
  const Visit *visit;
  gboolean done;

  g_return_val_if_fail (g_async_result_is_tagged (result, chat_engine_move_key_async), FALSE);

  visit = g_task_get_task_data (G_TASK (result));
  engine = g_weak_ref_get ((GWeakRef *) &visit->engine);
  done = g_task_propagate_boolean (G_TASK (result), &problem);

  /* A copy that is left elsewhere is told of; but it has been moved. */
  if (engine != NULL &&
      (done || g_error_matches (problem, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_LEFT)))
    engine->key_place = visit->place;
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));

  return done;
}

/* --- looking --- */

static void
look_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  char text[1];
  gsize length;

  g_mutex_lock (&turn);
  if (chat_vault_read (NOBODY, text, sizeof text, &length, LOOK_PATIENCE, &error))
    g_clear_error (&error);
  g_mutex_unlock (&turn);

  if (error == NULL || g_error_matches (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_MISSING) ||
      g_error_matches (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_LOCKED))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Finds out whether the desktop has a store for keys. One that has the key is there. */
void
chat_engine_look_for_vault_async (ChatEngine          *self,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHAT_IS_ENGINE (self));

  task = visit_new (self, self->key_place, chat_engine_look_for_vault_async, callback, user_data);
  if (self->key_place == CHAT_IDENTITY_IN_DESKTOP)
    g_task_return_boolean (task, TRUE);
  else
    g_task_run_in_thread (task, look_in_thread);
}

/* The text of an error goes on where somebody said “the desktop's secret store: ”. */
gboolean
chat_engine_look_for_vault_finish (GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_engine_look_for_vault_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
