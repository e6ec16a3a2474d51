#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the manual pages say of files is what the programs write.

check-formats.py LANYARD: makes a profile, and compares it with lanyard-profile(5);
compares the words of the code with those of lanyard-queue(5).
"""

import pathlib
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile

PROFILE = pathlib.Path('data/man/lanyard-profile.5').read_text()
QUEUE = pathlib.Path('data/man/lanyard-queue.5').read_text()
CORE = pathlib.Path('apps/copy/core')
problems = []


def need(condition, message):
    if not condition:
        problems.append(message)


def check_key(path):
    """The first of the page's two tables: offset, length and what there is."""
    table = re.search(r'149 bytes:\n\.Bl -column.*?\n(.*?)\.El', PROFILE, re.S).group(1)
    rows = re.findall(r'^\.It (\d+) Ta (\d+) Ta (.*)', table, re.M)
    text = path.read_text()
    end = 0
    for offset, length, what in rows:
        need(int(offset) == end, f'identity: something is missing before {offset}')
        end = int(offset) + int(length)
        part = text[int(offset):end]
        if 'digits' in what:
            need(re.fullmatch('[0-9a-f]*', part), f'identity: no digits at {offset}')
        else:
            magic = re.match(r'\\\(oq(.*)\\\(cq, ', what)
            need(part == (magic.group(1) if magic else '') + '\n', f'identity: not so at {offset}')
    need(len(text) == end == 149, f'identity: {len(text)} bytes')
    need(stat.S_IMODE(path.stat().st_mode) == 0o600, 'identity: not of mode 0600')


def check_history(path):
    described = dict(re.findall(r'^(\w+) \(([\w,\s]+)\)$', PROFILE, re.M))
    described = {table: columns.replace(',', ' ').split() for table, columns in described.items()}
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as db:
        # Not those that an index keeps for itself.
        tables = [row[0] for row in db.execute(
            "select name from pragma_table_list where schema = 'main'"
            " and type in ('table', 'virtual') and name not like 'sqlite_%'")]
        columns = {table: [row[1] for row in db.execute(f'pragma table_info({table})')]
                   for table in tables}
        application = db.execute('pragma application_id').fetchone()[0]
        version = db.execute('pragma user_version').fetchone()[0]

        # It has to be SQL that works, too.
        query = re.search(r'\n  "(select.*?)"\n', PROFILE, re.S).group(1)
        db.execute(query)
    db.close()

    for table in columns.keys() | described.keys():
        need(described.get(table) == columns.get(table),
             f'{table}: {columns.get(table)}, not {described.get(table)}')
    said = re.search(r'\.Ql application_id\nis (0x[0-9a-f]+).*\n\.Ql user_version\nis (\d+)',
                     PROFILE)
    need(int(said.group(1), 16) == application, f'application_id: {application:#x}')
    need(int(said.group(2)) == version, f'user_version: {version}')


def check_profile(lanyard, folder):
    profile = folder / 'profile'
    subprocess.run([lanyard, 'peers', '--profile', profile, '--name', 'Ann', '--wait', '0',
                    '--bind', '127.0.0.1', '--no-discovery'], check=True)
    for file in profile.iterdir():
        need(re.search(rf'^\.It Pa .*\b{re.escape(file.name)}\b', PROFILE, re.M),
             f'{file.name} is not described')
    check_key(profile / 'identity')
    check_history(profile / 'history.db')
    need((profile / 'name').read_bytes() == b'Ann', 'name: not so')
    need((profile / 'lock').read_bytes() == b'', 'lock: not empty')


def check_queue():
    record, request, report, file = ((CORE / f'copy-{name}.c').read_text() for name in (
        'job-record', 'request-record', 'report-record', 'queue-file'))
    words = []
    for array in ('conflict_words', 'backend_words', 'state_words'):
        words += re.findall('"([a-z-]+)"',
                            re.search(rf'{array}\[\] = {{(.*?)}}', request + record, re.S)[1])
    words += re.findall(r'{ "([a-z-]+)", (?:G_STRUCT_OFFSET|KIND_)', request + record)
    for source in (record, file, report):
        words += re.findall(r'(?:set|get)_\w+ \(file, (?:group|GROUP), "([a-z-]+)"', source)
    need(len(words) > 50, f'only {len(words)} words were found in the code')
    for word in sorted(set(words)):
        need(re.search(rf'(Ql |Va |, ){word}\b', QUEUE), f'lanyard-queue.5 lacks {word}')

    version = re.search(r'FILE_VERSION (\d+)', (CORE / 'copy-queue-file.h').read_text())[1]
    need(f'\n.It Va version\n{version}.\n' in QUEUE, f'lanyard-queue.5: not version {version}')


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_profile(sys.argv[1], pathlib.Path(folder))
    check_queue()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
