/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-people.h"
#include "test-copy-util.h"

#include "../await.h"
#include "../list-watch.h"

/* The list of people, with an engine that knows so many and meets nobody. */

#define N_PEOPLE 200

typedef struct
{
  TestFolder *folder;
  ChatEngine *engine;
  ChatPeople *people;
  ListWatch   watch;
} Test;

/* Numbered, so that their names are in order. */
static void
make_contacts (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatStore) store = chat_store_open (path, &error);

  g_assert_no_error (error);
  g_assert_true (chat_store_begin (store, NULL));
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      guint8 key[CHAT_CONTACT_KEY_SIZE] = { (guint8) (i + 1), 7 };
      g_autofree char *name = g_strdup_printf ("Person %03u", i);

      chat_contact_unref (chat_store_meet (store, key, name, g_get_real_time (), &error));
      g_assert_no_error (error);
    }
  g_assert_true (chat_store_commit (store, NULL));
}

static void
test_init (Test *test)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *profile = NULL;
  g_autofree char *path = NULL;
  ChatEngineOptions options = { .name = "Ann", .bind = "127.0.0.1", .any_port = TRUE,
                                .no_discovery = TRUE };

  *test = (Test) { .folder = test_folder_new () };
  profile = test_folder_get (test->folder, "profile");
  path = g_build_filename (profile, "history.db", NULL);
  g_assert_cmpint (g_mkdir_with_parents (profile, 0700), ==, 0);
  make_contacts (path);

  options.profile = profile;
  test->engine = chat_engine_new (&options, &error);
  g_assert_no_error (error);
  test->people = chat_people_new ();
  list_watch_begin (&test->watch, test->people);
  chat_people_set_engine (test->people, test->engine);
}

static void
test_clear (Test *test)
{
  chat_people_set_engine (test->people, NULL);
  g_assert_cmpuint (test->watch.n_items, ==, 0);
  g_assert_finalize_object (test->people);
  g_assert_finalize_object (test->engine);
  test_folder_free (test->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

/* Until the list has told of the next change. */
static void
await_change (Test *test)
{
  guint n_changes = test->watch.n_changes;

  AWAIT (test->watch.n_changes > n_changes);
  g_assert_cmpuint (test->watch.n_changes, ==, n_changes + 1);
}

static ChatPeer *
get_peer (Test       *test,
          const char *name)
{
  ChatPeer *peer = chat_engine_find_peer (test->engine, name, NULL);

  g_assert_nonnull (peer);

  return peer;
}

static void
say (Test       *test,
     const char *name,
     const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_engine_send (test->engine, get_peer (test, name), text,
                                                      &error);

  g_assert_no_error (error);
}

static void
assert_person (Test       *test,
               guint       position,
               const char *name,
               const char *heading)
{
  g_autoptr (ChatPerson) person = g_list_model_get_item (G_LIST_MODEL (test->people), position);
  g_autofree char *shown = NULL;

  g_assert_nonnull (person);
  g_object_get (person, "heading", &shown, NULL);
  g_assert_cmpstr (chat_person_get_name (person), ==, name);
  g_assert_cmpstr (shown, ==, heading);
}

static void
test_order (void)
{
  g_auto (Test) test = { NULL };

  test_init (&test);
  g_assert_cmpuint (test.watch.n_items, ==, N_PEOPLE);
  g_assert_cmpuint (chat_people_get_n_known (test.people), ==, N_PEOPLE);
  assert_person (&test, 0, "Person 000", NULL);
  assert_person (&test, N_PEOPLE - 1, "Person 199", NULL);

  /* Who is talked with comes first, the last one before the others; many texts at once
   * are one change of the list. */
  say (&test, "Person 150", "first");
  say (&test, "Person 007", "second");
  say (&test, "Person 007", "third\nof  them");
  await_change (&test);
  g_assert_cmpuint (test.watch.n_items, ==, N_PEOPLE);
  assert_person (&test, 0, "Person 007", "Conversations");
  assert_person (&test, 1, "Person 150", NULL);
  assert_person (&test, 2, "Person 000", "Away");
  g_assert_cmpuint (chat_people_get_position (
                      test.people, chat_peer_get_contact (get_peer (&test, "Person 150"))->id),
                    ==, 1);
}

static void
test_words (void)
{
  g_auto (Test) test = { NULL };
  g_autoptr (ChatPerson) person = NULL;
  g_autofree char *line = NULL;

  test_init (&test);
  g_assert_true (chat_engine_set_trust (test.engine, get_peer (&test, "Person 003"),
                                        CHAT_TRUST_VERIFIED, NULL));
  say (&test, "Person 003", "  two\n\n lines ");
  await_change (&test);

  person = g_list_model_get_item (G_LIST_MODEL (test.people), 0);
  g_object_get (person, "line", &line, NULL);
  g_assert_cmpstr (line, ==, "You: two lines");
  g_assert_true (g_str_has_prefix (chat_person_get_description (person),
                                   "Person 003, offline, verified. You: two lines, "));
}

static void
test_search (void)
{
  g_auto (Test) test = { NULL };

  test_init (&test);
  chat_people_set_query (test.people, "pERSON 01");
  g_assert_cmpuint (test.watch.n_items, ==, 10);
  assert_person (&test, 0, "Person 010", NULL);
  g_assert_cmpuint (chat_people_get_n_known (test.people), ==, N_PEOPLE);

  chat_people_set_query (test.people, "nobody");
  g_assert_cmpuint (test.watch.n_items, ==, 0);
  chat_people_set_query (test.people, "0107");
  g_assert_cmpuint (test.watch.n_items, ==, 1);
  assert_person (&test, 0, "Person 000", NULL);
  chat_people_set_query (test.people, "");
  g_assert_cmpuint (test.watch.n_items, ==, N_PEOPLE);
}

static void
test_forget (void)
{
  g_auto (Test) test = { NULL };
  g_autoptr (GError) error = NULL;

  test_init (&test);
  g_assert_true (chat_engine_forget (test.engine, get_peer (&test, "Person 000"), &error));
  await_change (&test);
  g_assert_cmpuint (test.watch.n_items, ==, N_PEOPLE - 1);
  assert_person (&test, 0, "Person 001", NULL);

  g_assert_true (chat_engine_rename (test.engine, get_peer (&test, "Person 199"), "Ada", &error));
  await_change (&test);
  assert_person (&test, 0, "Ada", NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-gtk/people/order", test_order);
  g_test_add_func ("/chat-gtk/people/words", test_words);
  g_test_add_func ("/chat-gtk/people/search", test_search);
  g_test_add_func ("/chat-gtk/people/forget", test_forget);

  return g_test_run ();
}
