#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Anna and Ben tell each other where they are, and then chat.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkfifo "$dir/to-anna" "$dir/from-anna" "$dir/to-ben" "$dir/from-ben"
"$1" <"$dir/to-anna" >"$dir/from-anna" &
anna=$!
"$1" <"$dir/to-ben" >"$dir/from-ben" &
ben=$!
exec 3>"$dir/to-anna" 4<"$dir/from-anna" 5>"$dir/to-ben" 6<"$dir/from-ben"

read -r this is port anna_port question <&4
echo "$this $is $port ... $question"
read -r this is port ben_port question <&6
echo "127.0.0.1:${ben_port%.}" >&3
echo "127.0.0.1:${anna_port%.}" >&5

# Each line has to be seen before anything is said in return.
echo 'hello, Ben' >&3
read -r line <&6
echo "Ben sees: $line"
echo 'hello, Anna' >&5
read -r line <&4
echo "Anna sees: $line"

exec 3>&- 5>&-
wait "$anna" "$ben"
echo 'both have ended'
