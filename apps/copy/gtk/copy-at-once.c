/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-at-once"

#include "copy-at-once.h"

#define NAME "at-once"

struct _CopyAtOnce
{
  /* Set once */
  GActionMap    *map;       /* has it */
  CopyQueue     *queue;
  GSettings     *settings;
  GSimpleAction *action;
};

static void
choose (CopyAtOnce *self,
        gboolean    several)
{
  copy_queue_set_max_running (self->queue,
                              several ? g_settings_get_uint (self->settings, "several") : 1);
}

static void
on_activate (CopyAtOnce *self,
             GVariant   *parameter)
{
  choose (self, g_str_equal (g_variant_get_string (parameter, NULL), "several"));
}

static void
on_several_changed (CopyAtOnce *self)
{
  if (copy_queue_get_max_running (self->queue) > 1)
    choose (self, TRUE);
}

static void
on_max_running (CopyAtOnce *self)
{
  gboolean several = copy_queue_get_max_running (self->queue) > 1;

  g_simple_action_set_state (self->action, g_variant_new_string (several ? "several" : "one"));
}

CopyAtOnce *
copy_at_once_new (GActionMap *map,
                  CopyQueue  *queue,
                  GSettings  *settings)
{
  CopyAtOnce *self = g_new0 (CopyAtOnce, 1);

  self->map = map;
  self->queue = g_object_ref (queue);
  self->settings = g_object_ref (settings);
  self->action = g_simple_action_new_stateful (NAME, G_VARIANT_TYPE_STRING,
                                               g_variant_new_string ("one"));

  g_signal_connect_swapped (self->action, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_swapped (settings, "changed::several", G_CALLBACK (on_several_changed), self);
  g_signal_connect_swapped (queue, "notify::max-running", G_CALLBACK (on_max_running), self);
  on_max_running (self);
  g_action_map_add_action (map, G_ACTION (self->action));

  return self;
}

void
copy_at_once_free (CopyAtOnce *self)
{
  g_action_map_remove_action (self->map, NAME);
  g_signal_handlers_disconnect_by_data (self->action, self);
  g_signal_handlers_disconnect_by_data (self->settings, self);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_object_unref (self->action);
  g_object_unref (self->settings);
  g_object_unref (self->queue);
  g_free (self);
}
