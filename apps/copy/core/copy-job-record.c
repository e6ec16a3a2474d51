/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-record"

#include "copy-job-record.h"

#include "copy-queue.h"

#include <string.h>

#define GROUP_PREFIX "job "

/* In the order of the enumerations, which may change while these must not. */
static const char * const conflict_words[] = { "overwrite", "skip", "rename", "newer", "fail",
                                               "ask", NULL };
static const char * const backend_words[] = { "auto", "processes", "threads", "async", NULL };
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

static gboolean
set_invalid (GError     **error,
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

static void
set_name (GKeyFile   *file,
          const char *group,
          const char *key,
          const char *name)
{
  g_autofree char *escaped = name != NULL ? escape (name) : NULL;

  if (escaped != NULL)
    g_key_file_set_string (file, group, key, escaped);
}

/* NULL without an error if there is none. */
static char *
get_name (GKeyFile    *file,
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
    set_invalid (error, key);

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
          set_invalid (error, key);
          return NULL;
        }

      g_strv_builder_add (names, name);
    }

  return escaped != NULL ? g_strv_builder_end (names) : NULL;
}

static gboolean
get_word (GKeyFile            *file,
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

  return set_invalid (error, key);
}

/* Flags that are set, as words; so what nobody chose needs no place. */
typedef struct
{
  const char *word;
  gsize       offset;
} Flag;

static const Flag flags[] = {
  { "no-target-directory", G_STRUCT_OFFSET (CopyRequest, no_target_directory) },
  { "one-file-system", G_STRUCT_OFFSET (CopyRequest, one_file_system) },
  { "mirror", G_STRUCT_OFFSET (CopyRequest, mirror) },
  { "resume", G_STRUCT_OFFSET (CopyRequest, options.resume) },
  { "verify", G_STRUCT_OFFSET (CopyRequest, options.verify) },
  { "fsync", G_STRUCT_OFFSET (CopyRequest, options.fsync) },
};

static char *
make_key (const char *prefix,
          const char *key)
{
  return g_strconcat (prefix, key, NULL);
}

/* Keys are made once for each of a request's two uses. */
#define KEY(name) g_autofree char *name##_key = make_key (prefix, #name)

static void
set_request (GKeyFile          *file,
             const char        *group,
             const char        *prefix,
             const CopyRequest *request)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  KEY (sources);
  KEY (dest);
  KEY (conflict);
  KEY (backend);
  KEY (workers);
  KEY (rate);
  KEY (flags);
  KEY (filter);
  KEY (only);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (G_STRUCT_MEMBER (gboolean, request, flags[i].offset))
      g_ptr_array_add (words, (gpointer) flags[i].word);

  copy_job_record_set_names (file, group, sources_key, request->sources);
  set_name (file, group, dest_key, request->dest);
  g_key_file_set_string (file, group, conflict_key, conflict_words[request->options.conflict]);
  g_key_file_set_string (file, group, backend_key, backend_words[request->backend]);
  g_key_file_set_uint64 (file, group, workers_key, request->n_workers);
  g_key_file_set_uint64 (file, group, rate_key, request->options.rate_limit);
  g_key_file_set_string_list (file, group, flags_key, (const char * const *) words->pdata,
                              words->len);
  copy_job_record_set_names (file, group, only_key, request->only);

  if (request->filter != NULL)
    {
      g_auto (GStrv) rules = copy_filter_dup_rules (request->filter);

      copy_job_record_set_names (file, group, filter_key, (const char * const *) rules);
    }
}

static gboolean
get_flags (GKeyFile     *file,
           const char   *group,
           const char   *key,
           CopyRequest  *request,
           GError      **error)
{
  g_auto (GStrv) words = g_key_file_get_string_list (file, group, key, NULL, error);

  if (words == NULL)
    return FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint j = 0;

      while (j < G_N_ELEMENTS (flags) && !g_str_equal (words[i], flags[j].word))
        j++;
      if (j == G_N_ELEMENTS (flags))
        return set_invalid (error, key);

      G_STRUCT_MEMBER (gboolean, request, flags[j].offset) = TRUE;
    }

  return TRUE;
}

static gboolean
get_numbers (GKeyFile     *file,
             const char   *group,
             const char   *workers_key,
             const char   *rate_key,
             CopyRequest  *request,
             GError      **error)
{
  GError *local_error = NULL;
  guint64 n_workers = g_key_file_get_uint64 (file, group, workers_key, &local_error);

  if (local_error == NULL)
    request->options.rate_limit = g_key_file_get_uint64 (file, group, rate_key, &local_error);

  request->n_workers = (guint) MIN (n_workers, 1024);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, local_error);

  return FALSE;
}

/* NULL with an error set if anything is not as it was written. */
static CopyRequest *
get_request (GKeyFile    *file,
             const char  *group,
             const char  *prefix,
             GError     **error)
{
  g_autoptr (CopyRequest) request = g_new0 (CopyRequest, 1);
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) rules = NULL;
  guint conflict;
  guint backend;
  KEY (sources);
  KEY (dest);
  KEY (conflict);
  KEY (backend);
  KEY (workers);
  KEY (rate);
  KEY (flags);
  KEY (filter);
  KEY (only);

  request->sources = (const char * const *) copy_job_record_get_names (file, group, sources_key,
                                                                       error);
  if (request->sources == NULL || request->sources[0] == NULL)
    {
      if (request->sources != NULL || (error != NULL && *error == NULL))
        set_invalid (error, sources_key);
      return NULL;
    }

  if (!get_word (file, group, conflict_key, conflict_words, &conflict, error) ||
      !get_word (file, group, backend_key, backend_words, &backend, error) ||
      !get_numbers (file, group, workers_key, rate_key, request, error) ||
      !get_flags (file, group, flags_key, request, error))
    return NULL;

  request->options.conflict = (CopyConflict) conflict;
  request->backend = (CopyBackend) backend;
  request->dest = get_name (file, group, dest_key, &local_error);
  if (local_error == NULL)
    request->only = (const char * const *) copy_job_record_get_names (file, group, only_key,
                                                                      &local_error);
  if (local_error == NULL)
    rules = copy_job_record_get_names (file, group, filter_key, &local_error);
  if (local_error == NULL && rules != NULL)
    request->filter = copy_filter_new_rules ((const char * const *) rules, &local_error);

  if (local_error == NULL)
    return g_steal_pointer (&request);

  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

static void
set_figures (GKeyFile          *file,
             const char        *group,
             const CopyFigures *figures)
{
  g_key_file_set_int64 (file, group, "bytes", figures->bytes);
  g_key_file_set_int64 (file, group, "total-bytes", figures->total_bytes);
  g_key_file_set_int64 (file, group, "items", figures->items);
  g_key_file_set_int64 (file, group, "total-items", figures->total_items);
  g_key_file_set_boolean (file, group, "totals-known", figures->totals_known);
  g_key_file_set_int64 (file, group, "files", figures->files);
  g_key_file_set_double (file, group, "seconds", figures->seconds);
}

/* Figures are only shown: what is missing is 0. */
static void
get_figures (GKeyFile    *file,
             const char  *group,
             CopyFigures *figures)
{
  figures->bytes = g_key_file_get_int64 (file, group, "bytes", NULL);
  figures->total_bytes = g_key_file_get_int64 (file, group, "total-bytes", NULL);
  figures->items = g_key_file_get_int64 (file, group, "items", NULL);
  figures->total_items = g_key_file_get_int64 (file, group, "total-items", NULL);
  figures->totals_known = g_key_file_get_boolean (file, group, "totals-known", NULL);
  figures->files = g_key_file_get_int64 (file, group, "files", NULL);
  figures->seconds = g_key_file_get_double (file, group, "seconds", NULL);
  figures->eta = -1;
}

char *
copy_job_record_to_text (const CopyJobRecord *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *group = copy_job_record_get_group (self->id);

  g_key_file_set_string (file, group, "state", state_words[self->state]);
  set_request (file, group, "", self->request);
  if (self->next != NULL)
    set_request (file, group, "next-", self->next);

  set_figures (file, group, &self->figures);
  if (self->report != NULL)
    copy_job_record_set_report (file, group, self->report);

  if (self->error != NULL)
    {
      set_name (file, group, "error", self->error->message);
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
    return set_invalid (error, group);
  if (!get_word (file, group, "state", state_words, &state, error))
    return FALSE;

  self->state = (CopyJobState) state;
  self->request = get_request (file, group, "", error);
  if (self->request == NULL)
    return FALSE;

  if (g_key_file_has_key (file, group, "next-sources", NULL) &&
      (self->next = get_request (file, group, "next-", error)) == NULL)
    return FALSE;

  get_figures (file, group, &self->figures);
  self->report = copy_job_record_get_report (file, group, &local_error);
  if (local_error == NULL)
    message = get_name (file, group, "error", &local_error);

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
