#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages at the top tell people to type can be typed, and their links lead somewhere.

check-readme.py LANYARD
"""

import pathlib
import re
import shlex
import subprocess
import sys

PAGES = ('README.md', 'CONTRIBUTING.md', 'HACKING.md')
LANYARD = sys.argv[1]
OPTION = re.compile(r'(?<![\w-])--?[A-Za-z][\w-]*')
problems = []
helps = {}


def get_help(*command):
    if command not in helps:
        done = subprocess.run([*command, '--help'], capture_output=True, text=True, check=False)
        helps[command] = set(OPTION.findall(done.stdout)) if done.returncode == 0 else None
    return helps[command]


def check_lanyard(where, words):
    if words[0].startswith('-'):
        known, options = get_help(LANYARD), words
    else:
        known, options = get_help(LANYARD, words[0]), words[1:]
    if known is None:
        problems.append(f'{where}: there is no command {words[0]}')
        return
    for word in options:
        option = word.split('=')[0]
        if OPTION.fullmatch(option) and option not in known:
            problems.append(f'{where}: lanyard {words[0]} does not know {option}')


def check_dev(where, words):
    usage = subprocess.run(['./dev', 'help'], capture_output=True, text=True, check=True).stdout
    if not re.search(rf'\./dev {words[0]}\b', usage):
        problems.append(f'{where}: ./dev does not know {words[0]}')
    elif words[0] == 'run' and words[1].endswith('-app'):
        if words[1] not in usage:
            problems.append(f'{where}: ./dev run does not know {words[1]}')
    elif words[0] == 'run':
        check_lanyard(where, words[1:])
    elif words[0] == 'test':
        for option in words[1:]:
            if option not in ('--suite',) and option.startswith('--') and option not in usage:
                problems.append(f'{where}: ./dev test does not know {option}')


def check_meson(where, words):
    known = pathlib.Path('meson_options.txt').read_text()
    for name in re.findall(r'-D(\w+)=', ' '.join(words)):
        if not name.startswith('b_') and f"option('{name}'" not in known:
            problems.append(f'{where}: there is no option {name}')


CHECKS = {'lanyard': check_lanyard, './dev': check_dev, 'meson': check_meson}


def check_commands(page, text):
    count = 0
    for block in re.findall(r'^```sh\n(.*?)^```', text, re.S | re.M):
        for line in block.replace('\\\n', ' ').splitlines():
            words = shlex.split(line, comments=True)
            # Each command of a pipe or a list, without what is set or asked for before it.
            for part in re.split(r'(?:^| )(?:\||&&|;|sudo|env|[A-Z_]+=\S*)(?: |$)',
                                 ' '.join(words).replace(';', ' ;')):
                command = part.split()
                if len(command) > 1 and command[0] in CHECKS:
                    CHECKS[command[0]](page, command[1:])
                    count += 1
    return count


def anchors(text):
    return {re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-')
            for heading in re.findall(r'^#+ (.*)', text, re.M)}


def check_links(page, text):
    for target in re.findall(r'\]\(([^)]+)\)', text):
        path, _, anchor = target.partition('#')
        # Pictures are made from the windows, and may not have been yet.
        if '://' in path or path.startswith('data/screenshots/'):
            continue
        other = pathlib.Path(path or page)
        if not other.exists():
            problems.append(f'{page}: there is no {path}')
        elif anchor and anchor not in anchors(other.read_text()):
            problems.append(f'{page}: {path} has no heading for #{anchor}')

    for name, section in re.findall(r'\b(lanyard[a-z-]*)\((\d)\)', text):
        if not pathlib.Path(f'data/man/{name}.{section}').exists():
            problems.append(f'{page}: there is no {name}({section})')


def main():
    count = 0
    for page in PAGES:
        text = pathlib.Path(page).read_text()
        count += check_commands(page, text)
        check_links(page, text)
    if count < 25:
        problems.append(f'only {count} commands were found')
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
