/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "app-message"

#include "app-message.h"

/* Of a dialog that is 300 pixels wide at least, without what is around its heading. */
#define LEAST_WIDTH 200

/* Since libadwaita 1.3 there are two headings in such a dialog: a large one on one line, and a small
 * one that wraps and is shown where the large one would not fit. Whenever the dialog finds out how
 * narrow it can be, libadwaita measures both, the large one, too, at widths that it just said it
 * can't have, of which GTK 4.18 warns. One that could be shortened, and never is, can have all but
 * the smallest, and those the dialog does not have either. */
static void
let_heading_shrink (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "title-2") &&
      !gtk_label_get_wrap (GTK_LABEL (widget)))
    {
      gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
      gtk_widget_set_size_request (gtk_widget_get_parent (widget), LEAST_WIDTH, -1);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    let_heading_shrink (child);
}

GtkWidget *
app_message_new (GtkWindow  *parent,
                 const char *heading,
                 const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  let_heading_shrink (dialog);

  return dialog;
}
