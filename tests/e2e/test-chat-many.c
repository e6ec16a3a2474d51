/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-chat.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Many on one network, each at an address of its own, who find each other by their
 * beacons alone. */

#define DISCOVERY_PORT  7892
#define DISCOVERY_GROUP "224.0.0.178"

/* The burst after the start is over by then, and what is idle is looked at so long. */
#define SETTLE_SECONDS 10
#define IDLE_SECONDS   20

/* One beacon in 10 s. */
#define IDLE_BEACONS_MAX (IDLE_SECONDS / 10 + 1)

typedef struct _Crowd Crowd;

typedef struct
{
  Crowd      *crowd;
  E2eChat    *chat;
  GHashTable *online;   /* fingerprints, as a set */
} Node;

struct _Crowd
{
  E2eTemp    *temp;
  GPtrArray  *nodes;      /* Node */
  GHashTable *ours;       /* fingerprints, as a set: there may be strangers */
  guint       n_ready;
};

static gboolean
on_event (E2eChat    *chat,
          JsonObject *event,
          gpointer    user_data)
{
  Node *self = user_data;
  const char *name = e2e_json_get_event (event);
  const char *fingerprint = e2e_json_get_string (event, "fingerprint");

  if (g_str_equal (name, "ready"))
    {
      chat->fingerprint = g_strdup (fingerprint);
      chat->port = (guint) json_object_get_int_member (event, "port");
      g_hash_table_add (self->crowd->ours, chat->fingerprint);
      self->crowd->n_ready++;
    }
  else if (g_str_equal (name, "peer"))
    {
      if (g_str_equal (e2e_json_get_string (event, "state"), "online"))
        g_hash_table_add (self->online, g_strdup (fingerprint));
      else
        g_hash_table_remove (self->online, fingerprint);
    }
  else if (g_str_equal (name, "error"))
    {
      g_error ("%s: %s", chat->name, e2e_json_get_string (event, "message"));
    }

  return TRUE;
}

static void
node_free (gpointer data)
{
  Node *self = data;

  e2e_chat_free (self->chat);
  g_hash_table_unref (self->online);
  g_free (self);
}

static void
crowd_init (Crowd *self,
            guint  n)
{
  struct rlimit files;

  /* Three pipes and more for each. */
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &files));
  files.rlim_cur = MIN (files.rlim_max, 4096);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &files));

  self->temp = e2e_temp_new_in_memory ();
  self->ours = g_hash_table_new (g_str_hash, g_str_equal);
  self->nodes = g_ptr_array_new_with_free_func (node_free);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("Node %u", i);
      Node *node = g_new0 (Node, 1);

      node->crowd = self;
      node->online = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      node->chat = e2e_chat_new (self->temp, name);
      node->chat->discovers = TRUE;
      g_free (node->chat->bind);
      node->chat->bind = g_strdup_printf ("127.0.%u.%u", 1 + i / 200, 1 + i % 200);
      node->chat->func = on_event;
      node->chat->user_data = node;
      g_ptr_array_add (self->nodes, node);
    }
}

static void
crowd_clear (Crowd *self)
{
  g_ptr_array_unref (self->nodes);
  g_hash_table_unref (self->ours);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Crowd, crowd_clear)

static gboolean
is_ready (gpointer user_data)
{
  Crowd *self = user_data;

  return self->n_ready == self->nodes->len;
}

/* Whether this one sees all others of ours. */
static gboolean
sees_all (Crowd *self,
          Node  *node)
{
  GHashTableIter iter;
  const char *fingerprint;
  guint n = 0;

  if (g_hash_table_size (node->online) + 1 < self->nodes->len)
    return FALSE;

  g_hash_table_iter_init (&iter, node->online);
  while (g_hash_table_iter_next (&iter, (gpointer *) &fingerprint, NULL))
    n += g_hash_table_contains (self->ours, fingerprint);

  return n + 1 == self->nodes->len;
}

static gboolean
all_see_all (gpointer user_data)
{
  Crowd *self = user_data;

  for (guint i = 0; i < self->nodes->len; i++)
    if (!sees_all (self, self->nodes->pdata[i]))
      return FALSE;

  return TRUE;
}

static double
seconds_since (gint64 time)
{
  return (double) (g_get_monotonic_time () - time) / G_USEC_PER_SEC;
}

/* In seconds, of all together. */
static double
measure_cpu (Crowd *self)
{
  double seconds = 0;

  for (guint i = 0; i < self->nodes->len; i++)
    seconds += e2e_chat_get_cpu_time (((Node *) self->nodes->pdata[i])->chat);

  return seconds;
}

static void
crowd_gather (Crowd *self)
{
  guint n = self->nodes->len;
  gint64 begin = g_get_monotonic_time ();
  double launched, ready;

  for (guint i = 0; i < n; i++)
    e2e_chat_launch (((Node *) self->nodes->pdata[i])->chat, NULL);

  launched = seconds_since (begin);
  e2e_chat_await (is_ready, self, "all are ready");
  ready = seconds_since (begin);
  e2e_chat_await (all_see_all, self, "all see all");
  g_test_message ("%u nodes: all launched after %.2f s, ready after %.2f s, and all saw all after "
                  "%.2f s; %.2f ms of processor time for each pair", n, launched, ready,
                  seconds_since (begin), measure_cpu (self) * 1000 / (n * (n - 1) / 2));
}

/* --- leaving --- */

typedef struct
{
  Crowd      *crowd;
  const char *fingerprint;
} Missing;

static gboolean
is_gone (gpointer user_data)
{
  Missing *missing = user_data;

  for (guint i = 0; i < missing->crowd->nodes->len; i++)
    {
      Node *node = missing->crowd->nodes->pdata[i];

      if (g_hash_table_contains (node->online, missing->fingerprint))
        return FALSE;
    }

  return TRUE;
}

/* All hear who leaves, and who comes back. */
static void
leave_and_come_back (Crowd *self)
{
  Node *first = self->nodes->pdata[0];
  g_autofree char *fingerprint = g_strdup (first->chat->fingerprint);
  Missing missing = { self, fingerprint };

  g_assert_cmpint (e2e_chat_quit (first->chat), ==, 0);
  g_hash_table_remove_all (first->online);
  e2e_chat_await (is_gone, &missing, "all see that one has left");

  g_hash_table_remove (self->ours, fingerprint);
  g_clear_pointer (&first->chat->fingerprint, g_free);
  self->n_ready--;
  e2e_chat_launch (first->chat, NULL);
  e2e_chat_await (is_ready, self, "one comes back");
  g_assert_cmpstr (first->chat->fingerprint, ==, fingerprint);
  e2e_chat_await (all_see_all, self, "all see that one is back");
}

/* --- idle --- */

typedef struct
{
  int         fd;
  guint       watch;
  GHashTable *counts;   /* address → number of its beacons */
} Listener;

static gboolean
on_beacon (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  Listener *self = user_data;
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  char datagram[64];
  gpointer address;

  if (recvfrom (fd, datagram, sizeof datagram, 0, (struct sockaddr *) &from, &length) < 0)
    return G_SOURCE_CONTINUE;

  address = GUINT_TO_POINTER (from.sin_addr.s_addr);
  g_hash_table_insert (self->counts, address,
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (self->counts,
                                                                                address)) + 1));

  return G_SOURCE_CONTINUE;
}

static void
listener_init (Listener *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (DISCOVERY_PORT) };
  struct ip_mreqn group = { .imr_ifindex = 1 /* lo */ };
  int on = 1;

  /* Not those to the broadcast address: they are the same beacons once more. */
  inet_pton (AF_INET, DISCOVERY_GROUP, &address.sin_addr);
  group.imr_multiaddr = address.sin_addr;
  self->counts = g_hash_table_new (NULL, NULL);
  self->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_assert_no_errno (self->fd);
  g_assert_no_errno (setsockopt (self->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  g_assert_no_errno (bind (self->fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (setsockopt (self->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group));
  self->watch = g_unix_fd_add (self->fd, G_IO_IN, on_beacon, self);
}

static void
listener_clear (Listener *self)
{
  g_source_remove (self->watch);
  close (self->fd);
  g_hash_table_unref (self->counts);
}

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
let_pass (guint seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add_seconds (seconds, on_time, &is_over);
  e2e_chat_await (is_true, &is_over, "time passes");
}

/* Who has nothing to do does next to nothing. */
static void
stay_idle (Crowd *self)
{
  Listener listener;
  GHashTableIter iter;
  gpointer count;
  guint most = 0;
  guint64 memory = 0;
  double cpu;

  let_pass (SETTLE_SECONDS);
  listener_init (&listener);
  cpu = measure_cpu (self);
  let_pass (IDLE_SECONDS);
  cpu = (measure_cpu (self) - cpu) / IDLE_SECONDS / self->nodes->len;

  g_hash_table_iter_init (&iter, listener.counts);
  while (g_hash_table_iter_next (&iter, NULL, &count))
    most = MAX (most, GPOINTER_TO_UINT (count));
  for (guint i = 0; i < self->nodes->len; i++)
    memory = MAX (memory, e2e_chat_get_memory (((Node *) self->nodes->pdata[i])->chat));

  g_test_message ("idle: %.3f %% of a core each, at most %.1f MiB; %u sent beacons in %u s, at "
                  "most %u each", cpu * 100, (double) memory / 1048576,
                  g_hash_table_size (listener.counts), IDLE_SECONDS, most);
  g_assert_cmpuint (most, >, 0);
  g_assert_cmpuint (most, <=, IDLE_BEACONS_MAX);
  listener_clear (&listener);
}

/* LANYARD_TEST_NODES=200 is a crowd that takes a quarter of a minute of two processors to meet. */
static guint
count_nodes (void)
{
  const char *wanted = g_getenv ("LANYARD_TEST_NODES");
  guint64 n;

  if (wanted != NULL && g_ascii_string_to_unsigned (wanted, 10, 2, 1000, &n, NULL))
    return (guint) n;

  return g_test_slow () ? 100 : 30;
}

static void
test_crowd (void)
{
  g_auto (Crowd) crowd = { NULL };

  crowd_init (&crowd, count_nodes ());
  crowd_gather (&crowd);
  if (g_test_slow ())
    stay_idle (&crowd);
  leave_and_come_back (&crowd);
}

/* Who is gone without a word is missed within 30 s. */
static void
test_silent (void)
{
  g_auto (Crowd) crowd = { NULL };
  Node *victim;
  g_autofree char *fingerprint = NULL;
  Missing missing = { &crowd, NULL };
  gint64 killed;

  crowd_init (&crowd, 2);
  crowd_gather (&crowd);
  victim = crowd.nodes->pdata[1];
  fingerprint = g_strdup (victim->chat->fingerprint);
  missing.fingerprint = fingerprint;
  e2e_chat_kill (victim->chat);
  killed = g_get_monotonic_time ();
  e2e_chat_await (is_gone, &missing, "somebody is missed");
  g_test_message ("missed after %.1f s", seconds_since (killed));
  g_assert_cmpfloat (seconds_since (killed), <, 30);
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("many/crowd", test_crowd);
  if (g_test_slow ())
    e2e_chat_add ("many/silent", test_silent);

  return g_test_run ();
}
