"""Builds the wheel: the functions that pip calls (PEP 517).

The shared library is the one that cmake/ makes, linked once more against an old
glibc (baseline.py), so that it runs on distributions since 2014. The same
source and compilers give the same bytes.
"""

import base64
import hashlib
import os
import platform
import re
import subprocess
import tempfile
import zipfile

import baseline

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
# In the place of liblzma, and with the functions of rlzma.h.
LIBRARIES = ["liblzma.so.5", "librlzma.so.5"]
TAGS = ["py3-none-manylinux_2_17_x86_64", "py3-none-manylinux2014_x86_64"]


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


VERSION = re.search(r'^version = "(.*)"', read(ROOT, "Cargo.toml"), re.M)[1]


def metadata():
    return f"""\
Metadata-Version: 2.1
Name: rlzma
Version: {VERSION}
Summary: Python's own lzma on rlzma, a faster liblzma in safe Rust
License: 0BSD AND MIT
Requires-Python: >=3.8
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Rust
Classifier: Topic :: System :: Archiving :: Compression
Description-Content-Type: text/markdown

{read(HERE, "README.md")}"""


def wheel():
    tags = "".join(f"Tag: {tag}\n" for tag in TAGS)
    return f"Wheel-Version: 1.0\nGenerator: rlzma\nRoot-Is-Purelib: false\n{tags}"


def build_libraries(folder):
    """The shared libraries: names and contents, built in `folder`."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError("wheels of rlzma are for Linux on x86-64 only")

    def cmake(build, *options):
        configure = ["cmake", "-S", os.path.join(ROOT, "cmake"), "-B", build]
        cargo = os.environ.get("RLZMA_CARGO_DIR", os.path.join(folder, "cargo"))
        # What would need a newer C library than wheels may.
        old = ["-DRLZMA_STATIC_UNWINDER=OFF", "-DRLZMA_PACK_RELOCATIONS=OFF"]
        options = [*options, *old, f"-DRLZMA_CARGO_DIR={cargo}", "-DRLZMA_STATIC=OFF"]
        subprocess.run([*configure, *options], check=True)
        subprocess.run(["cmake", "--build", build, "--target", "liblzma", "librlzma"], check=True)
        return {name: os.path.join(build, name) for name in LIBRARIES}

    first = cmake(os.path.join(folder, "first"))
    flags = baseline.linker_flags(first["librlzma.so.5"], os.path.join(folder, "baseline"))
    libraries = {}
    second = cmake(os.path.join(folder, "second"), f"-DCMAKE_SHARED_LINKER_FLAGS={flags}")
    for name, path in second.items():
        baseline.check(path)
        with open(path, "rb") as file:
            libraries[name] = file.read()
    return libraries


def files(libraries):
    """The contents of the wheel, by their paths in it, but for the record."""
    info = f"rlzma-{VERSION}.dist-info"
    yield "rlzma/__init__.py", read(HERE, "rlzma", "__init__.py").encode(), 0o644
    yield "rlzma/__main__.py", read(HERE, "rlzma", "__main__.py").encode(), 0o644
    yield "rlzma/reading.py", read(HERE, "rlzma", "reading.py").encode(), 0o644
    for name, library in libraries.items():
        yield f"rlzma/{name}", library, 0o755
    yield f"{info}/METADATA", metadata().encode(), 0o644
    yield f"{info}/WHEEL", wheel().encode(), 0o644
    for name in ["LICENSE", "packaging/third-party.txt"]:
        yield f"{info}/licenses/{os.path.basename(name)}", read(ROOT, name).encode(), 0o644


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with tempfile.TemporaryDirectory() as folder:
        libraries = build_libraries(folder)
    platforms = ".".join(tag.rsplit("-", 1)[1] for tag in TAGS)
    name = f"rlzma-{VERSION}-py3-none-{platforms}.whl"
    record = f"rlzma-{VERSION}.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as archive:

        def add(path, data, mode):
            member = zipfile.ZipInfo(path)  # of 1980: nothing depends on the time
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)

        for path, data, mode in files(libraries):
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            lines.append(f"{path},sha256={digest.decode()},{len(data)}\n")
            add(path, data, mode)
        add(record, ("".join(lines) + f"{record},,\n").encode(), 0o644)
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise RuntimeError("a source distribution of rlzma is that of the whole project, not of python/")
