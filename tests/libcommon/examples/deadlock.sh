#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Who is told of the circle is up to chance, and not every system says what its
# threads are called.
set -eu

output=$("$1")
printf '%s\n' "$output" | sed -E '
  s/locking “(fork|spoon)”/locking the second/
  s/thread [^ ]+ holds “fork” and waits for “spoon”/one holds the fork/
  s/thread [^ ]+ holds “spoon” and waits for “fork”/one holds the spoon/
  s/one holds the spoon, one holds the fork/one holds the fork, one holds the spoon/'
