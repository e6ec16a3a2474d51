/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "glib-private.h"

/* What is attached to a main context is handed over to the thread that iterates
 * it, under a lock of GLib's own. */

/* A callback, which the context asks for right before it calls it. The counting
 * of a reference-counted box is annotated already. */
typedef struct
{
  GSourceFunc    func;
  gpointer       user_data;
  GDestroyNotify destroy;
} Callback;

static void
callback_clear (gpointer data)
{
  Callback *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
}

static void
callback_ref (gpointer data)
{
  g_atomic_rc_box_acquire (data);
}

static void
callback_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, callback_clear);
}

static void
callback_get (gpointer     data,
              GSource     *source,
              GSourceFunc *func,
              gpointer    *user_data)
{
  Callback *self = data;

  __tsan_acquire (source);
  *func = self->func;
  *user_data = self->user_data;
}

static GSourceCallbackFuncs callback_funcs = { callback_ref, callback_unref, callback_get };

void
g_source_set_callback (GSource        *source,
                       GSourceFunc     func,
                       gpointer        user_data,
                       GDestroyNotify  destroy)
{
  Callback *callback = g_atomic_rc_box_new (Callback);

  *callback = (Callback) { func, user_data, destroy };
  __tsan_release (source);
  g_source_set_callback_indirect (source, callback, &callback_funcs);
}

guint
g_source_attach (GSource      *source,
                 GMainContext *context)
{
  __tsan_release (source);

  return REAL (g_source_attach) (source, context);
}

/* What follows is in terms of the above, which GLib's own functions do not call. */
static guint
add (GSource        *source,
     int             priority,
     GSourceFunc     func,
     gpointer        user_data,
     GDestroyNotify  destroy)
{
  guint id;

  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, user_data, destroy);
  id = g_source_attach (source, NULL);
  g_source_unref (source);

  return id;
}

guint
g_idle_add_full (int            priority,
                 GSourceFunc    func,
                 gpointer       user_data,
                 GDestroyNotify destroy)
{
  return add (g_idle_source_new (), priority, func, user_data, destroy);
}

guint
g_idle_add (GSourceFunc func,
            gpointer    user_data)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, func, user_data, NULL);
}

guint
g_timeout_add_full (int            priority,
                    guint          interval,
                    GSourceFunc    func,
                    gpointer       user_data,
                    GDestroyNotify destroy)
{
  return add (g_timeout_source_new (interval), priority, func, user_data, destroy);
}

guint
g_timeout_add (guint       interval,
               GSourceFunc func,
               gpointer    user_data)
{
  return g_timeout_add_full (G_PRIORITY_DEFAULT, interval, func, user_data, NULL);
}

guint
g_timeout_add_seconds_full (int            priority,
                            guint          interval,
                            GSourceFunc    func,
                            gpointer       user_data,
                            GDestroyNotify destroy)
{
  return add (g_timeout_source_new_seconds (interval), priority, func, user_data, destroy);
}

guint
g_timeout_add_seconds (guint       interval,
                       GSourceFunc func,
                       gpointer    user_data)
{
  return g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, interval, func, user_data, NULL);
}

static gboolean
invoke (gpointer data)
{
  Callback *self = data;

  __tsan_acquire (self);

  return self->func (self->user_data);
}

void
g_main_context_invoke_full (GMainContext   *context,
                            int             priority,
                            GSourceFunc     func,
                            gpointer        user_data,
                            GDestroyNotify  destroy)
{
  Callback *callback = g_atomic_rc_box_new (Callback);

  *callback = (Callback) { func, user_data, destroy };
  __tsan_release (callback);
  REAL (g_main_context_invoke_full) (context, priority, invoke, callback, callback_unref);
}

void
g_main_context_invoke (GMainContext *context,
                       GSourceFunc   func,
                       gpointer      user_data)
{
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, func, user_data, NULL);
}
