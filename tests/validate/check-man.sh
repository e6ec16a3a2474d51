#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages are well-formed, and their references lead somewhere.
set -eu
. tests/validate/lib.sh

# A man of another make does not know these options.
mandoc=no man_db=no
if command -v mandoc >/dev/null 2>&1; then mandoc=yes; fi
if man --version 2>/dev/null | grep -q '^man [0-9]'; then man_db=yes; fi
if [ "$mandoc $man_db" = 'no no' ]; then
  echo 'neither mandoc nor man-db is installed'
  exit $SKIP
fi

# Prints warnings, if there are any.
lint()
{
  if [ $mandoc = yes ]; then mandoc -T lint -W warning "$1"; fi
  if [ $man_db = yes ]; then
    LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null
  fi
}

# A page of ours is installed, and so is what it sends its reader to.
for page in data/man/*.[1-9]; do
  warnings=$(lint "$page" 2>&1) || :
  [ -z "$warnings" ] || problem "$page: $warnings"
  grep -qF "'man/$(basename "$page")'" data/meson.build ||
    problem "data/meson.build does not install $page"

  others=$(sed -n 's/^\.Xr \(lanyard[a-z-]*\) \([1-9]\).*/\1.\2/p' "$page")
  for other in $others; do
    [ -f "data/man/$other" ] || problem "$page: there is no $other"
  done
done
finish
