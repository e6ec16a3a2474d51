/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "layout.h"

#include "app-locale.h"

#include <errno.h>
#include <unistd.h>

/* English, and what its words are like in a language that needs more room. */
#define ENGLISH "en"
#define PSEUDO "en_XA"

/* For each test, a program of its own. */
static GTestFunc current_walk;
static const char *language;
static GString *faults;

static void
use_pseudo_language (void)
{
  g_autofree char *base = g_build_filename (g_get_user_cache_dir (), "locale", NULL);
  g_autofree char *folder = g_build_filename (base, PSEUDO, "LC_MESSAGES", NULL);
  g_autofree char *path = g_build_filename (folder, GETTEXT_PACKAGE ".mo", NULL);
  const char *source = g_getenv ("LANYARD_SOURCE");
  g_autofree char *script = g_build_filename (source, "tests", "display", "pseudo.sh", NULL);
  g_autoptr (GError) error = NULL;
  const char *argv[] = { script, source, path, NULL };
  int status;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                    &status, &error);
      g_assert_no_error (error);
      g_assert_true (g_spawn_check_wait_status (status, &error));
    }

  g_setenv ("LANYARD_LOCALEDIR", base, TRUE);
}

/* The locale that is always there, under a name of its own: there are no translations for "C",
 * nor, in newer C libraries, for "C.UTF-8". */
static void
use_locale (void)
{
  static const char system[] = "/usr/lib/locale/C.utf8";
  g_autofree char *base = g_build_filename (g_get_user_cache_dir (), "locales", NULL);
  g_autofree char *path = g_build_filename (base, PSEUDO ".UTF-8", NULL);
  gboolean named = g_file_test (system, G_FILE_TEST_IS_DIR);

  if (named)
    {
      g_assert_cmpint (g_mkdir_with_parents (base, 0700), ==, 0);
      g_assert_true (symlink (system, path) == 0 || errno == EEXIST);
      g_setenv ("LOCPATH", base, TRUE);
    }

  g_setenv ("LC_ALL", named ? PSEUDO ".UTF-8" : "C.UTF-8", TRUE);
}

static void
speak (void)
{
  if (g_str_equal (language, PSEUDO))
    use_pseudo_language ();

  use_locale ();
  g_setenv ("LANGUAGE", language, TRUE);
  app_locale_init ();
}

static void
run_walk (void)
{
  g_autofree char *name = g_path_get_basename (g_test_get_path ());

  language = name;
  faults = g_string_new (NULL);
  speak ();
  current_walk ();

  if (faults->len > 0)
    g_error ("in %s:\n%s", language, faults->str);
  g_string_free (faults, TRUE);
}

/* --- the test --- */

void
layout_add (const char *path,
            GTestFunc   walk)
{
  const char *pictures = g_getenv ("LANYARD_DISPLAY_PICTURES");
  g_autofree char *linguas = g_build_filename (g_getenv ("LANYARD_SOURCE"), "po", "LINGUAS", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  if (pictures != NULL)
    g_assert_cmpint (g_mkdir_with_parents (pictures, 0755), ==, 0);

  current_walk = walk;
  g_file_get_contents (linguas, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && *lines[i] != '#')
      {
        g_autofree char *full = g_build_path ("/", path, lines[i], NULL);

        display_add (full, run_walk);
      }

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *full = g_build_path ("/", path, i == 0 ? ENGLISH : PSEUDO, NULL);

      display_add (full, run_walk);
    }
}

/* What it looks like, if anybody wants to see that; the name of the picture, or NULL. */
static char *
save_picture (GtkWidget  *window,
              const char *name,
              const char *how)
{
  const char *pictures = g_getenv ("LANYARD_DISPLAY_PICTURES");
  g_autofree char *file = g_strdup_printf ("%s-%s%s.png", name, language, how);
  g_autofree char *path = pictures != NULL ? g_build_filename (pictures, file, NULL) : NULL;

  return path != NULL && display_save (window, path) ? g_steal_pointer (&path) : NULL;
}

/* That is the same in all languages, but is asked of every window here. */
static void
check_keyboard (GtkWindow  *window,
                const char *name)
{
  g_autofree char *missed = display_list_unreachable (window);

  if (*missed != '\0')
    g_string_append_printf (faults, "%s, “%s”: no key leads to these:\n%s", name,
                            gtk_window_get_title (window), missed);
}

/* With LANYARD_LAYOUT_PICTURES, there are pictures of all, which are also dark and wide. */
static void
save_others (GtkWindow  *window,
             const char *name)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  if (g_getenv ("LANYARD_LAYOUT_PICTURES") == NULL)
    return;

  /* A dialog has the width that it opens with. */
  if (GTK_IS_APPLICATION_WINDOW (window))
    gtk_window_set_default_size (window, 960, 680);
  display_settle ();
  g_free (save_picture (GTK_WIDGET (window), name, "-wide"));

  display_make_narrow (window);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  display_settle ();
  g_free (save_picture (GTK_WIDGET (window), name, "-dark"));
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
  display_settle ();
}

void
layout_check (gpointer    window,
              const char *name)
{
  g_autofree char *list = NULL;
  g_autofree char *picture = NULL;

  save_others (window, name);
  display_make_narrow (window);
  list = display_list_faults (window);
  if (g_str_equal (language, ENGLISH))
    check_keyboard (window, name);
  if (*list != '\0' || g_getenv ("LANYARD_LAYOUT_PICTURES") != NULL)
    picture = save_picture (window, name, "");
  if (*list != '\0')
    g_string_append_printf (faults, "%s, “%s”, %s:\n%s", name, gtk_window_get_title (window),
                            picture != NULL ? picture : "no picture", list);
}

/* --- ways --- */

/* Keys and the pointer have tests of their own. */
void
layout_use (gpointer    root,
            GType       type,
            const char *id)
{
  GtkWidget *widget = display_get (root, type, id);

  if (GTK_IS_SWITCH (widget))
    gtk_switch_set_active (GTK_SWITCH (widget), !gtk_switch_get_active (GTK_SWITCH (widget)));
  else
    g_signal_emit_by_name (widget, GTK_IS_LIST_BOX_ROW (widget) ? "activate" : "clicked");
  display_settle ();
}

static void
leave (gpointer    root,
       GType       type)
{
  display_press ("Escape");
  display_await_gone (root, type, NULL);
}

void
layout_check_menu (gpointer    root,
                   const char *button,
                   const char *name)
{
  gpointer window = gtk_widget_get_root (root);

  display_make_narrow (window);
  gtk_menu_button_popup (GTK_MENU_BUTTON (display_get (root, GTK_TYPE_MENU_BUTTON, button)));
  display_get (root, GTK_TYPE_POPOVER_MENU, NULL);
  layout_check (window, name);
  leave (root, GTK_TYPE_POPOVER_MENU);
}

/* A question that is there, and which is not answered. */
void
layout_check_dialog (const char *name)
{
  GtkWindow *dialog = display_get_window (ADW_TYPE_MESSAGE_DIALOG);

  layout_check (dialog, name);
  gtk_window_close (dialog);
  display_settle ();
}
