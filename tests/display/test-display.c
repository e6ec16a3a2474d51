/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include <string.h>

/* That the harness sees what is there, and complains of what is not as it should be. */

typedef struct
{
  GtkWidget *window;
  GtkWidget *entry;
  GtkWidget *button;
  guint      n_clicked;
  guint      n_opened;
} Sample;

static void
on_clicked (GtkButton *button,
            gpointer   user_data)
{
  ((Sample *) user_data)->n_clicked++;
}

static gboolean
on_shortcut (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  ((Sample *) user_data)->n_opened++;

  return TRUE;
}

static void
on_activate (GtkApplication *application,
             gpointer        user_data)
{
  Sample *sample = user_data;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  sample->window = gtk_application_window_new (application);
  sample->entry = gtk_entry_new ();
  sample->button = gtk_button_new_with_label ("Send");
  gtk_entry_set_placeholder_text (GTK_ENTRY (sample->entry), "A message");
  g_signal_connect (sample->button, "clicked", G_CALLBACK (on_clicked), sample);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (shortcuts),
    gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>o"),
                      gtk_callback_action_new (on_shortcut, sample, NULL)));
  gtk_widget_add_controller (sample->window, shortcuts);

  gtk_box_append (GTK_BOX (box), sample->entry);
  gtk_box_append (GTK_BOX (box), sample->button);
  gtk_window_set_child (GTK_WINDOW (sample->window), box);
  gtk_window_present (GTK_WINDOW (sample->window));
}

static void
run_sample (DisplayBody body)
{
  GtkApplication *application = gtk_application_new ("io.github.lanyard.Test",
                                                     G_APPLICATION_DEFAULT_FLAGS);
  Sample sample = { 0 };

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &sample);
  display_run (application, NULL, body, &sample);
}

static void
use_sample (GtkApplication *application,
            gpointer        user_data)
{
  Sample *sample = user_data;

  g_assert_true (display_get (sample->window, GTK_TYPE_ENTRY, "A message") == sample->entry);
  g_assert_true (display_get (sample->window, GTK_TYPE_BUTTON, "Send") == sample->button);
  g_assert_null (display_look_for (sample->window, GTK_TYPE_BUTTON, "Quit"));

  display_click (sample->entry);
  display_type ("Hello, World!");
  g_assert_true (display_shows (sample->window, "Hello, World!"));
  display_press ("BackSpace");
  display_await_no_text (sample->window, "World!");

  display_click_on (sample->window, GTK_TYPE_BUTTON, "Send");
  g_assert_cmpuint (sample->n_clicked, ==, 1);
  display_press ("<Control>o");
  g_assert_cmpuint (sample->n_opened, ==, 1);

  display_fill (sample->window, GTK_TYPE_ENTRY, "A message", "你好");
  g_assert_true (display_shows (sample->window, "你好"));
}

static void
test_use (void)
{
  run_sample (use_sample);
}

static void
walk_sample (GtkApplication *application,
             gpointer        user_data)
{
  Sample *sample = user_data;
  g_autofree char *missed = NULL;

  display_assert_keyboard (GTK_WINDOW (sample->window));

  gtk_widget_set_focusable (sample->button, FALSE);
  missed = display_list_unreachable (GTK_WINDOW (sample->window));
  g_assert_cmpstr (missed, ==, "/GtkApplicationWindow/GtkBox/GtkButton\n");
}

static void
test_keyboard (void)
{
  run_sample (walk_sample);
}

static void
notify (GtkApplication *application,
        gpointer        user_data)
{
  g_autoptr (GNotification) notification = g_notification_new ("Ann");
  g_autoptr (DisplayNotification) taken = NULL;

  g_assert_false (display_has_notification ());
  g_notification_set_body (notification, "See you there");
  g_application_send_notification (G_APPLICATION (application), "ann", notification);

  taken = display_take_notification ();
  g_assert_cmpstr (taken->title, ==, "Ann");
  g_assert_cmpstr (taken->body, ==, "See you there");
}

static void
test_notification (void)
{
  run_sample (notify);
}

/* --- what looks broken --- */

static GtkWidget *
add_label (GtkWidget  *box,
           const char *text)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
assert_fault (Sample     *sample,
              GtkWidget  *widget,
              const char *fault)
{
  g_autofree char *path = display_get_path (widget);
  g_autofree char *line = g_strconcat (path, ": ", fault, NULL);
  g_autofree char *faults = NULL;

  display_make_narrow (GTK_WINDOW (sample->window));
  faults = display_list_faults (GTK_WINDOW (sample->window));
  if (strstr (faults, line) == NULL)
    g_error ("“%s” was not found, but only: %s", line, faults);
}

static void
assert_no_fault (Sample *sample)
{
  g_autofree char *faults = NULL;

  display_make_narrow (GTK_WINDOW (sample->window));
  faults = display_list_faults (GTK_WINDOW (sample->window));
  g_assert_cmpstr (faults, ==, "");
}

/* Each alone, in a window that is well otherwise. */
static void
break_width (Sample    *sample,
             GtkWidget *box)
{
  g_autofree char *text = g_strnfill (200, 'w');
  GtkWidget *label = add_label (box, text);
  g_autofree char *faults = NULL;
  int minimum;

  gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  faults = g_strdup_printf ("is %d px wide at least, for /GtkApplicationWindow/GtkBox/GtkLabel "
                            "needs %d", minimum, minimum);
  assert_fault (sample, sample->window, faults);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  g_free (faults);
  faults = g_strdup_printf ("“%s” is shortened", text);
  assert_fault (sample, label, faults);
  gtk_box_remove (GTK_BOX (box), label);
}

static void
break_place (Sample    *sample,
             GtkWidget *box)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *overlay = gtk_overlay_new ();
  g_autofree char *text = g_strnfill (200, 'w');
  g_autofree char *fault = g_strdup_printf ("“%s” is beyond its GtkViewport", text);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *over = gtk_label_new ("Over");

  /* What can only be read by scrolling sideways. */
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), label);
  gtk_box_append (GTK_BOX (box), scrolled);
  assert_fault (sample, label, fault);
  gtk_box_remove (GTK_BOX (box), scrolled);

  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), gtk_label_new ("Under"));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), over);
  gtk_widget_set_size_request (overlay, -1, 40);
  gtk_box_append (GTK_BOX (box), overlay);
  assert_fault (sample, over, "“Under” and “Over” overlap");
  gtk_box_remove (GTK_BOX (box), overlay);
}

static void
break_keys (Sample    *sample,
            GtkWidget *box)
{
  GtkWidget *first = add_label (box, "_Over");
  GtkWidget *second = add_label (box, "_Out");

  assert_fault (sample, second, "“Over” and “Out” have the same key: o");
  gtk_label_set_text_with_mnemonic (GTK_LABEL (second), "_Over");
  assert_no_fault (sample);
  gtk_label_set_text_with_mnemonic (GTK_LABEL (second), "O_ut");
  assert_no_fault (sample);
  gtk_box_remove (GTK_BOX (box), first);
  gtk_box_remove (GTK_BOX (box), second);
}

static void
break_sample (GtkApplication *application,
              gpointer        user_data)
{
  Sample *sample = user_data;
  GtkWidget *box = gtk_window_get_child (GTK_WINDOW (sample->window));

  assert_no_fault (sample);
  break_place (sample, box);
  break_keys (sample, box);
  assert_no_fault (sample);
  break_width (sample, box);
}

static void
test_layout (void)
{
  run_sample (break_sample);
}

static void
save (GtkApplication *application,
      gpointer        user_data)
{
  Sample *sample = user_data;
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "sample.png", NULL);
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;

  display_settle ();
  g_assert_true (display_save (sample->window, path));
  texture = gdk_texture_new_from_filename (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, gtk_widget_get_width (sample->window));
}

static void
test_picture (void)
{
  run_sample (save);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  display_add ("/display/harness/use", test_use);
  display_add ("/display/harness/keyboard", test_keyboard);
  display_add ("/display/harness/layout", test_layout);
  display_add ("/display/harness/notification", test_notification);
  display_add ("/display/harness/picture", test_picture);

  return g_test_run ();
}
