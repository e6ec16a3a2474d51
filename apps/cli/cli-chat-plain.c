/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-chat"

#include "app-text.h"
#include "cli-chat.h"
#include "cli-line.h"

#include "chat-lookup.h"
#include "chat-plain.h"
#include "chat-wire.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* How long the end waits for what was typed last to be sent. */
#define FLUSH_PATIENCE (5 * G_USEC_PER_SEC)

/* As many of those that spoke are remembered, to be completed. */
#define HEARD_MAX 32

typedef struct
{
  ChatPlain    *plain;
  CliLine      *line;
  GMainLoop    *loop;
  CliExit       status;
  guint         n_failed;      /* lines that were not sent */
  GPtrArray    *heard;         /* of strings, who spoke last at the end */

  ChatAddress   to;
  gboolean      has_to;
  gboolean      is_chosen;     /* by the user; otherwise, who spoke last */
  gboolean      ends_lines;    /* who is there, as nc does, and so gets it, too */

  GCancellable *cancellable;
  gboolean      is_resolving;
  gboolean      is_starting;   /* who is looked up is of the command line */
  char         *wanted;        /* who is looked up */
} Session;

static void note (Session    *self,
                  const char *format,
                  ...) G_GNUC_PRINTF (2, 3);

static void
note (Session    *self,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  cli_line_note (self->line, text);
}

/* --- whom lines go to --- */

static void
set_to (Session           *self,
        const ChatAddress *to)
{
  g_autofree char *text = chat_address_to_string (to);
  g_autofree char *prompt = g_strconcat (text, "> ", NULL);

  if (self->has_to && chat_address_equal (&self->to, to))
    return;

  self->to = *to;
  self->has_to = TRUE;
  self->ends_lines = FALSE;
  cli_line_set_prompt (self->line, prompt);
  /* Translators: a name or an address */
  note (self, _("Lines go to %s."), text);
}

static void
set_to_last (Session *self)
{
  self->is_chosen = FALSE;
  self->has_to = FALSE;
  cli_line_set_prompt (self->line, "> ");
  note (self, _("Lines go to whoever speaks next, and then to whoever spoke last; "
                "/to HOST:PORT chooses."));
}

static void
on_resolved (const ChatAddress *address,
             const GError      *error,
             gpointer           user_data)
{
  Session *self = user_data;

  self->is_resolving = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (address != NULL)
    {
      self->is_chosen = TRUE;
      set_to (self, address);
    }
  else
    {
      note (self, _("%s: cannot be found: %s"), self->wanted, error->message);
      self->n_failed++;

      if (self->is_starting)
        {
          self->status = CLI_EXIT_NOT_STARTED;
          g_main_loop_quit (self->loop);
          return;
        }
    }

  self->is_starting = FALSE;
  cli_line_set_held (self->line, FALSE);
}

static gboolean
can_reach (GSocketFamily family,
           gpointer      user_data)
{
  Session *self = user_data;

  return chat_plain_reaches (self->plain, family);
}

/* No line is taken until it is known whom it is for. */
static void
resolve (Session            *self,
         const char         *text,
         GSocketConnectable *connectable)
{
  g_free (self->wanted);
  self->wanted = g_strdup (text);
  self->is_resolving = TRUE;
  cli_line_set_held (self->line, TRUE);
  chat_lookup_start (connectable, self->cancellable, can_reach, on_resolved, self);
}

/* --- what is typed --- */

static void
send_line (Session    *self,
           const char *text,
           gsize       length)
{
  g_autoptr (GString) message = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->has_to)
    {
      note (self, _("Not sent: nobody has spoken yet; /to HOST:PORT says whom lines are for."));
      self->n_failed++;
      return;
    }

  message = g_string_new_len (text, (gssize) length);
  if (self->ends_lines)
    g_string_append_c (message, '\n');

  if (!chat_plain_send (self->plain, &self->to, message->str, message->len, &error))
    {
      note (self, _("Not sent: %s."), error->message);
      self->n_failed++;
    }
}

static void
run_to (Session    *self,
        const char *argument)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  g_autoptr (GError) error = NULL;

  if (*argument == '\0')
    {
      set_to_last (self);
      return;
    }

  connectable = chat_lookup_parse (argument, CHAT_PLAIN_PORT, &error);
  if (connectable != NULL)
    {
      resolve (self, argument, connectable);
    }
  else
    {
      note (self, "%s", error->message);
      self->n_failed++;
    }
}

static void
run_command (Session    *self,
             const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *argument = words[1] != NULL ? g_strstrip (words[1]) : "";

  if (g_str_equal (words[0], "/to"))
    {
      run_to (self, argument);
    }
  else if (g_str_equal (words[0], "/help"))
    {
      note (self, _("/to HOST:PORT  send to this address from now on\n"
                    "/to            send to whoever spoke last\n"
                    "/help          show this\n"
                    "/quit          end, as Ctrl+D does\n"
                    "//…            send a line that begins with /"));
    }
  else if (g_str_equal (words[0], "/quit"))
    {
      g_main_loop_quit (self->loop);
    }
  else
    {
      note (self, _("Not sent: %s is not a command; /help lists them."), words[0]);
      self->n_failed++;
    }
}

static void
on_line (const char *text,
         gsize       length,
         gpointer    user_data)
{
  Session *self = user_data;
  g_autofree char *command = NULL;

  switch (cli_line_sort (self->line, &text, &length))
    {
    case CLI_LINE_NOTHING:
      break;
    case CLI_LINE_TEXT:
      send_line (self, text, length);
      break;
    case CLI_LINE_COMMAND:
    default:
      command = g_strndup (text, length);
      run_command (self, command);
      break;
    }
}

static void
on_too_long (gpointer user_data)
{
  Session *self = user_data;

  note (self, _("Not sent: the line is too long."));
  self->n_failed++;
}

static void
on_ended (CliExit  status,
          gpointer user_data)
{
  Session *self = user_data;

  self->status = status;
  g_main_loop_quit (self->loop);
}

static char **
on_complete (const char *before,
             gpointer    user_data)
{
  static const char * const commands[] = { "/help", "/quit", "/to", NULL };
  Session *self = user_data;
  g_autoptr (GStrvBuilder) builder = NULL;

  if (*before == '\0')
    return g_strdupv ((char **) commands);

  if (!g_str_equal (before, "/to "))
    return NULL;

  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->heard->len; i++)
    g_strv_builder_add (builder, self->heard->pdata[i]);

  return g_strv_builder_end (builder);
}

/* --- what comes --- */

static void
remember (Session    *self,
          const char *address)
{
  guint index;

  if (g_ptr_array_find_with_equal_func (self->heard, address, g_str_equal, &index))
    g_ptr_array_remove_index (self->heard, index);
  else if (self->heard->len == HEARD_MAX)
    g_ptr_array_remove_index (self->heard, 0);

  g_ptr_array_add (self->heard, g_strdup (address));
}

static void
on_received (Session              *self,
             const ChatPlainEvent *event,
             const char           *address)
{
  g_autofree char *prefix = g_strdup_printf (">>>%s: ", address);
  gsize length;
  const char *bytes = g_bytes_get_data (event->bytes, &length);

  cli_line_print (self->line, prefix, length > 0 ? bytes : "", length);
  remember (self, address);

  if (!self->is_chosen)
    set_to (self, &event->address);

  if (length > 0 && self->has_to && chat_address_equal (&self->to, &event->address))
    self->ends_lines = bytes[length - 1] == '\n';
}

static void
on_event (const ChatPlainEvent *event,
          gpointer              user_data)
{
  Session *self = user_data;
  g_autofree char *address = chat_address_to_string (&event->address);

  if (event->type == CHAT_PLAIN_RECEIVED)
    {
      on_received (self, event, address);
      return;
    }

  /* Translators: an address */
  note (self, _("%s: not sent: it is too long for the network there, or there is no way there."),
        address);
  self->n_failed++;
}

/* --- the whole --- */

static void
start (Session              *self,
       const CliChatOptions *options,
       GSocketConnectable   *connectable)
{
  static const CliLineFuncs funcs = { on_line, on_too_long, on_ended, on_complete };
  guint port = chat_plain_get_port (self->plain);

  self->line = cli_line_new ("> ", NULL, &funcs, self);

  if (options->bind != NULL)
    note (self, _("Listening at %s, port %u. This connection is not encrypted."),
          options->bind, port);
  else
    note (self, _("Listening at port %u. This connection is not encrypted."), port);

  if (connectable == NULL)
    {
      set_to_last (self);
      return;
    }

  self->is_starting = TRUE;
  resolve (self, options->peer, connectable);
}

static int
finish (Session *self)
{
  g_cancellable_cancel (self->cancellable);
  while (self->is_resolving)
    g_main_context_iteration (NULL, TRUE);

  if (!chat_plain_flush (self->plain, FLUSH_PATIENCE))
    self->n_failed++;

  /* Whoever sits there has seen what went wrong. */
  if (self->status == CLI_EXIT_OK && self->n_failed > 0 && !cli_line_is_interactive (self->line))
    return CLI_EXIT_INCOMPLETE;

  return self->status;
}

static int
run (const CliChatOptions *options,
     GSocketConnectable   *connectable)
{
  Session self = { .status = CLI_EXIT_OK };
  uint16_t port = options->port >= 0 ? (uint16_t) options->port : CHAT_PLAIN_PORT;
  g_autoptr (GError) error = NULL;
  int status;

  self.plain = chat_plain_new (options->bind, port, on_event, &self, &error);
  if (self.plain == NULL)
    {
      g_printerr (_("lanyard chat: %s\n"), error->message);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        g_printerr (_("Another program listens there; --port 0 takes any port that is free.\n"));
      return CLI_EXIT_NOT_STARTED;
    }

  self.loop = g_main_loop_new (NULL, FALSE);
  self.cancellable = g_cancellable_new ();
  self.heard = g_ptr_array_new_with_free_func (g_free);

  start (&self, options, connectable);
  g_main_loop_run (self.loop);
  status = finish (&self);

  chat_plain_free (self.plain);
  cli_line_free (self.line);
  g_ptr_array_unref (self.heard);
  g_object_unref (self.cancellable);
  g_main_loop_unref (self.loop);
  g_free (self.wanted);

  return status;
}

int
cli_chat_plain (const CliChatOptions *options)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  g_autoptr (GError) error = NULL;

  if (options->peer != NULL)
    {
      connectable = chat_lookup_parse (options->peer, CHAT_PLAIN_PORT, &error);

      if (connectable == NULL)
        {
          g_autofree char *text = app_text_printable (error->message);

          g_printerr (_("lanyard chat: %s\n“lanyard chat --help” tells more.\n"), text);
          return CLI_EXIT_USAGE;
        }
    }

  return run (options, connectable);
}
