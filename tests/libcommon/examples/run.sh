#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh EXPECTED COMMAND…: whether COMMAND ends well and prints EXPECTED.
set -eu

expected=$1
shift
failed=0

export LC_ALL=C.UTF-8
output=$("$@" </dev/null) || failed=$?
if [ "$failed" -ne 0 ]; then echo "exit status: $failed"; fi
printf '%s\n' "$output" | diff -u "$expected" - || failed=1
exit "$failed"
