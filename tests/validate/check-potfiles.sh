#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# po/POTFILES.in lists the files with translatable strings, all of them and no others.
set -eu
. tests/validate/lib.sh

marked='(^|[^A-Za-z0-9_])(_|N_|Q_|C_|NC_|ngettext|g_dngettext|g_dpgettext2?) ?\(|translatable="yes"|^Comment=|<summary>'

translatable=$(
  sources -path './apps/*.[ch]' -o -path './apps/*.ui' -o -path './libcommon/*.[ch]' \
    -o -path './data/*.desktop.in' -o -path './data/*.metainfo.xml.in' |
    while read -r file; do
      if grep -Eq "$marked" "$file"; then echo "$file"; fi
    done
)
listed=$(grep -v '^\(#\|$\)' po/POTFILES.in) || :

# has LIST FILE
has()
{
  printf '%s\n' "$1" | grep -qxF "$2"
}

for file in $listed; do
  [ -f "$file" ] || problem "po/POTFILES.in: there is no $file"
  has "$translatable" "$file" || problem "po/POTFILES.in: $file has no translatable strings"
done
for file in $translatable; do
  has "$listed" "$file" || problem "po/POTFILES.in: $file is missing"
done
finish
