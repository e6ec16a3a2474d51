/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-stranger.h"
#include "e2e-talk.h"
#include "e2e-util.h"

#include <signal.h>
#include <string.h>

/* What others have, who know nothing of Lanyard: two threads, one socket. */
static const char script[] =
  "import socket, sys, threading\n"
  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
  "s.bind(('127.0.0.1', int(sys.argv[1])))\n"
  "print('listening at port %d\\n' % s.getsockname()[1], file=sys.stderr, flush=True)\n"
  "def receive():\n"
  "    while True:\n"
  "        data, address = s.recvfrom(1024)\n"
  "        print('got %r' % data.decode(), flush=True)\n"
  "def send():\n"
  "    for line in sys.stdin:\n"
  "        s.sendto(line.rstrip('\\n').encode(), ('127.0.0.1', int(sys.argv[2])))\n"
  "threading.Thread(target=receive, daemon=True).start()\n"
  "sender = threading.Thread(target=send)\n"
  "sender.start()\n"
  "sender.join()\n";

static E2eTalk *
start_chat (const char *peer)
{
  return e2e_talk_start (e2e_get_lanyard (), "chat", "--plain", "--bind", "127.0.0.1", "--port",
                         "0", peer, NULL);
}

static char *
peer_at (guint port)
{
  return g_strdup_printf ("127.0.0.1:%u", port);
}

static void
test_script (void)
{
  g_autoptr (E2eTalk) chat = NULL;
  g_autoptr (E2eTalk) other = NULL;
  g_autofree char *port = NULL;
  g_autofree char *line = NULL;

  if (e2e_lacks_tool ("python3"))
    return;

  chat = start_chat (NULL);
  port = g_strdup_printf ("%u", e2e_talk_get_port (chat));
  other = e2e_talk_start ("python3", "-c", script, "0", port, NULL);
  line = g_strdup_printf (">>>127.0.0.1:%u: hello 你好\n", e2e_talk_get_port (other));

  e2e_talk_say (other, "hello 你好\n");
  e2e_talk_await (chat, chat->out, line);
  e2e_talk_await (chat, chat->err, "Lines go to 127.0.0.1:");
  e2e_talk_say (chat, "and you 再见\n");
  e2e_talk_await (other, other->out, "got 'and you 再见'\n");

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *there = g_strdup_printf ("there %u\n", i);
      g_autofree char *back = g_strdup_printf ("back %u\n", i);
      g_autofree char *got = g_strdup_printf ("got 'back %u'\n", i);

      e2e_talk_say (other, there);
      e2e_talk_say (chat, back);
      e2e_talk_await (chat, chat->out, there);
      e2e_talk_await (other, other->out, got);
    }

  e2e_talk_hang_up (chat);
  g_assert_cmpint (e2e_talk_wait (chat), ==, 0);
}

/* Lanyard speaks first. */
static void
test_script_first (void)
{
  g_autoptr (E2eTalk) chat = NULL;
  g_autoptr (E2eTalk) other = NULL;
  g_autofree char *peer = NULL;

  if (e2e_lacks_tool ("python3"))
    return;

  other = e2e_talk_start ("python3", "-c", script, "0", "9", NULL);
  peer = g_strdup_printf ("localhost:%u", e2e_talk_get_port (other));
  chat = start_chat (peer);
  e2e_talk_say (chat, "first\nsecond\n");
  e2e_talk_await (other, other->out, "got 'first'\ngot 'second'\n");
}

/* There are several that are called so, and each takes other options. */
static gboolean
lacks_nc (void)
{
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_tool ("nc"))
    return TRUE;

  run = e2e_run_tool ("nc", "-h", NULL);
  if (strstr (run->out, "OpenBSD") != NULL || strstr (run->err, "OpenBSD") != NULL)
    return FALSE;

  g_test_skip ("nc is not that of OpenBSD");

  return TRUE;
}

static void
test_nc (void)
{
  g_autoptr (E2eTalk) chat = NULL;
  g_autoptr (E2eTalk) nc = NULL;
  g_autofree char *port = NULL;

  if (lacks_nc ())
    return;

  chat = start_chat (NULL);
  port = g_strdup_printf ("%u", e2e_talk_get_port (chat));
  nc = e2e_talk_start ("nc", "-u", "127.0.0.1", port, NULL);

  e2e_talk_say (nc, "from nc\n");
  e2e_talk_await (chat, chat->out, ": from nc\n");
  g_assert_true (g_str_has_prefix (chat->out->str, ">>>127.0.0.1:"));

  /* Its lines stand apart, as it keeps them apart itself. */
  e2e_talk_say (chat, "one\ntwo\n");
  e2e_talk_await (nc, nc->out, "one\ntwo\n");
}

/* nc listens; only once it does can it be spoken to. */
static void
test_nc_first (void)
{
  g_autoptr (E2eTalk) chat = NULL;
  g_autoptr (E2eTalk) nc = NULL;
  g_autofree char *port = NULL;
  g_autofree char *peer = NULL;

  if (lacks_nc ())
    return;

  {
    g_auto (E2eStranger) stranger = { NULL };

    e2e_stranger_init (&stranger);
    port = g_strdup_printf ("%u", stranger.port);
    peer = peer_at (stranger.port);
  }

  nc = e2e_talk_start ("nc", "-v", "-n", "-u", "-l", "127.0.0.1", port, NULL);
  e2e_talk_await (nc, nc->err, port);
  chat = start_chat (peer);
  e2e_talk_say (chat, "to nc");
  e2e_talk_say (chat, "\n");
  e2e_talk_await (nc, nc->out, "to nc");
  e2e_talk_say (nc, "thanks\n");
  e2e_talk_await (chat, chat->out, ": thanks\n");
}

/* Two of ours, and what either types is seen as it says in the manual. */
static void
test_each_other (void)
{
  g_autoptr (E2eTalk) anna = start_chat (NULL);
  g_autofree char *peer = peer_at (e2e_talk_get_port (anna));
  g_autoptr (E2eTalk) berta = start_chat (peer);
  g_autofree char *from_berta = g_strdup_printf (">>>127.0.0.1:%u: hello\n",
                                                 e2e_talk_get_port (berta));
  g_autofree char *from_anna = g_strdup_printf (">>>%s: /yes  \n", peer);

  e2e_talk_say (berta, "hello\n");
  e2e_talk_await (anna, anna->out, from_berta);
  e2e_talk_say (anna, "//yes  \n");
  e2e_talk_await (berta, berta->out, from_anna);
  g_assert_cmpstr (anna->out->str, ==, from_berta);
  g_assert_cmpstr (berta->out->str, ==, from_anna);
}

/* Nothing that comes from the network is obeyed by a terminal, or forges a line. */
static void
test_harmful (void)
{
  static const struct { const char *bytes; gsize length; const char *text; } cases[] = {
    { "", 0, "" },
    { "\n", 1, "" },
    { "plain\r\n", 7, "plain" },
    { "\033[2J\033]0;title\007", 14, "\\x1b[2J\\x1b]0;title\\x07" },
    { "a\rb\bc\td\0e", 9, "a\\x0db\\x08c\\x09d\\x00e" },
    { "\xc2\x9b" "31m", 5, "\\x9b31m" },
    { "\u202egpj.exe\u2066", 13, "\\x202egpj.exe\\x2066" },
    { "\xff\xfe\xc3", 3, "\\xff\\xfe\\xc3" },
    { "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" },
    { "100%s%n", 7, "100%s%n" },
  };
  g_autoptr (E2eTalk) chat = start_chat (NULL);
  guint port = e2e_talk_get_port (chat);
  g_autoptr (GString) all = g_string_new (NULL);
  g_auto (E2eStranger) stranger = { NULL };

  e2e_stranger_init (&stranger);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      e2e_stranger_say (&stranger, port, cases[i].bytes, cases[i].length);
      g_string_append_printf (all, ">>>127.0.0.1:%u: %s\n", stranger.port, cases[i].text);
      e2e_talk_await (chat, chat->out, all->str);
    }

  e2e_stranger_say (&stranger, port, "mine\n>>>127.0.0.1:1: not mine", 29);
  g_string_append_printf (all, ">>>127.0.0.1:%u: mine\n>>>127.0.0.1:%u: >>>127.0.0.1:1: not mine\n",
                          stranger.port, stranger.port);
  e2e_talk_await (chat, chat->out, all->str);
  g_assert_cmpstr (chat->out->str, ==, all->str);
}

/* What is sent is what was typed, and no more. */
static void
test_bare (void)
{
  g_auto (E2eStranger) stranger = { NULL };
  g_autofree char *peer = NULL;
  g_autofree char *longest = g_strnfill (65507, 'x');
  g_autoptr (E2eTalk) chat = NULL;

  e2e_stranger_init (&stranger);
  peer = peer_at (stranger.port);
  chat = start_chat (peer);

  e2e_talk_say (chat, "text\n\n  spaces  \r\n你好\n");
  e2e_stranger_assert_hears (&stranger, "text", 4);
  e2e_stranger_assert_hears (&stranger, "", 0);
  e2e_stranger_assert_hears (&stranger, "  spaces  ", 10);
  e2e_stranger_assert_hears (&stranger, "你好", 6);

  e2e_talk_say (chat, longest);
  e2e_talk_say (chat, "\nlast, without an end");
  e2e_stranger_assert_hears (&stranger, longest, 65507);
  e2e_talk_hang_up (chat);
  e2e_stranger_assert_hears (&stranger, "last, without an end", 20);
  g_assert_cmpint (e2e_talk_wait (chat), ==, 0);
  g_assert_cmpstr (chat->out->str, ==, "");
}

/* What cannot be sent is told of, and is all that is not. */
static void
test_not_sent (void)
{
  g_auto (E2eStranger) stranger = { NULL };
  g_autofree char *peer = NULL;
  g_autofree char *long_line = g_strnfill (65508, 'x');
  g_autofree char *endless = g_strnfill (9 * 1024 * 1024, 'y');
  g_autoptr (E2eTalk) chat = NULL;

  e2e_stranger_init (&stranger);
  peer = peer_at (stranger.port);
  chat = start_chat (peer);

  e2e_talk_say (chat, long_line);
  e2e_talk_say (chat, "\n");
  e2e_talk_await (chat, chat->err, "the text has 65508 bytes; a datagram holds 65507 at most");
  e2e_talk_say (chat, "a\xff" "b\n");
  e2e_talk_await (chat, chat->err, "Not sent: the text is not valid UTF-8.");
  e2e_talk_say (chat, "/nonsense\033 text\n");
  e2e_talk_await (chat, chat->err, "Not sent: /nonsense\\x1b is not a command");
  e2e_talk_say (chat, endless);
  e2e_talk_await (chat, chat->err, "Not sent: the line is too long.");
  e2e_talk_say (chat, "\ngood\n");
  e2e_stranger_assert_hears (&stranger, "good", 4);

  e2e_talk_hang_up (chat);
  g_assert_cmpint (e2e_talk_wait (chat), ==, 1);
}

static void
test_whom (void)
{
  g_auto (E2eStranger) one = { NULL };
  g_auto (E2eStranger) two = { NULL };
  g_autofree char *to_two = NULL;
  g_autofree char *lines_to_two = NULL;
  g_autoptr (E2eTalk) chat = start_chat (NULL);
  guint port = e2e_talk_get_port (chat);

  e2e_stranger_init (&one);
  e2e_stranger_init (&two);
  to_two = g_strdup_printf ("/to localhost:%u\nto two\n", two.port);
  lines_to_two = g_strdup_printf ("Lines go to 127.0.0.1:%u.", two.port);

  e2e_talk_say (chat, "nobody\n");
  e2e_talk_await (chat, chat->err, "Not sent: nobody has spoken yet; /to HOST:PORT");

  e2e_stranger_say (&one, port, "one", 3);
  e2e_talk_await (chat, chat->out, ": one\n");
  e2e_talk_say (chat, "to one\n");
  e2e_stranger_assert_hears (&one, "to one", 6);

  /* Who was chosen stays chosen, whoever speaks. */
  e2e_talk_say (chat, to_two);
  e2e_stranger_assert_hears (&two, "to two", 6);
  e2e_talk_await (chat, chat->err, lines_to_two);
  e2e_stranger_say (&one, port, "again", 5);
  e2e_talk_await (chat, chat->out, ": again\n");
  e2e_talk_say (chat, "still two\n");
  e2e_stranger_assert_hears (&two, "still two", 9);

  e2e_talk_say (chat, "/to\n");
  e2e_talk_await (chat, chat->err, "Lines go to whoever speaks next");
  e2e_talk_say (chat, "/to no port here:x\n");
  e2e_talk_await (chat, chat->err, "no port here:x");
  e2e_talk_say (chat, "/help\n");
  e2e_talk_await (chat, chat->err, "/quit          end");
  e2e_talk_say (chat, "/quit\n");
  g_assert_cmpint (e2e_talk_wait (chat), ==, 1);
}

static void
test_signals (void)
{
  static const struct { int number; int status; } cases[] = {
    { SIGINT, 130 }, { SIGTERM, 143 }, { SIGHUP, 143 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (E2eTalk) chat = start_chat (NULL);

      e2e_talk_await (chat, chat->err, "Lines go to");
      kill (chat->pid, cases[i].number);
      g_assert_cmpint (e2e_talk_wait (chat), ==, cases[i].status);
    }
}

/* Without a standard input there is nothing to be sent, and none of its own sockets is
 * taken for that. */
static void
test_no_input (void)
{
  g_autoptr (E2eTalk) chat = e2e_talk_start ("/bin/sh", "-c", "exec \"$@\" <&-", "sh",
                                             e2e_get_lanyard (), "chat", "--plain", "--port", "0",
                                             NULL);

  g_assert_cmpint (e2e_talk_wait (chat), ==, 0);
  g_assert_nonnull (strstr (chat->err->str, "Listening at port "));
}

static void
test_port_taken (void)
{
  g_auto (E2eStranger) stranger = { NULL };
  g_autofree char *port = NULL;
  g_autoptr (E2eRun) run = NULL;

  e2e_stranger_init (&stranger);
  port = g_strdup_printf ("%u", stranger.port);
  run = e2e_run ("chat", "--plain", "--bind", "127.0.0.1", "--port", port, NULL);
  e2e_assert_refused (run, "cannot listen at 127.0.0.1, port ");
  g_assert_nonnull (strstr (run->err, "--port 0"));
  g_assert_cmpstr (run->out, ==, "");
}

static void
test_unknown_host (void)
{
  g_autoptr (E2eRun) run = e2e_run ("chat", "--plain", "--port", "0", "nowhere.invalid:7890", NULL);

  e2e_assert_refused (run, "nowhere.invalid:7890: cannot be found: ");
}

static void
test_usage (void)
{
  static const struct { const char *arguments[4]; const char *reason; } cases[] = {
    { { "--port", "65536" }, "--port: “65536” is not a port" },
    { { "--port=-1" }, "--port: “-1” is not a port" },
    { { "--port=" }, "--port: “” is not a port" },
    { { "--bind", "here" }, "--bind: “here” is not an IP address" },
    { { "--name", " " }, "--name: a name needs a letter" },
    { { "--name", "a\033[2J" }, "--name: “a\\x1b[2J” is not plain text" },
    { { "--profile", "" }, "--profile: no folder is named" },
    { { "--plain", "--json" }, "--plain and --json do not go together" },
    { { "--plain", "a:1", "b:2" }, "“b:2”: one can be talked to" },
    { { "--plain", "host:0" }, "“host:0” is not an address of the form ADDR:PORT" },
    { { "--plain", ":7890" }, "“:7890” is not an address of the form ADDR:PORT" },
    { { "--plain", "" }, "nobody is named" },
    { { "--loud" }, "--loud" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char * const *a = cases[i].arguments;
      g_autoptr (E2eRun) run = e2e_run ("chat", a[0], a[1], a[2], NULL);

      e2e_assert_status (run, 2);
      if (strstr (run->err, cases[i].reason) == NULL)
        g_error ("“%s” is not said in: %s", cases[i].reason, run->err);
      g_assert_nonnull (strstr (run->err, "lanyard chat --help"));
      g_assert_cmpstr (run->out, ==, "");
    }
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  g_test_add_func ("/e2e/chat-plain/script", test_script);
  g_test_add_func ("/e2e/chat-plain/script-first", test_script_first);
  g_test_add_func ("/e2e/chat-plain/nc", test_nc);
  g_test_add_func ("/e2e/chat-plain/nc-first", test_nc_first);
  g_test_add_func ("/e2e/chat-plain/each-other", test_each_other);
  g_test_add_func ("/e2e/chat-plain/harmful", test_harmful);
  g_test_add_func ("/e2e/chat-plain/bare", test_bare);
  g_test_add_func ("/e2e/chat-plain/not-sent", test_not_sent);
  g_test_add_func ("/e2e/chat-plain/whom", test_whom);
  g_test_add_func ("/e2e/chat-plain/signals", test_signals);
  g_test_add_func ("/e2e/chat-plain/no-input", test_no_input);
  g_test_add_func ("/e2e/chat-plain/port-taken", test_port_taken);
  g_test_add_func ("/e2e/chat-plain/unknown-host", test_unknown_host);
  g_test_add_func ("/e2e/chat-plain/usage", test_usage);

  return g_test_run ();
}
