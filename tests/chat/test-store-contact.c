/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <string.h>

static void
assert_contact (TestStore  *test,
                gint64      id,
                const char *name,
                ChatTrust   trust,
                gint64      namesake)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatContact) contact = chat_store_get_contact (test->store, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (chat_contact_get_name (contact), ==, name);
  g_assert_cmpint (contact->trust, ==, trust);
  g_assert_cmpint (contact->namesake, ==, namesake);
}

static void
set_trust (TestStore *test,
           gint64     id,
           ChatTrust  trust)
{
  g_autoptr (GError) error = NULL;

  chat_store_set_trust (test->store, id, trust, &error);
  g_assert_no_error (error);
}

static void
assert_found (TestStore  *test,
              const char *name,
              gint64      expected,
              int         code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatContact) contact = chat_store_find_name (test->store, name, &error);

  if (expected == 0)
    {
      g_assert_null (contact);
      g_assert_error (error, CHAT_STORE_ERROR, code);
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpint (contact->id, ==, expected);
}

static void
test_meeting (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatContact) contact = NULL;
  guint8 key[CHAT_CONTACT_KEY_SIZE];
  g_autoptr (GError) error = NULL;

  memset (key, 1, sizeof key);
  contact = chat_store_meet (test->store, key, "Anna", 2000, &error);
  g_assert_no_error (error);
  test_store_restart (test);
  g_assert_cmpint (contact->id, ==, test->contact);
  g_assert_cmpmem (contact->key, sizeof contact->key, key, sizeof key);
  g_assert_cmpint (contact->first_seen, ==, 1000);
  g_assert_cmpint (contact->last_seen, ==, 2000);
  g_assert_false (contact->blocked);
  assert_contact (test, test->contact, "Anna", CHAT_TRUST_SEEN, 0);

  key[5] = 0;
  g_assert_null (chat_store_find_key (test->store, key, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
}

/* Another key under a name that is trusted is another contact, and held. */
static void
test_changed_key (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other;

  set_trust (test, test->contact, CHAT_TRUST_PINNED);
  other = test_meet (test->store, 2, "ANNA\xe2\x80\x8b");
  g_assert_cmpint (other, !=, test->contact);
  assert_contact (test, other, "ANNA", CHAT_TRUST_HELD, test->contact);
  assert_contact (test, test->contact, "Anna", CHAT_TRUST_PINNED, 0);
  assert_found (test, "anna", test->contact, 0);

  /* It stays so when it comes again, until the user decides. */
  test_store_restart (test);
  g_assert_cmpint (test_meet (test->store, 2, "ANNA"), ==, other);
  assert_contact (test, other, "ANNA", CHAT_TRUST_HELD, test->contact);
  set_trust (test, other, CHAT_TRUST_PINNED);
  g_assert_cmpint (test_meet (test->store, 2, "ANNA"), ==, other);
  assert_contact (test, other, "ANNA", CHAT_TRUST_PINNED, test->contact);
  assert_found (test, "anna", 0, CHAT_STORE_ERROR_AMBIGUOUS);
}

/* Nobody is held for the name of somebody who is not trusted either. */
static void
test_same_name (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other = test_meet (test->store, 2, "Anna");
  gint64 first = test_meet (test->store, 3, "");
  gint64 second = test_meet (test->store, 4, "\x01");

  assert_contact (test, other, "Anna", CHAT_TRUST_SEEN, test->contact);
  assert_contact (test, first, "", CHAT_TRUST_SEEN, 0);
  assert_contact (test, second, "", CHAT_TRUST_SEEN, 0);
  assert_found (test, "Anna", 0, CHAT_STORE_ERROR_AMBIGUOUS);
  set_trust (test, other, CHAT_TRUST_VERIFIED);
  assert_found (test, "Anna", other, 0);
}

/* A new name is looked at as that of a stranger is, and an old one is not free. */
static void
test_new_name (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 mallory = test_meet (test->store, 2, "Mallory");
  gint64 bert = test_meet (test->store, 3, "Bert");
  g_auto (GStrv) names = NULL;
  g_autofree char *joined = NULL;

  set_trust (test, test->contact, CHAT_TRUST_VERIFIED);
  set_trust (test, bert, CHAT_TRUST_PINNED);
  test_meet (test->store, 1, "Anna B.");
  test_meet (test->store, 2, "Anna");
  test_meet (test->store, 3, "Anna");
  assert_contact (test, test->contact, "Anna B.", CHAT_TRUST_VERIFIED, 0);
  assert_contact (test, mallory, "Anna", CHAT_TRUST_HELD, test->contact);
  assert_contact (test, bert, "Anna", CHAT_TRUST_PINNED, test->contact);

  names = chat_store_get_names (test->store, test->contact, NULL);
  joined = g_strjoinv ("|", names);
  g_assert_cmpstr (joined, ==, "Anna|Anna B.");
}

static void
test_rename (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 bert = test_meet (test->store, 2, "Bert");
  g_autoptr (GError) error = NULL;
  gint64 impostor;

  g_assert_true (chat_store_rename (test->store, test->contact, " My  sister ", &error));
  test_store_restart (test);
  assert_contact (test, test->contact, "My sister", CHAT_TRUST_SEEN, 0);
  assert_found (test, "my sister", test->contact, 0);
  assert_found (test, "anna", test->contact, 0);
  assert_found (test, "sister", 0, CHAT_STORE_ERROR_NOT_FOUND);

  g_assert_false (chat_store_rename (test->store, bert, "MY SISTER", &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, "another contact is called “MY SISTER”");
  g_clear_error (&error);

  /* What the user calls somebody is as good as his own name. */
  set_trust (test, test->contact, CHAT_TRUST_PINNED);
  impostor = test_meet (test->store, 3, "my sister");
  assert_contact (test, impostor, "my sister", CHAT_TRUST_HELD, test->contact);
  assert_found (test, "my sister", test->contact, 0);

  g_assert_true (chat_store_rename (test->store, test->contact, NULL, &error));
  assert_contact (test, test->contact, "Anna", CHAT_TRUST_PINNED, 0);
  g_assert_false (chat_store_rename (test->store, bert, "anna", &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_EXISTS);
}

static void
test_block (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatContact) contact = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_store_set_blocked (test->store, test->contact, TRUE, NULL));
  test_store_restart (test);
  contact = chat_store_get_contact (test->store, test->contact, NULL);
  g_assert_true (contact->blocked);
  g_assert_false (chat_contact_may_talk (contact));

  g_assert_false (chat_store_set_blocked (test->store, 99, TRUE, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
}

/* Nothing is found at once, and when all has been tidied up nothing is left, neither in the
 * tables nor of the words. */
static void
test_forget (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 bert = test_meet (test->store, 2, "Bert");
  g_autoptr (ChatMessage) removed = test_queue (test->store, test->contact, "secret");
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;
  gint64 again;

  for (guint i = 1; i <= 1200; i++)
    test_receive (test->store, test->contact, i, "secret");
  test_receive (test->store, bert, 1, "known");
  while (more)
    g_assert_true (chat_store_tidy (test->store, &more, NULL));
  g_assert_true (chat_store_add_address (test->store, test->contact, "10.0.0.1:7891", 1, NULL));
  g_assert_true (chat_store_remove (test->store, removed->id, NULL));

  g_assert_true (chat_store_forget (test->store, test->contact, &error));
  g_assert_no_error (error);
  g_assert_null (chat_store_get_contact (test->store, test->contact, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  found = chat_store_search (test->store, 0, "secret", 0, 10, NULL);
  g_assert_cmpuint (found->len, ==, 0);
  test_store_restart (test);
  for (more = TRUE; more;)
    {
      chat_store_tidy (test->store, &more, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM message"), ==, 1);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM gone"), ==, 0);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM word WHERE word MATCH 'secret'"),
                   ==, 0);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM word WHERE word MATCH 'known'"),
                   ==, 1);
  g_assert_cmpint (test_count (test->path, "SELECT (SELECT count(*) FROM link)"
                               " + (SELECT count(*) FROM name) + (SELECT count(*) FROM address)"
                               " + (SELECT count(*) FROM conversation)"), ==, 3);

  again = test_meet (test->store, 1, "Anna");
  g_assert_cmpint (again, !=, test->contact);
  g_assert_cmpint (test_receive (test->store, again, 1, "new"), !=, 0);
}

static void
test_addresses (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_auto (GStrv) addresses = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.0.%u:7891", i);

      g_assert_true (chat_store_add_address (test->store, test->contact, address, 100 + i, NULL));
    }
  g_assert_true (chat_store_add_address (test->store, test->contact, "10.0.0.15:7891", 500, NULL));
  test_store_restart (test);

  addresses = chat_store_get_addresses (test->store, test->contact, NULL);
  g_assert_cmpuint (g_strv_length (addresses), ==, CHAT_CONTACT_MAX_ADDRESSES);
  g_assert_cmpstr (addresses[0], ==, "10.0.0.15:7891");
  g_assert_cmpstr (addresses[1], ==, "10.0.0.19:7891");
  g_assert_cmpstr (addresses[7], ==, "10.0.0.12:7891");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/contact/meeting", test_meeting);
  g_test_add_func ("/chat/store/contact/changed-key", test_changed_key);
  g_test_add_func ("/chat/store/contact/same-name", test_same_name);
  g_test_add_func ("/chat/store/contact/new-name", test_new_name);
  g_test_add_func ("/chat/store/contact/rename", test_rename);
  g_test_add_func ("/chat/store/contact/block", test_block);
  g_test_add_func ("/chat/store/contact/forget", test_forget);
  g_test_add_func ("/chat/store/contact/addresses", test_addresses);

  return g_test_run ();
}
