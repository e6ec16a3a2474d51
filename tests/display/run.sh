#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh PROGRAM [ARG…]: runs it on a display, a message bus and a home of its own, so that nothing
# of the desktop around it can be seen or changed, and ends all that afterwards.
set -eu

# What it prints if it cannot be is a test that was skipped.
for tool in dbus-run-session dbus-daemon xvfb-run Xvfb xauth; do
  if command -v "$tool" >/dev/null 2>&1; then continue; fi
  echo "1..0 # SKIP $tool is not installed"
  exit 0
done

# In a sandbox GTK takes the accessibility bus from a portal, which is not there.
case $1 in
  */test-accessible-*)
    if [ -e /.flatpak-info ]; then
      echo '1..0 # SKIP there is no accessibility bus for a sandbox'
      exit 0
    fi
    ;;
esac

scratch=$(mktemp -d "${TMPDIR:-/tmp}/lanyard-display-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 143' HUP INT TERM

# Sockets with paths: the tests of the chat have a network of their own, which has no abstract ones.
# Of the services only the one that leads to the accessibility bus: portals and keyrings would take
# long to start, and know of the user's own desktop.
mkdir -m 700 "$scratch/run" "$scratch/services"
service=/usr/share/dbus-1/services/org.a11y.Bus.service
if [ -f $service ]; then grep -v '^SystemdService' $service >"$scratch/services/${service##*/}"; fi
cat >"$scratch/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$scratch/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$scratch/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML

export HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run"
export XDG_CONFIG_HOME="$HOME/.config" XDG_CACHE_HOME="$HOME/.cache"
export XDG_DATA_HOME="$HOME/.local/share" XDG_STATE_HOME="$HOME/.local/state"
mkdir -p "$XDG_CONFIG_HOME/gtk-4.0" "$XDG_DATA_HOME"

# What a test makes somewhere goes with the rest, however it ends.
export TMPDIR="$scratch/tmp" LANYARD_E2E_DIR="$scratch/tmp"
mkdir "$TMPDIR"

# What a desktop would say; nothing moves, so that a picture is the same at any time.
cat >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini" <<'INI'
[Settings]
gtk-enable-animations=false
gtk-cursor-blink=false
gtk-font-name=Cantarell 11
gtk-icon-theme-name=Adwaita
gtk-xft-antialias=1
gtk-xft-hinting=0
gtk-decoration-layout=:close
INI

unset WAYLAND_DISPLAY AT_SPI_BUS_ADDRESS GTK_THEME GTK_DEBUG GTK_PATH GTK_MODULES XMODIFIERS
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_IM_MODULE=gtk-im-context-simple
export GSETTINGS_BACKEND=memory GIO_USE_VFS=local GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1
# In a sandbox they would go to a portal, as would the choice of a file.
export GNOTIFICATION_BACKEND=freedesktop
if [ -e /.flatpak-info ]; then export GDK_DEBUG=no-portals; fi
export GTK_A11Y="${GTK_A11Y-test}" G_DEBUG="${G_DEBUG-fatal-warnings}" NO_AT_BRIDGE=0

# What root may read nobody can keep from it; here it is to meet that, too.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
  set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"
fi

# The services of the bus talk, too, but only the program is listened to.
dbus-run-session --config-file="$scratch/bus.conf" -- \
  sh -c 'exec "$@" >&3 3>&-' sh xvfb-run -a -s '-screen 0 1280x1000x24 -noreset' "$@" \
  3>&1 >/dev/null
