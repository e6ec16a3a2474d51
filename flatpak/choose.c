/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PORTAL "org.freedesktop.portal.Documents"
#define OF_FOLDERS 8u

/* choose APP-ID FOLDER: does what a file chooser does when the user has chosen a folder for a
 * sandboxed app, and prints by which path the app sees it. */

static GVariant *
new_question (const char *app)
{
  static const char * const permissions[] = { "read", "write", NULL };
  GVariantBuilder folders;

  g_variant_builder_init (&folders, G_VARIANT_TYPE ("ah"));
  g_variant_builder_add (&folders, "h", 0);

  return g_variant_new ("(ahus^as)", &folders, OF_FOLDERS, app, permissions);
}

static char *
choose (const char  *app,
        const char  *folder,
        GError     **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autofree const char **ids = NULL;
  g_autofree char *name = g_path_get_basename (folder);
  int fd = g_open (folder, O_PATH | O_CLOEXEC, 0);
  gboolean kept = g_unix_fd_list_append (fds, fd, error) >= 0;

  g_close (fd, NULL);
  if (!kept)
    return NULL;

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  if (bus == NULL)
    return NULL;

  answer = g_dbus_connection_call_with_unix_fd_list_sync (bus, PORTAL,
                                                          "/org/freedesktop/portal/documents",
                                                          PORTAL, "AddFull", new_question (app),
                                                          G_VARIANT_TYPE ("(asa{sv})"),
                                                          G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL,
                                                          NULL, error);
  if (answer == NULL)
    return NULL;

  g_variant_get (answer, "(^a&s@a{sv})", &ids, NULL);

  return g_strdup_printf ("/run/user/%u/doc/%s/%s", (guint) getuid (), ids[0], name);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = argc == 3 ? choose (argv[1], argv[2], &error) : NULL;

  if (path == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Usage: choose APP-ID FOLDER");
      return 1;
    }

  g_print ("%s\n", path);

  return 0;
}
