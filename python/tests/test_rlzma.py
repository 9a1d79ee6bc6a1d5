"""Tests of the installed package: `python -m unittest test_rlzma`, with the
Python that it is installed for. RLZMA_TEST_CC compiles an extension module.

Each test starts Python anew, since what is tested happens once in a process.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import unittest

import rlzma

# Fails in any process in which lzma does not use the package's library.
HOLDS = """
import lzma, rlzma
used = rlzma.status()
assert used["enabled"] and used["library"] == rlzma.library(), used
assert used["version"] == "5.8.4", used
assert lzma.decompress(lzma.compress(b"text" * 1000)) == b"text" * 1000
"""

# A module that has a liblzma inside: as little of it as tells that.
STATIC = """
#include <Python.h>
__attribute__((visibility("hidden"))) int lzma_code(void) { return 11; }
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, .m_name = "_lzma", .m_doc = NULL, .m_size = -1 };
PyMODINIT_FUNC PyInit__lzma(void) { return lzma_code() ? PyModule_Create(&module) : NULL; }
"""


class Rlzma(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    def run_python(self, *arguments, **variables):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def succeeds(self, *arguments, **variables):
        result = self.run_python(*arguments, **variables)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def refused(self, code, why, **variables):
        """`code`, and rlzma.enable() after it, which must say why it cannot."""
        code = textwrap.dedent(code) + textwrap.dedent(
            """
            try:
                rlzma.enable()
            except rlzma.EnableError as error:
                print("refused:", error)
            assert not rlzma.status()["enabled"]
            """
        )
        self.assertRegex(self.succeeds("-c", code, **variables), "refused: .*" + why)

    def test_enable(self):
        self.succeeds("-c", "import rlzma; rlzma.enable()" + HOLDS)

    def test_threads(self):
        # With threads, there are several Blocks, and all of them are decoded at once.
        code = """
            import os, rlzma, sys
            rlzma.enable(*map(int, sys.argv[1:]))
            import lzma
            data = bytes(range(256)) * 12000
            packed = lzma.compress(data, preset=0)
            tasks = len(os.listdir("/proc/self/task"))
            decoder = lzma.LZMADecompressor()
            assert decoder.decompress(packed) == data
            tasks = len(os.listdir("/proc/self/task")) - tasks
            print(rlzma.status()["threads"], packed.count(b"\\x21\\x01\\x0c"), tasks)
            """
        script = self.file("threads.py", code)
        one, two = "1 1 0\n", "2 3 2\n"
        self.assertEqual(self.succeeds(script, RLZMA_THREADS=""), one)
        self.assertEqual(self.succeeds(script, RLZMA_THREADS="two"), one)
        self.assertEqual(self.succeeds(script, "1", RLZMA_THREADS="2"), one)
        self.assertEqual(self.succeeds(script, "2"), two)
        self.assertEqual(self.succeeds(script, RLZMA_THREADS="2"), two)
        module = ["-m", "rlzma", "--threads=2"]
        self.assertIn("\nthreads: 2\n", self.succeeds(*module, "--status"))
        self.assertIn("can run", self.succeeds("-m", "rlzma", "--threads=0", "--status"))
        shown = self.file("shown.py", "import rlzma; print(rlzma.status()['threads'])")
        self.assertEqual(self.succeeds(*module, shown), "2\n")
        self.assertNotEqual(self.run_python("-m", "rlzma", "--threads=x", shown).returncode, 0)
        wrong = "import rlzma; rlzma.enable(threads=16385)"
        self.assertIn("ValueError", self.run_python("-c", wrong).stdout)

    def test_all_modules_that_use_lzma(self):
        code = "import rlzma; rlzma.enable(); rlzma.enable(); import shutil, tarfile, zipfile" + HOLDS
        code += 'shutil.make_archive("made", "xztar", rlzma.__path__[0])\n'
        code += 'assert len(tarfile.open("made.tar.xz").getnames()) >= 3\n'
        self.succeeds("-c", code)

    def test_without_enable(self):
        code = "import rlzma, lzma; print(rlzma.status()['enabled'])"
        self.assertEqual(self.succeeds("-c", code), "False\n")
        self.assertEqual(self.succeeds("-c", "import rlzma; print(rlzma.status()['module'])"), "None\n")

    def test_too_late(self):
        self.refused("import rlzma, lzma", r"imported already, and uses /.*liblzma\.so")

    def test_another_liblzma(self):
        code = "import ctypes, rlzma; ctypes.CDLL('liblzma.so.5')"
        self.refused(code, r"another liblzma was loaded already: /.*liblzma\.so")

    def test_built_in(self):
        # Stands for Pythons that are built so; the name is in their list.
        code = "import sys, rlzma; sys.builtin_module_names += ('_lzma',)"
        self.refused(code, "built in")

    def test_static(self):
        source = self.file("module.c", STATIC)
        module = os.path.join(self.folder, "_lzma" + sysconfig.get_config_var("EXT_SUFFIX"))
        include = "-I" + sysconfig.get_path("include")
        compiler = os.environ["RLZMA_TEST_CC"]
        subprocess.run([compiler, "-shared", "-fPIC", include, source, "-o", module], check=True)
        self.refused("import rlzma", "of its own inside", PYTHONPATH=self.folder)

    def test_no_lzma(self):
        self.file("_lzma.py", "raise ImportError('left out')")
        self.refused("import rlzma", "no lzma: left out", PYTHONPATH=self.folder)

    def test_script(self):
        self.file("beside.py", "value = 7")
        self.file("scripts.py", "raise SystemExit('the wrong module')")
        folder = os.path.join(self.folder, "scripts")
        os.mkdir(folder)
        os.rename(os.path.join(self.folder, "beside.py"), os.path.join(folder, "beside.py"))
        script = self.file("scripts/script.py", "import sys, beside\n" + HOLDS + "print(__name__, sys.argv, beside.value)\nsys.exit(3)")
        result = self.run_python("-m", "rlzma", script, "-x", "a b")
        self.assertEqual(result.stdout, "__main__ {} 7\n".format([script, "-x", "a b"]))
        self.assertEqual(result.returncode, 3)

    def test_module(self):
        self.file("program.py", "import sys\n" + HOLDS + "print(__name__, sys.argv[1:])")
        self.assertEqual(self.succeeds("-m", "rlzma", "-m", "program", "-m", "x"), "__main__ ['-m', 'x']\n")

    def test_usage(self):
        for arguments in [[], ["-m"], ["--unknown"]]:
            result = self.run_python("-m", "rlzma", *arguments)
            self.assertEqual(result.returncode, 1)
            self.assertIn("python -m rlzma [--threads=N] SCRIPT", result.stdout)

    def test_status(self):
        said = self.succeeds("-m", "rlzma", "--status")
        self.assertIn("uses:  {}\nversion: 5.8.4\n".format(rlzma.library()), said)

    def test_status_if_not_enabled(self):
        sitecustomize = self.file("sitecustomize.py", "import lzma")
        result = self.run_python("-m", "rlzma", "--status", PYTHONPATH=os.path.dirname(sitecustomize))
        self.assertEqual(result.returncode, 1)
        self.assertIn("not enabled: lzma was imported already", result.stdout)

    def test_all_programs_of_an_environment(self):
        path = os.path.join(sysconfig.get_path("purelib"), "rlzma-test.pth")
        with open(path, "w", encoding="utf-8") as file:
            file.write("import rlzma; rlzma.enable()\n")
        self.addCleanup(os.remove, path)
        self.succeeds("-c", HOLDS)


if __name__ == "__main__":
    unittest.main()
