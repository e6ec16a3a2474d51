/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-run.h"

G_BEGIN_DECLS

void copy_dry_run (CopyRun *run);

G_END_DECLS
