/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "app-choices"

#include "app-choices.h"

#define SPACING 6

struct _AppChoices
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (AppChoices, app_choices, GTK_TYPE_WIDGET)

typedef struct
{
  int minimum;
  int natural;
} Need;

/* From @child on, the first that has a place. */
static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

/* What all of them need one after another, and what the one does that needs most. */
static void
add_up (GtkWidget      *widget,
        GtkOrientation  orientation,
        int             for_size,
        Need           *sum,
        Need           *most)
{
  GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget));
  int gap = 0;

  *sum = *most = (Need) { 0, 0 };

  for (; child != NULL; child = skip_hidden (gtk_widget_get_next_sibling (child)))
    {
      Need need;

      gtk_widget_measure (child, orientation, for_size, &need.minimum, &need.natural, NULL, NULL);
      sum->minimum += need.minimum + gap;
      sum->natural += need.natural + gap;
      most->minimum = MAX (most->minimum, need.minimum);
      most->natural = MAX (most->natural, need.natural);
      gap = SPACING;
    }
}

static gboolean
fits_in_line (GtkWidget *widget,
              int        width)
{
  Need sum, most;

  add_up (widget, GTK_ORIENTATION_HORIZONTAL, -1, &sum, &most);

  return width < 0 || width >= sum.natural;
}

static GtkSizeRequestMode
app_choices_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
app_choices_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  Need sum, most, need;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      add_up (widget, orientation, -1, &sum, &most);
      need = (Need) { most.minimum, sum.natural };
    }
  else
    {
      gboolean in_line = fits_in_line (widget, for_size);

      add_up (widget, orientation, in_line ? -1 : for_size, &sum, &most);
      need = in_line ? most : sum;
    }

  *minimum = need.minimum;
  *natural = need.natural;
}

static void
app_choices_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  gboolean in_line = fits_in_line (widget, width);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget));
  int at = 0;

  for (; child != NULL; child = skip_hidden (gtk_widget_get_next_sibling (child)))
    {
      GtkAllocation place = { 0, at, width, height };
      int *size = in_line ? &place.width : &place.height;

      gtk_widget_measure (child, in_line ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL,
                          in_line ? -1 : width, NULL, size, NULL, NULL);
      if (in_line)
        {
          place.x = mirrored ? width - at - place.width : at;
          place.y = 0;
        }
      gtk_widget_size_allocate (child, &place, -1);
      at += *size + SPACING;
    }
}

void
app_choices_append (AppChoices *self,
                    GtkWidget  *child)
{
  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}

static void
app_choices_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (app_choices_parent_class)->dispose (object);
}

static void
app_choices_class_init (AppChoicesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_choices_dispose;

  widget_class->get_request_mode = app_choices_get_request_mode;
  widget_class->measure = app_choices_measure;
  widget_class->size_allocate = app_choices_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
app_choices_init (AppChoices *self)
{
}
