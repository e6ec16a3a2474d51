#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file says under which licence it stands: libcommon's own, or that of the rest.
set -eu
. tests/validate/lib.sh

for file in $(sources -name '*.[ch]'); do
  case $file in
    libcommon/*) licence=LGPL-2.1-or-later ;;
    tests/libcommon/*) licence='L*GPL-[23].[01]-or-later' ;;
    *) licence=GPL-3.0-or-later ;;
  esac
  head -n 5 "$file" | grep -q "SPDX-License-Identifier: $licence" ||
    problem "$file: no 'SPDX-License-Identifier: $licence' in its first lines"
done
finish
