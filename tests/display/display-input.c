/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"
#include "display-private.h"

#include <gdk/x11/gdkx.h>
#include <X11/XKBlib.h>
#include <X11/extensions/XTest.h>

/* Keys that the display itself takes for real ones. */

static Display *
get_display (void)
{
  return gdk_x11_display_get_xdisplay (gdk_display_get_default ());
}

/* --- until the window has dealt with it --- */

static gboolean
on_x_event (GdkX11Display *display,
            gpointer       event,
            gpointer       user_data)
{
  const XEvent *x_event = event;

  if (x_event->type == PropertyNotify &&
      x_event->xproperty.atom == XInternAtom (get_display (), "_LANYARD_DISPLAY_DONE", False))
    *(gboolean *) user_data = TRUE;

  return FALSE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static Window
get_any_window (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (gtk_widget_get_mapped (l->data))
      return gdk_x11_surface_get_xid (gtk_native_get_surface (l->data));

  return None;
}

/* The display tells of everything in its order: of this after the keys and the pointer. */
void
_display_finish_input (void)
{
  Display *display = get_display ();
  Atom atom = XInternAtom (display, "_LANYARD_DISPLAY_DONE", False);
  Window window = get_any_window ();
  gboolean done = FALSE;
  gulong handler;

  if (window == None)
    return;

  handler = g_signal_connect (gdk_display_get_default (), "xevent", G_CALLBACK (on_x_event), &done);
  XChangeProperty (display, window, atom, atom, 8, PropModeReplace, (const guint8 *) "", 0);
  XFlush (display);
  display_await (is_true, &done, "a window looks at its events");
  g_signal_handler_disconnect (gdk_display_get_default (), handler);

  display_settle ();
}

/* --- keys --- */

static const struct
{
  GdkModifierType modifier;
  guint           key;
} modifiers[] = {
  { GDK_SHIFT_MASK, GDK_KEY_Shift_L },
  { GDK_CONTROL_MASK, GDK_KEY_Control_L },
  { GDK_ALT_MASK, GDK_KEY_Alt_L },
};

static void
fake_modifiers (GdkModifierType state,
                Bool            press)
{
  Display *display = get_display ();

  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if ((state & modifiers[i].modifier) != 0)
      XTestFakeKeyEvent (display, XKeysymToKeycode (display, modifiers[i].key), press, 0);
}

static void
fake_key (guint           key,
          GdkModifierType state)
{
  Display *display = get_display ();
  KeyCode code = XKeysymToKeycode (display, key);

  if (code == 0)
    g_error ("no key of this keyboard is %s", gdk_keyval_name (key));

  if (XkbKeycodeToKeysym (display, code, 0, 0) != key)
    state |= GDK_SHIFT_MASK;

  fake_modifiers (state, True);
  XTestFakeKeyEvent (display, code, True, 0);
  XTestFakeKeyEvent (display, code, False, 0);
  fake_modifiers (state, False);
}

/* Whoever has the focus gets it. */
void
display_press (const char *accelerator)
{
  GdkModifierType state;
  guint key;

  if (!gtk_accelerator_parse (accelerator, &key, &state))
    g_error ("not a key: %s", accelerator);

  fake_key (key, state);
  _display_finish_input ();
}

/* What is on the keys of an English keyboard. */
void
display_type (const char *text)
{
  for (; *text != '\0'; text++)
    {
      g_assert_cmpint (*text, >, 0);
      fake_key (*text == '\n' ? GDK_KEY_Return : gdk_unicode_to_keyval ((guint32) *text), 0);
    }

  _display_finish_input ();
}

/* As a window manager does. To present it is not enough: that is only heeded if it comes with an
 * event that is newer than what took the keyboard away. */
void
_display_give_keyboard (GtkWindow *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));

  XSetInputFocus (get_display (), gdk_x11_surface_get_xid (surface), RevertToNone, CurrentTime);
  XFlush (get_display ());
}

/* Without a window manager nobody gives the keyboard to what was below a window that closes. */
static void
focus_topmost (Display *display)
{
  XWindowAttributes attributes;
  Window root, parent;
  Window *children = NULL;
  unsigned int n = 0;

  /* What is closed meanwhile is none of ours. */
  gdk_x11_display_error_trap_push (gdk_display_get_default ());
  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (; n > 0; n--)
    if (XGetWindowAttributes (display, children[n - 1], &attributes) &&
        attributes.map_state == IsViewable && !attributes.override_redirect)
      {
        XSetInputFocus (display, children[n - 1], RevertToNone, CurrentTime);
        break;
      }
  XFree (children);
  gdk_x11_display_error_trap_pop_ignored (gdk_display_get_default ());
}

void
_display_press_elsewhere (const char *accelerator)
{
  focus_topmost (get_display ());
  display_press (accelerator);
  XSync (get_display (), False);
}

static gboolean
is_looked_at (gpointer user_data)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (gtk_window_is_active (l->data))
      return TRUE;

  return FALSE;
}

static gboolean
is_not_looked_at (gpointer user_data)
{
  return !is_looked_at (user_data);
}

/* Takes the keyboard from all windows, as those of other programs do. */
void
display_look_away (void)
{
  display_await (is_looked_at, NULL, "a window has the keyboard");
  XSetInputFocus (get_display (), None, RevertToNone, CurrentTime);
  XFlush (get_display ());
  display_await (is_not_looked_at, NULL, "no window has the keyboard");
}

/* Makes @text, in any language, all that an entry or a text view contains. */
void
display_fill (gpointer    root,
              GType       type,
              const char *name,
              const char *text)
{
  GtkWidget *widget = display_get (root, type, name);

  gtk_widget_grab_focus (widget);
  if (GTK_IS_TEXT_VIEW (widget))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (widget), text);

  display_settle ();
}
