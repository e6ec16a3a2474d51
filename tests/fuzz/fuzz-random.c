/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"

#include <sodium.h>

static uint32_t state;

static const char *
get_name (void)
{
  return "fuzz";
}

static uint32_t
get_random (void)
{
  state = state * 1664525 + 1013904223;

  return state ^ state >> 16;
}

static void
fill (void *const bytes,
      const size_t size)
{
  for (size_t i = 0; i < size; i++)
    ((uint8_t *) bytes)[i] = (uint8_t) get_random ();
}

static randombytes_implementation fixed = {
  .implementation_name = get_name,
  .random = get_random,
  .buf = fill,
};

/* The same input has to do the same each time, keys included. */
void
fuzz_fix_random (uint32_t seed)
{
  state = seed;
  randombytes_set_implementation (&fixed);
  if (sodium_init () < 0)
    g_error ("sodium_init() failed");
}
