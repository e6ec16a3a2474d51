#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# installed.sh BUILD PREFIX VERSION CC CXX FLAGS: installs BUILD into a folder that
# is thrown away, and uses the library from there, as another project would. CXX
# may be empty; CC and FLAGS may be several words.
set -eu
. tests/validate/lib.sh

build=$1
prefix=$2
version=$3
cc=$4
cxx=$5
flags=$6

skip_without meson
skip_without pkg-config

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root$prefix
headers=$root/include/lanyard-common

# The cookbook prints the same everywhere.
export LC_ALL=C.UTF-8

install_copy()
{
  meson install -C "$build" --no-rebuild --quiet --destdir "$scratch/root" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    problem 'meson install failed'
    finish
  }
  library=$(dirname "$(find "$root" -name 'liblanyard-common.so')")

  # It lies elsewhere than it was made for, and must not be taken from there if
  # there is one.
  sed -i "s,^prefix=.*,prefix=$root," "$library/pkgconfig/lanyard-common.pc"
  export PKG_CONFIG_PATH="$library/pkgconfig"
  export LD_LIBRARY_PATH="$library"

  if [ "$(pkg-config --modversion lanyard-common)" != "$version" ]; then
    problem "pkg-config: not version $version"
  fi
}

# compile OUTPUT ARG…: by what pkg-config says and nothing else.
compile()
{
  output=$1
  shift
  # shellcheck disable=SC2046,SC2086  # several words
  "$@" -o "$output" $(pkg-config --cflags --libs lanyard-common) $flags
}

# The programs of the cookbook need nothing that is not installed.
check_program()
{
  name=$1
  program=$scratch/$name
  # shellcheck disable=SC2086  # several words
  if ! compile "$program" $cc -Wall -Wextra -Wno-unused-parameter -Werror \
    "libcommon/examples/$name.c"; then
    problem "$name.c does not compile"
    return
  fi

  ldd "$program" | grep -qF "=> $library/" || problem "$name: not linked with the installed copy"
  tests/libcommon/examples/run.sh "tests/libcommon/examples/$name.expected" "$program" ||
    problem "$name: printed something else"
}

# check_header HEADER COMPILER…: whether it can be included before all others.
check_header()
{
  header=$1
  shift
  # shellcheck disable=SC2046  # several words
  printf '#include <%s>\n' "$header" |
    "$@" -Wall -Wextra -pedantic -Werror -fsyntax-only \
      $(pkg-config --cflags lanyard-common) - || problem "$header: $* has complaints"
}

check_headers()
{
  for path in "$headers"/*.h; do
    header=$(basename "$path")
    # shellcheck disable=SC2086  # several words
    check_header "$header" $cc -std=c99 -xc
    # shellcheck disable=SC2086
    if [ -n "$cxx" ]; then check_header "$header" $cxx -std=c++11 -xc++; fi

    [ "$header" = lanyard-common.h ] || grep -qF "\"$header\"" "$headers/lanyard-common.h" ||
      problem "lanyard-common.h: does not include $header"
  done
}

# That they are declared as C is seen only when something is linked.
check_cxx()
{
  cat >"$scratch/main.cc" <<'CXX'
#include <lanyard-common.h>

int
main ()
{
  LyQueue *queue = ly_queue_new (1, nullptr);
  bool empty = ly_queue_is_empty (queue);

  g_object_unref (queue);

  return empty ? 0 : 1;
}
CXX
  # shellcheck disable=SC2086  # several words
  if ! compile "$scratch/main" $cxx -std=c++11 -Wall -Wextra -pedantic -Werror \
    "$scratch/main.cc" || ! "$scratch/main"; then
    problem 'a program in C++ does not compile or run'
  fi
}

install_copy
check_program producers-consumers
check_program process-pool
check_program two-fibers
check_headers
if [ -n "$cxx" ]; then
  check_cxx
else
  echo 'without a C++ compiler, headers are tried in C alone'
fi
finish
