/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-future"

#include "ly-future-group.h"
#include "ly-future-private.h"

typedef struct _Group Group;

typedef enum
{
  GROUP_ALL,
  GROUP_ANY,
  GROUP_RACE,
} GroupKind;

/* One future of a group. The reference is weak, or a future that only we still
 * know would never be found to be abandoned. */
typedef struct
{
  Group    *group;
  GWeakRef  future;
  GVariant *value;    /* Guarded by the group's @mutex */
} Member;

/* Reference-counted: held by each continuation and by the combined future,
 * which it holds until the outcome is known. */
struct _Group
{
  /* Set once */
  GroupKind           kind;
  LyFutureGroupFlags  flags;
  guint               n_members;

  /* Guarded by @mutex */
  GMutex              mutex;
  LyFuture           *combined;
  guint               n_waiting;
  gboolean            over;

  Member              members[];
};

static void
group_clear (gpointer data)
{
  Group *self = data;

  for (guint i = 0; i < self->n_members; i++)
    {
      g_weak_ref_clear (&self->members[i].future);
      g_clear_pointer (&self->members[i].value, g_variant_unref);
    }

  g_clear_object (&self->combined);
  g_mutex_clear (&self->mutex);
}

static void
group_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, group_clear);
}

static void
member_free (gpointer data)
{
  Member *member = data;

  group_unref (member->group);
}

static void on_member_done (LyFuture *future,
                            gpointer  user_data);

/* Nothing more is expected from any member. */
static void
release_rest (Group *self)
{
  for (guint i = 0; i < self->n_members; i++)
    {
      g_autoptr (LyFuture) future = g_weak_ref_get (&self->members[i].future);

      if (future == NULL)
        continue;

      _ly_future_forget (future, on_member_done, &self->members[i]);
      if (!(self->flags & LY_FUTURE_GROUP_KEEP_REST))
        ly_future_cancel (future);
    }
}

static GVariant *
collect_values (Group *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < self->n_members; i++)
    g_variant_builder_add (&builder, "v", self->members[i].value);

  return g_variant_builder_end (&builder);
}

/* Takes note of one outcome with the lock held. Returns whether it decides the
 * group's, which then is @value or @error; both are taken. */
static gboolean
note_outcome (Group     *self,
              Member    *member,
              GVariant **value,
              GError   **error)
{
  if (self->over)
    return FALSE;

  self->n_waiting--;

  switch (self->kind)
    {
    case GROUP_ALL:
      member->value = g_steal_pointer (value);
      self->over = *error != NULL || self->n_waiting == 0;
      break;

    case GROUP_ANY:
      self->over = *value != NULL || self->n_waiting == 0;
      if (self->over && *value == NULL && self->n_members > 1)
        g_prefix_error (error, "all of %u failed, the last one: ", self->n_members);
      break;

    case GROUP_RACE:
    default:
      self->over = TRUE;
    }

  return self->over;
}

static void
on_member_done (LyFuture *future,
                gpointer  user_data)
{
  Member *member = user_data;
  Group *self = member->group;
  g_autoptr (LyFuture) combined = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = ly_future_get (future, 0, &error);

  g_mutex_lock (&self->mutex);
  if (note_outcome (self, member, &value, &error))
    combined = g_steal_pointer (&self->combined);
  g_mutex_unlock (&self->mutex);

  if (combined == NULL)
    return;

  /* Over, hence no other thread writes to the values any more. */
  if (error != NULL)
    ly_future_reject (combined, g_steal_pointer (&error));
  else
    ly_future_resolve (combined, self->kind == GROUP_ALL ? collect_values (self) : value);

  release_rest (self);
}

static void
on_group_cancelled (gpointer user_data)
{
  Group *self = user_data;
  g_autoptr (LyFuture) combined = NULL;

  g_mutex_lock (&self->mutex);
  self->over = TRUE;
  combined = g_steal_pointer (&self->combined);
  g_mutex_unlock (&self->mutex);

  release_rest (self);
}

static LyFuture *
combine (GroupKind           kind,
         LyFuture * const   *futures,
         guint               n_futures,
         LyFutureGroupFlags  flags)
{
  Group *self = g_atomic_rc_box_alloc0 (sizeof *self + n_futures * sizeof (Member));
  LyFuture *combined = ly_future_new ();

  g_mutex_init (&self->mutex);
  self->kind = kind;
  self->flags = flags;
  self->n_members = self->n_waiting = n_futures;
  self->combined = g_object_ref (combined);
  _ly_future_set_producer (combined, on_group_cancelled, g_atomic_rc_box_acquire (self),
                           group_unref);

  for (guint i = 0; i < n_futures; i++)
    {
      self->members[i].group = self;
      g_weak_ref_init (&self->members[i].future, futures[i]);
    }

  /* One that is done already may decide all, and release what comes after. */
  for (guint i = 0; i < n_futures && !ly_future_is_done (combined); i++)
    {
      g_atomic_rc_box_acquire (self);
      ly_future_then (futures[i], NULL, on_member_done, &self->members[i], member_free);
    }

  /* Decided from elsewhere meanwhile, before we had told the last. */
  if (ly_future_is_done (combined))
    release_rest (self);

  group_unref (self);

  return combined;
}

/**
 * ly_future_all:
 * @futures: (array length=n_futures) (transfer none): what to wait for
 * @n_futures: how many they are
 * @flags: what becomes of the rest
 *
 * Waits for all of several futures. Any thread may call this and it does not
 * block; the group is completed in the thread that completes its last future.
 * Cancelling the group cancels its futures.
 *
 * Returns: (transfer full): a future of an array of type `av` with the value of
 *   each in their order, or of the first error that one of them is rejected
 *   with; of none, the empty array at once
 */
LyFuture *
ly_future_all (LyFuture * const   *futures,
               guint               n_futures,
               LyFutureGroupFlags  flags)
{
  LyFuture *empty;

  g_return_val_if_fail (futures != NULL || n_futures == 0, NULL);

  if (n_futures > 0)
    return combine (GROUP_ALL, futures, n_futures, flags);

  empty = ly_future_new ();
  ly_future_resolve (empty, g_variant_new ("av", NULL));

  return empty;
}

/**
 * ly_future_any:
 * @futures: (array length=n_futures) (transfer none): what to wait for
 * @n_futures: how many they are, at least one
 * @flags: what becomes of the rest
 *
 * Waits for the first of several futures that has a value. Otherwise it is as
 * [func@Future.all].
 *
 * Returns: (transfer full): a future of that value or, if all failed, of the
 *   last error with a message that says so
 */
LyFuture *
ly_future_any (LyFuture * const   *futures,
               guint               n_futures,
               LyFutureGroupFlags  flags)
{
  g_return_val_if_fail (futures != NULL && n_futures > 0, NULL);

  return combine (GROUP_ANY, futures, n_futures, flags);
}

/**
 * ly_future_race:
 * @futures: (array length=n_futures) (transfer none): what to wait for
 * @n_futures: how many they are, at least one
 * @flags: what becomes of the rest
 *
 * Waits for the first of several futures that is done. Otherwise it is as
 * [func@Future.all].
 *
 * Returns: (transfer full): a future of that one's value or error
 */
LyFuture *
ly_future_race (LyFuture * const   *futures,
                guint               n_futures,
                LyFutureGroupFlags  flags)
{
  g_return_val_if_fail (futures != NULL && n_futures > 0, NULL);

  return combine (GROUP_RACE, futures, n_futures, flags);
}
