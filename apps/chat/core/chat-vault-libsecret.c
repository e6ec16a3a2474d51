/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-vault"

#include "chat-vault.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>
#include <string.h>

/* The only file that knows libsecret: the service of the desktop, or in a sandbox
 * what the library puts in its place. */

G_DEFINE_QUARK (chat-vault-error-quark, chat_vault_error)

#define SERVICE "org.freedesktop.secrets"

static const SecretSchema schema = {
  "io.github.lanyard.Lanyard.Identity", SECRET_SCHEMA_NONE,
  {
    { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

gboolean
chat_vault_is_built (void)
{
  return TRUE;
}

/* --- calls that end in time ---------------------------------------------------- */

/* The library's own blocking functions have no limit in time. */
typedef struct
{
  GMainContext    *context;
  GHashTable      *attributes;
  GCancellable    *cancellable;
  GSource         *timer;
  GDBusConnection *bus;
  GAsyncResult    *result;    /* of what is waited for, once it is there */
  guint            patience;
} Call;

static gboolean
on_patience_ended (gpointer user_data)
{
  Call *self = user_data;

  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *self = user_data;

  self->result = g_object_ref (result);
}

static void
call_init (Call       *self,
           const char *name,
           guint       patience)
{
  *self = (Call) { .patience = patience };
  self->attributes = secret_attributes_build (&schema, "name", name, NULL);
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);

  self->timer = g_timeout_source_new (patience);
  g_source_set_callback (self->timer, on_patience_ended, self, NULL);
  g_source_attach (self->timer, self->context);
}

static GAsyncResult *
call_wait (Call *self)
{
  g_clear_object (&self->result);
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);

  return self->result;
}

static gboolean
call_connect (Call    *self,
              GError **error)
{
  if (self->bus == NULL)
    {
      g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_done, self);
      self->bus = g_bus_get_finish (call_wait (self), error);
    }

  return self->bus != NULL;
}

/* The connection is of this context, which nobody will iterate again. What is still to
 * be answered would keep it, so a last question is asked: its answer comes after all
 * others. */
static void
call_disconnect (Call *self)
{
  secret_service_disconnect ();
  if (call_connect (self, NULL))
    {
      g_dbus_connection_call (self->bus, SERVICE, "/", "org.freedesktop.DBus.Peer", "Ping", NULL,
                              NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
                              on_done, self);
      call_wait (self);
    }

  g_clear_object (&self->result);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (self->context, FALSE))
    ;
}

static void
call_clear (Call *self)
{
  call_disconnect (self);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);

  call_disconnect (self);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->attributes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static gboolean
fail_locked (GError **error)
{
  g_set_error_literal (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_LOCKED, _("it is locked"));

  return FALSE;
}

/* Says what @problem means to the user; always FALSE. */
static gboolean
fail (const Call    *call,
      const GError  *problem,
      GError       **error)
{
  if (g_cancellable_is_cancelled (call->cancellable))
    g_set_error (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_UNAVAILABLE,
                 ngettext ("it did not answer within %u second",
                           "it did not answer within %u seconds", (call->patience + 999) / 1000),
                 (call->patience + 999) / 1000);
  else if (g_error_matches (problem, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return fail_locked (error);
  else if (problem->domain == SECRET_ERROR)
    g_set_error_literal (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_FAILED, problem->message);
  else
    g_set_error (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_UNAVAILABLE,
                 _("it does not answer: %s"), problem->message);

  return FALSE;
}

/* Whether there is a bus at all: in a sandbox, the library would print that there is none. */
static gboolean
call_reach (Call    *self,
            GError **error)
{
  g_autoptr (GError) problem = NULL;

  return call_connect (self, &problem) || fail (self, problem, error);
}

/* --- what one does with it ------------------------------------------------------ */

/* What is still locked after a search was to unlock it, somebody did not want to. */
static gboolean
is_locked (gpointer found)
{
  return SECRET_IS_ITEM (found) && secret_item_get_locked (found);
}

/* Finds the text that is called @name: its length, and as much as fits into @text. */
gboolean
chat_vault_read (const char  *name,
                 char        *text,
                 gsize        size,
                 gsize       *length,
                 guint        patience,
                 GError     **error)
{
  g_auto (Call) call = { NULL };
  g_autolist (SecretRetrievable) found = NULL;
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) problem = NULL;
  const char *bytes;

  call_init (&call, name, patience);
  if (!call_reach (&call, error))
    return FALSE;

  secret_password_searchv (&schema, call.attributes, SECRET_SEARCH_UNLOCK, call.cancellable,
                           on_done, &call);
  found = secret_password_search_finish (call_wait (&call), &problem);
  if (problem != NULL)
    return fail (&call, problem, error);
  if (found == NULL)
    {
      g_set_error_literal (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_MISSING,
                           _("it does not have the key"));
      return FALSE;
    }
  if (is_locked (found->data))
    return fail_locked (error);

  secret_retrievable_retrieve_secret (found->data, call.cancellable, on_done, &call);
  value = secret_retrievable_retrieve_secret_finish (found->data, call_wait (&call), &problem);
  if (problem != NULL)
    return fail (&call, problem, error);
  if (value == NULL)
    return fail_locked (error);

  bytes = secret_value_get (value, length);
  memcpy (text, bytes, MIN (size, *length));

  return TRUE;
}

/* Puts a text there, in the place of one of the same @name; people see it as @label. */
gboolean
chat_vault_write (const char  *name,
                  const char  *label,
                  const char  *text,
                  gsize        length,
                  guint        patience,
                  GError     **error)
{
  g_autoptr (SecretValue) value = secret_value_new (text, (gssize) length, "text/plain");
  g_auto (Call) call = { NULL };
  g_autoptr (GError) problem = NULL;

  call_init (&call, name, patience);
  if (!call_reach (&call, error))
    return FALSE;

  secret_password_storev_binary (&schema, call.attributes, SECRET_COLLECTION_DEFAULT, label, value,
                                 call.cancellable, on_done, &call);
  if (secret_password_store_finish (call_wait (&call), &problem))
    return TRUE;

  /* Nothing is said of a question that the user waved away. */
  return problem != NULL ? fail (&call, problem, error) : fail_locked (error);
}

/* Removes the text of this name, if there is one. */
gboolean
chat_vault_remove (const char  *name,
                   guint        patience,
                   GError     **error)
{
  g_auto (Call) call = { NULL };
  g_autolist (SecretRetrievable) left = NULL;
  g_autoptr (GError) problem = NULL;

  call_init (&call, name, patience);
  if (!call_reach (&call, error))
    return FALSE;

  secret_password_clearv (&schema, call.attributes, call.cancellable, on_done, &call);
  secret_password_clear_finish (call_wait (&call), &problem);
  if (problem != NULL)
    return fail (&call, problem, error);

  /* It removes only what is unlocked, and does not say whether that was all. */
  secret_password_searchv (&schema, call.attributes, SECRET_SEARCH_NONE, call.cancellable, on_done,
                           &call);
  left = secret_password_search_finish (call_wait (&call), &problem);
  if (problem != NULL)
    return fail (&call, problem, error);

  return left == NULL || fail_locked (error);
}
