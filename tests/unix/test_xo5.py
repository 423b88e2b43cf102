"""The library OS `unix` on the exokernel: unmodified programs of this system
in a root image, whose output is compared with Linux's."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grade import qemu

pytestmark = pytest.mark.xdist_group("xo5")

SECONDS = 1200      # the backstop
KILLED = 600            # of some 3,000 processes, at least
STEPS = 1200            # instructions; with small pages alone it is 2,000
IDLE_MOST = 8           # seconds of processor, of 20 and more
BOOT_ENDS = "rw-\n"             # the kernel's last line: its map
SCRIPT = """
echo in a shell
ls / | sort | head -3 | wc -l
for i in 1 2 3; do echo line $i | cat; done
( exit 7 ); echo status $?
x=$(echo substituted); echo $x
cat <<END | tr a-z A-Z
here document
END
echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f; rm /tmp/f
trap 'echo trapped' USR1; kill -USR1 $$
sleep 0.05 & wait; echo waited
n=0; while [ $n -lt 20 ]; do true | true; n=$((n+1)); done; echo forked $n
exec sh -c 'echo last; exit 5'
"""
OUTPUT = """in a shell
3
line 1
line 2
line 3
status 7
substituted
HERE DOCUMENT
one
two
trapped
waited
forked 20
last
"""


def image(top, folder, *adds):
    """A root image with busybox, the script, and what else is asked for."""
    (folder / "script").write_text(SCRIPT)
    place = folder / "root.img"
    words = [sys.executable, "setup/image.py", str(place), "--mkdir", "/tmp",
             "--mkdir", "/root", "--add", "/bin/busybox=/bin/busybox",
             "--add", f"{folder}/script=/script"]
    for name in "sh cat ls sort head wc tr rm sleep true echo".split():
        words += ["--add", f"/bin/busybox=/bin/{name}"]
    for add in adds:
        words += ["--add", add]
    subprocess.run(words, cwd=top, check=True)
    return place


def boot(built, root, run, *, words="", count=False):
    """(exit status, what was printed after the kernel's own lines, what the
    debug channel said). count: the time-stamp counter counts instructions."""
    with tempfile.TemporaryDirectory() as scratch:
        disk, said = f"{scratch}/disk", Path(scratch) / "said"
        qemu.arguments_disk(disk, f"{words} run={run}".strip(), "unix",
                            str(root), build=built)
        extra = ["-display", "none", "-serial", "stdio",
                 "-serial", f"file:{said}"]
        if count:
            extra += ["-icount", "shift=0,sleep=off"]
        done = subprocess.run(
            qemu.command(str(built / "xo5.iso"), mem="256M", disk=disk,
                         extra=extra), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            timeout=SECONDS, preexec_fn=qemu.die_with_parent)
        status, _ = qemu.explain(done.returncode)
        text = done.stdout.decode("utf-8", "replace").replace("\r", "")
        return status, text.rsplit(BOOT_ENDS, 1)[-1], said.read_text("utf-8")


def compiled(top, folder, name):
    """A program of this folder's, static: what image() is told to add."""
    program = folder / name
    subprocess.run(["gcc", "-O1", "-std=gnu17", "-static", "-o", str(program),
                    str(top / f"tests/unix/subjects/{name}.c")], check=True)
    return f"{program}=/bin/{name}"


@pytest.fixture(scope="module")
def root(top, tmp_path_factory):
    if not shutil.which("busybox"):
        pytest.fail("no busybox: type setup/deps.sh --install dev")
    return image(top, tmp_path_factory.mktemp("unix"))


def test_shell(built, root):
    """Forks, pipes, files, signals and waiting, as unmodified busybox does."""
    status, text, _ = boot(built, root, "/bin/sh /script")
    assert text == OUTPUT and status == 5, text


def test_no_such_program(built, root):
    status, text, _ = boot(built, root, "/bin/nothing")
    assert status == 95, text      # 127, as far as QEMU can tell


@pytest.mark.parametrize("words, wanted", [
    ("/usr/bin/lua5.4 -v", "Lua 5.4"),
    ("/usr/bin/sqlite3 --version", "3."),
    ("/bin/bash --version", "GNU bash")])
def test_dynamic_programs(built, top, tmp_path, words, wanted):
    """Debian's own, with their interpreter and libraries."""
    program = words.split()[0]
    if not os.path.exists(program):
        pytest.skip(f"no {program} here")
    place = image(top, tmp_path, f"{program}={program}")
    status, text, _ = boot(built, place, words)
    assert status == 0 and text.startswith(wanted), text


def test_hostile_children(built, top, tmp_path):
    """They store over all of the library OS's memory that is theirs, and die:
    their parent's pipe and memory are as they were, and no frame is lost."""
    place = image(top, tmp_path, compiled(top, tmp_path, "scribble"))
    status, text, said = boot(built, place, "/bin/scribble")
    assert (status, text, said) == (0, "kept, 0 frames lost\n", "")


def test_death_at_each_operation(built, top, tmp_path):
    """Children that fork, map, use pipes and files, and execute, and that are
    killed after each single operation of it."""
    place = image(top, tmp_path, compiled(top, tmp_path, "doomed"))
    status, text, said = boot(built, place, "/bin/doomed 600 1200",
                              words="doom=24")
    found = re.fullmatch(r"kept, (\d+) killed, 0 frames lost\n", text)
    assert status == 0 and found and said == "", (text, said)
    assert int(found[1]) > KILLED


def test_superpages(built, top, tmp_path):
    """A region that fills has superpages: a first store is cheaper by half,
    and what is in it is what Linux has, whatever is done to parts of it."""
    add = compiled(top, tmp_path, "large")
    place = image(top, tmp_path, add)
    status, text, said = boot(built, place, "/bin/large steps", count=True)
    steps, rest = re.fullmatch(r"steps a page: (\d+)\n(.*)", text,
                               re.S).groups()
    linux = subprocess.run([add.split("=")[0]], stdout=subprocess.PIPE,
                           text=True, check=True, timeout=SECONDS).stdout
    assert (status, rest, said) == (0, linux, "")
    assert int(steps) < STEPS


def test_calls_are_documented(top):
    """calls.md is what table.py makes of the table."""
    maker = "user/libos/unix/personality/calls/call_table.py"
    done = subprocess.run([sys.executable, maker],
                          cwd=top, stdout=subprocess.PIPE, text=True,
                          check=True)
    known = (top / "user/libos/unix/calls.md").read_text("utf-8")
    assert done.stdout == known, (
        f"type {maker} > user/libos/unix/calls.md")


def test_preempted(built, top, tmp_path):
    """Who computes is interrupted, stopped and ended as on Linux."""
    add = compiled(top, tmp_path, "preempt")
    place = image(top, tmp_path, add)
    status, text, said = boot(built, place, "/bin/preempt")
    linux = subprocess.run([add.split("=")[0]], stdout=subprocess.PIPE,
                           text=True, check=True, timeout=SECONDS).stdout
    assert (status, text, said) == (0, linux, "")


def test_nice(built, top, tmp_path):
    """Each step of niceness is worth four fifths: 0, 5 and 10. (Time counts
    instructions here.)"""
    place = image(top, tmp_path, compiled(top, tmp_path, "nice"))
    status, text, said = boot(built, place, "/bin/nice 1", count=True)
    assert (status, said) == (0, "")
    used = [int(word) for word in text.split()]
    wanted = [0.8 ** niceness for niceness in (0, 5, 10)]
    for one, share in zip(used, wanted):
        assert abs(one / sum(used) - share / sum(wanted)) < 0.03, used


def test_idle(built, root):
    """A machine whose only process sleeps costs next to nothing: of so many
    seconds QEMU needs a few for boot alone."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    status, text, _ = boot(built, root, "/bin/sleep 20")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert (status, text) == (0, "")
    assert used < IDLE_MOST, f"{used:.1f} s of processor"
