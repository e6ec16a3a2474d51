#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every shell script passes shellcheck.
set -eu
. tests/validate/lib.sh

skip_without shellcheck

# What a checkout is checked by is not in every copy of the sources.
for script in dev .ci/run $(sources -name '*.sh' -o -name '*.bash'); do
  [ -f "$script" ] || continue
  shellcheck -x "$script" || problem "$script: shellcheck has complaints"
done
finish
