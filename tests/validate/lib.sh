# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# What the checks have in common. They are run in the top source directory,
# print what is wrong, and exit with 1 if something is, or 77 to be skipped.

SKIP=77
problems=0

problem()
{
  printf '%s\n' "$*"
  problems=1
}

# skip_without TOOL
skip_without()
{
  if command -v "$1" >/dev/null 2>&1; then return; fi
  echo "$1 is not installed"
  exit $SKIP
}

# sources FIND-EXPRESSION…: lists files of ours, not those of a build.
sources()
{
  find . -path './.*' -prune -o -path './build*' -prune -o -path './_build*' -prune -o \
    -type f '(' "$@" ')' -print | sed 's,^\./,,' | LC_ALL=C sort
}

# in_chinese FOLDER COMMAND…: with its words in that language. Newer C libraries translate nothing
# for a locale called C.UTF-8; which others there are is not known, so it gets another name, in
# FOLDER.
in_chinese()
{
  locales=$1
  shift
  if [ -d /usr/lib/locale/C.utf8 ]; then
    mkdir -p "$locales"
    ln -sf -T /usr/lib/locale/C.utf8 "$locales/zh_CN.UTF-8"
    LOCPATH="$locales" LC_ALL=zh_CN.UTF-8 LANGUAGE=zh_CN "$@"
  else
    LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$@"
  fi
}

finish()
{
  exit "$problems"
}
