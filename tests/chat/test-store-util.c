/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <sqlite3.h>
#include <string.h>

ChatStore *
test_open_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  ChatStore *store = chat_store_open (path, &error);

  g_assert_no_error (error);
  g_assert_true (CHAT_IS_STORE (store));

  return store;
}

/* The contact with a key that is all @key. */
gint64
test_meet (ChatStore  *store,
           guint8      key,
           const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatContact) contact = NULL;
  guint8 bytes[CHAT_CONTACT_KEY_SIZE];

  memset (bytes, key, sizeof bytes);
  contact = chat_store_meet (store, bytes, name, 1000, &error);
  g_assert_no_error (error);

  return contact->id;
}

TestStore *
test_store_new (void)
{
  TestStore *self = g_new0 (TestStore, 1);

  self->folder = test_folder_new ();
  self->path = test_folder_get (self->folder, "history.db");
  self->store = test_open_store (self->path);
  g_assert_null (chat_store_get_kept_as (self->store));
  self->contact = test_meet (self->store, 1, "Anna");
  self->conversation = chat_store_get_conversation (self->store, self->contact, NULL);

  return self;
}

/* Another program goes on with the same file. */
void
test_store_restart (TestStore *self)
{
  g_assert_finalize_object (self->store);
  self->store = test_open_store (self->path);
  g_assert_null (chat_store_get_kept_as (self->store));
}

void
test_store_free (TestStore *self)
{
  g_assert_finalize_object (self->store);
  test_folder_free (self->folder);
  g_free (self->path);
  g_free (self);
}

ChatMessage *
test_queue (ChatStore  *store,
            gint64      contact,
            const char *text)
{
  g_autoptr (GError) error = NULL;
  ChatMessage *message = chat_message_new_text (contact, 5000, text);

  chat_store_queue (store, message, &error);
  g_assert_no_error (error);

  return message;
}

/* Returns the new message's id, or 0 if there is none. */
gint64
test_receive (ChatStore  *store,
              gint64      contact,
              guint64     sequence,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_message_new_text (contact, 6000, text);
  gboolean is_new;

  message->sequence = sequence;
  chat_store_receive (store, message, &is_new, &error);
  g_assert_no_error (error);
  g_assert_cmpint (is_new, ==, message->id != 0);

  return message->id;
}

/* What the file says to who reads it with SQLite alone. */
gint64
test_count (const char *path,
            const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  gint64 count;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  count = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  return count;
}

char *
test_join_texts (GPtrArray *messages)
{
  GString *texts = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      const ChatMessage *message = messages->pdata[i];

      g_string_append_printf (texts, "%s%s", i > 0 ? " " : "",
                              message->text != NULL ? message->text : "-");
    }

  return g_string_free (texts, FALSE);
}

/* That the conversation with the contact is @texts, with spaces between. */
void
test_assert_history (TestStore  *self,
                     const char *texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *found = NULL;

  messages = chat_store_get_before (self->store, self->conversation, 0, 1000, &error);
  g_assert_no_error (error);
  found = test_join_texts (messages);
  g_assert_cmpstr (found, ==, texts);
}
