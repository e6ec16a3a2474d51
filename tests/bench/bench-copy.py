#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares 'lanyard copy' with its rivals, and with what the kernel allows.

Each run copies onto a name that did not exist before. The rivals take turns, and the order turns too, so that none
always follows the same other. Medians are shown. See --help.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
from dataclasses import dataclass

sys.dont_write_bytecode = True
from bench_goals import GOALS, Result  # noqa: E402
from bench_places import (GIB, KIB, MIB, Source, census, free_space, label_of, open_image,  # noqa: E402
                          open_place, remove, warn)
from bench_run import first_file, measure, prepare, startup, touch_memory  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def shell(script):
    return ['sh', '-ec', script, 'sh', '{src}', '{dst}']


def xargs(batch):
    """Two cp at a time, each for @batch files; without owners and times."""
    return shell('mkdir "$2"; cd "$1"; find . -mindepth 1 -type d -print0 | (cd "$2"; xargs -0r mkdir -p);'
                 f'find . ! -type d -print0 | xargs -0 -n {batch} -P 2 cp -P --parents -t "$2"')


# What each rival runs, where {src} is a folder and {dst} does not exist yet. A few names stand for two steps.
RIVALS = {
    'lanyard': ['{lanyard}', 'copy', '--progress=none', '-T', '{src}', '{dst}'],
    'cp -a': ['cp', '-a', '-T', '{src}', '{dst}'],
    'rsync -a': ['rsync', '-a', '{src}/', '{dst}/'],
    'find|xargs -P2 cp': xargs(256),
    'find|xargs -P2 -n2 cp': xargs(2),
    'cat': shell('mkdir "$2"; cd "$1"; find . -type f | while read -r f;'
                 'do mkdir -p "$2/${{f%/*}}"; cat "$f" >"$2/$f"; done'),
    'naive pool of 3': ['/usr/bin/python3', f'{HERE}/naive_pool.py', '{src}', '{dst}'],
    'probe': ['{probe}', '-j', '{jobs}', '{src}', '{dst}'],
    'lanyard --verify': ['{lanyard}', 'copy', '--progress=none', '--verify', '-T', '{src}', '{dst}'],
    'cp -a, diff -r': shell('cp -a -T "$1" "$2"; diff -r --no-dereference "$1" "$2"'),
    'rsync -a, rsync -ac': shell('rsync -a "$1/" "$2/"; rsync -ac "$1/" "$2/"'),
    'cp --reflink': ['cp', '-a', '--reflink=auto', '-T', '{src}', '{dst}'],
}

SMALL = Source(1000, 100, KIB, 8 * KIB)
COPIERS = ('lanyard', 'cp -a', 'rsync -a')
VERIFIERS = ('lanyard --verify', 'cp -a, diff -r', 'rsync -a, rsync -ac')

# This one takes 100 s for what others do in 2: it gets a share, and its time is multiplied.
NAIVE = 'naive pool of 3'
NAIVE_SHARE = Source(20, 100, KIB, 8 * KIB)


@dataclass(frozen=True)
class Case:
    title: str
    source: Source
    rivals: tuple
    # Few enough files to delete them between runs, even on a disk
    few: bool = False
    places: tuple = ()
    run: str = 'race'


CASES = {
    'small': Case('100,000 files of 1-8 KiB in 1,000 folders', SMALL, (*COPIERS, 'find|xargs -P2 cp', NAIVE, 'probe')),
    'big': Case('40 files of 64 MiB', Source(1, 40, 64 * MIB, 64 * MIB),
                (*COPIERS, 'find|xargs -P2 -n2 cp', 'cat', 'probe'), few=True),
    'single': Case('one file of 4 GiB', Source(1, 1, 4 * GIB, 4 * GIB), (*COPIERS, 'cat', 'probe'), few=True),
    'tree': Case('/usr/share', Source(tree='/usr/share'), (*COPIERS, 'find|xargs -P2 cp', 'probe')),
    'verify': Case('the small files, and read back', SMALL, VERIFIERS),
    'verify-big': Case('40 files of 64 MiB, and read back', Source(1, 40, 64 * MIB, 64 * MIB), VERIFIERS, few=True),
    'startup': Case('the first of 100,000 files, and one file of 1 KiB', SMALL, COPIERS, run='startup'),
    'reflink': Case('one file of 1 GiB, shared', Source(1, 1, GIB, GIB), ('lanyard', 'cp --reflink'), run='reflink'),
    'memory': Case('1,000,000 files of one byte', Source(1000, 1000), COPIERS, places=('tmpfs',), run='memory'),
}


def table(rows):
    """Prints @rows, of which the first is the heading; what isn't in the first column stands right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths)]
        print('  ' + '  '.join([row[0].ljust(widths[0]), *cells[1:]]).rstrip())
    print(flush=True)


class Bench:
    def __init__(self, options):
        self.options = options
        self.records = []
        self.verdicts = []
        self.failed = False
        self.size = MIB

    def available(self, rival):
        program = self.argv(rival, '', '')[0]
        return bool(program) and shutil.which(program) is not None

    def argv(self, rival, source, target):
        return [part.format(src=source, dst=target, lanyard=self.options.lanyard or '', probe=self.options.probe or '',
                            jobs=self.options.jobs) for part in RIVALS[rival]]

    def execute(self, rival, source, target, watch=False):
        """One run, after all that was written before has reached the disk."""
        os.sync()
        if self.options.cold:
            with open('/proc/sys/vm/drop_caches', 'w') as drop:
                drop.write('3\n')
        touch_memory(self.size)
        usage = measure(self.argv(rival, source, target), watch)
        if usage.failure:
            self.failed = True
            warn(f'{rival}: {usage.failure}')
        return usage

    def verdict(self, case, place, value, goal, reached):
        self.verdicts.append(dict(case=case, place=place, value=value, goal=goal, reached=reached))
        print(f'{case}/{place}: {value} (goal {goal}) {"ok" if reached else "MISSED"}')

    def record(self, case, place, rival, **values):
        self.records.append(dict(case=case, place=place, rival=rival, **values))

    def run(self, name):
        case = CASES[name]
        source = case.source.quick() if self.options.quick else case.source
        rivals = [rival for rival in case.rivals if self.available(rival)]
        self.size = source.weigh()[1]
        play = getattr(self, case.run)
        if case.run == 'reflink':
            play(name, source, rivals)
            return
        for directory in self.options.dir:
            if case.places and label_of(directory) not in case.places:
                continue
            runs, inodes, size = self.fit(case, source, rivals, directory)
            if runs == 0:
                warn(f'{name}: too little space in {directory}, left out')
                continue
            with open_place(directory, inodes, size) as place:
                source.make(f'{place.path}/source')
                print(f'{name} on {place.label}: {"a part of " if source != case.source else ""}{case.title};'
                      f' {"cold" if self.options.cold else "warm"}, {runs} runs')
                play(name, place, rivals, runs)
                print()

    def fit(self, case, source, rivals, directory):
        """As many of the runs as there is space for, and the inodes and bytes that they take."""
        inodes, size = source.weigh()
        for runs in range(self.options.runs, 0, -1):
            kept = 1 if case.few or label_of(directory) == 'tmpfs' else runs * len(rivals) + 1
            if size * (kept + 1) * 1.15 < free_space(directory):
                return runs, inodes * (kept + 1), size * (kept + 1)
        return 0, 0, 0

    def race(self, name, place, rivals, runs):
        """Who copies fastest."""
        case = CASES[name]
        source = f'{place.path}/source'
        wanted = census(source)
        results = {rival: Result() for rival in rivals}
        if NAIVE in results:
            results[NAIVE] = self.race_naive(place, wanted[0])
        for turn, rival in self.turns([rival for rival in rivals if rival != NAIVE], runs):
            target = f'{place.path}/{turn}-{rivals.index(rival)}'
            usage = self.execute(rival, source, target)
            if turn >= 0:
                results[rival].usages.append(usage)
            if turn == 0 and not usage.failure and census(target) != wanted:
                usage.failure = 'the copy is not what it should be'
                self.failed = True
            if place.cheap or case.few:
                remove(target)
        self.report_race(name, place, results)

    def turns(self, rivals, runs):
        """Who runs when. Turn -1 doesn't count: the first to touch memory that was idle pays for it."""
        yield -1, 'cp -a' if 'cp -a' in rivals else rivals[-1]
        for turn in range(runs):
            start = turn % len(rivals)
            order = rivals[start:] + rivals[:start]
            for rival in order if turn % 2 == 0 else reversed(order):
                yield turn, rival

    def race_naive(self, place, entries):
        """What the naive pool would need for it all: its start, which an empty folder shows, is paid but once."""
        source, empty = f'{place.path}/share', f'{place.path}/empty'
        NAIVE_SHARE.make(source)
        os.mkdir(empty)
        start = self.execute(NAIVE, empty, f'{place.path}/empty-copy')
        usage = self.execute(NAIVE, source, f'{place.path}/share-copy')
        factor = entries / census(source)[0]
        usage.seconds = start.seconds + (usage.seconds - start.seconds) * factor
        usage.cpu = start.cpu + (usage.cpu - start.cpu) * factor
        return Result([usage], factor)

    def report_race(self, name, place, results):
        baseline = next((rival for rival in results if rival.startswith('cp -a')), None)
        rows = [['', 'median s', 'least s', 'CPU s', 'peak MiB', f'x {baseline}',
                 'of probe' if 'probe' in results else '', '']]
        for rival, result in results.items():
            seconds = result.median()
            speed = f'{results[baseline].median() / seconds:.2f}' if baseline else ''
            cost = f'{seconds / results["probe"].median():.2f}' if 'probe' in results else ''
            note = f'from 1/{result.factor:.0f} of the files' if result.factor > 1 else ''
            rows.append([rival, f'{seconds:.3f}', f'{min(usage.seconds for usage in result.usages):.3f}',
                         f'{result.median("cpu"):.2f}', f'{result.median("peak"):.1f}', speed, cost,
                         result.failure() or note])
            self.record(name, place.label, rival, seconds=[usage.seconds for usage in result.usages], median=seconds,
                        cpu=result.median('cpu'), peak_mib=result.median('peak'), factor=result.factor)
        table(rows)
        for goal in GOALS:
            if (goal.case, goal.place) == (name, place.label) and {goal.who, goal.rivals[0]} <= results.keys():
                self.verdict(name, place.label, *goal.judge(results))

    def startup(self, name, place, rivals, runs):
        """How long until something is copied, and how long one small file takes in all."""
        with open(f'{place.path}/one', 'wb') as file:
            file.write(bytes(KIB))
        rows = [['', 'first file ms', 'one file ms']]
        for number, rival in enumerate(rivals):
            firsts, ones = [], []
            for turn in range(runs):
                target = f'{place.path}/{turn}-{number}'
                usage = self.execute(rival, f'{place.path}/source', target)
                firsts.append(first_file(target, usage.started) * 1000 if not usage.failure else float('inf'))
                if place.cheap:
                    remove(target)
            for turn in range(20):
                argv = self.argv(rival, f'{place.path}/one', f'{place.path}/one-{number}-{turn}')
                ones.append(startup([part.rstrip('/') for part in argv]) * 1000)
            first, one = statistics.median(firsts), statistics.median(ones)
            rows.append([rival, f'{first:.1f}', f'{one:.1f}'])
            self.record(name, place.label, rival, first_file_ms=firsts, one_file_ms=ones)
            if rival == 'lanyard':
                verdicts = [(f'{first:.1f} ms to the first file', '50 ms', first < 50),
                            (f'{one:.1f} ms for one small file', '15 ms', one < 15)]
        table(rows)
        for verdict in verdicts if 'lanyard' in rivals else ():
            self.verdict(name, place.label, *verdict)

    def reflink(self, name, source, rivals):
        """Whether a file system that can share blocks is asked to."""
        directory = next((path for path in self.options.dir if label_of(path) != 'tmpfs'), None)
        for kind in ('xfs', 'btrfs') if directory and os.geteuid() == 0 and rivals else ():
            size = source.weigh()[1]
            try:
                with open_image(directory, kind, 1, size * 3) as place:
                    source.make(f'{place.path}/source')
                    print(f'{name} on {kind}: {CASES[name].title}')
                    self.race_reflink(name, place, rivals, size)
                    print()
            except (subprocess.CalledProcessError, FileNotFoundError) as error:
                warn(f'no {kind} ({error}), left out')

    def race_reflink(self, name, place, rivals, size):
        rows = [['', 'median s', 'space MiB']]
        for number, rival in enumerate(rivals):
            result, spaces = Result(), []
            for turn in range(self.options.runs):
                os.sync()
                before = free_space(place.path)
                result.usages.append(self.execute(rival, f'{place.path}/source', f'{place.path}/{turn}-{number}'))
                os.sync()
                spaces.append((before - free_space(place.path)) / MIB)
                remove(f'{place.path}/{turn}-{number}')
            space = statistics.median(spaces)
            rows.append([rival, f'{result.median():.3f}', f'{space:.1f}'])
            self.record(name, place.label, rival, median=result.median(), space_mib=space)
            if rival == 'lanyard':
                verdict = (f'{space:.1f} MiB taken', 'a hundredth of the file', space * MIB < size / 100)
        table(rows)
        if 'lanyard' in rivals:
            self.verdict(name, place.label, *verdict)

    def memory(self, name, place, rivals, runs):
        """How much each process holds on to at most; one run is enough."""
        rows = [['', 'seconds', 'process', 'resident MiB', 'own share MiB']]
        for rival in rivals:
            target = f'{place.path}/target'
            usage = self.execute(rival, f'{place.path}/source', target, watch=True)
            remove(target)
            peaks = list(usage.processes.values())
            for number, peak in enumerate(peaks):
                rows.append([rival if number == 0 else '', f'{usage.seconds:.2f}' if number == 0 else '',
                             'first' if number == 0 else f'child {number}', f'{peak.resident:.1f}',
                             f'{peak.share:.1f}'])
            self.record(name, place.label, rival, seconds=usage.seconds, processes=[vars(peak) for peak in peaks])
            if rival == 'lanyard':
                coordinator, *workers = [peak.resident for peak in peaks] or [float('inf')]
                worker = max(workers, default=0)
        table(rows)
        if 'lanyard' in rivals:
            self.verdict(name, place.label, f'{coordinator:.1f} MiB in the coordinator', '40 MiB', coordinator < 40)
            self.verdict(name, place.label, f'{worker:.1f} MiB in the largest worker', '8 MiB', worker < 8)


def machine():
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIB
    return dict(kernel=platform.release(), processors=os.cpu_count(), memory_gib=round(memory, 1),
                load=round(os.getloadavg()[0], 2))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--lanyard', metavar='PATH', help='the lanyard command; without it only the rivals run')
    parser.add_argument('--probe', metavar='PATH', help='the copy-probe program')
    parser.add_argument('--dir', metavar='DIR', action='append',
                        help='copy here; may be repeated (/var/tmp, as a fresh ext4 if root, and /dev/shm)')
    parser.add_argument('--runs', metavar='N', type=int, help='runs of each rival (5; 3 if quick)')
    parser.add_argument('--jobs', metavar='N', type=int, default=os.cpu_count(), help="the probe's workers")
    parser.add_argument('--case', choices=CASES, action='extend', nargs='+', help='only these (all but memory)')
    parser.add_argument('--cold', action='store_true', help='drop the caches before each run (root)')
    parser.add_argument('--quick', action='store_true', help='a part of the files')
    parser.add_argument('--json', metavar='FILE', help='write all figures here too')
    options = parser.parse_args()
    options.dir = options.dir or ['/var/tmp', '/dev/shm']
    options.case = options.case or [name for name in CASES if name != 'memory']
    options.runs = options.runs or (3 if options.quick else 5)
    if options.cold and os.geteuid() != 0:
        parser.error('only root can drop the caches')
    return options


def leave(number, frame):
    """Once, and then what was made is cleaned up in peace."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main():
    options = parse()
    os.environ['LC_ALL'] = 'C'
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    prepare()
    bench = Bench(options)
    facts = machine()
    print(', '.join(f'{name} {value}' for name, value in facts.items()))
    print('CPU seconds include all processes of a rival; peak MiB is that of its largest process.\n')
    for name in options.case:
        bench.run(name)
    if options.json:
        with open(options.json, 'w') as file:
            json.dump(dict(machine=facts, results=bench.records, goals=bench.verdicts), file, indent=2)
    return 1 if bench.failed else 0


if __name__ == '__main__':
    sys.exit(main())
