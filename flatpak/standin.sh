#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# standin.sh FOLDER ARCH BRANCH MIRROR PACKAGE…: installs what stands in for GNOME's runtime and SDK
# for the user: Debian's packages. To be started by unshare --mount, so that what is mounted is gone
# when this ends, however it ends.
set -eu

folder=$1 arch=$2 branch=$3 mirror=$4
shift 4

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR
. "$here/lib.sh"

tree=$folder/tree
trap show_log EXIT

# Not of the machine around it, and the system's folders first.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
unset TMPDIR

# Nobody reads manuals there, links statically, or loses anything if the power fails.
install_packages()
{
  proxy=$(apt-config shell proxy Acquire::http::Proxy)
  eval "$proxy"
  if [ -n "${proxy-}" ]; then export http_proxy="$proxy" https_proxy="$proxy"; fi

  mmdebstrap --mode=root --variant=essential --format=directory \
    --architectures="$(dpkg --print-architecture)" \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/gir-1.0/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/lib/*/libicu*.a' \
    --include="$*" trixie "$tree" "$mirror"
}

# metadata NAME: what Flatpak has to know of a runtime.
metadata()
{
  cat <<INI
[Runtime]
name=$1
sdk=org.gnome.Sdk/$arch/$branch
INI
}

# install_empty NAME: a runtime with nothing in it.
install_empty()
{
  rm -rf "$folder/empty"
  mkdir -p "$folder/empty/usr" "$folder/empty/files"
  touch "$folder/empty/files/standin"
  metadata "$1" >"$folder/empty/metadata"
  flatpak build-export --runtime --disable-fsync --arch="$arch" \
    "$folder/runtimes" "$folder/empty" "$branch"
  flatpak --user remote-add --if-not-exists --no-gpg-verify standin "$folder/runtimes"
  flatpak --user install -y --noninteractive --reinstall standin "runtime/$1/$arch/$branch"
}

# place_of NAME: where Flatpak has what is in it.
place_of()
{
  echo "$(flatpak --user info --show-location "runtime/$1/$arch/$branch")/files"
}

# The packages go where they are wanted at once: to export and to install them would be to read and
# to write all of them three times. Flatpak takes the tree's usr alone, so etc has to be in it.
install_runtimes()
{
  rm -rf "$folder/runtimes"
  for name in org.gnome.Sdk org.gnome.Platform; do
    install_empty "$name"
    rm -rf "$(place_of "$name")"
  done

  sdk=$(place_of org.gnome.Sdk)
  platform=$(place_of org.gnome.Platform)
  mv "$tree/usr" "$sdk"
  rm -rf "${sdk:?}/etc"
  mv "$tree/etc" "$sdk/etc"
  touch "$sdk/.ref"
  cp -al "$sdk" "$platform"
  # Who runs programs has no compilers and no headers.
  rm -rf "$platform"/include "$platform"/lib/*/*.a "$platform"/lib/gcc "$platform"/libexec/gcc
  rm -rf "$folder/empty" "$folder/runtimes" "$tree"
}

rm -rf "$tree"
timed "$folder/packages.log" 'packages unpacked' install_packages "$@"
timed "$folder/install.log" 'runtimes installed' install_runtimes
