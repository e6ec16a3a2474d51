/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many samples a graph shows. */
#define COPY_GRAPH_N_SAMPLES 120

/* The rates of the last minute as a curve; the newest is at the end. Its scale
 * is the highest rate in sight. A screen reader is told the last one. */
#define COPY_TYPE_GRAPH (copy_graph_get_type ())

G_DECLARE_FINAL_TYPE (CopyGraph, copy_graph, COPY, GRAPH, GtkWidget)

void   copy_graph_add      (CopyGraph *self,
                            double     rate);
void   copy_graph_clear    (CopyGraph *self);
double copy_graph_get_peak (CopyGraph *self);

G_END_DECLS
