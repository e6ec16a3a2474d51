#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a desktop is told of the apps is what it understands.
set -eu
. tests/validate/lib.sh

built=$1
if [ -z "$built" ]; then
  echo "the desktop apps are not built"
  exit $SKIP
fi
for tool in appstreamcli desktop-file-validate xmllint; do
  skip_without $tool
done

# complain NAME COMMAND…: shows what COMMAND has to say of NAME, if it does not like it.
complain()
{
  name=$1
  shift
  if ! said=$("$@" 2>&1); then
    printf '%s\n' "$said"
    problem "$name: $1 has complaints"
  fi
}

for app in Chat Copy; do
  id=io.github.lanyard.Lanyard.$app
  complain "$id.desktop" desktop-file-validate "$built/$id.desktop"
  for icon in "scalable/apps/$id.svg" "symbolic/apps/$id-symbolic.svg"; do
    complain "$icon" xmllint --noout --nonet "data/icons/hicolor/$icon"
  done
  grep -qx "Icon=$id" "$built/$id.desktop" || problem "$id.desktop has another icon"
  grep -qx "Name=$id" "$built/$id.service" || problem "$id.service has another name"
  grep -q ">$id.desktop<" "$built/io.github.lanyard.Lanyard.metainfo.xml" ||
    problem "the metainfo does not start $id"
done

complain metainfo appstreamcli validate --no-net "$built/io.github.lanyard.Lanyard.metainfo.xml"
complain schemas glib-compile-schemas --strict --dry-run data
finish
