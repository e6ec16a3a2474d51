/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-call.h"

/* The methods of LyShared on what is shared: each is one call of the owner. */

static gboolean
call_without_value (LyShared    *self,
                    LySharedOp   op,
                    GVariant    *args,
                    GError     **error)
{
  g_autoptr (GVariant) value = _ly_shared_call (self, op, args, error);

  return value != NULL;
}

/* For what has a value of any type. */
static GVariant *
call_for_any (LyShared    *self,
              LySharedOp   op,
              GVariant    *args,
              GError     **error)
{
  g_autoptr (GVariant) boxed = _ly_shared_call (self, op, args, error);

  return boxed != NULL ? g_variant_get_variant (boxed) : NULL;
}

static gboolean
call_for_int64 (LyShared    *self,
                LySharedOp   op,
                GVariant    *args,
                gint64      *number,
                GError     **error)
{
  g_autoptr (GVariant) value = _ly_shared_call (self, op, args, error);

  if (value != NULL && number != NULL)
    *number = g_variant_get_int64 (value);

  return value != NULL;
}

/**
 * ly_shared_dict_set:
 * @self: a `LyShared`
 * @key: what to call it
 * @value: what it is; a floating reference is sunk
 * @error: return location for %G_IO_ERROR_NO_SPACE,
 *   %G_IO_ERROR_MESSAGE_TOO_LARGE, %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CLOSED
 *
 * Puts a value into the dictionary, in place of the one that @key had. The
 * dictionary has a copy of its own.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
ly_shared_dict_set (LyShared    *self,
                    const char  *key,
                    GVariant    *value,
                    GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (key != NULL && g_utf8_validate (key, -1, NULL), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return call_without_value (self, LY_SHARED_DICT_SET, g_variant_new ("(sv)", key, value), error);
}

/**
 * ly_shared_dict_get:
 * @self: a `LyShared`
 * @key: what to look for
 * @error: return location for %G_IO_ERROR_NOT_FOUND,
 *   %G_IO_ERROR_MESSAGE_TOO_LARGE, %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CLOSED
 *
 * Looks something up in the dictionary.
 *
 * Returns: (transfer full): the value of @key, or %NULL with @error set
 */
GVariant *
ly_shared_dict_get (LyShared    *self,
                    const char  *key,
                    GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);
  g_return_val_if_fail (key != NULL && g_utf8_validate (key, -1, NULL), NULL);

  return call_for_any (self, LY_SHARED_DICT_GET, g_variant_new_string (key), error);
}

/**
 * ly_shared_dict_remove:
 * @self: a `LyShared`
 * @key: what to remove
 * @error: return location, as for [method@Shared.dict_get]
 *
 * Takes something out of the dictionary. Of several that try, one gets it.
 *
 * Returns: (transfer full): the value that @key had, or %NULL with @error set
 */
GVariant *
ly_shared_dict_remove (LyShared    *self,
                       const char  *key,
                       GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);
  g_return_val_if_fail (key != NULL && g_utf8_validate (key, -1, NULL), NULL);

  return call_for_any (self, LY_SHARED_DICT_REMOVE, g_variant_new_string (key), error);
}

/**
 * ly_shared_dict_contains:
 * @self: a `LyShared`
 * @key: what to look for
 * @error: return location for %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_TIMED_OUT or
 *   %G_IO_ERROR_CLOSED
 *
 * Asks whether the dictionary has something, without getting its value.
 *
 * Returns: %FALSE with @error set if it has not, or could not be asked
 */
gboolean
ly_shared_dict_contains (LyShared    *self,
                         const char  *key,
                         GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (key != NULL && g_utf8_validate (key, -1, NULL), FALSE);

  return call_without_value (self, LY_SHARED_DICT_CONTAINS, g_variant_new_string (key), error);
}

/**
 * ly_shared_dict_get_keys:
 * @self: a `LyShared`
 * @error: return location for %G_IO_ERROR_MESSAGE_TOO_LARGE,
 *   %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CLOSED
 *
 * Lists what the dictionary has.
 *
 * Returns: (transfer full) (array zero-terminated=1): the keys, in the order of
 *   their bytes, or %NULL with @error set
 */
char **
ly_shared_dict_get_keys (LyShared  *self,
                         GError   **error)
{
  g_autoptr (GVariant) keys = NULL;

  g_return_val_if_fail (LY_IS_SHARED (self), NULL);

  keys = _ly_shared_call (self, LY_SHARED_DICT_KEYS, g_variant_new ("()"), error);

  return keys != NULL ? g_variant_dup_strv (keys, NULL) : NULL;
}

/**
 * ly_shared_dict_snapshot:
 * @self: a `LyShared`
 * @error: return location, as for [method@Shared.dict_get_keys]
 *
 * Copies the dictionary as it is at one moment.
 *
 * Returns: (transfer full): all of it as `a{sv}`, its keys in the order of
 *   their bytes, or %NULL with @error set
 */
GVariant *
ly_shared_dict_snapshot (LyShared  *self,
                         GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);

  return _ly_shared_call (self, LY_SHARED_DICT_SNAPSHOT, g_variant_new ("()"), error);
}

/**
 * ly_shared_list_append:
 * @self: a `LyShared`
 * @value: what to append; a floating reference is sunk
 * @error: return location, as for [method@Shared.dict_set]
 *
 * Adds a copy of a value at the end of the list.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
ly_shared_list_append (LyShared  *self,
                       GVariant  *value,
                       GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return call_without_value (self, LY_SHARED_LIST_APPEND, g_variant_new_variant (value), error);
}

/**
 * ly_shared_list_get:
 * @self: a `LyShared`
 * @index: where: 0 is the first, and -1 the last
 * @error: return location, as for [method@Shared.dict_get]
 *
 * Looks at an item of the list.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
GVariant *
ly_shared_list_get (LyShared  *self,
                    gint64     index,
                    GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);

  return call_for_any (self, LY_SHARED_LIST_GET, g_variant_new_int64 (index), error);
}

/**
 * ly_shared_list_set:
 * @self: a `LyShared`
 * @index: where: 0 is the first, and -1 the last
 * @value: what to put there; a floating reference is sunk
 * @error: return location for %G_IO_ERROR_NOT_FOUND, or as for
 *   [method@Shared.dict_set]
 *
 * Replaces an item of the list.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
ly_shared_list_set (LyShared  *self,
                    gint64     index,
                    GVariant  *value,
                    GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return call_without_value (self, LY_SHARED_LIST_SET, g_variant_new ("(xv)", index, value), error);
}

/**
 * ly_shared_list_pop:
 * @self: a `LyShared`
 * @index: where: 0 is the first, and -1 the last
 * @error: return location, as for [method@Shared.dict_get]
 *
 * Takes an item out of the list. Those behind it move up.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
GVariant *
ly_shared_list_pop (LyShared  *self,
                    gint64     index,
                    GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);

  return call_for_any (self, LY_SHARED_LIST_POP, g_variant_new_int64 (index), error);
}

/**
 * ly_shared_list_get_length:
 * @self: a `LyShared`
 * @length: (out): how many items the list has
 * @error: return location for %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CLOSED
 *
 * Counts the items of the list.
 *
 * Returns: %FALSE with @error set if it could not be asked
 */
gboolean
ly_shared_list_get_length (LyShared  *self,
                           guint64   *length,
                           GError   **error)
{
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (length != NULL, FALSE);

  value = _ly_shared_call (self, LY_SHARED_LIST_LENGTH, g_variant_new ("()"), error);
  if (value != NULL)
    *length = g_variant_get_uint64 (value);

  return value != NULL;
}

/**
 * ly_shared_list_snapshot:
 * @self: a `LyShared`
 * @error: return location, as for [method@Shared.dict_get_keys]
 *
 * Copies the list as it is at one moment.
 *
 * Returns: (transfer full): all of it as `av`, or %NULL with @error set
 */
GVariant *
ly_shared_list_snapshot (LyShared  *self,
                         GError   **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), NULL);

  return _ly_shared_call (self, LY_SHARED_LIST_SNAPSHOT, g_variant_new ("()"), error);
}

/**
 * ly_shared_counter_add:
 * @self: a `LyShared`
 * @name: the name of a counter; one that was not used yet is 0
 * @amount: what to add to it
 * @before: (out) (optional): what it was before
 * @error: return location for %G_IO_ERROR_NO_SPACE, %G_IO_ERROR_TIMED_OUT or
 *   %G_IO_ERROR_CLOSED
 *
 * Adds to a counter. One that runs over wraps round.
 *
 * Returns: %FALSE with @error set if nothing was changed
 */
gboolean
ly_shared_counter_add (LyShared    *self,
                       const char  *name,
                       gint64       amount,
                       gint64      *before,
                       GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (name != NULL && g_utf8_validate (name, -1, NULL), FALSE);

  return call_for_int64 (self, LY_SHARED_COUNTER_ADD, g_variant_new ("(sx)", name, amount), before,
                         error);
}

/**
 * ly_shared_counter_get:
 * @self: a `LyShared`
 * @name: the name of a counter; one that was not used yet is 0
 * @value: (out): what it is
 * @error: return location for %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CLOSED
 *
 * Reads a counter.
 *
 * Returns: %FALSE with @error set if it could not be asked
 */
gboolean
ly_shared_counter_get (LyShared    *self,
                       const char  *name,
                       gint64      *value,
                       GError     **error)
{
  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (name != NULL && g_utf8_validate (name, -1, NULL), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return call_for_int64 (self, LY_SHARED_COUNTER_GET, g_variant_new_string (name), value, error);
}
