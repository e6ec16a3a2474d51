#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages are well-formed.
set -eu
. tests/validate/lib.sh

# Prints warnings, if there are any.
lint()
{
  if command -v mandoc >/dev/null 2>&1; then
    mandoc -T lint -W warning "$1"
  else
    {
      LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 \
        man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null
    } 2>&1
  fi
}

# A man of another make does not know these options.
if ! command -v mandoc >/dev/null 2>&1 &&
  ! man --version 2>/dev/null | grep -q '^man [0-9]'; then
  echo 'neither mandoc nor man-db is installed'
  exit $SKIP
fi

for page in data/man/*.[1-9]; do
  warnings=$(lint "$page") || :
  [ -z "$warnings" ] || problem "$page: $warnings"
done
finish
