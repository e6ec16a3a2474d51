#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# standin.sh FOLDER ARCH BRANCH MIRROR PACKAGE…: makes GNOME's runtime and SDK of Debian's packages,
# in FOLDER/tree, and puts them into a repository, FOLDER/runtimes. To be started by unshare
# --mount, so that what is mounted is gone when this ends, however it ends.
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

# Nobody reads manuals there, nothing is lost if the power fails, and no service may start.
configure_dpkg()
{
  mkdir -p "$tree/etc/dpkg/dpkg.cfg.d" "$tree/usr/sbin"
  cat >"$tree/etc/dpkg/dpkg.cfg.d/standin" <<'CFG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
CFG
  printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
  chmod +x "$tree/usr/sbin/policy-rc.d"
}

# Debootstrap can't resolve what packages need, so apt installs all but the base.
install_packages()
{
  proxy=$(apt-config shell proxy Acquire::http::Proxy)
  eval "$proxy"
  if [ -n "${proxy-}" ]; then export http_proxy="$proxy" https_proxy="$proxy"; fi

  debootstrap --variant=minbase --arch="$(dpkg --print-architecture)" \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg trixie "$tree" "$mirror"
  mount -t proc proc "$tree/proc"
  chroot "$tree" apt-get -q -o Acquire::Languages=none update
  chroot "$tree" apt-get -q -y -o APT::Install-Recommends=false -o Dpkg::Use-Pty=0 install "$@"
  chroot "$tree" apt-get -q clean
  umount "$tree/proc"
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

# export_as NAME OPTION…: Flatpak takes the tree's usr alone, so etc has to be in it.
export_as()
{
  metadata "$1" >"$tree/metadata"
  shift
  flatpak build-export --runtime --disable-fsync --no-update-summary --arch="$arch" \
    "$@" "$folder/runtimes" "$tree" "$branch"
}

# Not compressed, in the form that an installation has them in: that installs by links.
make_repository()
{
  for part in objects tmp state extensions refs/heads; do mkdir -p "$folder/runtimes/$part"; done
  printf '[core]\nrepo_version=1\nmode=bare-user-only\n' >"$folder/runtimes/config"
}

export_runtimes()
{
  make_repository
  rm -rf "$tree/usr/etc"
  cp -a "$tree/etc" "$tree/usr/etc"
  mkdir -p "$tree/files"
  touch "$tree/files/standin"

  export_as org.gnome.Sdk
  # Who runs programs has no compilers and no headers.
  export_as org.gnome.Platform --exclude='/include/*' --exclude='/lib/*/*.a' \
    --exclude='/lib/gcc/*' --exclude='/libexec/gcc/*' --exclude='/share/gir-1.0/*'
  flatpak build-update-repo "$folder/runtimes"
}

if [ ! -f "$tree/standin.installed" ]; then
  rm -rf "$tree"
  configure_dpkg
  timed "$folder/packages.log" 'packages installed' install_packages "$@"
  touch "$tree/standin.installed"
fi
timed "$folder/export.log" 'runtimes exported' export_runtimes
