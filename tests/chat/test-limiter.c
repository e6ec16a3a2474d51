/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-limiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static void
parse (const char  *text,
       ChatAddress *address)
{
  struct sockaddr_in in = { .sin_family = AF_INET };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

  if (inet_pton (AF_INET, text, &in.sin_addr) == 1)
    g_assert_true (chat_address_from_native (address, (struct sockaddr *) &in, sizeof in));
  else if (inet_pton (AF_INET6, text, &in6.sin6_addr) == 1)
    g_assert_true (chat_address_from_native (address, (struct sockaddr *) &in6, sizeof in6));
  else
    g_assert_not_reached ();
}

static guint
take_all (ChatLimiter *limiter,
          const char  *source,
          gint64       now)
{
  ChatAddress address;
  guint n_taken = 0;

  parse (source, &address);
  while (n_taken < 1000 && chat_limiter_take (limiter, &address, now))
    n_taken++;

  return n_taken;
}

static void
test_rate (void)
{
  g_autoptr (ChatLimiter) limiter = chat_limiter_new (20, 5);
  gint64 now = 5;

  g_assert_cmpuint (take_all (limiter, "192.0.2.1", now), ==, 5);
  g_assert_cmpuint (take_all (limiter, "192.0.2.1", now + 49999), ==, 0);
  g_assert_cmpuint (take_all (limiter, "192.0.2.1", now + 50000), ==, 1);
  g_assert_cmpuint (take_all (limiter, "192.0.2.1", now + 200000), ==, 3);
  g_assert_cmpuint (take_all (limiter, "192.0.2.1", now + G_USEC_PER_SEC * 100), ==, 5);
}

static void
test_sources (void)
{
  g_autoptr (ChatLimiter) limiter = chat_limiter_new (20, 5);

  g_assert_cmpuint (take_all (limiter, "192.0.2.1", 0), ==, 5);
  g_assert_cmpuint (take_all (limiter, "192.0.2.2", 0), ==, 5);

  /* Whoever has one address of a network of IPv6 has them all, */
  g_assert_cmpuint (take_all (limiter, "2001:db8::1", 0), ==, 5);
  g_assert_cmpuint (take_all (limiter, "2001:db8::2", 0), ==, 0);
  g_assert_cmpuint (take_all (limiter, "2001:db8:0:1::2", 0), ==, 5);

  /* but not all that are on the same link. */
  g_assert_cmpuint (take_all (limiter, "fe80::1", 0), ==, 5);
  g_assert_cmpuint (take_all (limiter, "fe80::2", 0), ==, 5);
}

/* However many there are, one who goes on asking is not let off for long. */
static void
test_many (void)
{
  g_autoptr (ChatLimiter) limiter = chat_limiter_new (20, 5);
  guint n_taken = 0;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *other = g_strdup_printf ("10.0.%u.%u", i / 250, i % 250);

      g_assert_cmpuint (take_all (limiter, other, i), ==, 5);
      n_taken += take_all (limiter, "192.0.2.1", i);
    }
  g_assert_cmpuint (n_taken, <=, 15);
}

static void
test_bucket (void)
{
  ChatBucket bucket = 0;
  ChatRate rate;
  guint n_taken = 0;

  chat_rate_init (&rate, 100, 10);
  for (gint64 now = 1000000; now < 2000000; now += 100)
    n_taken += chat_bucket_take (&bucket, &rate, now);
  g_assert_cmpuint (n_taken, ==, 109);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/limiter/rate", test_rate);
  g_test_add_func ("/chat/limiter/sources", test_sources);
  g_test_add_func ("/chat/limiter/many", test_many);
  g_test_add_func ("/chat/limiter/bucket", test_bucket);

  return g_test_run ();
}
