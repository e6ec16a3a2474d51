/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-record"

#include "copy-job-record.h"

#include "copy-queue.h"

#include <string.h>

#define GROUP_PREFIX "job "

/* In the order of the enumeration, which may change while these must not. */
static const char * const state_words[] = { "waiting", "running", "paused", "asking", "done",
                                            "failed", "cancelled", "interrupted", NULL };

void
copy_job_record_clear (CopyJobRecord *self)
{
  g_clear_pointer (&self->request, copy_request_free);
  g_clear_pointer (&self->next, copy_request_free);
  g_clear_pointer (&self->report, copy_report_free);
  g_clear_error (&self->error);
}

char *
copy_job_record_get_group (guint64 id)
{
  return g_strdup_printf (GROUP_PREFIX "%" G_GUINT64_FORMAT, id);
}

guint64
copy_job_record_parse_group (const char *group)
{
  guint64 id;

  return g_str_has_prefix (group, GROUP_PREFIX) &&
         g_ascii_string_to_unsigned (group + strlen (GROUP_PREFIX), 10, 1, G_MAXUINT64 / 2, &id,
                                     NULL) ? id : 0;
}

gboolean
copy_job_record_set_invalid (GError     **error,
                             const char  *key)
{
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "bad value of “%s”", key);

  return FALSE;
}

/* Text stays readable; everything else goes as numbers. */
static char *
escape (const char *bytes)
{
  return g_uri_escape_string (bytes, "/", TRUE);
}

/* Nothing if @name is NULL. */
void
copy_job_record_set_name (GKeyFile   *file,
                          const char *group,
                          const char *key,
                          const char *name)
{
  g_autofree char *escaped = name != NULL ? escape (name) : NULL;

  if (escaped != NULL)
    g_key_file_set_string (file, group, key, escaped);
}

/* NULL without an error if there is none. */
char *
copy_job_record_get_name (GKeyFile    *file,
                          const char  *group,
                          const char  *key,
                          GError     **error)
{
  g_autofree char *escaped = NULL;
  char *name;

  if (!g_key_file_has_key (file, group, key, NULL))
    return NULL;

  escaped = g_key_file_get_string (file, group, key, error);
  if (escaped == NULL)
    return NULL;

  name = g_uri_unescape_string (escaped, NULL);
  if (name == NULL)
    copy_job_record_set_invalid (error, key);

  return name;
}

void
copy_job_record_set_names (GKeyFile           *file,
                           const char         *group,
                           const char         *key,
                           const char * const *names)
{
  g_autoptr (GPtrArray) escaped = g_ptr_array_new_with_free_func (g_free);

  if (names == NULL)
    return;

  for (; *names != NULL; names++)
    g_ptr_array_add (escaped, escape (*names));

  g_key_file_set_string_list (file, group, key, (const char * const *) escaped->pdata,
                              escaped->len);
}

/* NULL without an error if there are none. */
char **
copy_job_record_get_names (GKeyFile    *file,
                           const char  *group,
                           const char  *key,
                           GError     **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) escaped = NULL;

  if (!g_key_file_has_key (file, group, key, NULL))
    return NULL;

  escaped = g_key_file_get_string_list (file, group, key, NULL, error);
  for (guint i = 0; escaped != NULL && escaped[i] != NULL; i++)
    {
      g_autofree char *name = g_uri_unescape_string (escaped[i], NULL);

      if (name == NULL)
        {
          copy_job_record_set_invalid (error, key);
          return NULL;
        }

      g_strv_builder_add (names, name);
    }

  return escaped != NULL ? g_strv_builder_end (names) : NULL;
}

gboolean
copy_job_record_get_word (GKeyFile            *file,
                          const char          *group,
                          const char          *key,
                          const char * const  *words,
                          guint               *choice,
                          GError             **error)
{
  g_autofree char *word = g_key_file_get_string (file, group, key, error);

  if (word == NULL)
    return FALSE;

  for (*choice = 0; words[*choice] != NULL; (*choice)++)
    if (g_str_equal (word, words[*choice]))
      return TRUE;

  return copy_job_record_set_invalid (error, key);
}

/* The figures that are kept. They are only shown: what is missing is 0. */
static const struct
{
  const char *key;
  gsize       offset;
} numbers[] = {
  { "bytes", G_STRUCT_OFFSET (CopyFigures, bytes) },
  { "total-bytes", G_STRUCT_OFFSET (CopyFigures, total_bytes) },
  { "items", G_STRUCT_OFFSET (CopyFigures, items) },
  { "total-items", G_STRUCT_OFFSET (CopyFigures, total_items) },
  { "files", G_STRUCT_OFFSET (CopyFigures, files) },
};

static void
set_figures (GKeyFile          *file,
             const char        *group,
             const CopyFigures *figures)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_key_file_set_int64 (file, group, numbers[i].key,
                          G_STRUCT_MEMBER (gint64, figures, numbers[i].offset));

  g_key_file_set_boolean (file, group, "totals-known", figures->totals_known);
  g_key_file_set_double (file, group, "seconds", figures->seconds);
}

static void
get_figures (GKeyFile    *file,
             const char  *group,
             CopyFigures *figures)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    G_STRUCT_MEMBER (gint64, figures, numbers[i].offset) =
      g_key_file_get_int64 (file, group, numbers[i].key, NULL);

  figures->totals_known = g_key_file_get_boolean (file, group, "totals-known", NULL);
  figures->seconds = g_key_file_get_double (file, group, "seconds", NULL);
  figures->eta = -1;
}

char *
copy_job_record_to_text (const CopyJobRecord *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *group = copy_job_record_get_group (self->id);

  g_key_file_set_string (file, group, "state", state_words[self->state]);
  copy_job_record_set_request (file, group, "", self->request);
  if (self->next != NULL)
    copy_job_record_set_request (file, group, "next-", self->next);

  set_figures (file, group, &self->figures);
  if (self->report != NULL)
    copy_job_record_set_report (file, group, self->report);

  if (self->error != NULL)
    {
      copy_job_record_set_name (file, group, "error", self->error->message);
      if (self->error->domain == G_IO_ERROR)
        g_key_file_set_integer (file, group, "error-code", self->error->code);
    }

  return g_key_file_to_data (file, NULL, NULL);
}

/* Everything in @self is new; what it has after an error is to be cleared. */
gboolean
copy_job_record_read (CopyJobRecord  *self,
                      GKeyFile       *file,
                      const char     *group,
                      GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *message = NULL;
  guint state;

  *self = (CopyJobRecord) { .id = copy_job_record_parse_group (group) };

  if (self->id == 0)
    return copy_job_record_set_invalid (error, group);
  if (!copy_job_record_get_word (file, group, "state", state_words, &state, error))
    return FALSE;

  self->state = (CopyJobState) state;
  self->request = copy_job_record_get_request (file, group, "", error);
  if (self->request == NULL)
    return FALSE;

  if (g_key_file_has_key (file, group, "next-sources", NULL) &&
      (self->next = copy_job_record_get_request (file, group, "next-", error)) == NULL)
    return FALSE;

  get_figures (file, group, &self->figures);
  self->report = copy_job_record_get_report (file, group, &local_error);
  if (local_error == NULL)
    message = copy_job_record_get_name (file, group, "error", &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  if (message != NULL)
    self->error = g_error_new_literal (G_IO_ERROR,
                                       g_key_file_get_integer (file, group, "error-code", NULL),
                                       message);

  return TRUE;
}
