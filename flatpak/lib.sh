# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# What the parts of the offline test have in common.

SKIP=77
log=''

# timed LOG WHAT COMMAND…: runs it, and says how long it took. What it printed is in LOG, and shown
# if it fails, which ends the script: so it must not be called where failing is expected.
timed()
{
  log=$1
  what=$2
  shift 2
  began=$(date +%s)
  "$@" </dev/null >"$log" 2>&1
  log=''
  printf '%4d s  %s\n' $(($(date +%s) - began)) "$what"
}

show_log()
{
  if [ -n "$log" ]; then cat "$log"; fi
}

skip()
{
  echo "$*"
  exit $SKIP
}
