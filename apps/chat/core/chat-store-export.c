/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <string.h>

/* Messages that are read at once, and about as many bytes that are made of them. */
#define PAGE       32
#define SOME_BYTES (256 * 1024)

static void
append_string (GString    *json,
               const char *name,
               const char *value)
{
  g_string_append_printf (json, ",\"%s\":\"", name);

  for (const char *p = value; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (json, "\\%c", *p);
    else if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (json, "\\u%04x", *p);
    else
      g_string_append_c (json, *p);

  g_string_append_c (json, '"');
}

static void
append_hex (GString      *json,
            const char   *name,
            const guint8 *bytes,
            gsize         size)
{
  g_string_append_printf (json, ",\"%s\":\"", name);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (json, "%02x", bytes[i]);
  g_string_append_c (json, '"');
}

static void
append_time (GString *json,
             gint64   time)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *text = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S")
                                          : g_strdup ("1970-01-01T00:00:00");

  g_string_append_printf (json, ",\"time\":\"%s.%06dZ\"", text,
                          (int) ABS (time % G_USEC_PER_SEC));
}

static void
append_message (GString           *json,
                const ChatContact *contact,
                const ChatMessage *message)
{
  g_string_append_printf (json, "{\"id\":%" G_GINT64_FORMAT ",\"outgoing\":%s", message->id,
                          message->outgoing ? "true" : "false");
  append_hex (json, "key", contact->key, sizeof contact->key);
  append_string (json, "name", chat_contact_get_name (contact));
  append_time (json, message->time);
  append_string (json, "state", chat_message_state_to_string (message->state));
  if (message->text != NULL)
    append_string (json, "text", message->text);
  else
    g_string_append_printf (json, ",\"kind\":%u", message->kind);
  g_string_append (json, "}\n");
}

/* Appends the messages of @conversation after the one @after (0: from the oldest on),
 * some at a time, each a JSON object on a line. @after becomes the last of them; if it
 * stays, there are no more. */
gboolean
chat_store_export_some (ChatStore  *self,
                        gint64      conversation,
                        gint64     *after,
                        GString    *json,
                        GError    **error)
{
  gsize enough = json->len + SOME_BYTES;
  g_autoptr (ChatContact) contact = NULL;
  const ChatStoreLink *link;

  g_return_val_if_fail (CHAT_IS_STORE (self), FALSE);

  link = _chat_store_link_of (self, conversation, error);
  contact = link != NULL ? chat_store_get_contact (self, link->contact, error) : NULL;
  if (contact == NULL)
    return FALSE;

  while (json->len < enough)
    {
      g_autoptr (GPtrArray) page = chat_store_get_after (self, conversation, *after, PAGE, error);

      if (page == NULL)
        return FALSE;

      for (guint i = 0; i < page->len; i++)
        append_message (json, contact, page->pdata[i]);

      if (page->len > 0)
        *after = ((ChatMessage *) page->pdata[page->len - 1])->id;
      if (page->len < PAGE)
        return TRUE;
    }

  return TRUE;
}

/* Writes all messages of @conversation to @stream, the oldest first. */
gboolean
chat_store_export (ChatStore      *self,
                   gint64          conversation,
                   GOutputStream  *stream,
                   GCancellable   *cancellable,
                   GError        **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  gint64 after = 0;

  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  do
    {
      g_string_truncate (json, 0);
      if (!chat_store_export_some (self, conversation, &after, json, error) ||
          !g_output_stream_write_all (stream, json->str, json->len, NULL, cancellable, error))
        return FALSE;
    }
  while (json->len > 0);

  return TRUE;
}
