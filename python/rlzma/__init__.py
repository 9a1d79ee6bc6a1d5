"""Python's own ``lzma`` on rlzma, a faster liblzma in safe Rust.

    import rlzma
    rlzma.enable()
    import lzma

From then on ``lzma``, and all that is built on it (``tarfile``, ``zipfile``,
``shutil``), works with the library in this package: the same functions, bytes
and exceptions. ``python -m rlzma script.py`` does that for a program as it is.
``rlzma.enable(threads=0)`` has it use all cores.

    with rlzma.open("file.xz") as file:
        file.seek(5_000_000_000)

reads any part of a .xz file, and decodes ahead of sequential reads on all cores;
``rlzma.size`` tells the size of its data, ``rlzma.verify`` verifies it. These do not
need ``enable``.
"""

import importlib.machinery
import os
import sys

__all__ = ["EnableError", "XZError", "XZFile", "enable", "library", "open", "size", "status", "verify"]

# Functions and classes of rlzma.reading, which is imported when it is needed.
_READING = {"XZError", "XZFile", "open", "size", "verify"}

_MODULE = "_lzma"
_THREADS = "RLZMA_THREADS"
_THREADS_MAX = 16384


class EnableError(RuntimeError):
    """Python's ``lzma`` cannot run on rlzma; the message says why."""


def __getattr__(name):
    if name in _READING:
        from . import reading

        return getattr(reading, name)
    raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))


def library():
    """The path of this package's ``liblzma.so.5``."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "liblzma.so.5")


def enable(threads=None):
    """Makes Python's ``lzma`` run on rlzma, for the rest of the process.

    Call it before anything imports ``lzma``. Once it has worked, more calls do
    nothing but set ``threads``. It raises ``EnableError`` when it is too late, or
    when this Python does not ask for a shared liblzma; ``lzma`` works as before
    then.

    ``threads`` is the number of threads that compress and decompress, 0 for as
    many as can run at once. It is set in the environment variable RLZMA_THREADS,
    so child processes that use rlzma have it, too; what that says counts if
    ``threads`` is None. With more threads than one, ``lzma.compress`` writes
    several Blocks, so the compressed bytes are others.
    """
    if threads is not None and not 0 <= int(threads) <= _THREADS_MAX:
        raise ValueError("threads must be from 0 to {}".format(_THREADS_MAX))
    _enable()
    if threads is not None:
        os.environ[_THREADS] = str(int(threads))


def _enable():
    if _MODULE in sys.builtin_module_names:
        raise EnableError("this Python has its lzma built in, with a liblzma of its own")
    if _MODULE in sys.modules:
        used = _used()
        if used is not None and os.path.samefile(used, library()):
            return
        raise EnableError(
            "lzma was imported already, and uses {}: call rlzma.enable() earlier".format(
                used or "a liblzma of its own"
            )
        )
    import ctypes

    # The name that a library has in itself, its SONAME, is what the dynamic
    # linker goes by: _lzma asks for liblzma.so.5, and there is one now.
    ctypes.CDLL(library())
    try:
        import _lzma  # noqa: F401
    except ImportError as error:
        raise EnableError("this Python has no lzma: {}".format(error)) from error
    used = _used()
    if used is None:
        raise EnableError("the lzma of this Python has a liblzma of its own inside")
    if not os.path.samefile(used, library()):
        raise EnableError(
            "another liblzma was loaded already: {}; call rlzma.enable() earlier".format(used)
        )


def status():
    """The library that ``lzma`` uses, as a dictionary.

    ``module``: the file of the module ``_lzma``, or None if it is not imported
    or has no file; ``library``: the file of the liblzma that it is bound to, or
    None; ``version``: what that says; ``enabled``: whether it is this package's;
    ``threads``: how many threads it may use, 0 for as many as can run at once.
    """
    module = sys.modules.get(_MODULE)
    used = _used() if module is not None else None
    enabled = used is not None and os.path.samefile(used, library())
    version = None
    if used is not None:
        import ctypes

        function = ctypes.CDLL(used).lzma_version_string
        function.restype = ctypes.c_char_p
        version = function().decode()
    return {
        "module": getattr(module, "__file__", None),
        "library": used,
        "version": version,
        "enabled": enabled,
        "threads": _threads() if enabled else 1,
    }


def _threads():
    """The number of threads as the library reads it from the environment."""
    value = os.environ.get(_THREADS, "")
    if value == "auto":
        return 0
    number = int(value) if value.isascii() and value.isdigit() else 1
    return number if number <= _THREADS_MAX else 1


def _used():
    """The file of the shared liblzma that ``_lzma`` is bound to, or None if it
    has one inside."""
    import ctypes

    file = getattr(sys.modules[_MODULE], "__file__", None)
    if file is None or not file.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)):
        return None
    # In the dynamic linker's order: the program and what was preloaded, then
    # the module and the libraries that it asks for.
    for handle in [ctypes.CDLL(None), ctypes.CDLL(file)]:
        try:
            address = ctypes.cast(handle.lzma_code, ctypes.c_void_p).value
        except AttributeError:
            continue
        used = _file_at(address)
        return None if used is None or os.path.samefile(used, file) else used
    return None


def _file_at(address):
    """The file that is mapped at an address."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            fields = line.rstrip("\n").split(None, 5)
            start, end = (int(number, 16) for number in fields[0].split("-"))
            if start <= address < end:
                return fields[5] if len(fields) == 6 and os.path.exists(fields[5]) else None
    return None
