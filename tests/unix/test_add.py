"""`make run` with ADD= and ROOT=: what is in "/" then."""

import os
import pty
import shutil
import subprocess
import sys
import time

import pytest

from tests.unix.test_run import (SECONDS, command, make, read_until,
                                shell)     # noqa: F401

pytestmark = pytest.mark.xdist_group("unix")

@pytest.mark.parametrize("program, words, wanted", [
    ("/usr/bin/lua5.4", "lua5.4 -e 'print(6 * 7)'", b"42\n"),
    ("/usr/bin/sqlite3", "sqlite3 :memory: 'select 6 * 7'", b"42\n")])
def test_add_program(shell, program, words, wanted):
    """A dynamic program of this system runs, with its libraries."""
    if not os.path.exists(program):
        pytest.skip(f"no {program} here")
    assert command(shell, words, "--add", program) == (0, wanted, b"")


ENDS = r"""
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *leave(void *a) { pthread_exit(a); }
static void *stay(void *a) { for (;;) pause(); return a; }
#ifdef MAIN
void *leave_here(void *a);
int main(void)
{
    pthread_t t;
    void *end;
    pthread_create(&t, 0, leave_here, "left");
    pthread_join(t, &end);
    puts(end);
    return 0;
}
#else
void *leave_here(void *a)
{
    pthread_t t;
    void *end;
    pthread_create(&t, 0, stay, 0);
    pthread_cancel(t);
    pthread_join(t, &end);
    puts(end == PTHREAD_CANCELED ? "cancelled" : "?");
    return leave(a);
}
#endif
"""


def test_add_takes_the_unwinder(shell, tmp_path):
    """glibc opens libgcc_s to end a thread: who asks for that has it, a
    program or one of its libraries."""
    source, own = tmp_path / "ends.c", tmp_path / "libends.so"
    source.write_text(ENDS)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", own, source], check=True)
    subprocess.run(["gcc", "-DMAIN", "-o", tmp_path / "ends", source, own],
                   check=True)
    assert command(shell, "ends", "--add", tmp_path / "ends") == (
        0, b"cancelled\nleft\n", b"")
    assert command(shell, "ls /lib/*/libgcc_s*", "--add",
                   "/usr/bin/env")[1] == b""


SHADOWED = """ls --version | head -n 1; sh -c 'ls --version' | tail -n 1
printf '#!/bin/sh\\nls --version' > /tmp/script; chmod +x /tmp/script
/tmp/script | head -n 1; (command ls --version) | head -n 1
echo 2 1 | tr ' ' '\\n' | sort; for i in /bin/ls; do echo $i; done; exit 4"""


@pytest.mark.parametrize("path", ["/bin/ls", "/usr/bin/ls"])
def test_add_program_that_busybox_has(shell, tmp_path, path):
    """The one that was added wins: in the shell, in one more, in a script;
    what was not added is busybox's."""
    lines = subprocess.run(["ls", "--version"], stdout=subprocess.PIPE,
                           check=True, text=True).stdout.splitlines()
    first, last = lines[0], lines[-1]
    wanted = [first, last, first, first, "1", "2", "/bin/ls"]
    status, text, error = command(shell, SHADOWED, "--add", path)
    assert (status, text.decode().splitlines(), error) == (4, wanted, b"")
    (tmp_path / "uname").write_text("#!/bin/sh\necho mine $*\n")
    (tmp_path / "uname").chmod(0o755)
    assert command(shell, "uname -a; cp /bin/uname /x; sh /x",
                   "--add", tmp_path / "uname") == (
        0, b"mine -a\nmine\n", b"")


def test_added_shell_has_the_prompt(shell):
    """At a terminal too: the added program, and a prompt that says where."""
    words = [sys.executable, "-m", "grade.qemu", "--libos", "unix", "--add",
             "/bin/ls", str(shell / "xo5.iso")]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, words, dict(os.environ))
    text = read_until(terminal, b"/ # ", time.monotonic() + SECONDS)
    os.write(terminal, b"ls --version | head -n 1; exit 5\r")
    text += read_until(terminal, b"status 5", time.monotonic() + SECONDS)
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"/ # " in text and b"GNU coreutils" in text, text


def test_added_twice(shell, tmp_path):
    """The last wins, and what a program needs does not replace what was
    asked for; a link is replaced, not followed; a directory is not."""
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"{name}\n")
    needed = "/lib/x86_64-linux-gnu/libtinfo.so.6"
    adds = [f"{tmp_path}/one=/etc/x", f"{tmp_path}/two=/etc/x",
            f"{tmp_path}/one={needed}", "/bin/bash"]
    words = [word for add in adds for word in ("--add", add)]
    assert command(shell, f"cat /etc/x {needed}", *words) == (
        0, b"two\none\n", b"")
    assert command(shell, "cat /bin/awk; busybox echo three", "--add",
                   f"{tmp_path}/two=/bin/awk") == (0, b"two\nthree\n", b"")
    status, text, error = command(shell, "true", "--add",
                                  f"{tmp_path}/one=/etc")
    assert (status, text) == (2, b"") and error == (
        b"xo5: etc: a directory of that name is there\n"), error


def test_added_folder_follows_links(shell, tmp_path):
    """What is in a folder's bin goes to where /bin leads."""
    (tmp_path / "tree/bin").mkdir(parents=True)
    (tmp_path / "tree/bin/hello").write_text("#!/bin/sh\necho hello\n")
    (tmp_path / "tree/bin/hello").chmod(0o755)
    assert command(shell, "hello; readlink /bin; ls /usr/bin/hello", "--add",
                   f"{tmp_path}/tree=/") == (
        0, b"hello\nusr/bin\n/usr/bin/hello\n", b"")
    (tmp_path / "tree/bin/ls").mkdir()
    status, _, error = command(shell, "true", "--add", f"{tmp_path}/tree=/")
    assert status == 2 and b"ls: a file of that name is there" in error


def test_add_system_directory(shell):
    """It stays at its path."""
    status, text, _ = command(shell, "ls -d /lib/grub/i386-pc/tar.mod",
                              "--add", "/usr/lib/grub")
    assert (status, text) == (0, b"/lib/grub/i386-pc/tar.mod\n")


def test_add_directory(top, shell, tmp_path):
    (tmp_path / "one dir").mkdir()
    (tmp_path / "one dir/file").write_text("in a folder\n")
    (tmp_path / "two").write_text("#!/bin/sh\necho $1 is run\n")
    (tmp_path / "two").chmod(0o755)
    assert command(shell, "cat '/one dir/file'; two it", "--add",
                   tmp_path / "one dir", "--add", tmp_path / "two") == (
        0, b"in a folder\nit is run\n", b"")
    done = make(top, "run", f"ADD={tmp_path}/two /etc/debian_version",
                "CMD=two make; ls /etc/debian_version")
    assert done.stdout == b"make is run\n/etc/debian_version\n", done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small "/" of its own."""
    root = tmp_path_factory.mktemp("root")
    (root / "bin").mkdir()
    shutil.copy("/bin/busybox", root / "bin/sh")
    (root / "greeting").write_text("hello\n")
    return root


def test_root(top, shell, folder, tmp_path):
    """A folder, a tar and an image are the same."""
    subprocess.run(["tar", "cf", tmp_path / "root.tar", "-C", folder, "."],
                   check=True)
    done = make(top, "image", f"ROOT={folder}", f"OUT={tmp_path}/root.img",
                "ADD=/etc/debian_version")
    assert done.returncode == 0, done
    line = "read x < /greeting; echo $x /etc/*"
    for root, inside in ((folder, "*"), (tmp_path / "root.tar", "*"),
                         (tmp_path / "root.img", "debian_version")):
        assert command(shell, line, "--root", root) == (
            0, f"hello /etc/{inside}\n".encode(), b"")


@pytest.mark.parametrize("words, line", [
    (["ADD=/nothing/here", "CMD=true"], "/nothing/here: no such file"),
    (["ROOT=/nothing/here", "CMD=true"],
     "there is no root image /nothing/here"),
    (["ROOT=/etc/passwd", "CMD=true"], "/etc/passwd: neither a directory nor "
     "an archive, or a damaged one"),
    (["LIBOS=nothing", "CMD=true"],
     "LIBOS=nothing: it is unix, min, none, or the file of a library OS"),
    (["LIBOS=none", "CMD=true"],
     "CMD= and ADD= need a library OS: LIBOS=unix, min or a file"),
    (["PROGRAM=pages", "CMD=true"],
     "PROGRAM= is an init: it has no LIBOS=, CMD=, ADD="),
])
def test_bad_options(top, shell, words, line):
    done = make(top, "run", *words)
    assert done.returncode == 2 and done.stdout == b"", done
    assert f"xo5: {line}\n".encode() in done.stderr
    assert b"Traceback" not in done.stderr


def test_image_of_nothing(top):
    done = make(top, "image")
    assert done.returncode == 2
    assert b"say of what: make image ROOT=dir" in done.stderr
