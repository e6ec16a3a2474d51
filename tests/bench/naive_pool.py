# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder copier as a first lesson on processes would have it, for the benchmark to beat.

Each file is one task for a pool of three processes, which copy it in reads of 1 KiB and tell the parent, through a
managed queue, that it is done. Modes, owners and times are not kept.
"""

import multiprocessing
import os
import sys


def copy_file(source, target, queue):
    with open(source, 'rb') as reader, open(target, 'wb') as writer:
        while chunk := reader.read(1024):
            writer.write(chunk)
    queue.put(source)


def main(source, target):
    queue = multiprocessing.Manager().Queue()
    pool = multiprocessing.Pool(3)
    total = 0
    for folder, _, names in os.walk(source):
        copied = os.path.join(target, os.path.relpath(folder, source))
        os.makedirs(copied, exist_ok=True)
        for name in names:
            pool.apply_async(copy_file, (os.path.join(folder, name), os.path.join(copied, name), queue))
            total += 1
    for done in range(total):
        queue.get()
        print(f'\r{(done + 1) * 100 // total} %', end='')
    pool.close()
    pool.join()


if __name__ == '__main__':
    main(*sys.argv[1:])
