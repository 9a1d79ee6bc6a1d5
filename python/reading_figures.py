#!/usr/bin/env python3
"""Measures reading a .xz file with rlzma.open, beside lzma.open and, if asked for,
the package python-xz from PyPI:

    reading_figures.py [--python-xz] [--reads N] FILE

FILE should have several Blocks (xz -T2 --block-size=1MiB). All figures are wall
time; reads are of 4 KiB at random places, after which the file is read from one
end to the other in pieces of 64 KiB.
"""

import argparse
import lzma
import random
import sys
import time

del sys.path[0]  # the package's source is there, without its library

import rlzma

parser = argparse.ArgumentParser()
parser.add_argument("--python-xz", action="store_true")
parser.add_argument("--reads", type=int, default=300)
parser.add_argument("file")
arguments = parser.parse_args()

WAYS = {
    "rlzma.open": lambda: rlzma.open(arguments.file),
    "rlzma.open, one thread": lambda: rlzma.open(arguments.file, threads=1),
    "rlzma.open, one thread, no cache": lambda: rlzma.open(arguments.file, threads=1, cache=1),
}
if arguments.python_xz:
    import xz

    WAYS["python-xz"] = lambda: xz.open(arguments.file)
WAYS["lzma.open"] = lambda: lzma.open(arguments.file)

size = rlzma.size(arguments.file)
generator = random.Random(1)
places = [generator.randrange(size - 4096) for _ in range(arguments.reads)]


def timed(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def first(open_it):
    with open_it() as file:
        file.seek(places[0])
        assert len(file.read(4096)) == 4096


def anywhere(open_it, count):
    with open_it() as file:
        for place in places[:count]:
            file.seek(place)
            assert len(file.read(4096)) == 4096


def through(open_it):
    with open_it() as file:
        while file.read(65536):
            pass


print("| {} bytes of data | first 4 KiB | 4 KiB anywhere | all of it |".format(size))
print("|---|---|---|---|")
for name, way in WAYS.items():
    # With lzma, each seek back decodes all from the beginning.
    count = len(places) if name != "lzma.open" else min(len(places), 3)
    figures = timed(lambda: first(way)), timed(lambda: anywhere(way, count)) / count, timed(lambda: through(way))
    print("| {} | {:.1f} ms | {:.2f} ms | {:.2f} s |".format(name, figures[0] * 1e3, figures[1] * 1e3, figures[2]))
