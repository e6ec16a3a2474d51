/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_PROGRESS_AUTO,
  CLI_PROGRESS_BAR,
  CLI_PROGRESS_PLAIN,
  CLI_PROGRESS_NONE,
} CliProgress;

/* What one copy tells, and how. The observer is called in the job's thread,
 * everything else on the main context. */
typedef struct
{
  const CopyRequest *request;
  CliProgress        progress;
  CopyObserver       observer;

  void (*update)      (CopyJob          *job);
  void (*stopping)    (void);
  void (*not_started) (const GError     *error);
  void (*done)        (const CopyReport *report);
} CliCopyOutput;

void cli_copy_text_init  (CliCopyOutput *output);
void cli_copy_json_init  (CliCopyOutput *output);

/* Takes the progress line off the screen, for something else to be written. */
void cli_copy_text_clear (void);

G_END_DECLS
