/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-mnemonic"

#include "copy-mnemonic.h"

void
copy_mnemonic_tidy (GtkWidget *root)
{
  gboolean tidy = (GTK_IS_BUTTON (root) && gtk_button_get_use_underline (GTK_BUTTON (root))) ||
                  (GTK_IS_CHECK_BUTTON (root) &&
                   gtk_check_button_get_use_underline (GTK_CHECK_BUTTON (root)));

  if (tidy)
    {
      gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    copy_mnemonic_tidy (child);
}
