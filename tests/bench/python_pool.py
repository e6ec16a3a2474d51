#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many thousand empty tasks a second Python's pool of processes gets through: the rival of LyProcessExecutor."""

import multiprocessing
import sys
import time

SUBMITTED = 20000
MAPPED = 500000


def nothing(argument=None):
    """An empty task."""


def main():
    how, workers = sys.argv[1], int(sys.argv[2])
    with multiprocessing.Pool(workers) as pool:
        pool.map(nothing, range(100), 1)
        begin = time.monotonic()
        if how == 'map':
            count = MAPPED
            pool.map(nothing, range(count))
        else:
            count = SUBMITTED
            for result in [pool.apply_async(nothing) for _ in range(count)]:
                result.get()
        print(count / (time.monotonic() - begin) / 1000)


if __name__ == '__main__':
    main()
