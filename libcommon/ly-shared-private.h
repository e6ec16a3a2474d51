/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-shared.h"

G_BEGIN_DECLS

/* The descriptor that a child finds its connection at; the one before is its
 * channel. */
#define LY_SHARED_CHILD_FD 4

/* A client sends one request at a time: what it wants, for how long at most it
 * waits for others that hold the lock (in microseconds; -1: without end), and
 * its arguments, whose type belongs to what it wants. */
#define LY_SHARED_REQUEST_FORMAT "(yx@v)"
#define LY_SHARED_REQUEST_TYPE G_VARIANT_TYPE ("(yxv)")

typedef enum
{
  LY_SHARED_LOCK          = 'L',  /* () → b: whether the last holder vanished */
  LY_SHARED_UNLOCK        = 'U',  /* () → () */
  LY_SHARED_DICT_SET      = 'S',  /* (sv) → () */
  LY_SHARED_DICT_GET      = 'G',  /* s → v */
  LY_SHARED_DICT_REMOVE   = 'R',  /* s → v */
  LY_SHARED_DICT_CONTAINS = 'C',  /* s → () */
  LY_SHARED_DICT_KEYS     = 'K',  /* () → as */
  LY_SHARED_DICT_SNAPSHOT = 'D',  /* () → a{sv} */
  LY_SHARED_LIST_APPEND   = 'a',  /* v → () */
  LY_SHARED_LIST_GET      = 'g',  /* x → v */
  LY_SHARED_LIST_SET      = 's',  /* (xv) → () */
  LY_SHARED_LIST_POP      = 'p',  /* x → v */
  LY_SHARED_LIST_LENGTH   = 'n',  /* () → t */
  LY_SHARED_LIST_SNAPSHOT = 'd',  /* () → av */
  LY_SHARED_COUNTER_ADD   = '+',  /* (sx) → x: what it was before */
  LY_SHARED_COUNTER_GET   = '=',  /* s → x */
} LySharedOp;

/* The answer is one of these and what belongs to it. */
#define LY_SHARED_ANSWER_FORMAT "(y@v)"
#define LY_SHARED_ANSWER_TYPE G_VARIANT_TYPE ("(yv)")

typedef enum
{
  LY_SHARED_VALUE = 'V',  /* as said above */
  LY_SHARED_ERROR = 'E',  /* (is): code of G_IO_ERROR, message */
} LySharedAnswer;

gboolean  _ly_shared_lookup_op (char                 op,
                                const GVariantType **args_type,
                                const GVariantType **value_type);
GError   *_ly_shared_new_closed_error  (void);
GError   *_ly_shared_new_timeout_error (void);

G_END_DECLS
