/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-util.h"

G_BEGIN_DECLS

#define TEST_SHARED_SIZE (1024 * 1024)

/* A client in the owner's own process. */
static inline LyShared *
test_shared_new_client (LyShared *owner)
{
  g_autoptr (GError) error = NULL;
  int fd = ly_shared_connect (owner, &error);

  g_assert_no_error (error);

  return ly_shared_new_for_fd (fd);
}

G_END_DECLS
