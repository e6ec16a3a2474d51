# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one command and says what it cost."""

import ctypes
import mmap
import os
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

PR_SET_CHILD_SUBREAPER = 36
CLOCK_REALTIME_COARSE = 5
MIB = 1024 * 1024


@dataclass
class Usage:
    """Seconds of wall clock and of CPU, and the peak memory, in MiB, of the largest of the command's processes.

    The CPU seconds include those of all descendants that were waited for, but not what the kernel does later on.
    """
    seconds: float
    cpu: float
    peak: float
    started: float
    failure: str = ''
    processes: dict = field(default_factory=dict)


@dataclass
class Memory:
    """Peaks in MiB: what was resident, and the share of it that is the process's own (Pss)."""
    resident: float = 0
    share: float = 0


def prepare():
    """Makes this process the one that orphans come to. Call it once, before measure()."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def touch_memory(size):
    """Takes so many bytes of memory and gives them back, so that the next to ask gets memory that is at hand.

    A virtual machine may return what has been free for two seconds to its host; who asks for it then pays several
    times the price, and that would be the luck of the draw.
    """
    try:
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE).close()
    except OSError:
        pass


def measure(argv, watch=False):
    """Runs @argv to its end. With @watch, the memory of each of its processes is sampled too."""
    with tempfile.TemporaryFile() as errors:
        # A process starts out with its parent's memory and keeps that as its peak: a child of this interpreter could
        # never show less than some 20 MiB. So a small shell starts the command and goes, and leaves it to us.
        started, clock = time.time(), time.perf_counter()
        shell = subprocess.Popen(['sh', '-c', '"$@" >/dev/null & echo $!', 'sh', *argv], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=errors, start_new_session=True)
        try:
            pid = int(shell.stdout.read())
            shell.wait()
            processes = sample(pid) if watch else {}
            _, status, usage = os.wait4(pid, 0)
        except BaseException:
            os.killpg(shell.pid, signal.SIGKILL)
            raise
        seconds = time.perf_counter() - clock
        failure = explain(status, errors) or leftovers(shell.pid)
        shell.stdout.close()
    return Usage(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, started, failure, processes)


def explain(status, errors):
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return ''
    errors.seek(0)
    lines = errors.read().decode(errors='replace').strip().splitlines()
    return f'exit {code}: {lines[-1] if lines else "no message"}'


def leftovers(group):
    """Orphans of the command come to this process, which has no other children."""
    try:
        os.waitpid(-1, os.WNOHANG)
        os.killpg(group, signal.SIGKILL)
    except (ChildProcessError, ProcessLookupError):
        return ''
    return 'left processes behind'


def sample(pid):
    """The peak memory of @pid and of all its descendants, looked at ten times a second until it ends."""
    peaks = {}
    ended = os.pidfd_open(pid)
    while not select.select([ended], [], [], 0.1)[0]:
        for member in family(pid):
            peak = peaks.setdefault(member, Memory())
            peak.resident = max(peak.resident, kib(member, 'status', 'VmHWM:'))
            peak.share = max(peak.share, kib(member, 'smaps_rollup', 'Pss:'))
    os.close(ended)
    return peaks


def family(pid):
    """@pid first, then its descendants."""
    members = [pid]
    for member in members:
        try:
            with open(f'/proc/{member}/task/{member}/children') as children:
                members += map(int, children.read().split())
        except OSError:
            pass
    return members


def kib(pid, name, key):
    try:
        with open(f'/proc/{pid}/{name}') as lines:
            return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(key)), 0)
    except OSError:
        return 0


def startup(argv):
    """Seconds from before the start to after the end, with nothing in between; for ever if it fails."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)]
    clock = time.perf_counter()
    _, status = os.waitpid(os.posix_spawnp(argv[0], argv, os.environ, file_actions=quiet), 0)
    return time.perf_counter() - clock if status == 0 else float('inf')


def first_file(target, started):
    """Seconds from @started until the first file with content was whole.

    The change times of what was written tell, so nobody has to look on and get in the way. The kernel stamps them
    with the last tick of its coarse clock; a tick is added, so that what is returned is never too little.
    """
    changed = min(entry.stat(follow_symlinks=False).st_ctime for entry in files_under(target)
                  if entry.stat(follow_symlinks=False).st_size > 0)
    return changed - started + time.clock_getres(CLOCK_REALTIME_COARSE)


def files_under(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from files_under(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry
