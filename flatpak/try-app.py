#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""try-app.py FOLDER APP-ID VERSION CHOOSE: uses the installed Flatpak as people do.

Each program tells its version, the desktop is shown both apps, a folder is copied by permission and
by portal, two people talk, and both windows appear. To be started on a message bus and a display of
its own. Pictures of the windows are kept in FOLDER. CHOOSE gives the app a folder.
"""
import filecmp
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import time

PATIENCE = 120


def check(condition, complaint):
    """Ends the test unless it is so."""
    if not condition:
        sys.exit(complaint)


def flatpak_run(program, *options):
    """The words of a command that runs it in the sandbox."""
    return ['flatpak', 'run', '--user', f'--command={program}', *options, APP]


def run(*words):
    """What a program prints that has to succeed."""
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True,
                          timeout=PATIENCE, check=True).stdout


def read_line(process, deadline, what):
    """What a program prints next, or nothing when it has ended."""
    ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
    check(ready, f'{what} did not come within {PATIENCE} s')
    return process.stdout.readline()


def stop(process):
    """Ends a sandbox, whose first process alone would not do."""
    process.stdin.close() if process.stdin else process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def try_versions():
    for program in ('lanyard', 'lanyard-chat', 'lanyard-copy'):
        said = run(*flatpak_run(program), '--version')
        check(VERSION in said.split(), f'{program} --version says {said!r}, not {VERSION}')
        print(said.strip())


def try_exports():
    """What the desktop is shown: all that is inside, which it is not if a name is wrong."""
    active = pathlib.Path(os.environ['FLATPAK_USER_DIR']) / 'app' / APP / 'current' / 'active'
    inside, outside = active / 'files' / 'share', active / 'export' / 'share'
    for pattern in ('applications/*.desktop', 'dbus-1/services/*.service',
                    'icons/hicolor/*/apps/*.svg'):
        names = {path.relative_to(inside) for path in inside.glob(pattern)}
        shown = {path.relative_to(outside) for path in outside.glob(pattern)}
        check(names and names == shown, f'the desktop is shown {shown}, there is {names}')

    for program in ('lanyard-chat', 'lanyard-copy'):
        launchers = [path.name for path in (outside / 'applications').iterdir()
                     if f'--command={program} ' in path.read_text(encoding='utf-8')]
        check(len(launchers) == 1, f'{program} has the launchers {launchers}')
        print(f'the desktop starts {program} by {launchers[0]}')


def make_source():
    """A folder with what a copy has to keep, and nothing at all to copy it to."""
    source, dest = FOLDER / 'source', FOLDER / 'dest'
    for folder in (source, dest):
        shutil.rmtree(folder, ignore_errors=True)
    (source / 'deep' / 'er').mkdir(parents=True)
    (source / 'deep' / 'er' / 'bytes').write_bytes(os.urandom(3_000_000))
    (source / 'one').write_text('one\n', encoding='utf-8')
    (source / 'one').chmod(0o640)
    os.utime(source / 'one', (1_000_000_000, 1_000_000_000))
    (source / 'link').symlink_to('one')
    os.link(source / 'one', source / 'same')
    os.setxattr(source / 'one', 'user.colour', b'green')
    dest.mkdir()
    return source, dest


def check_copy(source, copied):
    for name in ('one', 'same', 'deep/er/bytes'):
        old, new = (source / name).stat(), (copied / name).stat()
        check(filecmp.cmp(source / name, copied / name, False), f'{name} has other bytes')
        check((old.st_mode, old.st_mtime_ns) == (new.st_mode, new.st_mtime_ns),
              f'mode or time of {name} were not kept')
    check(os.readlink(copied / 'link') == 'one', 'the link was not kept')
    check((copied / 'one').samefile(copied / 'same'), 'the hard link was not kept')
    check(os.getxattr(copied / 'one', 'user.colour') == b'green', 'the attribute was not kept')


def try_copy():
    """As somebody who granted two folders for good, one of them for reading only."""
    source, dest = make_source()
    run(*flatpak_run('lanyard', f'--filesystem={source}:ro', f'--filesystem={dest}'),
        'copy', '--verify', '-T', source, dest / 'copy')
    check_copy(source, dest / 'copy')
    print('copied a folder that was granted')


def cut_short(*words):
    """Kills a copy, and the sandbox around it, as soon as some of a file was written."""
    copier = subprocess.Popen(words, stdout=subprocess.PIPE, bufsize=0)
    deadline = time.monotonic() + PATIENCE
    try:
        while json.loads(read_line(copier, deadline, 'progress')).get('bytes', 0) == 0:
            pass
    finally:
        subprocess.run(['flatpak', 'kill', APP], timeout=PATIENCE, check=False)
        stop(copier)


def try_portal():
    """As somebody who chose two folders, which the sandbox sees by the document portal."""
    if not os.path.exists('/dev/fuse'):
        print('copied no folder that was chosen: there is no /dev/fuse')
        return

    source, dest = make_source()
    seen = [run(CHOOSE, APP, folder).strip() for folder in (source, dest)]
    words = [*flatpak_run('lanyard'), 'copy', '--verify', *seen]
    cut_short(*words, '--json', '--limit-rate=1000000')
    # What is not whole has no permissions, and is never taken for anything that is.
    part = dest / 'source' / 'deep' / 'er' / 'bytes'
    check(part.stat().st_mode & 0o777 == 0, 'a copy that was killed looks finished')
    run(*words, '--resume')
    check_copy(source, dest / 'source')
    print('finished a copy that was killed')

    shutil.rmtree(dest / 'source')
    run(*words)
    check_copy(source, dest / 'source')
    (source / 'one').write_text('another\n', encoding='utf-8')
    run(*words)
    check_copy(source, dest / 'source')
    print('copied a folder that was chosen')


class Chat:
    """One of two who talk, each in a sandbox of its own, with a profile in the app's own folder."""

    def __init__(self, name):
        profile = pathlib.Path.home() / '.var' / 'app' / APP / 'data' / name
        shutil.rmtree(profile, ignore_errors=True)
        self.name = name
        self.process = subprocess.Popen(
            [*flatpak_run('lanyard'), 'chat', '--json', '--no-discovery', '--bind', '127.0.0.1',
             '--port', '0', '--name', name, '--profile', str(profile)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b'\n')
        self.process.stdin.flush()

    def expect(self, event, **fields):
        """The next event of that kind with these fields."""
        wanted = {'event': event, **fields}
        deadline = time.monotonic() + PATIENCE
        while True:
            line = read_line(self.process, deadline, f'{self.name}: {wanted}')
            check(line, f'{self.name} ended before {wanted}')
            happened = json.loads(line)
            if wanted.items() <= happened.items():
                return happened


def try_chat():
    ann, bob = Chat('Ann'), Chat('Bob')
    try:
        ann_key = ann.expect('ready')
        bob_key = bob.expect('ready')
        bob.tell(cmd='connect', to=f'127.0.0.1:{ann_key["port"]}')
        bob.expect('peer', fingerprint=ann_key['fingerprint'], state='online')
        text = 'out of one box, into the other'
        bob.tell(cmd='send', to=ann_key['fingerprint'], text=text)
        ann.expect('message', text=text, **{'from': bob_key['fingerprint']})
        bob.expect('state', state='delivered')
    finally:
        for chat in (ann, bob):
            stop(chat.process)
    print('two chats exchanged a message')


def look(picture):
    """Takes a picture of the display: how large what is on it is, in how many colours."""
    run('import', '-window', 'root', picture)
    colours, box = run('convert', picture, '-format', '%k %@', 'info:').split()
    width, height = box.partition('+')[0].split('x')
    return int(width), int(height), int(colours)


def is_window(width, height, colours):
    """Whether it has the size of one, and some text or picture in it."""
    return width >= 300 and height >= 200 and colours >= 32


def try_window(program):
    watcher = subprocess.Popen(['xev', '-root', '-event', 'substructure'],
                               stdout=subprocess.PIPE, bufsize=0)
    # As a machine without a graphics card would draw.
    window = subprocess.Popen(flatpak_run(program, '--env=GSK_RENDERER=cairo'))
    deadline = time.monotonic() + PATIENCE
    try:
        while not read_line(watcher, deadline, f'the window of {program}').startswith(b'MapNotify'):
            pass
        # It is there, but may not be drawn yet.
        picture = FOLDER / f'{program}.png'
        seen = look(picture)
        while not is_window(*seen):
            check(window.poll() is None, f'{program} ended')
            check(time.monotonic() < deadline, f'{picture} shows no window: {seen}')
            seen = look(picture)
    finally:
        subprocess.run(['flatpak', 'kill', APP], timeout=PATIENCE, check=False)
        stop(window)
        stop(watcher)
    print('{}: a window of {} × {} in {} colours'.format(program, *seen))


if __name__ == '__main__':
    FOLDER, APP, VERSION, CHOOSE = pathlib.Path(sys.argv[1]), *sys.argv[2:]
    try_versions()
    try_exports()
    try_copy()
    try_portal()
    try_chat()
    try_window('lanyard-chat')
    try_window('lanyard-copy')
