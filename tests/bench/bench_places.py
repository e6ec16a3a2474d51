# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the benchmark copies, and what."""

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

MKFS = {
    'ext4': ['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0'],
    'xfs': ['mkfs.xfs', '-q', '-m', 'reflink=1'],
    'btrfs': ['mkfs.btrfs', '-q'],
}


@dataclass(frozen=True)
class Source:
    """@folders folders with @files files each, whose sizes lie from @least to @most; or a copy of @tree."""
    folders: int = 1
    files: int = 1
    least: int = 1
    most: int = 1
    tree: str = ''

    def quick(self):
        """The same, but smaller."""
        if self.folders >= 100:
            return replace(self, folders=self.folders // 10)
        if self.files >= 10:
            return replace(self, files=self.files // 5)
        if self.least >= GIB:
            return replace(self, least=self.least // 8, most=self.most // 8)
        return self

    def weigh(self):
        """How many inodes it takes, and how many bytes in blocks of 4 KiB, with 1 KiB for each inode."""
        if self.tree:
            sizes = [os.lstat(os.path.join(folder, name)).st_size
                     for folder, folders, files in os.walk(self.tree) for name in folders + files]
            return len(sizes), sum(blocks(size) + KIB for size in sizes)
        count = self.folders * self.files
        size = count * (blocks(self.least) + blocks(self.most)) // 2 + self.folders * 8 * KIB
        return count + self.folders, size + (count + self.folders) * KIB

    def make(self, path):
        """Makes it, the same each time."""
        if self.tree:
            subprocess.run(['cp', '-a', '-T', self.tree, path], check=True)
            return
        dice = random.Random(1)
        noise = dice.randbytes(2 * MIB)
        for folder in range(self.folders):
            os.makedirs(f'{path}/folder-{folder:04}')
            for file in range(self.files):
                write_file(f'{path}/folder-{folder:04}/file-{file:04}', dice.randint(self.least, self.most), noise,
                           dice.randrange(MIB))


def blocks(size):
    return (size + 4095) // 4096 * 4096


def write_file(path, size, noise, start):
    with open(path, 'wb', buffering=0) as file:
        while size > 0:
            size -= file.write(noise[start:start + min(size, MIB)])


def census(folder):
    """What a copy must have in common with its source: entries, and bytes in files."""
    entries = size = 0
    for entry in os.scandir(folder):
        entries += 1
        if entry.is_dir(follow_symlinks=False):
            more, bytes_more = census(entry.path)
            entries, size = entries + more, size + bytes_more
        elif entry.is_file(follow_symlinks=False):
            size += entry.stat(follow_symlinks=False).st_size
    return entries, size


@dataclass(frozen=True)
class Place:
    """A folder to copy in. Deleting many files is @cheap on a tmpfs, and spoils what follows on a disk."""
    label: str
    path: str
    cheap: bool


def file_system(path):
    found = subprocess.run(['findmnt', '-n', '-o', 'FSTYPE', '-T', path], capture_output=True, text=True)
    # Where several are mounted on each other, the last one is on top.
    return (found.stdout.split() or ['unknown'])[-1]


def label_of(directory):
    """What a place in @directory will be called: disks all stand for ext4, as that is what the image holds."""
    kind = file_system(directory)
    return kind if kind == 'tmpfs' or os.geteuid() != 0 else 'ext4'


@contextlib.contextmanager
def open_place(directory, inodes, size):
    """A fresh place in @directory with room for that much, gone afterwards.

    On a disk it is a new file system of its own: ext4 passes over inodes that were freed lately, which makes it ten
    times slower for everybody for a while after a large deletion, and no run shall pay for an earlier one.
    """
    if label_of(directory) != 'tmpfs' and os.geteuid() == 0:
        with contextlib.ExitStack() as stack:
            try:
                place = stack.enter_context(open_image(directory, 'ext4', inodes, size))
            except (subprocess.CalledProcessError, FileNotFoundError) as error:
                warn(f'no file system of our own ({error})')
            else:
                yield place
                return
    kind = file_system(directory)
    if kind != 'tmpfs':
        warn(f'using {directory} itself: what was deleted there lately may slow everything down')
    with open_folder(directory) as path:
        yield Place(kind, path, kind == 'tmpfs')


@contextlib.contextmanager
def open_image(directory, kind, inodes, size):
    """A file system of @kind in a sparse file on a loop device."""
    # Sixteen KiB for each inode, as disks are made by default.
    room = int(max(size * 1.3 + 2 * GIB, inodes * 16 * KIB * 1.25))
    with open_folder(directory) as path:
        image, mount = f'{path}/image', f'{path}/mount'
        os.mkdir(mount)
        with open(image, 'wb') as file:
            file.truncate(room)
        run(*MKFS[kind], image)
        device = attach(image)
        try:
            # Whatever becomes of this program, the space is freed with the last use of the device.
            os.unlink(image)
            run('mount', device, mount)
        finally:
            run('losetup', '-d', device)
        try:
            yield Place(kind, mount, False)
        finally:
            if subprocess.run(['umount', mount]).returncode != 0:
                run('umount', '--lazy', mount)


def attach(image):
    """Directly, if the disk can: or else everything would be cached twice."""
    for options in (['--direct-io=on'], []):
        found = subprocess.run(['losetup', '--find', '--show', *options, image], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.strip()
    raise subprocess.CalledProcessError(found.returncode, found.args, stderr=found.stderr)


@contextlib.contextmanager
def open_folder(directory):
    path = tempfile.mkdtemp(prefix='lanyard-bench-', dir=directory)
    try:
        yield path
    finally:
        remove(path)


def remove(path):
    """One file system only: should a mount be stuck in there, it's not ours to empty."""
    subprocess.run(['rm', '-rf', '--one-file-system', path], check=False)


def free_space(directory):
    free = shutil.disk_usage(directory).free
    if file_system(directory) == 'tmpfs':
        with open('/proc/meminfo') as lines:
            free = min(free, next(int(line.split()[1]) * KIB for line in lines if line.startswith('MemAvailable')))
    return free


def run(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


def warn(message):
    print(f'bench-copy: {message}', file=sys.stderr)
