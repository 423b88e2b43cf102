"""The keeper's core on plain memory: one test a subject of tests/unix/keeper/,
compiled for the host with the sanitizers; and the image tool."""

import os
import re
import struct
import subprocess
import sys
import tarfile

import pytest

from tests.conftest import TOP

TESTS = TOP / "tests/unix/keeper"
CORE = TOP / "user/libos/unix/keeper"
NAMES = [name for path in sorted(TESTS.glob("*_tests.c"))
         for name in re.findall(r'\{"(\w+)", test_\w+\}', path.read_text())]
FLAGS = ["-std=gnu17", "-g", "-O1", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", "-Wall", "-Wextra", "-Werror", "-Iuser",
         "-Ikernel", "-DCHECK=1"]


def run(*words):
    return subprocess.run(words, cwd=TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def image(out, *words):
    return run(sys.executable, "setup/image.py", str(out), *map(str, words))


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    (root / "etc").mkdir()
    (root / "bin").mkdir()
    (root / "etc/greeting").write_text("hello from the image\n")
    os.link(root / "etc/greeting", root / "etc/twin")
    os.symlink("greeting", root / "etc/link")
    (root / "etc/long").write_text("q" * 20000)
    for path in (root / "etc/greeting", root / "etc/long"):
        path.chmod(0o644)
    return root


@pytest.fixture(scope="session")
def program(tmp_path_factory, root):
    """The tests' program, and the image that it is given."""
    build = tmp_path_factory.mktemp("keeper")
    sources = sorted([*TESTS.glob("*.c"), *CORE.glob("*/*.c"),
                      TOP / "user/lib/disorder.c"])
    jobs = []
    for source in sources:
        out = build / f"{len(jobs)}-{source.name}.o"
        jobs.append((out, [os.environ.get("HOSTCC", "gcc"), *FLAGS, "-c",
                           str(source), "-o", str(out)]))
    for _, command in jobs:
        done = run(*command)
        assert done.returncode == 0, done.stdout
    binary = build / "tests"
    done = run(jobs[0][1][0], "-fsanitize=address,undefined",
               *[str(out) for out, _ in jobs], "-o", str(binary))
    assert done.returncode == 0, done.stdout
    done = image(build / "image", "--root", root)
    assert done.returncode == 0, done.stdout
    return binary, build / "image"


@pytest.mark.parametrize("name", NAMES)
def test_core(program, name):
    done = subprocess.run(
        [*map(str, program), name], cwd=TOP, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=3600, check=False,
        errors="replace", env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    assert done.returncode == 0, done.stdout


def test_every_request_has_a_row():
    """Each number of protocol.h's own requests is in the table."""
    protocol = (CORE.parent / "protocol.h").read_text()
    wanted = set(re.findall(r"#define KEEPER_(\w+) 0x10", protocol))
    table = (CORE / "calls/call_table.c").read_text()
    assert wanted == set(re.findall(r"OWN\(([A-Z_]+),", table))


# ---- the image --------------------------------------------------------------

class Image:
    """Reads an image as image.h describes it."""

    def __init__(self, path):
        self.data = path.read_bytes()
        (magic, self.size, self.count, self.at, entries, self.entries,
         text, self.text) = struct.unpack_from("<8s7Q", self.data)
        assert magic == b"xo5root1" and self.size == len(self.data)
        assert self.size % 4096 == 0
        self.files = {}
        self.walk(0, "")

    def inode(self, number):
        return struct.unpack_from("<4I2QqI", self.data, self.at + 64 * number)

    def walk(self, number, path):
        mode, _, _, links, size, where, _, _ = self.inode(number)
        self.files[path or "/"] = number
        if mode >> 12 != 4:
            return
        names = []
        for i in range(where, where + size):
            child, at, length, _ = struct.unpack_from(
                "<4I", self.data, self.entries + 16 * i)
            name = self.data[self.text + at:self.text + at + length]
            names.append(name)
            self.walk(child, f"{path}/{os.fsdecode(name)}")
        assert names == sorted(names)
        assert links >= 2

    def content(self, path):
        mode, _, _, _, size, where, _, _ = self.inode(self.files[path])
        start = where * 4096 if mode >> 12 == 8 else self.text + where
        if mode >> 12 == 8:
            end = start + (size + 4095) // 4096 * 4096
            assert not any(self.data[start + size:end])
        return self.data[start:start + size]


def test_image_of_directory(root, tmp_path):
    assert image(tmp_path / "a", "--root", root, "--mkdir", "/home/me"
                 ).returncode == 0
    assert image(tmp_path / "b", "--root", root, "--mkdir", "/home/me"
                 ).returncode == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    found = Image(tmp_path / "a")
    assert found.content("/etc/long") == b"q" * 20000
    assert found.content("/etc/link") == b"greeting"
    assert found.files["/etc/twin"] == found.files["/etc/greeting"]
    assert found.inode(found.files["/etc/twin"])[3] == 2
    assert found.inode(found.files["/home/me"])[0] == 0o40755
    about = (root / "etc/long").stat()
    assert found.inode(found.files["/etc/long"])[6] == about.st_mtime_ns


def test_image_of_archive(root, tmp_path):
    with tarfile.open(tmp_path / "root.tar", "w") as tar:
        tar.add(root, ".")
        member = tarfile.TarInfo("dev/null")
        member.type, member.devmajor, member.devminor = tarfile.CHRTYPE, 1, 3
        member.uid, member.mode = 7, 0o666
        tar.addfile(member)
    assert image(tmp_path / "a", "--root", tmp_path / "root.tar"
                 ).returncode == 0
    found = Image(tmp_path / "a")
    assert found.content("/etc/greeting") == b"hello from the image\n"
    assert found.files["/etc/twin"] == found.files["/etc/greeting"]
    null = found.inode(found.files["/dev/null"])
    assert null[0] == 0o20666 and null[1] == 7 and null[7] == 0x103


def test_image_with_program(tmp_path):
    """A program comes with its interpreter, its libraries and the links that
    lead there; what the dynamic linker itself names is there."""
    assert image(tmp_path / "a", "--add", sys.executable).returncode == 0
    found = Image(tmp_path / "a")
    listed = run("ldd", os.path.realpath(sys.executable)).stdout
    libraries = re.findall(r"(/\S+) \(0x", listed)
    assert libraries
    for name in [sys.executable, *libraries]:
        path = follow(found, name)
        assert found.content(path) == open(name, "rb").read(), name


def follow(found, path, links=0):
    """The path in the image, with all links followed."""
    here = ""
    for name in path.strip("/").split("/"):
        here = os.path.normpath(f"{here}/{name}")
        mode = found.inode(found.files[here])[0]
        if mode >> 12 == 10:
            assert links < 40
            target = os.fsdecode(found.content(here))
            rest = path[len(here):]
            here = follow(found, os.path.normpath(os.path.join(
                os.path.dirname(here), target)), links + 1)
            assert rest == "" or rest[0] == "/"
            return follow(found, here + rest, links + 1) if rest else here
    return here


def test_image_with_others(root, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho hi\n")
    done = image(tmp_path / "a", "--add", script, "--add", root, "--add",
                 f"{script}=/opt/it")
    assert done.returncode == 0, done.stdout
    found = Image(tmp_path / "a")
    assert found.content(follow(found, "/bin/script")) == script.read_bytes()
    assert found.content("/opt/it") == script.read_bytes()
    assert found.content(f"/{root.name}/etc/long") == b"q" * 20000
    shell = os.path.realpath("/bin/sh")
    assert found.content(follow(found, "/bin/sh")) == \
        open(shell, "rb").read()


def test_image_refuses(tmp_path):
    cases = [(["--add", "/no/such/file"], "no such file"),
             (["--root", "/no/such"], "no such directory"),
             (["--root", __file__], "neither a directory nor an archive")]
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    cases.append((["--add", broken], "interpreter /no/such/interpreter"))
    for words, why in cases:
        done = image(tmp_path / "x", *words)
        assert done.returncode == 1 and why in done.stdout
        assert done.stdout.startswith("image: ")
        assert done.stdout.count("\n") == 1
        assert not (tmp_path / "x").exists()
