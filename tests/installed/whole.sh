#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# whole.sh BUILD PREFIX LIBDIR VERSION ID: installs BUILD into a folder that is thrown
# away, looks whether all is there and nothing else, and runs it from there. ID is what the
# names that a desktop knows begin with, or empty without desktop apps.
set -eu
. tests/validate/lib.sh

build=$1
prefix=$2
libdir=$3
version=$4
id=$5

skip_without meson

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root$prefix

expected_of_apps()
{
  echo bin/lanyard-chat
  echo bin/lanyard-copy
  echo share/metainfo/io.github.lanyard.Lanyard.metainfo.xml
  for app in Chat Copy; do
    echo "share/applications/$id.$app.desktop"
    echo "share/dbus-1/services/$id.$app.service"
    echo "share/icons/hicolor/scalable/apps/$id.$app.svg"
    echo "share/icons/hicolor/symbolic/apps/$id.$app-symbolic.svg"
  done
  find data/icons -type f | sed 's,^data,share,'
  for schema in data/*.gschema.xml; do
    echo "share/glib-2.0/schemas/$(basename "$schema")"
  done
}

expected()
{
  echo bin/lanyard
  for file in .so .so.0 ".so.$version"; do echo "$libdir/liblanyard-common$file"; done
  echo "$libdir/pkgconfig/lanyard-common.pc"
  echo include/lanyard-common/lanyard-common.h
  sed -n 's,^#include "\(.*\)",include/lanyard-common/\1,p' libcommon/lanyard-common.h
  for page in data/man/*.[1-9]; do
    echo "share/man/man${page##*.}/$(basename "$page")"
  done
  echo share/bash-completion/completions/lanyard
  echo share/fish/vendor_completions.d/lanyard.fish
  echo share/zsh/site-functions/_lanyard
  sed -n 's,^[a-z].*,share/locale/&/LC_MESSAGES/lanyard.mo,p' po/LINGUAS
  if [ -n "$id" ]; then expected_of_apps; fi
}

# The reference, and tests that are installed, are there if they were asked for.
found()
{
  (cd "$root" && find . '(' -type f -o -type l ')' ! -path './share/doc/*' \
    ! -path '*/installed-tests/*') | sed 's,^\./,,'
}

install_all()
{
  meson install -C "$build" --no-rebuild --quiet --destdir "$scratch/root" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    problem 'meson install failed'
    finish
  }
  expected | LC_ALL=C sort -u >"$scratch/expected"
  found | LC_ALL=C sort >"$scratch/found"
  diff "$scratch/expected" "$scratch/found" >"$scratch/differences" || {
    sed -n 's/^< /is missing: /p; s/^> /should not be there: /p' "$scratch/differences"
    problem 'not what was to be installed'
  }
}

# run PROGRAM ARG…: from where it was installed, and not with what belongs to the build.
run()
{
  program=$root/bin/$1
  shift
  if [ "$prefix" = /usr ]; then
    # There the system finds libraries, and only there.
    LD_LIBRARY_PATH="$root/$libdir" "$program" "$@"
  else
    env -u LD_LIBRARY_PATH "$program" "$@"
  fi
}

check_command()
{
  said=$(LC_ALL=C run lanyard --version) || :
  [ "$said" = "lanyard $version" ] || problem "lanyard --version says '$said'"

  # Workers are found, and are this program.
  for backend in threads processes; do
    copy=$scratch/$backend
    if ! LC_ALL=C run lanyard copy --backend=$backend -j 2 --verify data "$copy" >/dev/null ||
      ! diff -r data "$copy"; then
      problem "lanyard copy --backend=$backend does not copy"
    fi
  done

  said=$(export LANYARD_LOCALEDIR="$root/share/locale" &&
    in_chinese "$scratch/locales" run lanyard copy --help) || :
  case $said in
    *副本*) ;;
    *) problem 'lanyard does not find its translations' ;;
  esac
}

check_apps()
{
  for app in Chat Copy; do
    name=lanyard-$(echo $app | tr '[:upper:]' '[:lower:]')
    said=$(LC_ALL=C run "$name" --version) || :
    [ "$said" = "$name $version" ] || problem "$name --version says '$said'"
    grep -q "^Exec=$name\\>" "$root/share/applications/$id.$app.desktop" ||
      problem "$id.$app.desktop does not start $name"
    grep -q "^Exec=$prefix/bin/$name\\>" "$root/share/dbus-1/services/$id.$app.service" ||
      problem "$id.$app.service does not start $prefix/bin/$name"
  done
  glib-compile-schemas --strict "$root/share/glib-2.0/schemas" ||
    problem 'the schemas cannot be compiled'
}

install_all
check_command
if [ -n "$id" ]; then check_apps; fi
finish
