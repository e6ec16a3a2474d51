# bash completion for lanyard                              -*- shell-script -*-
# SPDX-License-Identifier: GPL-3.0-or-later

_lanyard_words() {
  local word
  COMPREPLY=()
  while IFS='' read -r word; do
    COMPREPLY+=("$word")
  done < <(compgen -W "$1" -- "$2")
}

_lanyard_files() {
  local file
  COMPREPLY=()
  compopt -o filenames
  while IFS='' read -r file; do
    COMPREPLY+=("$file")
  done < <(compgen -f -- "$1")
}

# Options that end in "=" are followed by their value, not by a space.
_lanyard_options() {
  _lanyard_words "$1" "$2"
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace
  fi
}

_lanyard_copy() {
  local word=$1 option=$2

  case $option in
    --backend) _lanyard_words 'processes threads async' "$word" ;;
    --conflict) _lanyard_words 'overwrite skip rename newer fail ask' "$word" ;;
    --progress) _lanyard_words 'bar plain none auto' "$word" ;;
    --exclude | --include | --limit-rate | --jobs | -j) COMPREPLY=() ;;
    *)
      if [[ $word == -* ]]; then
        _lanyard_options '
          --backend= --conflict= --delete --dry-run --exclude= --fsync --help
          --include= --jobs= --json --limit-rate= --no-target-directory
          --one-file-system --progress= --resume --update --verify' "$word"
      else
        _lanyard_files "$word"
      fi
      ;;
  esac
}

_lanyard_folders() {
  local folder
  COMPREPLY=()
  compopt -o filenames
  while IFS='' read -r folder; do
    COMPREPLY+=("$folder")
  done < <(compgen -d -- "$1")
}

_lanyard_chat() {
  local word=$1 option=$2

  case $option in
    --profile) _lanyard_folders "$word" ;;
    --bind | --name | --port) COMPREPLY=() ;;
    *)
      _lanyard_options '
        --bind= --help --json --name= --no-discovery --plain --port=
        --profile=' "$word"
      ;;
  esac
}

_lanyard_identity() {
  local word=$1 option=$2

  case $option in
    --profile) _lanyard_folders "$word" ;;
    --keep-in) _lanyard_words 'desktop profile' "$word" ;;
    --bind | --name) COMPREPLY=() ;;
    *)
      _lanyard_options '
        --bind= --help --json --keep-in= --name= --no-discovery
        --profile=' "$word"
      ;;
  esac
}

_lanyard_peers() {
  local word=$1 option=$2

  case $option in
    --profile) _lanyard_folders "$word" ;;
    --bind | --name | --wait) COMPREPLY=() ;;
    *)
      _lanyard_options '
        --bind= --explain --help --json --name= --no-discovery --profile=
        --wait=' "$word"
      ;;
  esac
}

_lanyard_send() {
  local word=$1 option=$2

  case $option in
    --profile) _lanyard_folders "$word" ;;
    --bind | --name | --timeout) COMPREPLY=() ;;
    *)
      _lanyard_options '
        --bind= --help --name= --no-discovery --profile= --queue
        --timeout=' "$word"
      ;;
  esac
}

# Readline breaks words at "=", so "--conflict=skip" arrives as three.
_lanyard() {
  local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}

  if [[ $word == '=' ]]; then
    word=''
  elif [[ $option == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  if ((COMP_CWORD == 1)); then
    _lanyard_words 'chat copy identity peers send --help --version' "$word"
  else
    case ${COMP_WORDS[1]} in
      chat | copy | identity | peers | send)
        "_lanyard_${COMP_WORDS[1]}" "$word" "$option"
        ;;
    esac
  fi
}

complete -F _lanyard lanyard
