/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-barrier.h"
#include "ly-channel.h"
#include "ly-event.h"
#include "ly-executor.h"
#include "ly-future.h"
#include "ly-lock.h"
#include "ly-process-executor.h"
#include "ly-process.h"
#include "ly-progress.h"
#include "ly-queue.h"
#include "ly-semaphore.h"
#include "ly-task.h"
#include "ly-thread-executor.h"
#include "ly-worker.h"
