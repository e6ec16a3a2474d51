#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-options.sh LANYARD [APP…]: each command has a manual page and a completion; its
# options are the same in them and in its help. Each desktop app is in the page of its
# name, with its options.
set -eu
. tests/validate/lib.sh

lanyard=$1
shift

long_options()
{
  grep -oE -e '(^|[^[:alnum:]-])--[a-z][a-z-]+' | sed 's/^[^-]//' | LC_ALL=C sort -u
}

in_help()
{
  LC_ALL=C "$lanyard" "$1" --help | long_options
}

in_manual()
{
  sed -n -e '/^\.Sh THE DESKTOP APP/,/^\.Sh [^T]/d' -e '/^\.It Fl/s/ -/ --/gp' \
    "data/man/lanyard-$1.1" | long_options
}

# What GLib adds to an app's help is not the app's own.
in_app_help()
{
  LC_ALL=C "$1" --help | long_options | grep -vxE -e '--(help|gapplication)-.*'
}

in_app_manual()
{
  sed -n -e '/^\.Sh THE DESKTOP APP/,/^\.Sh [^T]/s/^\.It Fl\(.*\)/\1/p' \
    "data/man/lanyard-$1.1" | sed 's/ -/ --/g' | long_options
}

# Its first lines complete values, the others the options themselves.
in_bash()
{
  sed -n "/^_lanyard_$1()/,/^}/p" data/completions/lanyard.bash |
    sed -n "/_lanyard_options '/,/'/p" | long_options
}

in_zsh()
{
  sed -n "/^_lanyard_$1()/,/^}/p" data/completions/_lanyard | {
    text=$(cat)
    case $text in
      *"\$_lanyard_profile"*) sed -n '/^_lanyard_profile=/,/^)/p' data/completions/_lanyard ;;
    esac
    echo "$text"
  } | long_options
}

# A loop says for which commands the lines in it are.
in_fish()
{
  awk -v command="$1" '
    /^set -l commands / { all = $0 " " }
    /^for command in / { some = $0 " " }
    /__lanyard_option / {
      whom = $2 == "\"$commands\"" ? all : $2 == "$command" ? some : " " $2 " "
      if (index(whom, " " command " "))
        for (i = 3; i < NF; i++) if ($i == "-l") print " --" $(i + 1)
    }
  ' data/completions/lanyard.fish | long_options
}

# same WHERE OPTIONS: compares OPTIONS with those that the help lists.
same()
{
  for option in $2; do
    case " $known " in *" $option "*) ;; *) problem "$1 has $option, the help has not" ;; esac
  done
  for option in $known; do
    case " $2 " in *" $option "*) ;; *) problem "$1 lacks $option" ;; esac
  done
}

commands=$(LC_ALL=C "$lanyard" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
[ -n "$commands" ] || problem "$lanyard --help: no commands"

for command in $commands; do
  known=$(in_help "$command" | tr '\n' ' ')
  [ -n "$known" ] || problem "$lanyard $command --help: no options"
  grep -qx "\.It Cm $command" data/man/lanyard.1 || problem "data/man/lanyard.1 lacks $command"
  if [ ! -f "data/man/lanyard-$command.1" ]; then
    problem "data/man/lanyard-$command.1 is missing"
    continue
  fi
  sed -n '/^_lanyard() {/,/^}/p' data/completions/lanyard.bash | grep -Eq "_words '.*\<$command\>" ||
    problem "data/completions/lanyard.bash does not complete $command"
  same "data/man/lanyard-$command.1" "$(in_manual "$command" | tr '\n' ' ')"
  same "the completion for bash, $command" "$(in_bash "$command" | tr '\n' ' ')"
  same "the completion for zsh, $command" "$(in_zsh "$command" | tr '\n' ' ')"
  same "the completion for fish, $command" "$(in_fish "$command" | tr '\n' ' ')"
done

for app; do
  name=$(basename "$app")
  known=$(in_app_help "$app" | tr '\n' ' ')
  [ -n "$known" ] || problem "$name --help: no options"
  sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "data/man/$name.1" | grep -qx "\.Nm $name" ||
    problem "data/man/$name.1: $name is not in its synopsis"
  same "data/man/$name.1, of the app," "$(in_app_manual "${name#lanyard-}" | tr '\n' ' ')"
done
finish
