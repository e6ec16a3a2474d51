# fish completion for lanyard
# SPDX-License-Identifier: GPL-3.0-or-later

set -l commands chat copy identity peers send

# Names of contacts. Nothing is asked of the network.
function __lanyard_contacts
    lanyard peers --no-discovery --wait=0 --json 2>/dev/null |
        string replace -rf '.*"name" *: *"([^"\\\\]*)".*' '$1'
end

function __lanyard_option -a command
    complete -c lanyard -n "__fish_seen_subcommand_from $command" $argv[2..]
end

complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -f
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -a chat -d 'Talk with people on the network'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -a copy -d 'Copy files and folders'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -a identity -d 'Show the fingerprint of your key'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -a peers -d 'List the contacts, and who is here'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -a send -d 'Deliver one message'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -l help -d 'Show help'
complete -c lanyard -n "not __fish_seen_subcommand_from $commands" -l version -d 'Show the version'

__lanyard_option "$commands" -s h -l help -d 'Show help'

__lanyard_option copy -s j -l jobs -x -d 'Copy with so many workers'
__lanyard_option copy -l backend -x -a 'processes threads async' -d 'Run the workers as'
__lanyard_option copy -s T -l no-target-directory -d 'Copy as the destination, never into it'
__lanyard_option copy -l conflict -x -a 'overwrite skip rename newer fail' -d 'What to do when a name is taken'
__lanyard_option copy -s u -l update -d 'Replace only what is older'
__lanyard_option copy -l resume -d 'Go on with a copy that was interrupted'
__lanyard_option copy -l verify -d 'Read back and compare what was written'
__lanyard_option copy -l fsync -d 'Make everything durable'
__lanyard_option copy -l delete -d 'Delete from the destination what the source does not have'
__lanyard_option copy -l exclude -x -d 'Leave out what matches'
__lanyard_option copy -l include -x -d 'Do not leave out what matches'
__lanyard_option copy -s x -l one-file-system -d 'Do not go into other file systems'
__lanyard_option copy -l limit-rate -x -d 'Copy at most so many bytes a second'
__lanyard_option copy -s n -l dry-run -d 'Say what would be done'
__lanyard_option copy -l progress -x -a 'bar plain none auto' -d 'How to show progress'
__lanyard_option copy -l json -d 'Write events as lines of JSON'

for command in chat identity peers send
    __lanyard_option $command -l profile -x -a '(__fish_complete_directories)' -d 'Keep the key and the history there'
    __lanyard_option $command -l name -x -d 'Be called so by others'
    __lanyard_option $command -l bind -x -d 'Listen at this IP address alone'
    __lanyard_option $command -l no-discovery -d 'Neither look for others nor be found'
end

for command in chat identity send
    __lanyard_option $command -f -a '(__lanyard_contacts)'
end

__lanyard_option chat -l port -x -d 'Listen at this port'
__lanyard_option chat -l plain -d 'Speak bare text, not encrypted'
__lanyard_option chat -l json -d 'Take commands and write events as lines of JSON'

__lanyard_option identity -l json -d 'Write a line of JSON'
__lanyard_option identity -l keep-in -x -a 'desktop profile' -d 'Move the key'

__lanyard_option peers -l json -d 'Write a line of JSON for each'
__lanyard_option peers -l explain -d 'Say what was tried, and what was heard'
__lanyard_option peers -l wait -x -d 'Look so many seconds'

__lanyard_option send -l queue -d 'Only keep it here, to go out later'
__lanyard_option send -l timeout -x -d 'Wait so many seconds'

functions -e __lanyard_option
