#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a variant of the manifest that builds this checkout.

devel    as an app of its own beside the released one
offline  under the released one's name, without anything that is downloaded: for a runtime that
         has the libraries, and an SDK that has what all the tests need
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
APP_ID = 'io.github.lanyard.Lanyard'


def checkout():
    """A source that is the checkout, without what was built in it."""
    built = [path.name for pattern in ('build*', '_build*', '.git') for path in ROOT.glob(pattern)]
    return {'type': 'dir', 'path': str(ROOT), 'skip': sorted(built)}


def variant(kind):
    """The manifest as that kind has it."""
    manifest = json.loads((HERE / f'{APP_ID}.json').read_text(encoding='utf-8'))
    libraries = [str(HERE / module) for module in manifest['modules'][:-1]]
    lanyard = manifest['modules'][-1]
    lanyard['sources'] = [checkout()]

    if kind == 'devel':
        manifest['id'] = f'{APP_ID}.Devel'
        lanyard['config-opts'].append(f'-Dapp_id={manifest["id"]}')
        manifest['modules'] = libraries + [lanyard]
    else:
        # Debugging symbols would be made, taken out, compressed and installed for nobody.
        lanyard['config-opts'] += ['-Dwerror=true', '-Ddebug=false']
        manifest['build-options'] = {'no-debuginfo': True}
        # All that another platform may break. It is run by root, and what tests start as nobody
        # has to get to its program, too.
        lanyard['test-commands'] = ['chmod 755 /run/build && '
                                    'meson test --no-rebuild --print-errorlogs '
                                    '--no-suite slow --no-suite validate']
        manifest['modules'] = [lanyard]

    return manifest


if __name__ == '__main__':
    if len(sys.argv) != 2 or sys.argv[1] not in ('devel', 'offline'):
        sys.exit('Usage: manifest.py devel|offline')
    json.dump(variant(sys.argv[1]), sys.stdout, indent=4)
    print()
