#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# whole.sh BUILD PREFIX LIBDIR VERSION APPS: installs BUILD into a folder that is thrown
# away, looks whether all is there and nothing else, and runs it from there. APPS is "yes"
# if the desktop apps were built.
set -eu
. tests/validate/lib.sh

build=$1
prefix=$2
libdir=$3
version=$4
apps=$5

skip_without meson

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root$prefix

expected_of_apps()
{
  echo bin/lanyard-chat
  echo bin/lanyard-copy
  echo "share/metainfo/$base.metainfo.xml"
  for id in $ids; do
    echo "share/applications/$id.desktop"
    echo "share/dbus-1/services/$id.service"
    echo "share/icons/hicolor/scalable/apps/$id.svg"
    echo "share/icons/hicolor/symbolic/apps/$id-symbolic.svg"
  done
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
  if [ "$apps" = yes ]; then expected_of_apps; fi
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
  expected | LC_ALL=C sort >"$scratch/expected"
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

  # gettext takes no language but English for the locale C alone.
  said=$(LC_ALL=C.UTF-8 LANGUAGE=zh_CN LANYARD_LOCALEDIR="$root/share/locale" \
    run lanyard copy --help) || :
  case $said in
    *副本*) ;;
    *) problem 'lanyard does not find its translations' ;;
  esac
}

check_apps()
{
  for id in $ids; do
    name=$(echo "${id##*.}" | tr '[:upper:]' '[:lower:]')
    LC_ALL=C run "lanyard-$name" --help >"$scratch/help" 2>&1 || {
      cat "$scratch/help"
      problem "lanyard-$name does not run"
    }
    grep -q "^Exec=lanyard-$name\\>" "$root/share/applications/$id.desktop" ||
      problem "$id.desktop does not start lanyard-$name"
    grep -q "^Exec=$prefix/bin/lanyard-$name\\>" "$root/share/dbus-1/services/$id.service" ||
      problem "$id.service does not start $prefix/bin/lanyard-$name"
  done
  glib-compile-schemas --strict "$root/share/glib-2.0/schemas" ||
    problem 'the schemas cannot be compiled'
}

# The name that all of them begin with, which builds of a checkout may have of their own.
if [ "$apps" = yes ]; then
  base=$(basename "$build"/data/*.metainfo.xml .metainfo.xml)
  ids="$base.Chat $base.Copy"
fi
install_all
check_command
if [ "$apps" = yes ]; then check_apps; fi
finish
