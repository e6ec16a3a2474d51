/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A chat by UDP with two threads: one receives and prints, the other reads lines
 * and sends them, and neither waits for the other. The end of the input ends both.
 * Start it on two machines, and tell each the address and port of the other. */

#include <lanyard-common.h>
#include <stdio.h>

static GCancellable *over;

static gpointer
receive_all (gpointer socket)
{
  char text[1024];

  while (!g_cancellable_is_cancelled (over))
    {
      gssize n = g_socket_receive (socket, text, sizeof text, over, NULL);

      /* To hear that nobody is there, or not yet, is no reason to stop. */
      if (n >= 0)
        g_print ("> %.*s\n", (int) n, text);
    }

  return NULL;
}

static gpointer
send_all (gpointer socket)
{
  char text[1024];

  while (fgets (text, sizeof text, stdin) != NULL)
    if (g_socket_send (socket, g_strchomp (text), strlen (text), NULL, NULL) < 0)
      g_print ("nobody heard that\n");

  return NULL;
}

int
main (void)
{
  g_autoptr (GSocketAddress) own = g_inet_socket_address_new_from_string ("0.0.0.0", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocketAddress) peer = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  GThread *receiver, *sender;
  char line[100], host[100];
  unsigned short port;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, 0, &error);
  if (socket == NULL || !g_socket_bind (socket, own, FALSE, &error))
    g_error ("%s", error->message);

  bound = g_socket_get_local_address (socket, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_print ("This is port %u. Where is the other (ADDRESS:PORT)?\n", port);

  if (fgets (line, sizeof line, stdin) == NULL ||
      sscanf (line, "%99[^:]:%hu", host, &port) != 2 ||
      (peer = g_inet_socket_address_new_from_string (host, port)) == NULL)
    return 2;
  if (!g_socket_connect (socket, peer, NULL, &error))
    g_error ("%s", error->message);

  over = g_cancellable_new ();
  receiver = g_thread_new ("receive", receive_all, socket);
  sender = g_thread_new ("send", send_all, socket);
  g_thread_join (sender);
  g_cancellable_cancel (over);
  g_thread_join (receiver);
  g_object_unref (over);

  return 0;
}
