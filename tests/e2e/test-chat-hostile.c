/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../sanitizers.h"
#include "e2e-relay.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Somebody sends all kinds of datagrams to two who talk: made up, and repeated, cut or
 * altered ones of theirs, both as the other one and as a stranger. They talk on. */

#define BATCH        200
#define WARM_UP      10
#define DATAGRAM_MAX 1600

/* More than what the system rounds up, and far less than a leak of so many. */
#define GROWTH_MAX (8 * 1024 * 1024)

/* With the address sanitizer freed memory is kept for a while. */
#define MEMORY_IS_MEASURED (!WITH_ASAN)

typedef enum
{
  NOISE,       /* bytes */
  HEADED,      /* the same behind a header of the wire */
  SIZED,       /* the same of just the right size */
  REPEATED,
  CUT,
  ALTERED,
  EXTENDED,
  N_KINDS,
} Kind;

typedef struct
{
  E2eTemp  *temp;
  E2eRelay *relay;
  E2eChat  *chats[E2E_RELAY_SIDES];
  GRand    *rand;
  int       stranger;
} Scene;

static void
scene_init (Scene *self)
{
  g_autofree char *address = NULL;

  self->temp = e2e_temp_new ();
  self->relay = e2e_relay_new (0, 6);
  self->rand = g_rand_new_with_seed (6);
  self->stranger = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (self->stranger);

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      self->chats[i] = e2e_chat_new (self->temp, i == 0 ? "Anna" : "Bert");
      e2e_chat_start (self->chats[i]);
      e2e_relay_set_side (self->relay, i, self->chats[i]);
    }

  address = e2e_relay_get_address (self->relay, 0);
  e2e_chat_connect (self->chats[0], address);
  e2e_chat_expect (self->chats[1], "peer", "name", "Anna", "state", "online", NULL);
}

static void
scene_clear (Scene *self)
{
  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      g_assert_cmpint (e2e_chat_quit (self->chats[i]), ==, 0);
      e2e_chat_free (self->chats[i]);
    }

  close (self->stranger);
  g_rand_free (self->rand);
  e2e_relay_free (self->relay);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

/* A whole one that @side got, or nothing. */
static gsize
take_recent (Scene   *self,
             guint    side,
             uint8_t  datagram[DATAGRAM_MAX])
{
  g_autoptr (GBytes) recent = e2e_relay_get_recent (self->relay, side, g_rand_int (self->rand));
  gsize length;
  const uint8_t *bytes;

  if (recent == NULL)
    return 0;

  bytes = g_bytes_get_data (recent, &length);
  length = MIN (length, DATAGRAM_MAX - 100);
  memcpy (datagram, bytes, length);

  return length;
}

static void
set_header (Scene   *self,
            uint8_t  datagram[DATAGRAM_MAX])
{
  static const uint8_t types[] = { 1, 2, 3, 4, 5, 6, 0x10, 0x11 };

  datagram[0] = 0x4c;
  datagram[1] = 0x79;
  datagram[2] = 1;
  datagram[3] = types[g_rand_int_range (self->rand, 0, G_N_ELEMENTS (types))];
}

static gsize
make_datagram (Scene   *self,
               guint    side,
               Kind     kind,
               uint8_t  datagram[DATAGRAM_MAX])
{
  static const gsize sizes[] = { 1200, 116, 72, 24, 40, 32, 16 };
  gsize length;

  for (guint i = 0; i < DATAGRAM_MAX; i++)
    datagram[i] = (uint8_t) g_rand_int (self->rand);

  switch (kind)
    {
    case NOISE:
      return (gsize) g_rand_int_range (self->rand, 0, DATAGRAM_MAX);
    case HEADED:
      set_header (self, datagram);
      return (gsize) g_rand_int_range (self->rand, 0, DATAGRAM_MAX);
    case SIZED:
      set_header (self, datagram);
      return sizes[g_rand_int_range (self->rand, 0, G_N_ELEMENTS (sizes))];
    case REPEATED:
      return take_recent (self, side, datagram);
    case CUT:
      length = take_recent (self, side, datagram);
      return length > 0 ? (gsize) g_rand_int_range (self->rand, 0, (gint32) length) : 0;
    case ALTERED:
      length = take_recent (self, side, datagram);
      datagram[(guint) g_rand_int_range (self->rand, 0, (gint32) MAX (length, 1))] ^=
        (uint8_t) (1 << g_rand_int_range (self->rand, 0, 8));
      return length;
    case EXTENDED:
    default:
      return take_recent (self, side, datagram) + (gsize) g_rand_int_range (self->rand, 1, 100);
    }
}

/* As the other one, or as somebody whom nobody knows. */
static void
send_hostile (Scene *self,
              guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      guint side = i % E2E_RELAY_SIDES;
      uint8_t datagram[DATAGRAM_MAX];
      gsize length = make_datagram (self, side, (Kind) g_rand_int_range (self->rand, 0, N_KINDS),
                                    datagram);
      struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons ((uint16_t) self->chats[side]->port),
        .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
      };

      if (g_rand_boolean (self->rand))
        e2e_relay_inject (self->relay, side, datagram, length);
      else
        sendto (self->stranger, datagram, length, 0, (struct sockaddr *) &to, sizeof to);
    }
}

static void
say (Scene *self,
     guint  from,
     guint  n)
{
  g_autofree char *text = g_strdup_printf ("%u from %u", n, from);

  e2e_chat_command (self->chats[from], "send", "to", self->chats[1 - from]->fingerprint, "text",
                    text, "tag", text, NULL);
  e2e_chat_expect (self->chats[1 - from], "message", "text", text, NULL);
  e2e_chat_expect (self->chats[from], "state", "state", "delivered", "tag", text, NULL);
}

/* Nobody was told of anything else, and all is stored once. */
static void
check (Scene *self,
       guint  n)
{
  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      g_autoptr (GPtrArray) history =
        e2e_chat_get_history (self->chats[i], self->chats[1 - i]->fingerprint, -1);
      g_autoptr (JsonObject) end = NULL;

      g_assert_cmpuint (history->len, ==, E2E_RELAY_SIDES * n);
      for (guint j = 0; j < history->len; j++)
        {
          g_autofree char *text = g_strdup_printf ("%u from %u", j / 2, j % 2);

          g_assert_cmpstr (e2e_json_get_string (history->pdata[j], "text"), ==, text);
        }

      g_assert_false (e2e_chat_has (self->chats[i], "message"));
      g_assert_false (e2e_chat_has (self->chats[i], "error"));
      e2e_chat_command (self->chats[i], "peers", "tag", "all", NULL);
      end = e2e_chat_take (self->chats[i], "end", "tag", "all", NULL);
      g_assert_cmpint (json_object_get_int_member (end, "count"), ==, 1);
    }
}

static void
test_talk_on (void)
{
  g_auto (Scene) scene = { NULL };
  guint n = g_test_slow () ? 5000 : 100;
  guint64 memory[E2E_RELAY_SIDES] = { 0 };

  scene_init (&scene);
  for (guint i = 0; i < n; i++)
    {
      send_hostile (&scene, BATCH);
      say (&scene, 0, i);
      say (&scene, 1, i);

      for (guint j = 0; j < E2E_RELAY_SIDES && i == WARM_UP; j++)
        memory[j] = e2e_chat_get_memory (scene.chats[j]);
    }

  for (guint i = 0; i < E2E_RELAY_SIDES; i++)
    {
      guint64 now = e2e_chat_get_memory (scene.chats[i]);

      g_test_message ("%u hostile datagrams: memory of %s from %.1f to %.1f MiB", n * BATCH,
                      scene.chats[i]->name, (double) memory[i] / 1048576,
                      (double) now / 1048576);
      if (MEMORY_IS_MEASURED)
        g_assert_cmpuint (now, <, memory[i] + GROWTH_MAX);
    }

  check (&scene, n);
}

/* Whoever knows nothing of the wire, and sends it to somebody who talks to nobody. */
static void
test_alone (void)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) anna = e2e_chat_new (temp, "Anna");
  g_autoptr (E2eChat) bert = e2e_chat_new (temp, "Bert");
  struct sockaddr_in to = {
    .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_autofree uint8_t *large = g_malloc0 (65507);

  e2e_chat_start (anna);
  to.sin_port = htons ((uint16_t) anna->port);
  for (gsize length = 0; length <= 65507; length = length * 2 + 1)
    g_assert_cmpint (sendto (fd, large, length, 0, (struct sockaddr *) &to, sizeof to), ==,
                     (gssize) length);
  g_assert_cmpint (sendto (fd, large, 65507, 0, (struct sockaddr *) &to, sizeof to), ==, 65507);
  close (fd);

  e2e_chat_start (bert);
  e2e_chat_meet (bert, anna);
  g_assert_cmpint (e2e_chat_quit (anna), ==, 0);
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("hostile/talk-on", test_talk_on);
  e2e_chat_add ("hostile/alone", test_alone);

  return g_test_run ();
}
