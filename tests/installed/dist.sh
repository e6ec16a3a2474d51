#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# dist.sh BUILD VERSION APPS: makes the tarball of BUILD's last commit, and does with it
# what who downloads it does: builds, tests and installs it into a folder that is thrown
# away. The tests that were installed are then run on what was installed.
set -eu
. tests/validate/lib.sh

build=$1
version=$2
apps=$3

for tool in git meson tar gnome-desktop-testing-runner dbus-run-session; do
  skip_without $tool
done
if [ ! -e .git ] || ! git rev-parse --verify HEAD >/dev/null; then
  echo 'this is no git checkout, of which meson could make a tarball'
  exit $SKIP
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/lanyard-$version
prefix=$scratch/prefix

# step WHAT COMMAND…: shows what COMMAND said only if it fails, which is the end.
step()
{
  what=$1
  shift
  echo "$what"
  "$@" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    problem "$what: failed"
    finish
  }
}

# Whoever has the tarball has neither a repository nor what our house checks itself with.
unpack()
{
  step 'meson dist' meson dist -C "$build" --no-tests --allow-dirty --formats gztar
  step 'tar' tar -x -z -C "$scratch" -f "$build/meson-dist/lanyard-$version.tar.gz"
  (cd "$build/meson-dist" && sha256sum --quiet -c "lanyard-$version.tar.gz.sha256sum") ||
    problem 'the tarball does not have its checksum'
  rm -rf "$tree/.ci" "$tree/.gitignore" "$tree/.git"
}

build_and_test()
{
  gtk=disabled
  if [ "$apps" = yes ]; then gtk=enabled; fi
  step 'meson setup' meson setup --prefix="$prefix" --buildtype=debug -Dwerror=true \
    -Dgtk=$gtk -Dinstalled_tests=true "$scratch/build" "$tree"
  step 'meson compile' meson compile -C "$scratch/build"
  step 'meson test' meson test -C "$scratch/build" --no-rebuild --print-errorlogs -t 4 \
    --suite validate --suite integration
  step 'meson install' meson install -C "$scratch/build" --no-rebuild
}

# Nothing tells it where anything is.
check_installed()
{
  said=$(LC_ALL=C "$prefix/bin/lanyard" --version) || :
  [ "$said" = "lanyard $version" ] || problem "lanyard --version says '$said'"

  said=$(in_chinese "$scratch/locales" "$prefix/bin/lanyard" copy --help) || :
  case $said in
    *副本*) ;;
    *) problem 'lanyard does not find its translations' ;;
  esac

  MANPATH="$prefix/share/man" man -w 5 lanyard-profile >/dev/null ||
    problem 'man does not find a page'
}

# run_installed NAME…: those whose names begin so.
run_installed()
{
  wanted=0
  for file in "$prefix"/share/installed-tests/lanyard/*.test; do
    for name; do
      case $file in */"$name"*) wanted=$((wanted + 1)) ;; esac
    done
  done
  [ $wanted -gt 40 ] || problem "only $wanted tests were installed"

  for name; do
    shift
    set -- "$@" "lanyard/$name"
  done
  step "gnome-desktop-testing-runner, $wanted tests" dbus-run-session -- \
    gnome-desktop-testing-runner -d "$prefix/share" -p 2 -t 300 "$@"
  tail -n 1 "$scratch/log"
  passed=$(grep -c '^PASS: lanyard/' "$scratch/log") || :
  skipped=$(grep -c '^SKIP: lanyard/' "$scratch/log") || :
  if [ $((passed + skipped)) -ne $wanted ] || [ "$passed" -le 40 ]; then
    problem "$passed passed, $skipped skipped, of $wanted"
  fi
}

unset LANYARD LANYARD_LOCALEDIR LD_LIBRARY_PATH GSETTINGS_SCHEMA_DIR
unpack
build_and_test
check_installed
run_installed cli- copy- libcommon- e2e-json e2e-operands e2e-chat-json
finish
