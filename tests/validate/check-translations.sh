#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every translation is well-formed, and its placeholders are those of the original.
set -eu
. tests/validate/lib.sh

skip_without msgfmt

for po in po/*.po; do
  msgfmt --check --output-file=/dev/null "$po" || problem "$po: msgfmt has complaints"
  language=$(basename "$po" .po)
  grep -qx "$language" po/LINGUAS || problem "po/LINGUAS: does not list $language"
done
finish
