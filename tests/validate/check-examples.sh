#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each program of the cookbook is short, built, and listed in the README there.
set -eu
. tests/validate/lib.sh

folder=libcommon/examples

for file in "$folder"/*.c; do
  name=$(basename "$file" .c)
  [ "$(wc -l <"$file")" -lt 80 ] || problem "$file: has 80 lines or more"
  grep -q "'$name'" "$folder/meson.build" || problem "$folder/meson.build: $name is missing"
  grep -qF "[$name.c]($name.c): " "$folder/README.md" ||
    problem "$folder/README.md: $name.c is missing"
done
finish
