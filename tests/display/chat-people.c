/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-people.h"

typedef struct
{
  ChatPair     *pair;
  ChatPairBody  body;
  gboolean      meets;
} Run;

GtkWindow *
chat_get_window (void)
{
  return display_get_window (CHAT_TYPE_WINDOW);
}

/* Bob writes to Ann. */
void
chat_say (ChatPair   *pair,
          const char *text)
{
  e2e_chat_command (pair->bob, "send", "to", pair->ann, "text", text, NULL);
}

/* Waits until Bob has got this of Ann. */
void
chat_hear (ChatPair   *pair,
           const char *text)
{
  e2e_chat_expect (pair->bob, "message", "from", pair->ann, "text", text, NULL);
}

static void
run_body (GtkApplication *application,
          gpointer        user_data)
{
  Run *run = user_data;
  g_autoptr (JsonObject) ann = NULL;

  run->pair->app = CHAT_APPLICATION (application);
  if (run->meets)
    {
      ann = e2e_chat_take (run->pair->bob, "peer", "state", "online", NULL);
      run->pair->ann = g_strdup (e2e_json_get_string (ann, "fingerprint"));
      run->pair->ann_address = g_strdup (e2e_json_get_string (ann, "address"));
      display_get (chat_get_window (), GTK_TYPE_TEXT_VIEW, NULL);
    }

  run->body (run->pair);
}

/* Runs Lanyard Chat for Ann, who is called @name, or has not said so if that is NULL; if @meets,
 * she has been asked to open the conversation with Bob. */
void
chat_pair_run (const char   *name,
               gboolean      meets,
               ChatPairBody  body)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autoptr (E2eChat) bob = e2e_chat_new (temp, "Bob");
  g_autofree char *profile = e2e_temp_get (temp, "Ann");
  g_autofree char *option = g_strdup_printf ("--name=%s", name);
  ChatPair pair = { .temp = temp, .bob = bob };
  Run run = { &pair, body, meets };
  const char *arguments[] = {
    "--profile", profile, "--bind", "127.0.0.1", "--port", "0", "--no-discovery", NULL, NULL, NULL
  };
  g_autofree char *address = NULL;
  guint n = 7;

  e2e_chat_start (bob);
  address = e2e_chat_get_address (bob);
  if (name != NULL)
    arguments[n++] = option;
  if (meets)
    arguments[n++] = address;

  display_run (GTK_APPLICATION (chat_application_new ()), arguments, run_body, &run);
  e2e_chat_quit (bob);
  g_free (pair.ann);
  g_free (pair.ann_address);
}
