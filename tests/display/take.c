/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "take.h"

#include "app-locale.h"

static char *folder;
static const char *suffix = "";

/* Arguments: the folder of the pictures, and a language, unless it is English. */
void
take_init (int    *argc,
           char ***argv)
{
  g_assert_cmpint (*argc, >=, 2);
  folder = g_strdup ((*argv)[1]);
  if (*argc > 2)
    suffix = g_strconcat ("-", (*argv)[2], NULL);

  display_init (argc, argv);
  if (*suffix != '\0')
    g_setenv ("LANGUAGE", suffix + 1, TRUE);
  app_locale_init ();
}

/* Writes what a window shows now as a picture of this name. */
void
take (GtkWindow  *window,
      const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s%s.png", folder, name, suffix);

  display_settle ();
  if (!display_save (GTK_WIDGET (window), path))
    g_error ("nothing is shown for %s", path);
}

const char *
take_words (const char *english,
            const char *chinese)
{
  return *suffix == '\0' ? english : chinese;
}
