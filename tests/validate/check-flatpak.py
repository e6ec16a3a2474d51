#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-flatpak.py VERSION: the Flatpak's manifests are whole, and pin all that they download."""
import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path('flatpak')
VERSION = sys.argv[1]
problems = []


def read(path):
    return json.loads(path.read_text(encoding='utf-8'))


def variant(kind):
    words = [sys.executable, '-B', str(FOLDER / 'manifest.py'), kind]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)


def expect(condition, complaint):
    if not condition:
        problems.append(complaint)


manifest = read(FOLDER / 'io.github.lanyard.Lanyard.json')
*libraries, lanyard = manifest['modules']

for name in libraries:
    for source in read(FOLDER / name)['sources']:
        expect(source['url'].startswith('https://'), f'{name}: {source["url"]} is not encrypted')
        expect(len(source.get('sha256', '')) == 64, f'{name}: {source["url"]} is not pinned')

expect(lanyard['sources'][0]['tag'] == VERSION, f'the manifest does not build {VERSION}')
expect(lanyard['run-tests'], 'the tests are not run')

# What would let it out of the sandbox is for the user to grant.
for option in manifest['finish-args']:
    expect(option.split('=')[0] in ('--share', '--socket', '--device'), f'{option} is too much')
    expect(option not in ('--device=all', '--socket=session-bus'), f'{option} is too much')

# The variants ask for no more than the released one, and build what is here.
for kind, app in {'devel': 'io.github.lanyard.Lanyard.Devel', 'offline': manifest['id']}.items():
    other = variant(kind)
    expect(other['id'] == app, f'{kind}: the id is {other["id"]}')
    expect(other['finish-args'] == manifest['finish-args'], f'{kind}: other permissions')
    expect([source['type'] for source in other['modules'][-1]['sources']] == ['dir'],
           f'{kind}: does not build the checkout')
    for module in other['modules'][:-1]:
        expect(pathlib.Path(module).is_file(), f'{kind}: there is no {module}')

print('\n'.join(problems))
sys.exit(bool(problems))
