"""Links against the glibc of 2012 on a system of today.

A linker takes each function of glibc at the version that the glibc at hand has
as its newest, so the result starts on newer systems only. Here it gets stand-ins
for glibc's libraries, which have the functions that are needed and nothing
inside: at the newest version that glibc 2.17 has. That is what manylinux_2_17
(PEP 600) means. glibc keeps old versions for good, so the library also works
with all later ones.
"""

import os
import re
import subprocess

GLIBC = (2, 17)

# Where glibc has functions since 2.34, and names that tell where they were.
LIBRARIES = {
    "libpthread.so.0": r"pthread_|sem_",
    "libdl.so.2": r"dl(open|close|sym|vsym|error|addr|info|mopen)",
    "ld-linux-x86-64.so.2": r"__tls_get_addr",
    "libc.so.6": r"",
}

# Until 2.33, programs got these from an archive that calls what stands here.
SHIM = """\
struct stat;
int __xstat64(int version, const char *path, struct stat *buffer);
int __fxstat64(int version, int file, struct stat *buffer);

__attribute__((visibility("hidden"))) int stat64(const char *path, struct stat *buffer)
{
	return __xstat64(1, path, buffer);
}

__attribute__((visibility("hidden"))) int fstat64(int file, struct stat *buffer)
{
	return __fxstat64(1, file, buffer);
}
"""
SHIM_NEEDS = {"stat64": "__xstat64", "fstat64": "__fxstat64"}

# What a manylinux library may ask for.
ALLOWED = {"libgcc_s.so.1", "libm.so.6", *LIBRARIES}


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def glibc_versions(library):
    """The glibc version of each name in the table of symbols of a library, as
    (name, version, whether it is there, whether it is weak)."""
    pattern = r"^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+\s+\(?GLIBC_([0-9.]+)\)?\s+(\S+)$"
    for match in re.finditer(pattern, run("objdump", "-T", library), re.M):
        flags, section, version, name = match.groups()
        version = tuple(int(number) for number in version.split("."))
        yield name, version, section != "*UND*", "w" in flags


def available():
    """The newest version of each function of glibc that 2.17 has, too."""
    versions = {}
    for name in LIBRARIES:
        path = run("cc", f"-print-file-name={name}").strip()
        for function, version, defined, _ in glibc_versions(path):
            if defined and version <= GLIBC and version > versions.get(function, (0,)):
                versions[function] = version
    return versions


def needed(library, versions):
    """The functions that the stand-ins need, with their versions."""
    names = {"__cxa_finalize": False}
    for name, _, defined, weak in glibc_versions(library):
        if not defined:
            names[SHIM_NEEDS.get(name, name)] = weak
    for name, weak in names.items():
        if name in versions:
            yield name, versions[name]
        elif not weak:  # a weak one is looked for when the program runs
            raise RuntimeError(f"glibc 2.17 has no {name}")


def linker_flags(library, folder):
    """Flags for the C compiler to link `library` again, with what they need in
    `folder`."""
    os.makedirs(folder)
    functions = {}
    for name, version in needed(library, available()):
        home = next(home for home, names in LIBRARIES.items() if re.match(names, name))
        functions.setdefault(home, {}).setdefault(version, []).append(name)
    for home in LIBRARIES:
        write_stand_in(os.path.join(folder, home), home, functions.get(home, {}))
    write_script(folder, "pthread", ["libpthread.so.0"])
    write_script(folder, "dl", ["libdl.so.2"])
    write_script(folder, "c", ["libc.so.6", "ld-linux-x86-64.so.2"])
    shim = os.path.join(folder, "shim")
    with open(f"{shim}.c", "w", encoding="utf-8") as file:
        file.write(SHIM)
    run("cc", "-O2", "-fPIC", "-c", f"{shim}.c", "-o", f"{shim}.o")
    return f"-s -L{folder} {shim}.o"


def write_script(folder, name, libraries):
    """The file that -lNAME finds: libraries that are asked for if they are needed."""
    paths = " ".join(os.path.join(folder, library) for library in libraries)
    with open(os.path.join(folder, f"lib{name}.so"), "w", encoding="utf-8") as file:
        file.write(f"GROUP ( AS_NEEDED ( {paths} ) )\n")


def write_stand_in(path, soname, functions):
    """A library that has functions at versions, and nothing inside."""
    with open(f"{path}.map", "w", encoding="utf-8") as file:
        for version, names in sorted(functions.items()):
            node = "GLIBC_" + ".".join(map(str, version))
            file.write(f"{node} {{ global: {'; '.join(sorted(names))}; }};\n")
    with open(f"{path}.s", "w", encoding="utf-8") as file:
        for name in sorted(sum(functions.values(), [])):
            file.write(f".globl {name}\n.type {name}, @function\n{name}:\n")
        file.write('.section .note.GNU-stack,"",@progbits\n')
    versions = [f"-Wl,--version-script={path}.map"] if functions else []
    run("cc", "-shared", "-nostdlib", f"-Wl,-soname,{soname}", *versions, f"{path}.s", "-o", path)


def check(library):
    """Holds that a library is what manylinux_2_17 allows."""
    for name, version, defined, weak in glibc_versions(library):
        if not defined and version > GLIBC:
            raise RuntimeError(f"{library} needs {name} of glibc {version}")
    asked = set(re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", library)))
    if not asked <= ALLOWED:
        raise RuntimeError(f"{library} asks for {asked - ALLOWED}")
