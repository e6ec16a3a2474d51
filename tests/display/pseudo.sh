#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pseudo.sh SOURCE FILE: a translation into a language that is English with longer words, made from
# the strings that SOURCE has now: a feew leetteerrss moorree.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$1"
grep -v '^#' po/POTFILES.in | xgettext --files-from=- --from-code=UTF-8 --output="$scratch/pot" \
  --keyword=_ --keyword=N_ --keyword=Q_:1g --keyword=C_:1c,2 --keyword=g_dngettext:2,3
sed -i '1,/^$/ {
  s/charset=CHARSET/charset=UTF-8/
  s/nplurals=INTEGER; plural=EXPRESSION/nplurals=2; plural=(n != 1)/
}' "$scratch/pot"
msgen --lang=en "$scratch/pot" | msgattrib --no-wrap --no-fuzzy --output="$scratch/po"

# Each of these letters twice, unless it belongs to a conversion ('%-e', '%llu') or an escape.
sed -E '1,/^$/b
/^msgstr/,/^$/ {
  s/[aeioursty]/&&/g
  s/([%\\][^ a-z]*(ll|l)?)([aeioursty])\3/\1\3/g
  s/^mssgssttrr/msgstr/
}' "$scratch/po" >"$scratch/long.po"
msgfmt --check-format --output-file="$2" "$scratch/long.po"
