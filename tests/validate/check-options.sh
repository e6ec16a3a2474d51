#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each command has a manual page that is installed, and a completion; its options are
# the same in them and in its help.
set -eu
. tests/validate/lib.sh

lanyard=$1

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
  sed -n -e '/^\.It Fl/s/ -/ --/gp' "data/man/lanyard-$1.1" | long_options
}

# Its first lines complete values, the others the options themselves.
in_completion()
{
  sed -n "/^_lanyard_$1()/,/^}/p" data/completions/lanyard.bash |
    sed -n "/_lanyard_options '/,/'/p" | long_options
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
  grep -q "'man/lanyard-$command.1'" data/meson.build ||
    problem "data/meson.build does not install lanyard-$command.1"
  if [ ! -f "data/man/lanyard-$command.1" ]; then
    problem "data/man/lanyard-$command.1 is missing"
    continue
  fi
  sed -n '/^_lanyard() {/,/^}/p' data/completions/lanyard.bash | grep -Eq "_words '.*\<$command\>" ||
    problem "data/completions/lanyard.bash does not complete $command"
  same "data/man/lanyard-$command.1" "$(in_manual "$command" | tr '\n' ' ')"
  same "data/completions/lanyard.bash, $command" "$(in_completion "$command" | tr '\n' ' ')"
done
finish
