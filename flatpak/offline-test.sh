#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# offline-test.sh FOLDER VERSION CHOOSE: builds the Flatpak of this checkout, with all its tests,
# installs it from a repository, and uses it. GNOME's runtime and SDK are stood in for by Debian's
# packages. All of that is made in FOLDER, where the next run finds the runtimes again; no other
# installation is seen or changed. CHOOSE is choose.c as a program.
set -eu

if [ $# -ne 3 ]; then
  echo 'Usage: offline-test.sh FOLDER VERSION CHOOSE' >&2
  exit 2
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR
. "$here/lib.sh"

app=io.github.lanyard.Lanyard
version=$2 choose=$3
mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)
scratch=$(mktemp -d)
trap 'show_log; rm -rf "$scratch"' EXIT
trap 'exit 143' HUP INT TERM

export HOME="$folder/home" FLATPAK_USER_DIR="$folder/installation"
export FLATPAK_SYSTEM_DIR="$folder/system" FLATPAK_CONFIG_DIR="$folder/config"
# Short, since there will be sockets in it.
export XDG_RUNTIME_DIR="$scratch/run"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME DBUS_SESSION_BUS_ADDRESS
mkdir -p "$HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"

# --- what is needed -----------------------------------------------------------

need_tools()
{
  for tool in flatpak flatpak-builder bwrap eu-strip mmdebstrap apt-get python3 \
    dbus-run-session Xvfb xvfb-run xauth import convert xev; do
    command -v "$tool" >/dev/null 2>&1 || skip "$tool is missing (./dev test --flatpak installs it)"
  done
  [ "$(id -u)" -eq 0 ] || skip 'making a root of Debian packages takes root'
  unshare --mount --user --map-root-user mount -t tmpfs none /mnt 2>/dev/null ||
    skip 'there are no user namespaces'
  unshare --mount mount -t tmpfs none /mnt 2>/dev/null || skip 'root may not mount anything here'
}

# The mirror that this machine has its own packages from, as far as apt knows now.
known_mirror()
{
  # shellcheck disable=SC2016  # what apt puts in there
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 'Label: Debian' | head -n 1
}

find_mirror()
{
  mirror=$(known_mirror)
  if [ -z "$mirror" ]; then
    apt-get -q update >/dev/null 2>&1 || skip 'apt does not reach its mirrors'
    mirror=$(known_mirror)
  fi
  mirror=${mirror%/}
  [ -n "$mirror" ] || skip 'this machine has no mirror of Debian to take packages from'
  /usr/lib/apt/apt-helper download-file "$mirror/dists/trixie/Release" "$scratch/Release" \
    >/dev/null 2>&1 || skip 'the mirror of Debian does not answer, or has no Debian 13'
}

need_tools

# --- the runtime ---------------------------------------------------------------

branch=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["runtime-version"])' \
  <"$here/$app.json")
arch=$(flatpak --default-arch)
# What the table of ./dev has, but for what checks the sources, and what GNOME's runtime has besides.
packages="$("$here/../dev" packages core gtk test)
  appstream appstream-util desktop-file-utils fonts-cantarell gsettings-desktop-schemas
  librsvg2-common"

make_runtimes()
{
  stamp=$(printf '%s\n' "$arch $branch $packages" | cat - "$here/standin.sh" | sha256sum)
  if [ "$(cat "$folder/runtimes.stamp" 2>/dev/null)" = "$stamp" ]; then return; fi

  find_mirror
  rm -f "$folder/runtimes.stamp"
  # shellcheck disable=SC2086  # one word for each package
  unshare --mount "$here/standin.sh" "$folder" "$arch" "$branch" "$mirror" $packages
  printf '%s\n' "$stamp" >"$folder/runtimes.stamp"
}

# --- the app -------------------------------------------------------------------

build_app()
{
  "$here/manifest.py" offline >"$folder/$app.json"
  flatpak-builder --user --arch="$arch" --state-dir="$folder/state" --repo="$folder/apps" \
    --disable-rofiles-fuse --disable-download --disable-cache --delete-build-dirs --force-clean \
    "$folder/app" "$folder/$app.json"
}

install_app()
{
  flatpak --user remote-add --if-not-exists --no-gpg-verify lanyard "$folder/apps"
  flatpak --user install -y --noninteractive --reinstall lanyard "$app"
}

make_runtimes
timed "$folder/build.log" 'built and tested in the sandbox' build_app
sed -n '/^Ok: /,/^Timeout: /p' "$folder/build.log"
timed "$folder/install.log" 'installed' install_app
# The document portal mounts what must not be seen when the folder around it is removed.
log=$folder/try.log
unshare --mount xvfb-run -a -s '-screen 0 1280x900x24 -noreset' dbus-run-session -- \
  "$here/try-app.py" "$folder" "$app" "$version" "$choose" 2>"$log"
log=''
