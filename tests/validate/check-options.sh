#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The options of 'lanyard copy' are the same in its help, its manual page and
# its completion.
set -eu
. tests/validate/lib.sh

lanyard=$1

long_options()
{
  grep -oE -e '(^|[^[:alnum:]-])--[a-z][a-z-]+' | sed 's/^[^-]//' | LC_ALL=C sort -u
}

in_help()
{
  LC_ALL=C "$lanyard" copy --help | long_options
}

in_manual()
{
  sed -n -e '/^\.It Fl/s/ -/ --/gp' data/man/lanyard-copy.1 | long_options
}

# Its first lines complete values, the others the options themselves.
in_completion()
{
  sed -n "/_lanyard_options '/,/'/p" data/completions/lanyard.bash | long_options
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

known=$(in_help | tr '\n' ' ')
[ -n "$known" ] || problem "$lanyard copy --help: no options"
same 'data/man/lanyard-copy.1' "$(in_manual | tr '\n' ' ')"
same 'data/completions/lanyard.bash' "$(in_completion | tr '\n' ' ')"
finish
