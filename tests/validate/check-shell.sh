#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every shell script passes shellcheck.
set -eu
. tests/validate/lib.sh

skip_without shellcheck

for script in dev .ci/run $(sources -name '*.sh' -o -name '*.bash'); do
  shellcheck -x "$script" || problem "$script: shellcheck has complaints"
done
finish
