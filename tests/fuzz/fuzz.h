/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What a target has: libFuzzer calls it, or fuzz-main.c where there is no libFuzzer. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

void fuzz_fix_random (uint32_t seed);
