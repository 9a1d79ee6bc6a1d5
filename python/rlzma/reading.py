"""Random access to .xz files: ``rlzma.open``, ``rlzma.size``, ``rlzma.verify``.

    with rlzma.open("data.tar.xz") as file:
        file.seek(5_000_000_000)
        file.read(4096)

``seek`` costs nothing, and reading what follows costs a Block of the file, not all
that comes before. Files that ``xz`` writes with threads (``xz -T0``) have Blocks.
When a file is read on, its next Blocks are decoded ahead, on all cores.

Nothing here needs Python's ``lzma``, nor ``rlzma.enable``.
"""

import ctypes
import errno
import io
import os
import threading

__all__ = ["XZError", "XZFile", "open", "size", "verify"]

_NO_LIMIT = 2**64 - 1
# More would be decoded for each read at a random place.
_BUFFER_SIZE = 16 * 1024
_OK = 0
_MEM_ERROR = 5
_INTERRUPTED = 201
_REASON_READ = 1

_READ_AT = ctypes.CFUNCTYPE(
    ctypes.c_int64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_size_t
)
_PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64)


class _Error(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("code", ctypes.c_int),
        ("reason", ctypes.c_int),
        ("stream", ctypes.c_uint64),
        ("block", ctypes.c_uint64),
        ("compressed_offset", ctypes.c_uint64),
        ("uncompressed_offset", ctypes.c_uint64),
        ("memory_needed", ctypes.c_uint64),
        ("read_error", ctypes.c_int),
        ("reserved", ctypes.c_uint32),
    ]


class _Source(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("read_at", _READ_AT),
        ("opaque", ctypes.c_void_p),
        ("size", ctypes.c_uint64),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("allocator", ctypes.c_void_p),
        ("memlimit", ctypes.c_uint64),
        ("cache", ctypes.c_uint64),
        ("threads", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
    ]


_loading = threading.Lock()
_loaded = None


def _library():
    """The functions of rlzma.h."""
    global _loaded
    with _loading:
        if _loaded is None:
            folder = os.path.dirname(os.path.abspath(__file__))
            library = ctypes.CDLL(os.path.join(folder, "librlzma.so.5"))
            pointer, number = ctypes.c_void_p, ctypes.c_uint64
            error = ctypes.POINTER(_Error)
            out = ctypes.POINTER(number)
            prototypes = {
                "rlzma_reader_open": [pointer, ctypes.POINTER(_Source), pointer, error],
                "rlzma_reader_open_fd": [pointer, ctypes.c_int, pointer, error],
                "rlzma_reader_read": [pointer, number, pointer, ctypes.c_size_t, pointer, error],
                "rlzma_reader_verify": [pointer, ctypes.c_uint32, pointer, pointer, error],
                "rlzma_size": [out, ctypes.POINTER(_Source), number, pointer, error],
                "rlzma_size_fd": [out, ctypes.c_int, number, pointer, error],
            }
            for name, types in prototypes.items():
                function = getattr(library, name)
                function.argtypes, function.restype = types, ctypes.c_int
            library.rlzma_reader_size.argtypes = [pointer]
            library.rlzma_reader_size.restype = number
            library.rlzma_reader_close.argtypes = [pointer]
            library.rlzma_reader_close.restype = None
            library.rlzma_error_text.argtypes = [error, ctypes.c_char_p, ctypes.c_size_t]
            library.rlzma_error_text.restype = ctypes.c_size_t
            _loaded = library
        return _loaded


class XZError(OSError):
    """A .xz file is damaged, cut off, or not supported.

    ``code`` is the return code of liblzma, ``stream`` and ``block`` are numbers from
    one, or 0 if they are not known; ``compressed_offset`` and
    ``uncompressed_offset`` are places in the file and in the data, in bytes.
    """

    def __init__(self, error, text):
        super().__init__(errno.EIO, text)
        self.code = error.code
        self.reason = error.reason
        self.stream = error.stream
        self.block = error.block
        self.compressed_offset = error.compressed_offset
        self.uncompressed_offset = error.uncompressed_offset

    def __str__(self):
        return self.strerror


def _new_error():
    return _Error(struct_size=ctypes.sizeof(_Error))


def _exception(error):
    """The exception for a call that has failed."""
    text = ctypes.create_string_buffer(300)
    _library().rlzma_error_text(error, text, len(text))
    text = text.value.decode()
    if error.code == _MEM_ERROR:
        return MemoryError(text)
    if error.reason == _REASON_READ and error.read_error:
        return OSError(error.read_error, os.strerror(error.read_error))
    return XZError(error, text)


class _Descriptor:
    """A file of the system: the library reads it by itself."""

    def __init__(self, fd, owned):
        self.fd, self.owned = fd, owned

    def open(self, reader, options, error):
        return _library().rlzma_reader_open_fd(reader, self.fd, options, error)

    def size(self, out, memlimit, error):
        return _library().rlzma_size_fd(out, self.fd, memlimit, None, error)

    def failure(self):
        return None

    def close(self):
        if self.owned and self.fd >= 0:
            os.close(self.fd)
        self.fd = -1


class _Object:
    """Any object with ``seek`` and ``read``: the library calls back."""

    def __init__(self, file):
        self.file = file
        self.lock = threading.Lock()
        self.raised = None
        size = file.seek(0, os.SEEK_END)
        # They must live as long as the library has the pointer.
        self.callback = _READ_AT(self._read_at)
        self.source = _Source(ctypes.sizeof(_Source), self.callback, None, size)

    def _read_at(self, _, offset, buffer, size):
        try:
            with self.lock:
                self.file.seek(offset)
                data = self.file.read(size)
            ctypes.memmove(buffer, data, len(data))
            return len(data)
        except BaseException as raised:
            self.raised = raised
            return -errno.EIO

    def open(self, reader, options, error):
        return _library().rlzma_reader_open(reader, self.source, options, error)

    def size(self, out, memlimit, error):
        return _library().rlzma_size(out, self.source, memlimit, None, error)

    def failure(self):
        """What the object has raised, once."""
        raised, self.raised = self.raised, None
        return raised

    def close(self):
        self.file = None


def _source(file):
    """The source that a path or a file object stands for."""
    if isinstance(file, (str, bytes, os.PathLike)):
        return _Descriptor(os.open(file, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)), True)
    # Of other objects with a descriptor, one does not know what it is of.
    raw = file.raw if type(file) is io.BufferedReader else file
    if type(raw) is io.FileIO:
        return _Descriptor(raw.fileno(), False)
    if not hasattr(file, "read") or not hasattr(file, "seek"):
        raise TypeError("file must be a path, or an object with read and seek")
    return _Object(file)


class _Raw(io.RawIOBase):
    """The reader of rlzma.h, with a position."""

    def __init__(self, file, threads, cache, memlimit):
        super().__init__()
        self._handle = None
        self._place = 0
        self._file = file
        self._arguments = threads, cache, memlimit
        self._source = _source(file)
        try:
            self._open()
        except BaseException:
            self._source.close()
            raise

    def _open(self):
        threads, cache, memlimit = self._arguments
        options = _Options(ctypes.sizeof(_Options), None, memlimit, cache, threads, 0)
        handle, error = ctypes.c_void_p(), _new_error()
        code = self._source.open(ctypes.byref(handle), ctypes.byref(options), error)
        self._check(code, error)
        self._handle = handle
        self._process = os.getpid()
        self._size = _library().rlzma_reader_size(handle)

    def _check(self, code, error):
        if code != _OK:
            raised = self._source.failure()
            if raised is not None:
                raise raised
            raise _exception(error)

    def _usable(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")
        # A child of the process has none of the reader's threads.
        if self._process != os.getpid():
            self._open()
        return self._handle

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=os.SEEK_SET):
        if self.closed:
            raise ValueError("I/O operation on closed file")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}.get(whence)
        if base is None:
            raise ValueError("invalid value of whence: {!r}".format(whence))
        if base + offset < 0:
            raise ValueError("negative seek position {}".format(base + offset))
        self._place = base + offset
        return self._place

    def tell(self):
        return self._place

    def read_at(self, offset, buffer):
        handle = self._usable()
        with memoryview(buffer) as view, view.cast("B") as view:
            size = min(len(view), max(self._size - offset, 0))
            if size == 0:
                return 0
            first = ctypes.c_char.from_buffer(view)
            count, error = ctypes.c_size_t(), _new_error()
            code = _library().rlzma_reader_read(
                handle, offset, ctypes.byref(first), size, ctypes.byref(count), error
            )
            del first  # the view can be released
        # What comes before damage is good; the next read reports it.
        if count.value == 0:
            self._check(code, error)
        return count.value

    def readinto(self, buffer):
        count = self.read_at(self._place, buffer)
        self._place += count
        return count

    def verify(self, threads, progress):
        handle = self._usable()
        raised = []

        def report(_, done, total):
            try:
                progress(done, total)
                return 0
            except BaseException as exception:
                raised.append(exception)
                return 1

        callback = None if progress is None else _PROGRESS(report)
        pointer = None if callback is None else ctypes.cast(callback, ctypes.c_void_p)
        error = _new_error()
        code = _library().rlzma_reader_verify(handle, threads, pointer, None, error)
        if raised:
            raise raised[0]
        self._check(code, error)

    def close(self):
        if self.closed:
            return
        super().close()
        handle, self._handle = self._handle, None
        if handle is not None:
            _library().rlzma_reader_close(handle)
        source = getattr(self, "_source", None)
        if source is not None:
            source.close()


class XZFile(io.BufferedReader):
    """A .xz file that is open for reading, made by ``rlzma.open``.

    As any ``io.BufferedReader``: with ``read``, ``seek``, ``tell``, ``readline`` and
    so on. It can be pickled if it was opened by its path; the copy is at the same
    place.
    """

    def __init__(self, file, threads=0, cache=0, memlimit=0):
        super().__init__(_Raw(file, threads, cache, memlimit), _BUFFER_SIZE)

    @property
    def mode(self):
        return "rb"

    @property
    def name(self):
        file = self.raw._file
        if isinstance(file, (str, bytes, os.PathLike)):
            return os.fspath(file)
        return getattr(file, "name", None)

    @property
    def size(self):
        """Bytes of data in the file."""
        return self.raw._size

    def pread(self, size, offset):
        """Reads ``size`` bytes from ``offset`` on, or as many as there are.

        The position stays as it is, and threads may call this at the same time.
        """
        if size < 0 or offset < 0:
            raise ValueError("size and offset must not be negative")
        data = bytearray(max(min(size, self.raw._size - offset), 0))
        done = 0
        while done < len(data):
            done += self.raw.read_at(offset + done, memoryview(data)[done:])
        return bytes(data)

    def verify(self, threads=0, progress=None):
        """Decodes the whole file and compares sizes and Checks, with as many
        threads as there are processors, or ``threads`` of them.

        ``progress`` is called now and then, with the number of bytes of the file
        that are done and the number there are; whatever it raises ends the
        verification.
        """
        self.raw.verify(threads, progress)

    def __reduce_ex__(self, protocol):
        file = self.raw._file
        if not isinstance(file, (str, bytes, os.PathLike)):
            raise TypeError("cannot pickle a file that was not opened by its path")
        return _again, (os.path.abspath(os.fspath(file)), self.raw._arguments, self.tell())


def _again(path, arguments, position):
    """The copy that a pickle stands for."""
    file = XZFile(path, *arguments)
    file.seek(position)
    return file


def open(file, mode="rb", threads=0, cache=0, memlimit=0, encoding=None, errors=None, newline=None):
    """Opens a .xz file for random access.

    ``file`` is a path, or an object with ``read`` and ``seek``, which stays the
    caller's. ``mode`` is "rb" or, for text, "rt"; then ``encoding``, ``errors`` and
    ``newline`` are as for the built-in ``open``.

    ``threads``: how many threads decode ahead of sequential reads; 0 stands for
    all processors, 1 for none. ``cache``: how many bytes of decoded Blocks are kept; 0
    stands for what suits the file, 1 for none. ``memlimit``: how many bytes of memory
    may be used, 0 for half of what there is.

    ``XZError`` says what is wrong with the file.
    """
    if mode not in ("r", "rb", "rt"):
        raise ValueError("invalid mode: {!r}; files are for reading".format(mode))
    if mode != "rt" and (encoding, errors, newline) != (None, None, None):
        raise ValueError("encoding, errors and newline are for text, mode 'rt'")
    binary = XZFile(file, threads, cache, memlimit)
    if mode != "rt":
        return binary
    try:
        return io.TextIOWrapper(binary, encoding, errors, newline)
    except BaseException:
        binary.close()
        raise


def size(file, memlimit=0):
    """The number of bytes of data in a .xz file, a path or an object with ``read``
    and ``seek``: from its Index, without decoding.
    """
    source = _source(file)
    try:
        found, error = ctypes.c_uint64(), _new_error()
        code = source.size(ctypes.byref(found), memlimit or _NO_LIMIT, error)
        if code != _OK:
            raised = source.failure()
            raise _exception(error) if raised is None else raised
        return found.value
    finally:
        source.close()


def verify(file, threads=0, progress=None, memlimit=0):
    """Decodes a .xz file, and raises ``XZError`` if anything is wrong with it; see
    ``XZFile.verify``."""
    with XZFile(file, 1, 0, memlimit) as opened:
        opened.verify(threads, progress)
