"""Tests of rlzma.open, rlzma.size and rlzma.verify, of the installed package."""

import concurrent.futures
import copy
import csv
import io
import lzma
import multiprocessing
import os
import pickle
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
import zipfile

import rlzma

BLOCK = 100_000
RANDOM = random.Random(1)
DATA = b"".join(
    b"%d,%s,%d\n" % (i, RANDOM.choice([b"alpha", b"beta", b"gamma"]), RANDOM.randrange(10**9))
    for i in range(60_000)
)


def in_blocks(data, size=BLOCK):
    """A .xz file of several Streams with a Block each, and padding."""
    parts = [lzma.compress(data[i : i + size], preset=0) for i in range(0, len(data), size)]
    return b"\0\0\0\0".join(parts)


def checksum(path, offset):
    with rlzma.open(path) as file:
        file.seek(offset)
        return sum(file.read(1000))


class Reading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "data.xz")
        cls.bytes = in_blocks(DATA)
        with open(cls.path, "wb") as file:
            file.write(cls.bytes)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check(self, file):
        self.assertIsInstance(file, io.BufferedIOBase)
        self.assertTrue(file.readable() and file.seekable() and not file.writable())
        for _ in range(50):
            place, size = RANDOM.randrange(len(DATA)), RANDOM.randrange(5000)
            self.assertEqual(file.seek(place), place)
            self.assertEqual(file.read(size), DATA[place : place + size])
            self.assertEqual(file.tell(), min(place + size, len(DATA)))
        self.assertEqual(file.seek(-10, os.SEEK_END), len(DATA) - 10)
        self.assertEqual(file.read(), DATA[-10:])
        self.assertEqual(file.read(1), b"")
        file.seek(0)
        self.assertEqual(file.read(), DATA)
        file.seek(len(DATA) + 5)
        self.assertEqual(file.read(), b"")

    def test_paths_and_objects(self):
        for threads, cache in [(0, 0), (1, 0), (1, 1), (3, 250_000)]:
            with rlzma.open(self.path, threads=threads, cache=cache) as file:
                self.assertEqual((file.name, file.mode, file.size), (self.path, "rb", len(DATA)))
                self.check(file)
            self.assertTrue(file.closed)
            with self.assertRaises(ValueError):
                file.read(1)
            with open(self.path, "rb") as plain, rlzma.open(plain, threads=threads) as file:
                self.check(file)
            self.assertTrue(plain.closed)
            with rlzma.open(io.BytesIO(self.bytes), threads=threads, cache=cache) as file:
                self.check(file)

    def test_lines_and_text(self):
        lines = DATA.splitlines(keepends=True)
        with rlzma.open(self.path) as file:
            self.assertEqual(list(file), lines)
        with rlzma.open(self.path, "rt", encoding="ascii", newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(len(rows), len(lines))
        self.assertEqual(rows[1234], DATA.split(b"\n")[1234].decode().split(","))
        with io.TextIOWrapper(rlzma.open(self.path), encoding="ascii") as file:
            self.assertEqual(file.readline().encode(), lines[0])

    def test_sizes(self):
        self.assertEqual(rlzma.size(self.path), len(DATA))
        self.assertEqual(rlzma.size(io.BytesIO(self.bytes)), len(DATA))
        with open(self.path, "rb") as file:
            file.seek(77)
            self.assertEqual(rlzma.size(file), len(DATA))
            self.assertEqual(file.tell(), 77)

    def test_copyfileobj(self):
        target = io.BytesIO()
        with rlzma.open(self.path) as file:
            shutil.copyfileobj(file, target)
        self.assertEqual(target.getvalue(), DATA)

    def test_archives(self):
        archive = io.BytesIO()
        names = ["member{}".format(i) for i in range(20)]
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for i, name in enumerate(names):
                info = tarfile.TarInfo(name)
                info.size = 50_000
                tar.addfile(info, io.BytesIO(DATA[i * 50_000 : (i + 1) * 50_000]))
        with rlzma.open(io.BytesIO(in_blocks(archive.getvalue()))) as file:
            with tarfile.open(fileobj=file) as tar:
                self.assertEqual(tar.getnames(), names)
                for i in [17, 3, 19, 0]:
                    member = tar.extractfile(names[i]).read()
                    self.assertEqual(member, DATA[i * 50_000 : (i + 1) * 50_000])
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
            for i, name in enumerate(names):
                packed.writestr(name, DATA[i * 50_000 : (i + 1) * 50_000])
        with rlzma.open(io.BytesIO(in_blocks(archive.getvalue()))) as file:
            with zipfile.ZipFile(file) as packed:
                self.assertIsNone(packed.testzip())
                self.assertEqual(packed.read(names[11]), DATA[550_000:600_000])

    def test_threads_share_a_file(self):
        with rlzma.open(self.path, cache=300_000) as file:

            def read(seed):
                places = random.Random(seed)
                for _ in range(40):
                    place = places.randrange(len(DATA))
                    if file.pread(3000, place) != DATA[place : place + 3000]:
                        return False
                return True

            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                self.assertEqual(list(pool.map(read, range(8))), [True] * 8)
            self.assertEqual(file.tell(), 0)
            self.assertEqual(file.pread(10, len(DATA) + 1), b"")
            with self.assertRaises(ValueError):
                file.pread(1, -1)

    def test_several_readers_of_one_file(self):
        with rlzma.open(self.path) as one, rlzma.open(self.path) as other:
            one.seek(500_000)
            self.assertEqual(other.read(100), DATA[:100])
            self.assertEqual(one.read(100), DATA[500_000:500_100])

    def test_pickles(self):
        with rlzma.open(self.path, threads=1) as file:
            file.seek(123_456)
            for again in [pickle.loads(pickle.dumps(file)), copy.copy(file)]:
                with again:
                    self.assertEqual(again.tell(), 123_456)
                    self.assertEqual(again.read(100), DATA[123_456:123_556])
        with rlzma.open(io.BytesIO(self.bytes)) as file:
            with self.assertRaises(TypeError):
                pickle.dumps(file)

    def test_processes(self):
        with rlzma.open(self.path, threads=2) as file:
            file.read(1_000_000)  # its threads have begun
            with multiprocessing.get_context("fork").Pool(2) as pool:
                places = range(0, len(DATA), 200_000)
                want = [sum(DATA[place : place + 1000]) for place in places]
                have = pool.starmap(checksum, [(self.path, place) for place in places])
            self.assertEqual(have, want)
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                try:
                    file.seek(700_000)
                    os.write(writing, file.read(100))
                finally:
                    os._exit(0)
            os.close(writing)
            with open(reading, "rb") as pipe:
                self.assertEqual(pipe.read(), DATA[700_000:700_100])
            os.waitpid(child, 0)
            file.seek(0)
            self.assertEqual(file.read(), DATA)

    def test_damage(self):
        damaged = bytearray(self.bytes)
        damaged[len(damaged) // 2] ^= 0x10
        with rlzma.open(io.BytesIO(damaged)) as file:
            with self.assertRaises(rlzma.XZError) as caught:
                while file.read(10_000):
                    pass
            error = caught.exception
            self.assertIsInstance(error, OSError)
            self.assertEqual((error.code, error.block), (9, error.stream))
            self.assertIn("Block {}".format(error.block), str(error))
            place = error.block * BLOCK
            file.seek(place)
            self.assertEqual(file.read(1000), DATA[place : place + 1000])
        with self.assertRaises(rlzma.XZError) as caught:
            rlzma.verify(io.BytesIO(damaged))
        self.assertEqual(caught.exception.block, error.block)
        for junk in [b"", b"junk" * 100, self.bytes[:-4]]:
            for function in [rlzma.open, rlzma.size, rlzma.verify]:
                with self.assertRaises(rlzma.XZError):
                    function(io.BytesIO(junk))

    def test_verification(self):
        calls = []
        rlzma.verify(self.path, 2, lambda done, total: calls.append((done, total)))
        self.assertEqual(calls[-1], (len(self.bytes), len(self.bytes)))

        def stop(done, total):
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            rlzma.verify(self.path, 2, stop)

    def test_errors(self):
        with self.assertRaises(FileNotFoundError):
            rlzma.open(self.path + ".none")
        for wrong in [5, None, object()]:
            with self.assertRaises(TypeError):
                rlzma.open(wrong)
        with self.assertRaises(ValueError):
            rlzma.open(self.path, "wb")
        with self.assertRaises(ValueError):
            rlzma.open(self.path, encoding="ascii")
        with self.assertRaises(LookupError):
            rlzma.open(self.path, "rt", encoding="none")
        with self.assertRaises(rlzma.XZError) as caught:
            rlzma.open(self.path, memlimit=1)
        self.assertIn("memory", str(caught.exception))

        class Broken(io.BytesIO):
            broken = False

            def read(self, size=-1):
                if self.broken:
                    raise RuntimeError("on purpose")
                return super().read(size)

        source = Broken(self.bytes)
        with rlzma.open(source, threads=1) as file:
            source.broken = True
            with self.assertRaisesRegex(RuntimeError, "on purpose"):
                file.pread(1, 900_000)
            source.broken = False
            self.assertEqual(file.pread(1, 900_000), DATA[900_000:900_001])

    def test_descriptors_are_closed(self):
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            rlzma.open(self.path).close()
            rlzma.size(self.path)
            with self.assertRaises(rlzma.XZError):
                rlzma.open(sys.executable)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)
        self.assertEqual(threading.active_count(), 1)

    def test_lzma_stays_as_it_is(self):
        """Reading imports no lzma, so that enable() is not too late."""
        code = """
            import sys, rlzma
            with rlzma.open({0!r}) as file:
                assert file.read(10) == {1!r}
            assert "lzma" not in sys.modules and "_lzma" not in sys.modules
            rlzma.enable()
            import lzma
            assert rlzma.status()["enabled"]
            assert lzma.open({0!r}).read(10) == {1!r}
        """.format(self.path, DATA[:10])
        lines = [line[12:] for line in code.splitlines()]
        result = subprocess.run([sys.executable, "-c", "\n".join(lines)], stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 0, result.stderr.decode())


if __name__ == "__main__":
    unittest.main()
