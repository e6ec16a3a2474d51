/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "accessible.h"

#include "display-private.h"

#include "../e2e/e2e-chat.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

struct _Accessible
{
  GSubprocess     *process;
  AtspiAccessible *desktop;
};

/* --- its life --- */

static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts the @program with what follows it, ended by NULL. */
Accessible *
accessible_start (const char *program,
                  ...)
{
  Accessible *self = g_new0 (Accessible, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *argument = program;
  va_list more;

  va_start (more, program);
  for (; argument != NULL; argument = va_arg (more, const char *))
    g_ptr_array_add (argv, (char *) argument);
  va_end (more);
  g_ptr_array_add (argv, NULL);

  /* For keys: this program has no windows. */
  g_assert_true (gtk_init_check ());

  /* It warns of what goes away while it looks at it. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_assert_cmpint (atspi_init (), !=, 2);
  self->desktop = atspi_get_desktop (0);
  g_assert_nonnull (self->desktop);
  /* What it says of itself may change at any time. */
  atspi_accessible_set_cache_mask (self->desktop, ATSPI_CACHE_NONE);

  _display_start_notifications ();
  g_subprocess_launcher_setenv (launcher, "GTK_A11Y", "atspi", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv->pdata,
                                                &error);
  g_assert_no_error (error);

  return self;
}

/* It has to be still there: a warning would have been its end. */
void
accessible_free (Accessible *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  if (g_subprocess_get_if_signaled (self->process))
    g_assert_cmpint (g_subprocess_get_term_sig (self->process), ==, SIGTERM);
  else
    g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  _display_forget_notifications ();
  g_object_unref (self->process);
  g_object_unref (self->desktop);
  g_free (self);
}

/* --- its tree --- */

typedef gboolean (*Visit) (AtspiAccessible *node,
                           const char      *path,
                           gpointer         user_data);

static gboolean
has_state (AtspiAccessible *node,
           AtspiStateType   state)
{
  g_autoptr (AtspiStateSet) set = atspi_accessible_get_state_set (node);

  return set != NULL && atspi_state_set_contains (set, state);
}

/* GTK 4.8 gives the name of its class to what has none, which tells nobody anything. */
static char *
get_name (AtspiAccessible *node)
{
  g_autofree char *name = atspi_accessible_get_name (node, NULL);

  if (name == NULL || g_regex_match_simple ("^(Gtk|Adw|Chat|Copy)[A-Z][A-Za-z]*$", name, 0, 0))
    return g_strdup ("");

  return g_strdup (g_strstrip (name));
}

/* Visits what is visible or would be if its page were, parents first, until @visit has seen
 * enough. What goes away meanwhile is passed over. */
static gboolean
visit_below (AtspiAccessible *node,
             const char      *parent,
             Visit            visit,
             gpointer         user_data)
{
  g_autofree char *role = atspi_accessible_get_role_name (node, NULL);
  g_autofree char *name = get_name (node);
  g_autofree char *path = g_strdup_printf (*name != '\0' ? "%s/%s “%s”" : "%s/%s", parent, role,
                                           name);
  int n;

  if (visit (node, path, user_data))
    return TRUE;

  n = atspi_accessible_get_child_count (node, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child != NULL && has_state (child, ATSPI_STATE_VISIBLE) &&
          visit_below (child, path, visit, user_data))
        return TRUE;
    }

  return FALSE;
}

/* All windows of the app: on this bus there is no other. */
static void
visit_all (Accessible *self,
           Visit       visit,
           gpointer    user_data)
{
  int n = atspi_accessible_get_child_count (self->desktop, NULL);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) app = atspi_accessible_get_child_at_index (self->desktop, i,
                                                                            NULL);

      if (app != NULL && visit_below (app, "", visit, user_data))
        return;
    }
}

/* --- one control --- */

typedef struct
{
  Accessible      *app;
  AtspiRole        role;
  const char      *name;
  AtspiAccessible *found;
} Search;

/* GTK 4.8 has no other name for a button that stays pressed. */
static gboolean
is_of_role (AtspiAccessible *node,
            AtspiRole        role)
{
  AtspiRole own = atspi_accessible_get_role (node, NULL);

  return own == role || (own == ATSPI_ROLE_PUSH_BUTTON && role == ATSPI_ROLE_TOGGLE_BUTTON);
}

static gboolean
compare (AtspiAccessible *node,
         const char      *path,
         gpointer         user_data)
{
  Search *search = user_data;
  g_autofree char *name = get_name (node);

  if (!is_of_role (node, search->role) || !g_str_equal (name, search->name))
    return FALSE;

  search->found = g_object_ref (node);

  return TRUE;
}

static gboolean
append_line (AtspiAccessible *node,
             const char      *path,
             gpointer         user_data)
{
  g_string_append_printf (user_data, "%s\n", path);

  return FALSE;
}

static gboolean
is_found (gpointer user_data)
{
  Search *search = user_data;

  visit_all (search->app, compare, search);

  return search->found != NULL;
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Looks now and then, as readers do, until @condition holds; whether it does in the end. */
static gboolean
look_until (E2eCondition condition,
            gpointer     user_data)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE / 4;
  guint tick = g_timeout_add (50, on_tick, NULL);
  gboolean holds;

  while (!(holds = condition (user_data)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (tick);

  return holds;
}

/* The lines of @text, which is part of the output of a test. */
static void
tell (const char *title,
      const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_test_message ("%s:", title);
  for (char **line = lines; *line != NULL; line++)
    g_test_message ("%s", *line);
}

static AtspiAccessible *
find (Accessible *self,
      AtspiRole   role,
      const char *name)
{
  Search search = { self, role, name, NULL };
  g_autoptr (GString) tree = NULL;
  g_autofree char *kind = NULL;

  if (look_until (is_found, &search))
    return search.found;

  tree = g_string_new (NULL);
  visit_all (self, append_line, tree);
  tell ("What is there", tree->str);
  kind = atspi_role_get_name (role);
  g_error ("there is no %s “%s”", kind, name);
}

/* Waits until something of this @role is shown and has this @name. */
void
accessible_await (Accessible *self,
                  AtspiRole   role,
                  const char *name)
{
  g_object_unref (find (self, role, name));
}

static gboolean
is_gone (gpointer user_data)
{
  Search *search = user_data;

  g_clear_object (&search->found);

  return !is_found (search);
}

/* Waits until nothing such is shown any more. */
void
accessible_await_gone (Accessible *self,
                       AtspiRole   role,
                       const char *name)
{
  Search search = { self, role, name, NULL };

  if (!look_until (is_gone, &search))
    g_error ("“%s” is still there", name);
}

/* Does what a click on it would do. */
void
accessible_do (Accessible *self,
               AtspiRole   role,
               const char *name)
{
  g_autoptr (AtspiAccessible) node = find (self, role, name);
  g_autoptr (AtspiAction) action = atspi_accessible_get_action_iface (node);
  g_autoptr (GError) error = NULL;

  if (action == NULL)
    g_error ("nothing can be done with “%s”", name);

  atspi_action_do_action (action, 0, &error);
  g_assert_no_error (error);
}

/* A key of the display: whatever window has the keyboard gets it. */
void
accessible_press (Accessible *self,
                  const char *accelerator)
{
  _display_press_elsewhere (accelerator);
}

/* --- all controls --- */

/* What the content says is read out. */
static gboolean
is_named_by_content (AtspiRole role)
{
  return role == ATSPI_ROLE_LIST_ITEM || role == ATSPI_ROLE_TREE_ITEM ||
         role == ATSPI_ROLE_TABLE_ROW || role == ATSPI_ROLE_TABLE_CELL;
}

static gboolean
is_control (AtspiRole role)
{
  switch (role)
    {
    case ATSPI_ROLE_CHECK_BOX:
    case ATSPI_ROLE_CHECK_MENU_ITEM:
    case ATSPI_ROLE_COMBO_BOX:
    case ATSPI_ROLE_DIALOG:
    case ATSPI_ROLE_ENTRY:
    case ATSPI_ROLE_FRAME:
    case ATSPI_ROLE_LINK:
    case ATSPI_ROLE_MENU_ITEM:
    case ATSPI_ROLE_PAGE_TAB:
    case ATSPI_ROLE_PASSWORD_TEXT:
    case ATSPI_ROLE_PROGRESS_BAR:
    case ATSPI_ROLE_PUSH_BUTTON:
    case ATSPI_ROLE_RADIO_BUTTON:
    case ATSPI_ROLE_RADIO_MENU_ITEM:
    case ATSPI_ROLE_SLIDER:
    case ATSPI_ROLE_SPIN_BUTTON:
    case ATSPI_ROLE_TEXT:
    case ATSPI_ROLE_TOGGLE_BUTTON:
      return TRUE;
    default:
      return is_named_by_content (role);
    }
}

static gboolean
has_name (AtspiAccessible *node,
          const char      *path,
          gpointer         user_data)
{
  g_autofree char *name = get_name (node);

  return *name != '\0';
}

typedef struct
{
  Accessible *app;
  GString    *unnamed;
  GString    *all;
  guint       n_controls;
  guint       n_least;
} Names;

/* Whether it ever had a place in its window: GTK 4.8 tells of what is on a page that was never
 * shown as if it were, such as the search of a window for preferences that has none. */
static gboolean
has_place (AtspiAccessible *node)
{
  g_autoptr (AtspiComponent) component = atspi_accessible_get_component_iface (node);
  AtspiPoint *size = component != NULL ? atspi_component_get_size (component, NULL) : NULL;
  gboolean has = size != NULL && size->x > 0 && size->y > 0;

  g_free (size);

  return has;
}

/* The button that closes a toast, which libadwaita 1.2 gives no name. */
static gboolean
is_of_toast (AtspiAccessible *node)
{
  g_autoptr (AtspiAccessible) parent = atspi_accessible_get_parent (node, NULL);
  g_autofree char *name = parent != NULL ? atspi_accessible_get_name (parent, NULL) : NULL;

  return g_strcmp0 (name, "AdwToastWidget") == 0;
}

/* GTK 4.8 calls a button by its label with and without the mark of its key: “_Send Send”. */
static gboolean
is_marked (AtspiAccessible *node,
           AtspiRole        role)
{
  g_autofree char *name = get_name (node);

  return role == ATSPI_ROLE_PUSH_BUTTON && strchr (name, '_') != NULL;
}

/* A window that is read out as no more than a space to be filled. */
static gboolean
is_nameless_window (AtspiAccessible *node,
                    AtspiRole        role)
{
  g_autoptr (AtspiAccessible) parent = atspi_accessible_get_parent (node, NULL);

  return parent != NULL && atspi_accessible_get_role (parent, NULL) == ATSPI_ROLE_APPLICATION &&
         role != ATSPI_ROLE_FRAME && role != ATSPI_ROLE_DIALOG && role != ATSPI_ROLE_ALERT;
}

static gboolean
judge (AtspiAccessible *node,
       const char      *path,
       gpointer         user_data)
{
  Names *names = user_data;
  AtspiRole role = atspi_accessible_get_role (node, NULL);

  g_string_append_printf (names->all, "%s\n", path);
  if (is_nameless_window (node, role))
    g_string_append_printf (names->unnamed, "%s\n", path);
  if (!is_control (role) || (role != ATSPI_ROLE_FRAME && !has_place (node)))
    return FALSE;

  names->n_controls++;
  if (is_marked (node, role) ||
      (is_named_by_content (role) ? !visit_below (node, "", has_name, NULL)
                                  : !has_name (node, path, NULL) && !is_of_toast (node)))
    g_string_append_printf (names->unnamed, "%s\n", path);

  return FALSE;
}

static gboolean
are_there (gpointer user_data)
{
  Names *names = user_data;

  names->n_controls = 0;
  g_string_truncate (names->unnamed, 0);
  g_string_truncate (names->all, 0);
  visit_all (names->app, judge, names);

  return names->n_controls >= names->n_least;
}

/* Asks for one window more than there are, as a reader does that has counted before one closed. */
static void
look_beyond (Accessible *self)
{
  int n = atspi_accessible_get_child_count (self->desktop, NULL);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) app = atspi_accessible_get_child_at_index (self->desktop, i,
                                                                            NULL);
      int n_windows = app != NULL ? atspi_accessible_get_child_count (app, NULL) : 0;

      g_autoptr (AtspiAccessible) beyond = NULL;

      if (n_windows > 0)
        beyond = atspi_accessible_get_child_at_index (app, n_windows, NULL);
    }
}

/* Every control that is shown has a name; @n_least of them are to be there at least. */
void
accessible_assert_names (Accessible *self,
                         const char *where,
                         guint       n_least)
{
  Names names = { self, g_string_new (NULL), g_string_new (NULL), 0, n_least };
  gboolean complete = look_until (are_there, &names);

  tell (where, names.all->str);
  if (!complete)
    g_error ("%s: only %u controls are there", where, names.n_controls);

  if (names.unnamed->len > 0)
    {
      tell ("Without a name, or the role of a window", names.unnamed->str);
      g_error ("%s: not every control has a name, and every window a role", where);
    }

  look_beyond (self);
  g_string_free (names.unnamed, TRUE);
  g_string_free (names.all, TRUE);
}

/* The same of what a key opens, and closes it by Escape. */
void
accessible_look_at (Accessible *self,
                    const char *accelerator,
                    AtspiRole   role,
                    const char *title,
                    guint       n_least)
{
  accessible_press (self, accelerator);
  accessible_await (self, role, title);
  accessible_assert_names (self, title, n_least);
  accessible_press (self, "Escape");
  accessible_await_gone (self, role, title);
}
