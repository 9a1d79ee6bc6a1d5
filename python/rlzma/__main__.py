"""Runs a Python program with ``lzma`` on rlzma.

    python -m rlzma [--threads=N] SCRIPT [ARGUMENT...]
    python -m rlzma [--threads=N] -m MODULE [ARGUMENT...]
    python -m rlzma [--threads=N] --status

N is a number of threads, 0 for as many as can run at once. Without it, the
environment variable RLZMA_THREADS counts.
"""

import os
import runpy
import sys

import rlzma


def print_status(threads):
    """Says what lzma uses, and how it came to that. Returns the exit status."""
    print("rlzma:", rlzma.library())
    try:
        rlzma.enable(threads)
        problem = None
    except rlzma.EnableError as error:
        problem = error
    import lzma  # noqa: F401

    status = rlzma.status()
    print("_lzma:", status["module"] or "built in")
    print("uses: ", status["library"] or "a liblzma of its own")
    print("version:", status["version"] or "unknown")
    print("threads:", status["threads"] or "as many as can run at once")
    if problem is not None:
        print("not enabled:", problem)
    return 0 if status["enabled"] else 1


def main():
    arguments = sys.argv[1:]
    threads = None
    if arguments and arguments[0].startswith("--threads="):
        value = arguments.pop(0).split("=", 1)[1]
        if not (value.isascii() and value.isdigit()):
            sys.exit(__doc__)
        threads = int(value)
    if arguments == ["--status"]:
        sys.exit(print_status(threads))
    if not arguments or (arguments[0] == "-m" and len(arguments) == 1):
        sys.exit(__doc__)
    if arguments[0] == "-m":
        # sys.path begins with the current folder, as it does for the module.
        rlzma.enable(threads)
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0].startswith("-"):
        sys.exit(__doc__)
    else:
        rlzma.enable(threads)
        sys.argv = arguments
        # A folder or a zip file puts itself there.
        sys.path[0] = os.path.dirname(os.path.realpath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main()
