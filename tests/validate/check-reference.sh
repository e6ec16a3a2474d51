#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-reference.sh BUILD: the reference of the common library is made without a
# warning, and has a page for each class. BUILD is empty where none can be made.
set -eu
. tests/validate/lib.sh

build=$1

if [ -z "$build" ]; then
  echo 'gi-docgen or gobject-introspection is not installed, or this is a sanitizer build'
  exit $SKIP
fi

# Warnings are errors there.
log=$(meson compile -C "$build" docs 2>&1) || {
  printf '%s\n' "$log"
  problem 'the reference could not be made'
  finish
}

pages=$build/libcommon/docs/lanyard-common
for page in index.html concepts.html; do
  [ -s "$pages/$page" ] || problem "$page is missing"
done
classes=$(sed -n 's/^G_DECLARE_[A-Z]*_TYPE (Ly\([A-Za-z]*\),.*/\1/p' libcommon/ly-*.h)
for class in $classes; do
  [ -s "$pages/class.$class.html" ] || problem "class.$class.html is missing"
done
finish
