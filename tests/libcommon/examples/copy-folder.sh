#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What was copied has to be the same, and what can't be must not hold up the rest.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
from=$dir/from

mkdir -p "$from/deep/er" "$from/empty"
seq 100000 >"$from/numbers"
echo 'run me' >"$from/deep/script"
chmod 755 "$from/deep/script"
: >"$from/deep/er/nothing"
: >"$from/deep/er/two
lines"
ln -s ../numbers "$from/deep/link"

"$1" "$from" "$dir/to"
diff -r --no-dereference "$from" "$dir/to"
if [ -x "$dir/to/deep/script" ]; then echo 'the same, and still executable'; fi

mkfifo "$from/fifo"
"$1" "$from" "$dir/again" || echo "exit status: $?"
diff -r --no-dereference "$from/deep" "$dir/again/deep"
