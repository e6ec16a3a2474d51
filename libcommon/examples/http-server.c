/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An HTTP server in one event loop: it answers / and /hello/NAME until it is told
 * to end. It listens on this machine only: http-server [PORT]. */

#include <lanyard-common.h>
#include <glib-unix.h>
#include <libsoup/soup.h>

/* What comes in is never waited for: the loop calls this once it is all there. */
static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  guint status = SOUP_STATUS_OK;
  g_autofree char *text = NULL;

  if (g_str_equal (path, "/"))
    text = g_strdup ("It works. Ask for /hello/NAME.\n");
  else if (g_str_has_prefix (path, "/hello/"))
    text = g_strdup_printf ("Hello, %s!\n", path + strlen ("/hello/"));
  else
    {
      text = g_strdup ("There is no such page.\n");
      status = SOUP_STATUS_NOT_FOUND;
    }

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY,
                                    text, strlen (text));
}

static gboolean
on_told_to_end (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_CONTINUE;
}

int
main (int   argc,
      char *argv[])
{
  guint port = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0;
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  GSList *uris;

  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  if (!soup_server_listen_local (server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    g_error ("%s", error->message);

  uris = soup_server_get_uris (server);
  uri = g_uri_to_string (uris->data);
  g_print ("listening at %s\n", uri);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_unix_signal_add (SIGINT, on_told_to_end, loop);
  g_unix_signal_add (SIGTERM, on_told_to_end, loop);
  g_main_loop_run (loop);

  return 0;
}
