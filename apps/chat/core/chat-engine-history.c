/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

/* What is not kept: what is too old, and what the user does not want any more. Going
 * through a long history takes time, so it is done in small steps when there is nothing
 * else to do. */

#define STEP_MESSAGES 100

/* How often is looked for what has become too old. */
#define EXPIRY_SECONDS (6 * 60 * 60)

typedef struct
{
  ChatEngine *engine;         /* which ends this before itself */
  GTask      *task;           /* or NULL: what is too old goes */
  GSource    *source;
  GPtrArray  *conversations;  /* ChatConversation */
  guint       index;
  ChatExpiry  expiry;
} Sweep;

/* With @peer, or with everybody: ChatConversation. */
GPtrArray *
_chat_engine_list_talks (ChatEngine  *self,
                         ChatPeer    *peer,
                         GError     **error)
{
  GPtrArray *all = chat_store_list_conversations (self->store, error);

  for (guint i = all != NULL ? all->len : 0; peer != NULL && i-- > 0;)
    if (((ChatConversation *) all->pdata[i])->contact != peer->contact->id)
      g_ptr_array_remove_index (all, i);

  return all;
}

/* Takes @error. Whoever hears of the end may end the engine as well. */
static void
sweep_end (Sweep  *self,
           GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_ptr_array_remove (self->engine->sweeps, self);
  if (self->engine->node != NULL)
    _chat_engine_plan_tidy (self->engine);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_clear_pointer (&self->conversations, g_ptr_array_unref);

  if (task == NULL && error != NULL)
    _chat_engine_tell_problem (self->engine, error);
  g_free (self);

  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
sweep_some (Sweep     *self,
            gint64     conversation,
            gboolean  *more,
            GError   **error)
{
  ChatStore *store = self->engine->store;

  /* What a power cut brings back goes the next time. */
  if (!chat_store_begin_lazily (store, error))
    return FALSE;

  if (chat_store_expire (store, conversation, STEP_MESSAGES, &self->expiry, more, error))
    return chat_store_commit (store, error);

  chat_store_roll_back (store);

  return FALSE;
}

static gboolean
on_sweep (gpointer user_data)
{
  Sweep *self = user_data;
  ChatEngine *engine = self->engine;
  g_autoptr (GError) error = NULL;
  const ChatConversation *conversation;
  gboolean more = FALSE;
  gboolean has_changed;
  ChatPeer *peer;

  if (self->index == self->conversations->len)
    {
      sweep_end (self, NULL);
      return G_SOURCE_REMOVE;
    }

  conversation = self->conversations->pdata[self->index];

  /* It may have been forgotten since. */
  if (!sweep_some (self, conversation->id, &more, &error) &&
      !g_error_matches (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND))
    {
      sweep_end (self, g_steal_pointer (&error));
      return G_SOURCE_REMOVE;
    }

  if (more)
    return G_SOURCE_CONTINUE;

  has_changed = self->expiry.n_removed > 0;
  self->expiry.n_removed = 0;
  self->expiry.after = 0;
  self->index++;

  peer = chat_engine_get_peer (engine, conversation->contact);
  if (has_changed && peer != NULL)
    _chat_engine_tell_removed (engine, peer, 0);

  return G_SOURCE_CONTINUE;
}

/* Takes @conversations, of which what @expiry says is removed. */
static Sweep *
sweep_begin (ChatEngine       *engine,
             GPtrArray        *conversations,
             const ChatExpiry *expiry)
{
  Sweep *self = g_new0 (Sweep, 1);

  self->engine = engine;
  self->conversations = conversations;
  self->expiry = *expiry;
  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_LOW);
  g_source_set_callback (self->source, on_sweep, self, NULL);
  g_source_attach (self->source, engine->context);
  g_ptr_array_add (engine->sweeps, self);

  return self;
}

/* --- what is too old --- */

static void
end_expiry (ChatEngine *self)
{
  for (guint i = self->sweeps->len; i-- > 0;)
    if (((Sweep *) self->sweeps->pdata[i])->task == NULL)
      sweep_end (self->sweeps->pdata[i], NULL);
}

static gboolean
on_expiry (gpointer user_data)
{
  ChatEngine *self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *conversations = _chat_engine_list_talks (self, NULL, &error);
  ChatExpiry expiry = {
    .before = g_get_real_time () - self->retention * G_TIME_SPAN_DAY,
    .last = G_MAXINT64,
  };

  end_expiry (self);

  if (conversations != NULL)
    sweep_begin (self, conversations, &expiry);
  else
    _chat_engine_tell_problem (self, error);

  return G_SOURCE_CONTINUE;
}

/* After how many @days messages are removed; 0: never. */
void
chat_engine_set_retention (ChatEngine *self,
                           guint       days)
{
  g_return_if_fail (CHAT_IS_ENGINE (self));

  if (days == self->retention)
    return;

  if (self->expiry != NULL)
    g_source_destroy (self->expiry);
  g_clear_pointer (&self->expiry, g_source_unref);
  end_expiry (self);

  self->retention = days;
  if (days == 0)
    return;

  self->expiry = g_timeout_source_new_seconds (EXPIRY_SECONDS);
  g_source_set_callback (self->expiry, on_expiry, self, NULL);
  g_source_attach (self->expiry, self->context);
  on_expiry (self);
}

/* --- what the user does not want any more --- */

/* Removes all that was said with @peer, or with everybody, until now. */
void
chat_engine_clear_async (ChatEngine          *self,
                         ChatPeer            *peer,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  ChatExpiry expiry = { .before = G_MAXINT64 };
  GPtrArray *conversations;
  GError *error = NULL;

  g_return_if_fail (CHAT_IS_ENGINE (self));
  g_task_set_source_tag (task, chat_engine_clear_async);

  conversations = _chat_engine_list_talks (self, peer, &error);
  if (conversations == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < conversations->len; i++)
    {
      const ChatConversation *conversation = conversations->pdata[i];

      if (conversation->last != NULL)
        expiry.last = MAX (expiry.last, conversation->last->id);
    }

  sweep_begin (self, conversations, &expiry)->task = g_steal_pointer (&task);
}

gboolean
chat_engine_clear_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
_chat_engine_history_stop (ChatEngine *self)
{
  if (self->expiry != NULL)
    g_source_destroy (self->expiry);
  g_clear_pointer (&self->expiry, g_source_unref);
  self->retention = 0;

  while (self->sweeps->len > 0)
    sweep_end (self->sweeps->pdata[0], g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                            "the chat has ended"));
}
