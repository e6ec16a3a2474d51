/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-chat.h"
#include "e2e-chat-private.h"

#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIME_PATTERN "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$"
#define FINGERPRINT_PATTERN "^[0-9a-f]{64}$"

/* --- events --- */

typedef enum
{
  STRING,
  NUMBER,
  BOOLEAN,
} MemberType;

typedef struct
{
  const char *event;
  const char *member;
  MemberType  type;
  const char *pattern;   /* or NULL: any */
} Member;

/* What the contract says of each event. */
static const Member members[] = {
  { "ready", "port", NUMBER, NULL },
  { "ready", "fingerprint", STRING, FINGERPRINT_PATTERN },
  { "ready", "name", STRING, NULL },
  { "peer", "fingerprint", STRING, FINGERPRINT_PATTERN },
  { "peer", "name", STRING, NULL },
  { "peer", "address", STRING, "^$|:\\d+$" },
  { "peer", "state", STRING, "^(online|offline)$" },
  { "peer", "verified", BOOLEAN, NULL },
  { "message", "id", NUMBER, NULL },
  { "message", "from", STRING, FINGERPRINT_PATTERN },
  { "message", "name", STRING, NULL },
  { "message", "text", STRING, NULL },
  { "message", "time", STRING, TIME_PATTERN },
  { "state", "id", NUMBER, NULL },
  { "state", "to", STRING, FINGERPRINT_PATTERN },
  { "state", "state", STRING, "^(queued|sent|delivered|read|failed)$" },
  { "error", "message", STRING, "." },
  { "history", "id", NUMBER, NULL },
  { "history", "from", STRING, FINGERPRINT_PATTERN },
  { "history", "to", STRING, FINGERPRINT_PATTERN },
  { "history", "text", STRING, NULL },
  { "history", "time", STRING, TIME_PATTERN },
  { "history", "state", STRING, "^(queued|sent|delivered|read|failed)$" },
  { "end", "count", NUMBER, NULL },
};

static gboolean
has_member (JsonObject   *event,
            const Member *member)
{
  JsonNode *node = json_object_get_member (event, member->member);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  switch (member->type)
    {
    case STRING:
      return type == G_TYPE_STRING &&
             (member->pattern == NULL ||
              g_regex_match_simple (member->pattern, json_node_get_string (node),
                                    G_REGEX_DOTALL, 0));
    case NUMBER:
      return type == G_TYPE_INT64;
    case BOOLEAN:
    default:
      return type == G_TYPE_BOOLEAN;
    }
}

static void
check_event (JsonObject *event,
             const char *line)
{
  const char *name = e2e_json_get_event (event);
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (g_strcmp0 (members[i].event, name) != 0)
        continue;

      n++;
      if (!has_member (event, &members[i]))
        g_error ("no proper “%s” in: %s", members[i].member, line);
    }

  if (n == 0)
    g_error ("the contract knows no such event: %s", line);
}

void
_e2e_chat_take_line (E2eChat    *self,
                     const char *line,
                     gsize       length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = g_strndup (line, length);
  g_autoptr (GError) error = NULL;
  JsonObject *event;

  g_assert_true (g_utf8_validate (text, (gssize) length, NULL));
  json_parser_load_from_data (parser, text, (gssize) length, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)));

  event = json_node_get_object (json_parser_get_root (parser));
  check_event (event, text);
  if (g_test_verbose ())
    g_test_message ("%s: %.300s", self->name, text);

  if (self->func == NULL || !self->func (self, event, self->user_data))
    g_ptr_array_add (self->events, json_object_ref (event));
}

/* --- waiting --- */

static gboolean
on_patience_ended (gpointer user_data)
{
  g_error ("this was waited for and did not happen: %s", (const char *) user_data);

  return G_SOURCE_REMOVE;
}

void
e2e_chat_await (E2eCondition  condition,
                gpointer      user_data,
                const char   *what)
{
  guint timer = g_timeout_add (E2E_PATIENCE / 1000, on_patience_ended, (gpointer) what);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timer);
}

typedef struct
{
  E2eChat    *chat;
  const char *wanted[16];   /* pairs */
  guint       found;
} Search;

static gboolean
matches (JsonObject         *event,
         const char * const *wanted)
{
  for (; wanted[0] != NULL; wanted += 2)
    {
      JsonNode *node = json_object_get_member (event, wanted[0]);

      if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
          json_node_get_value_type (node) != G_TYPE_STRING ||
          !g_str_equal (json_node_get_string (node), wanted[1]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_found (gpointer user_data)
{
  Search *search = user_data;

  for (search->found = 0; search->found < search->chat->events->len; search->found++)
    if (matches (search->chat->events->pdata[search->found], search->wanted))
      return TRUE;

  return FALSE;
}

static JsonObject *
take_valist (E2eChat    *self,
             const char *event,
             va_list     more)
{
  Search search = { self, { "event", event }, 0 };
  g_autoptr (GString) what = g_string_new (self->name);
  const char *member;

  for (guint i = 2; (member = va_arg (more, const char *)) != NULL; i += 2)
    {
      g_assert_cmpuint (i + 2, <, G_N_ELEMENTS (search.wanted));
      search.wanted[i] = member;
      search.wanted[i + 1] = va_arg (more, const char *);
    }

  for (guint i = 0; search.wanted[i] != NULL; i++)
    g_string_append_printf (what, " %.200s", search.wanted[i]);

  e2e_chat_await (is_found, &search, what->str);

  return g_ptr_array_steal_index (self->events, search.found);
}

JsonObject *
e2e_chat_take (E2eChat    *self,
               const char *event,
               ...)
{
  JsonObject *taken;
  va_list more;

  va_start (more, event);
  taken = take_valist (self, event, more);
  va_end (more);

  return taken;
}

void
e2e_chat_expect (E2eChat    *self,
                 const char *event,
                 ...)
{
  va_list more;

  va_start (more, event);
  json_object_unref (take_valist (self, event, more));
  va_end (more);
}

/* Whether it has told of an @event that nobody took. */
gboolean
e2e_chat_has (E2eChat    *self,
              const char *event)
{
  Search search = { self, { "event", event }, 0 };

  return is_found (&search);
}

/* --- commands --- */

/* Gives a command with these members, which are strings and end with NULL. */
void
e2e_chat_command (E2eChat    *self,
                  const char *cmd,
                  ...)
{
  g_autoptr (JsonNode) root = json_node_alloc ();
  JsonObject *object = json_object_new ();
  g_autofree char *line = NULL;
  const char *member;
  va_list more;

  json_object_set_string_member (object, "cmd", cmd);
  va_start (more, cmd);
  while ((member = va_arg (more, const char *)) != NULL)
    json_object_set_string_member (object, member, va_arg (more, const char *));
  va_end (more);

  json_node_init_object (root, object);
  json_object_unref (object);
  line = json_to_string (root, FALSE);

  if (g_str_equal (cmd, "quit"))
    self->may_end = TRUE;
  e2e_chat_write (self, line, -1);
}

/* Waits until somebody is met at @address. */
void
e2e_chat_connect (E2eChat    *self,
                  const char *address)
{
  e2e_chat_command (self, "connect", "to", address, NULL);
  e2e_chat_expect (self, "peer", "address", address, "state", "online", NULL);
}

/* Waits until both know each other. */
void
e2e_chat_meet (E2eChat *self,
               E2eChat *other)
{
  g_autofree char *address = e2e_chat_get_address (other);

  e2e_chat_connect (self, address);
  e2e_chat_expect (other, "peer", "fingerprint", self->fingerprint, "state", "online", NULL);
}

/* The last @limit messages with a peer, or all if it is negative: JsonObject. */
GPtrArray *
e2e_chat_get_history (E2eChat    *self,
                      const char *with,
                      int         limit)
{
  static guint n_tags;
  GPtrArray *history = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autofree char *tag = g_strdup_printf ("history %u", n_tags++);
  g_autofree char *number = limit < 0 ? g_strdup ("") : g_strdup_printf ("\"limit\":%d,", limit);
  g_autofree char *line = g_strdup_printf ("{\"cmd\":\"history\",\"with\":\"%s\",%s\"tag\":\"%s\"}",
                                           with, number, tag);
  g_autoptr (JsonObject) end = NULL;
  GPtrArray *others = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  e2e_chat_write (self, line, -1);
  end = e2e_chat_take (self, "end", "tag", tag, NULL);

  for (guint i = 0; i < self->events->len; i++)
    {
      const char *wanted[] = { "event", "history", "tag", tag, NULL };
      JsonObject *event = self->events->pdata[i];

      g_ptr_array_add (matches (event, wanted) ? history : others, json_object_ref (event));
    }

  g_ptr_array_unref (self->events);
  self->events = others;
  g_assert_cmpint (json_object_get_int_member (end, "count"), ==, history->len);

  return history;
}

/* --- life --- */

/* Not started yet. Its profile is in @temp. */
E2eChat *
e2e_chat_new (E2eTemp    *temp,
              const char *name)
{
  E2eChat *self = g_new0 (E2eChat, 1);

  self->profile = e2e_temp_get (temp, name);
  self->name = g_strdup (name);
  self->bind = g_strdup ("127.0.0.1");
  self->wanted_port = g_strdup ("0");
  self->pid_fd = self->in_fd = self->out_fd = self->err_fd = -1;
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->to_write = g_string_new (NULL);
  self->rest = g_string_new (NULL);

  return self;
}

void
e2e_chat_free (E2eChat *self)
{
  if (self->pid != 0)
    e2e_chat_kill (self);
  if (self->err_fd >= 0)
    close (self->err_fd);

  g_ptr_array_unref (self->events);
  g_string_free (self->to_write, TRUE);
  g_string_free (self->rest, TRUE);
  g_free (self->profile);
  g_free (self->name);
  g_free (self->bind);
  g_free (self->wanted_port);
  g_free (self->fingerprint);
  g_free (self);
}

char *
e2e_chat_get_address (E2eChat *self)
{
  return g_strdup_printf ("%s:%u", self->bind, self->port);
}

/* --- tests --- */

/* With a network of our own, where no other program is. Only root can have one. */
static void
separate_network (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
  int fd;

  if (geteuid () != 0 || unshare (CLONE_NEWNET) != 0)
    return;

  fd = socket (AF_INET, SOCK_DGRAM, 0);
  g_assert_no_errno (fd);
  g_assert_no_errno (ioctl (fd, SIOCSIFFLAGS, &request));
  close (fd);
}

void
e2e_chat_init (int    *argc,
               char ***argv)
{
  e2e_init (argc, argv);

  /* Who is written to may have been killed. */
  signal (SIGPIPE, SIG_IGN);
  separate_network ();
}

static void
run_test (gconstpointer data)
{
  ((GTestFunc) data) ();
  e2e_assert_no_workers ();
}

void
e2e_chat_add (const char *name,
              GTestFunc   func)
{
  g_autofree char *path = g_strconcat ("/e2e/chat/", name, NULL);

  g_test_add_data_func (path, (gconstpointer) func, run_test);
}

static int
compare_times (gconstpointer one,
               gconstpointer other)
{
  gint64 difference = *(const gint64 *) one - *(const gint64 *) other;

  return difference < 0 ? -1 : difference > 0;
}

/* Of an array of gint64, which is sorted by this. */
gint64
e2e_get_percentile (GArray *times,
                    double  percent)
{
  g_assert_cmpuint (times->len, >, 0);
  g_array_sort (times, compare_times);

  return g_array_index (times, gint64, (guint) ((times->len - 1) * percent / 100));
}
