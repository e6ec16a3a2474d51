/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-graph"

#include "copy-graph.h"

#include "copy-text.h"

#include <glib/gi18n.h>

#define MIN_HEIGHT 32
#define MIN_WIDTH  80

struct _CopyGraph
{
  GtkWidget  parent_instance;

  double     samples[COPY_GRAPH_N_SAMPLES];  /* a ring */
  guint      n_samples;
  guint      next;
};

G_DEFINE_FINAL_TYPE (CopyGraph, copy_graph, GTK_TYPE_WIDGET)

/* The @i-th sample, 0 for the oldest in sight. */
static double
get_sample (CopyGraph *self,
            guint      i)
{
  return self->samples[(self->next + COPY_GRAPH_N_SAMPLES - self->n_samples + i) %
                       COPY_GRAPH_N_SAMPLES];
}

double
copy_graph_get_peak (CopyGraph *self)
{
  double peak = 0;

  for (guint i = 0; i < self->n_samples; i++)
    peak = MAX (peak, get_sample (self, i));

  return peak;
}

static void
tell_value (CopyGraph *self)
{
  double now = self->n_samples > 0 ? get_sample (self, self->n_samples - 1) : 0;
  double peak = copy_graph_get_peak (self);
  g_autofree char *now_text = copy_text_rate (now);
  g_autofree char *peak_text = copy_text_rate (peak);
  /* Translators: the rate now and the highest of the last minute */
  g_autofree char *text = g_strdup_printf (_("%s, at most %s"), now_text, peak_text);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, peak,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, now,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
}

/* The curve from its first sample to its last, on a line that rises with the rate. */
static void
trace (CopyGraph *self,
       cairo_t   *cr,
       double     width,
       double     height,
       double     peak)
{
  double step = width / (COPY_GRAPH_N_SAMPLES - 1);
  double x = width - step * (self->n_samples - 1);

  for (guint i = 0; i < self->n_samples; i++)
    cairo_line_to (cr, x + i * step, height - 1 - (height - 3) * get_sample (self, i) / peak);
}

static void
draw_curve (CopyGraph     *self,
            cairo_t       *cr,
            const GdkRGBA *color,
            double         width,
            double         height)
{
  double peak = copy_graph_get_peak (self);
  double first = width - width / (COPY_GRAPH_N_SAMPLES - 1) * (self->n_samples - 1);
  GdkRGBA light = *color;

  if (self->n_samples < 2 || peak <= 0)
    return;

  light.alpha *= 0.25f;
  gdk_cairo_set_source_rgba (cr, &light);
  cairo_move_to (cr, first, height);
  trace (self, cr, width, height, peak);
  cairo_line_to (cr, width, height);
  cairo_close_path (cr);
  cairo_fill (cr);

  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  trace (self, cr, width, height, peak);
  cairo_stroke (cr);
}

static void
copy_graph_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  CopyGraph *self = COPY_GRAPH (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  GskRoundedRect outline;
  GdkRGBA color;
  GdkRGBA faint;
  cairo_t *cr;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  faint = color;
  faint.alpha *= 0.08f;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &faint, &outline.bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &outline.bounds);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    {
      cairo_translate (cr, width, 0);
      cairo_scale (cr, -1, 1);
    }
  draw_curve (self, cr, &color, width, height);
  cairo_destroy (cr);
  gtk_snapshot_pop (snapshot);
}

static void
copy_graph_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? MIN_HEIGHT : MIN_WIDTH;
  *minimum_baseline = *natural_baseline = -1;
}

static void
copy_graph_class_init (CopyGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = copy_graph_snapshot;
  widget_class->measure = copy_graph_measure;

  gtk_widget_class_set_css_name (widget_class, "copygraph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
copy_graph_init (CopyGraph *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "accent");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rate"),
                                  -1);
  tell_value (self);
}

void
copy_graph_add (CopyGraph *self,
                double     rate)
{
  self->samples[self->next] = MAX (rate, 0);
  self->next = (self->next + 1) % COPY_GRAPH_N_SAMPLES;
  self->n_samples = MIN (self->n_samples + 1, COPY_GRAPH_N_SAMPLES);
  tell_value (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
copy_graph_clear (CopyGraph *self)
{
  self->n_samples = 0;
  tell_value (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
