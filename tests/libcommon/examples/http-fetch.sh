#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# http-fetch.sh FETCHER SERVER: the pages come from the server of the cookbook.
set -eu

dir=$(mktemp -d)
mkfifo "$dir/server"
"$2" >"$dir/server" &
server=$!
trap 'kill "$server" 2>/dev/null || :; rm -rf "$dir"' EXIT

read -r listening at url <"$dir/server"
output=$("$1" "$url" "${url}hello/Anna" "${url}hello/no%20one" nonsense "${url}else")
printf '%s\n' "$listening $at $url" "$output" | sed 's/:[0-9][0-9]*//'

kill "$server"
wait "$server"
echo 'the server has ended'
