/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"

#include <libintl.h>
#include <locale.h>

/* Makes the program speak the user's language. Before anything is said, and before
 * there are threads. LANYARD_LOCALEDIR names the translations of a build that is
 * not installed. */
void
app_locale_init (void)
{
  const char *directory = g_getenv ("LANYARD_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, directory != NULL ? directory : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
