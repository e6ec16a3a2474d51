#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every translation is well-formed and whole, and its placeholders are those of the original.
set -eu
. tests/validate/lib.sh

skip_without msgfmt

template=$(mktemp)
trap 'rm -f "$template"' EXIT
grep -v '^#' po/POTFILES.in | xgettext --files-from=- --from-code=UTF-8 --output="$template" \
  --keyword=_ --keyword=N_ --keyword=Q_:1g --keyword=C_:1c,2 --keyword=g_dngettext:2,3

for po in po/*.po; do
  msgfmt --check --output-file=/dev/null "$po" || problem "$po: msgfmt has complaints"
  msgcmp --no-fuzzy-matching "$po" "$template" || problem "$po: not all is translated"
  language=$(basename "$po" .po)
  grep -qx "$language" po/LINGUAS || problem "po/LINGUAS: does not list $language"
done
finish
