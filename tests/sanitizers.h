/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which sanitizer watches, as gcc and clang each tell it: memory and stacks
 * are larger under one, and all is slower. */

#ifndef __has_feature
# define __has_feature(feature) 0
#endif

#if defined (__SANITIZE_ADDRESS__) || __has_feature (address_sanitizer)
# define WITH_ASAN 1
#else
# define WITH_ASAN 0
#endif

#if defined (__SANITIZE_THREAD__) || __has_feature (thread_sanitizer)
# define WITH_TSAN 1
#else
# define WITH_TSAN 0
#endif
