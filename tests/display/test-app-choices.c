/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-choices.h"
#include "display.h"

#define N 3

/* Three buttons in a window that gets as wide as its content may be, and then as narrow. */
typedef struct
{
  GtkWindow *window;
  GtkWidget *choices;
  GtkWidget *buttons[N];
} Fixture;

static void
set_up (Fixture *self)
{
  const char *labels[N] = { "Compare Numbers", "Accept", "Block" };

  self->window = GTK_WINDOW (gtk_window_new ());
  self->choices = g_object_new (APP_TYPE_CHOICES, "halign", GTK_ALIGN_START, NULL);
  for (guint i = 0; i < N; i++)
    {
      self->buttons[i] = gtk_button_new_with_label (labels[i]);
      app_choices_append (APP_CHOICES (self->choices), self->buttons[i]);
    }

  gtk_window_set_child (self->window, self->choices);
  gtk_window_present (self->window);
}

static graphene_rect_t
get_place (Fixture *self,
           guint    i)
{
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (self->buttons[i], self->choices, &place));

  return place;
}

static void
test_line (void)
{
  Fixture self;

  set_up (&self);
  gtk_window_set_default_size (self.window, 600, 200);
  display_settle ();

  for (guint i = 1; i < N; i++)
    {
      graphene_rect_t before = get_place (&self, i - 1);
      graphene_rect_t place = get_place (&self, i);

      g_assert_cmpfloat (place.origin.y, ==, before.origin.y);
      g_assert_cmpfloat (place.origin.x, ==, before.origin.x + before.size.width + 6);
    }
  g_assert_cmpfloat (get_place (&self, 0).size.width, >, get_place (&self, 1).size.width);

  /* The other way round where one reads from the right. */
  gtk_widget_set_direction (self.choices, GTK_TEXT_DIR_RTL);
  display_settle ();
  g_assert_cmpfloat (get_place (&self, 0).origin.x, >, get_place (&self, 2).origin.x);

  gtk_window_destroy (self.window);
}

static void
test_column (void)
{
  Fixture self;

  set_up (&self);
  gtk_window_set_default_size (self.window, 220, 200);
  display_settle ();

  for (guint i = 1; i < N; i++)
    {
      graphene_rect_t before = get_place (&self, i - 1);
      graphene_rect_t place = get_place (&self, i);

      g_assert_cmpfloat (place.origin.x, ==, before.origin.x);
      g_assert_cmpfloat (place.size.width, ==, before.size.width);
      g_assert_cmpfloat (place.origin.y, ==, before.origin.y + before.size.height + 6);
    }

  /* One that is hidden leaves no gap, and there is room for the others. */
  gtk_widget_hide (self.buttons[0]);
  display_settle ();
  g_assert_cmpfloat (get_place (&self, 1).origin.x, ==, 0);
  g_assert_cmpfloat (get_place (&self, 1).origin.y, ==, get_place (&self, 2).origin.y);

  gtk_window_destroy (self.window);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  display_add ("/display/app-choices/line", test_line);
  display_add ("/display/app-choices/column", test_column);

  return g_test_run ();
}
