#!/usr/bin/env python3
"""Measures Python's lzma on rlzma and on the liblzma that it has:

    figures.py [--rounds N]

Needs the package rlzma. Each round starts Python for each task twice, without and
with rlzma, in turns; the ratio is that of the CPU times that the two took for the
task alone, and the figure is the median of all rounds. More than 1: rlzma is
faster.
"""

import argparse
import statistics
import subprocess
import sys

# NAME: what to do before, and what is timed. `text` is 4 MB of Python source.
TASKS = {
    "lzma.open, reading 4 MB": (
        "file = io.BytesIO(lzma.compress(text))",
        "assert lzma.open(file).read() == text",
    ),
    "lzma.open, 4 MB by lines": (
        "file = io.BytesIO(lzma.compress(text))",
        "assert sum(1 for _ in lzma.open(file)) > 1000",
    ),
    "lzma.compress, 100 bytes, 100 times": (
        "message = text[:100]",
        "for _ in range(100): lzma.compress(message)",
    ),
    "lzma.compress, 100 bytes, preset 9, 20 times": (
        "message = text[:100]",
        "for _ in range(20): lzma.compress(message, preset=9)",
    ),
    "lzma.compress, 10 KB, 100 times": (
        "message = text[:10000]",
        "for _ in range(100): lzma.compress(message)",
    ),
    "lzma.decompress, 100 bytes, 1000 times": (
        "message = lzma.compress(text[:100])",
        "for _ in range(1000): lzma.decompress(message)",
    ),
    "lzma.compress, 4 MB": ("", "lzma.compress(text)"),
    "shutil.make_archive, 4 MB in files": (
        "folder = files(text)",
        "shutil.make_archive(os.path.join(folder, 'made'), 'xztar', os.path.join(folder, 'in'))",
    ),
}

PROGRAM = """
import sys
if sys.argv[1] == "rlzma":
    import rlzma
    rlzma.enable()
import glob, io, lzma, os, shutil, tempfile, time

def sources():
    text = b""
    folder = os.path.dirname(os.__file__)
    for path in sorted(glob.glob(os.path.join(folder, "**/*.py"), recursive=True)):
        if "site-packages" in path or "dist-packages" in path:
            continue
        with open(path, "rb") as file:
            text += file.read()
        if len(text) >= 4000000:
            return text[:4000000]
    return (text * (4000000 // len(text) + 1))[:4000000]

def files(text):
    os.makedirs(os.path.join(temporary, "in"))
    for i in range(100):
        with open(os.path.join(temporary, "in", str(i)), "wb") as file:
            file.write(text[i * 40000 : (i + 1) * 40000])
    return temporary

text = sources()
with tempfile.TemporaryDirectory() as temporary:
    exec(sys.argv[2])
    lzma.decompress(lzma.compress(b""))
    start = time.process_time()
    exec(sys.argv[3])
    print(time.process_time() - start)
"""


def seconds(library, task):
    command = [sys.executable, "-c", PROGRAM, library, *TASKS[task]]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print("| | liblzma | rlzma | Ratio |\n|---|---|---|---|")
    for task in TASKS:
        pairs = [(seconds("liblzma", task), seconds("rlzma", task)) for _ in range(rounds)]
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        times = [statistics.median(side) * 1000 for side in zip(*pairs)]
        print("| {} | {:.1f} ms | {:.1f} ms | {:.1f} |".format(task, *times, ratio))


main()
