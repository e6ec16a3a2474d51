/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-window.h"
#include "display.h"

#include "../e2e/e2e-temp.h"
#include "../e2e/e2e-tree.h"

G_BEGIN_DECLS

/* Lanyard Copy as its main() has it, with the real engine behind it: jobs are run by workers
 * of the built command. */
typedef struct
{
  E2eTemp         *temp;
  char            *source;        /* a folder to fill */
  char            *dest;          /* one that is empty */

  /* While it runs */
  CopyApplication *application;
  GtkWindow       *window;
  CopyQueue       *queue;
} CopyApp;

typedef void (*CopyAppBody) (CopyApp *self);

void           copy_app_init         (int           *argc,
                                      char        ***argv);

/* Runs @body with a folder of its own and an empty queue. */
void           copy_app_test         (CopyAppBody    body);

/* Starts the program, which keeps what it had before, with "--to DEST SOURCE" or NULL, and
 * ends it after @body. */
void           copy_app_run          (CopyApp       *self,
                                      gboolean       with_sources,
                                      CopyAppBody    body);

/* The sheet that is open, once it has found out that it can be started, and starting it. */
GtkWindow     *copy_app_get_sheet    (CopyApp       *self);
GtkWindow     *copy_app_await_ready  (CopyApp       *self);
void           copy_app_start_job    (CopyApp       *self);

/* Opens a sheet for these paths. */
void           copy_app_add          (GtkWindow     *window,
                                      const char    *source,
                                      const char    *dest);

/* Opens a sheet for @source and @dest, both below the folder of the test. */
void           copy_app_open_sheet   (CopyApp       *self,
                                      const char    *source,
                                      const char    *dest);

CopyQueuedJob *copy_app_get_job      (CopyApp       *self,
                                      guint          position);
GtkWidget     *copy_app_get_row      (CopyApp       *self,
                                      guint          position);
void           copy_app_await_state  (CopyApp       *self,
                                      guint          position,
                                      CopyJobState   state);

G_END_DECLS
