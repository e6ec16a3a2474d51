/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-record"

#include "copy-job-record.h"

/* Requests in the file of a queue. */

/* More than anybody has use for. */
#define MAX_WORKERS 1024

/* In the order of the enumerations, which may change while these must not. */
static const char * const conflict_words[] = { "overwrite", "skip", "rename", "newer", "fail",
                                               "ask", NULL };
static const char * const backend_words[] = { "auto", "processes", "threads", "async", NULL };

/* Flags that are set, as words; so what nobody chose needs no place. */
static const struct
{
  const char *word;
  gsize       offset;
} flags[] = {
  { "no-target-directory", G_STRUCT_OFFSET (CopyRequest, no_target_directory) },
  { "target-directory", G_STRUCT_OFFSET (CopyRequest, target_directory) },
  { "one-file-system", G_STRUCT_OFFSET (CopyRequest, one_file_system) },
  { "mirror", G_STRUCT_OFFSET (CopyRequest, mirror) },
  { "resume", G_STRUCT_OFFSET (CopyRequest, options.resume) },
  { "verify", G_STRUCT_OFFSET (CopyRequest, options.verify) },
  { "fsync", G_STRUCT_OFFSET (CopyRequest, options.fsync) },
};

/* Names, a name and rules may be missing: then they are NULL. */
typedef enum
{
  KIND_NAMES,   /* char ** */
  KIND_NAME,    /* char * */
  KIND_WORD,    /* an enumeration */
  KIND_COUNT,   /* guint */
  KIND_NUMBER,  /* guint64 */
  KIND_FLAGS,   /* all of them */
  KIND_RULES,   /* CopyFilter * */
} Kind;

typedef struct
{
  const char         *key;
  Kind                kind;
  gsize               offset;
  const char * const *words;
} Field;

static const Field fields[] = {
  { "sources", KIND_NAMES, G_STRUCT_OFFSET (CopyRequest, sources), NULL },
  { "dest", KIND_NAME, G_STRUCT_OFFSET (CopyRequest, dest), NULL },
  { "conflict", KIND_WORD, G_STRUCT_OFFSET (CopyRequest, options.conflict), conflict_words },
  { "backend", KIND_WORD, G_STRUCT_OFFSET (CopyRequest, backend), backend_words },
  { "workers", KIND_COUNT, G_STRUCT_OFFSET (CopyRequest, n_workers), NULL },
  { "rate", KIND_NUMBER, G_STRUCT_OFFSET (CopyRequest, options.rate_limit), NULL },
  { "flags", KIND_FLAGS, 0, NULL },
  { "only", KIND_NAMES, G_STRUCT_OFFSET (CopyRequest, only), NULL },
  { "filter", KIND_RULES, G_STRUCT_OFFSET (CopyRequest, filter), NULL },
};

#define MEMBER(type, request, field) G_STRUCT_MEMBER (type, request, (field)->offset)

static void
set_flags (GKeyFile          *file,
           const char        *group,
           const char        *key,
           const CopyRequest *request)
{
  const char *words[G_N_ELEMENTS (flags)];
  gsize n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (G_STRUCT_MEMBER (gboolean, request, flags[i].offset))
      words[n++] = flags[i].word;

  g_key_file_set_string_list (file, group, key, words, n);
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
        return copy_job_record_set_invalid (error, key);

      G_STRUCT_MEMBER (gboolean, request, flags[j].offset) = TRUE;
    }

  return TRUE;
}

static void
set_rules (GKeyFile   *file,
           const char *group,
           const char *key,
           CopyFilter *filter)
{
  g_auto (GStrv) rules = filter != NULL ? copy_filter_dup_rules (filter) : NULL;

  copy_job_record_set_names (file, group, key, (const char * const *) rules);
}

static CopyFilter *
get_rules (GKeyFile    *file,
           const char  *group,
           const char  *key,
           GError     **error)
{
  g_auto (GStrv) rules = copy_job_record_get_names (file, group, key, error);

  return rules != NULL ? copy_filter_new_rules ((const char * const *) rules, error) : NULL;
}

static void
set_field (GKeyFile          *file,
           const char        *group,
           const char        *key,
           const Field       *field,
           const CopyRequest *request)
{
  switch (field->kind)
    {
    case KIND_NAMES:
      copy_job_record_set_names (file, group, key,
                                 MEMBER (const char * const *, request, field));
      return;
    case KIND_NAME:
      copy_job_record_set_name (file, group, key, MEMBER (const char *, request, field));
      return;
    case KIND_WORD:
      g_key_file_set_string (file, group, key, field->words[MEMBER (guint, request, field)]);
      return;
    case KIND_COUNT:
      g_key_file_set_uint64 (file, group, key, MEMBER (guint, request, field));
      return;
    case KIND_NUMBER:
      g_key_file_set_uint64 (file, group, key, MEMBER (guint64, request, field));
      return;
    case KIND_FLAGS:
      set_flags (file, group, key, request);
      return;
    case KIND_RULES:
      set_rules (file, group, key, MEMBER (CopyFilter *, request, field));
      return;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
get_field (GKeyFile     *file,
           const char   *group,
           const char   *key,
           const Field  *field,
           CopyRequest  *request,
           GError      **error)
{
  GError *local_error = NULL;
  guint64 count;

  switch (field->kind)
    {
    case KIND_NAMES:
      MEMBER (char **, request, field) = copy_job_record_get_names (file, group, key,
                                                                    &local_error);
      break;
    case KIND_NAME:
      MEMBER (char *, request, field) = copy_job_record_get_name (file, group, key, &local_error);
      break;
    case KIND_WORD:
      return copy_job_record_get_word (file, group, key, field->words,
                                       &MEMBER (guint, request, field), error);
    case KIND_COUNT:
      count = g_key_file_get_uint64 (file, group, key, &local_error);
      MEMBER (guint, request, field) = (guint) MIN (count, MAX_WORKERS);
      break;
    case KIND_NUMBER:
      MEMBER (guint64, request, field) = g_key_file_get_uint64 (file, group, key, &local_error);
      break;
    case KIND_FLAGS:
      return get_flags (file, group, key, request, error);
    case KIND_RULES:
      MEMBER (CopyFilter *, request, field) = get_rules (file, group, key, &local_error);
      break;
    default:
      g_assert_not_reached ();
    }

  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, local_error);

  return FALSE;
}

/* @prefix tells the requests of a job apart. */
void
copy_job_record_set_request (GKeyFile          *file,
                             const char        *group,
                             const char        *prefix,
                             const CopyRequest *request)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *key = g_strconcat (prefix, fields[i].key, NULL);

      set_field (file, group, key, &fields[i], request);
    }
}

/* NULL with an error set if anything is not as it was written. */
CopyRequest *
copy_job_record_get_request (GKeyFile    *file,
                             const char  *group,
                             const char  *prefix,
                             GError     **error)
{
  g_autoptr (CopyRequest) request = g_new0 (CopyRequest, 1);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *key = g_strconcat (prefix, fields[i].key, NULL);

      if (!get_field (file, group, key, &fields[i], request, error))
        return NULL;
    }

  if (request->sources != NULL && request->sources[0] != NULL)
    return g_steal_pointer (&request);

  copy_job_record_set_invalid (error, fields[0].key);

  return NULL;
}
