#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file that can says under which licence it stands: libcommon's own, or that of the
# rest.
set -eu
. tests/validate/lib.sh

# check LICENCE FILE…: it is a pattern.
check()
{
  licence=$1
  shift
  bare=$(awk -v wanted="SPDX-License-Identifier: $licence" '
    function judge() { if (file != "" && !found) print file }
    FNR == 1 { judge(); file = FILENAME; found = 0 }
    FNR <= 8 && $0 ~ wanted { found = 1 }
    END { judge() }
  ' "$@")
  for file in $bare; do
    problem "$file: no 'SPDX-License-Identifier: $licence' in its first lines"
  done
}

all=$(sources -name '*.[1-9ch]' -o -name '*.S' -o -name '*.sh' -o -name '*.bash' -o -name '*.fish' \
  -o -name '*.py' -o -name '*.ui' -o -name '*.xml' -o -name '*.css' -o -name '*.in' \
  -o -name meson.build -o -name meson_options.txt -o -name dev | grep -v '^po/')

# shellcheck disable=SC2046,SC2086  # a word for each file
{
  check LGPL-2.1-or-later $(printf '%s\n' $all | grep '^libcommon/[^/]*\.[chS]$')
  check 'L?GPL-[23].[01]-or-later' $(printf '%s\n' $all | grep '^\(tests/\)*libcommon/')
  check GPL-3.0-or-later $(printf '%s\n' $all | grep -v '^\(tests/\)*libcommon/' |
    grep -v '\.metainfo\.xml\.in$')
  # Software centres spread it.
  check CC0-1.0 data/*.metainfo.xml.in
}
finish
