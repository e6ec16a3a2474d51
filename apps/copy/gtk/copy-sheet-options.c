/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-sheet-options"

#include "copy-sheet-options.h"

#include <glib/gi18n.h>

#define MEGABYTE 1000000.0

struct _CopySheetOptions
{
  AdwPreferencesGroup  parent_instance;

  /* Template */
  AdwComboRow         *backend_row;
  AdwComboRow         *conflict_row;
  GtkEditable         *exclude_row;
  GtkSwitch           *fsync_switch;
  GtkSwitch           *mirror_switch;
  AdwExpanderRow      *more_row;
  GtkSwitch           *one_file_system_switch;
  GtkSpinButton       *rate_spin;
  GtkSwitch           *resume_switch;
  GtkSwitch           *verify_switch;
  GtkSpinButton       *workers_spin;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CopySheetOptions, copy_sheet_options, ADW_TYPE_PREFERENCES_GROUP)

/* The rows of the list of conflicts, in its order. */
static const CopyConflict conflicts[] = {
  COPY_CONFLICT_ASK, COPY_CONFLICT_OVERWRITE, COPY_CONFLICT_SKIP, COPY_CONFLICT_RENAME,
  COPY_CONFLICT_NEWER,
};

/* The same in the settings, and there in the order of CopyBackend. */
static const char * const conflict_words[] = { "ask", "overwrite", "skip", "rename", "newer" };
static const char * const backend_words[] = { "auto", "processes", "threads", "async" };

static guint
find_word (const char * const *words,
           guint               n_words,
           const char         *word)
{
  for (guint i = 0; i < n_words; i++)
    if (g_str_equal (words[i], word))
      return i;

  return 0;
}

/* What is hidden in the last row is told there if it is not as usual. */
static void
describe_more (CopySheetOptions *self)
{
  double rate = gtk_spin_button_get_value (self->rate_spin);
  int workers = gtk_spin_button_get_value_as_int (self->workers_spin);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (*gtk_editable_get_text (self->exclude_row) != '\0')
    /* Translators: patterns, such as “*.o .git/” */
    g_ptr_array_add (words, g_strdup_printf (_("without %s"),
                                             gtk_editable_get_text (self->exclude_row)));
  if (rate > 0)
    g_ptr_array_add (words, g_strdup_printf (_("at most %.1f MB/s"), rate));
  if (workers > 0)
    g_ptr_array_add (words, g_strdup_printf (ngettext ("%d worker", "%d workers", workers),
                                             workers));
  if (gtk_switch_get_active (self->fsync_switch))
    g_ptr_array_add (words, g_strdup (_("durable")));
  if (gtk_switch_get_active (self->one_file_system_switch))
    g_ptr_array_add (words, g_strdup (_("one file system")));
  g_ptr_array_add (words, NULL);

  text = words->len > 1 ? g_strjoinv (" · ", (char **) words->pdata)
                        : g_strdup (_("What to leave out, speed, workers"));
  adw_expander_row_set_subtitle (self->more_row, text);
}

static void
on_changed (CopySheetOptions *self)
{
  describe_more (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
copy_sheet_options_recall (CopySheetOptions *self,
                           GSettings        *settings)
{
  g_autofree char *conflict = g_settings_get_string (settings, "conflict");
  g_autofree char *backend = g_settings_get_string (settings, "backend");

  adw_combo_row_set_selected (self->conflict_row,
                              find_word (conflict_words, G_N_ELEMENTS (conflict_words),
                                         conflict));
  adw_combo_row_set_selected (self->backend_row,
                              find_word (backend_words, G_N_ELEMENTS (backend_words), backend));
  gtk_switch_set_active (self->verify_switch, g_settings_get_boolean (settings, "verify"));
  gtk_switch_set_active (self->fsync_switch, g_settings_get_boolean (settings, "fsync"));
  gtk_switch_set_active (self->one_file_system_switch,
                         g_settings_get_boolean (settings, "one-file-system"));
  gtk_spin_button_set_value (self->rate_spin, g_settings_get_double (settings, "limit-rate"));
  gtk_spin_button_set_value (self->workers_spin, g_settings_get_uint (settings, "workers"));
}

void
copy_sheet_options_remember (CopySheetOptions *self,
                             GSettings        *settings)
{
  guint conflict = adw_combo_row_get_selected (self->conflict_row);
  guint backend = adw_combo_row_get_selected (self->backend_row);

  g_settings_set_string (settings, "conflict", conflict_words[conflict]);
  g_settings_set_string (settings, "backend", backend_words[backend]);
  g_settings_set_boolean (settings, "verify", gtk_switch_get_active (self->verify_switch));
  g_settings_set_boolean (settings, "fsync", gtk_switch_get_active (self->fsync_switch));
  g_settings_set_boolean (settings, "one-file-system",
                          gtk_switch_get_active (self->one_file_system_switch));
  g_settings_set_double (settings, "limit-rate", gtk_spin_button_get_value (self->rate_spin));
  g_settings_set_uint (settings, "workers",
                       (guint) gtk_spin_button_get_value_as_int (self->workers_spin));
}

/* The patterns as the user writes them: "!" before one includes, commas between. */
static char *
join_patterns (CopyFilter *filter)
{
  g_auto (GStrv) rules = filter != NULL ? copy_filter_dup_rules (filter) : NULL;
  GString *text = g_string_new (NULL);

  for (guint i = 0; rules != NULL && rules[i] != NULL; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", rules[i][0] == '+' ? "!" : "",
                            rules[i] + 1);

  return g_string_free (text, FALSE);
}

static CopyFilter *
split_patterns (const char  *text,
                GError     **error)
{
  g_auto (GStrv) patterns = g_strsplit (text, ",", -1);
  g_autoptr (CopyFilter) filter = copy_filter_new ();

  for (guint i = 0; patterns[i] != NULL; i++)
    {
      const char *pattern = g_strstrip (patterns[i]);
      gboolean exclude = *pattern != '!';

      if (*pattern != '\0' &&
          !copy_filter_add (filter, exclude ? pattern : pattern + 1, exclude, error))
        return NULL;
    }

  return g_steal_pointer (&filter);
}

void
copy_sheet_options_show (CopySheetOptions  *self,
                         const CopyRequest *request)
{
  g_autofree char *patterns = join_patterns (request->filter);

  for (guint i = 0; i < G_N_ELEMENTS (conflicts); i++)
    if (conflicts[i] == request->options.conflict)
      adw_combo_row_set_selected (self->conflict_row, i);

  adw_combo_row_set_selected (self->backend_row, (guint) request->backend);
  gtk_switch_set_active (self->verify_switch, request->options.verify);
  gtk_switch_set_active (self->mirror_switch, request->mirror);
  gtk_switch_set_active (self->resume_switch, request->options.resume);
  gtk_switch_set_active (self->fsync_switch, request->options.fsync);
  gtk_switch_set_active (self->one_file_system_switch, request->one_file_system);
  gtk_spin_button_set_value (self->rate_spin, (double) request->options.rate_limit / MEGABYTE);
  gtk_spin_button_set_value (self->workers_spin, request->n_workers);
  gtk_editable_set_text (self->exclude_row, patterns);
}

gboolean
copy_sheet_options_apply (CopySheetOptions  *self,
                          CopyRequest       *request,
                          GError           **error)
{
  const char *patterns = gtk_editable_get_text (self->exclude_row);
  g_autoptr (CopyFilter) filter = split_patterns (patterns, error);

  if (filter == NULL)
    return FALSE;

  request->options.conflict = conflicts[adw_combo_row_get_selected (self->conflict_row)];
  request->options.verify = gtk_switch_get_active (self->verify_switch);
  request->options.resume = gtk_switch_get_active (self->resume_switch);
  request->options.fsync = gtk_switch_get_active (self->fsync_switch);
  request->options.rate_limit =
    (guint64) (gtk_spin_button_get_value (self->rate_spin) * MEGABYTE);
  request->mirror = gtk_switch_get_active (self->mirror_switch);
  request->one_file_system = gtk_switch_get_active (self->one_file_system_switch);
  request->backend = (CopyBackend) adw_combo_row_get_selected (self->backend_row);
  request->n_workers = (guint) gtk_spin_button_get_value_as_int (self->workers_spin);

  if (request->mirror && request->options.conflict == COPY_CONFLICT_RENAME)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("A mirror would delete what “Keep both” keeps: choose one of them"));
      return FALSE;
    }

  if (!copy_filter_is_empty (filter))
    request->filter = g_steal_pointer (&filter);

  return TRUE;
}

static void
copy_sheet_options_class_init (CopySheetOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Copy/copy-sheet-options.ui");
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, backend_row);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, conflict_row);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, exclude_row);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, fsync_switch);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, mirror_switch);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, more_row);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, one_file_system_switch);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, rate_spin);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, resume_switch);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, verify_switch);
  gtk_widget_class_bind_template_child (widget_class, CopySheetOptions, workers_spin);
}

static void
copy_sheet_options_init (CopySheetOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_swapped (self->backend_row, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->conflict_row, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->exclude_row, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->fsync_switch, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->mirror_switch, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->one_file_system_switch, "notify::active",
                            G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->rate_spin, "value-changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->resume_switch, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->verify_switch, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->workers_spin, "value-changed", G_CALLBACK (on_changed), self);
  describe_more (self);
}
