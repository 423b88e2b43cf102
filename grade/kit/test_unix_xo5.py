"""The library OS `unix` on the exokernel: unmodified programs of this system
in a root image, whose output is compared with Linux's."""

import os
import re
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("unix")

SECONDS = 120
LOST = 16               # frames, of 24 processes
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


def boot(built, root, run, mem="256M"):
    """(exit status, what was printed after the kernel's own lines)."""
    done = subprocess.run(
        [sys.executable, "-m", "grade.qemu", "--once", "--seconds",
         str(SECONDS), "--mem", mem, "--program", "unix", "--root", str(root),
         "--arguments", f"run={run}", str(built / "xo5.iso")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        timeout=2 * SECONDS)
    text = done.stdout.decode("utf-8", "replace").replace("\r", "")
    return done.returncode, text.rsplit(BOOT_ENDS, 1)[-1]


@pytest.fixture(scope="module")
def root(top, tmp_path_factory):
    if not shutil.which("busybox"):
        pytest.fail("no busybox: type setup/deps.sh --install dev")
    return image(top, tmp_path_factory.mktemp("unix"))


def test_shell(built, root):
    """Forks, pipes, files, signals and waiting, as unmodified busybox does."""
    status, text = boot(built, root, "/bin/sh /script")
    assert text == OUTPUT and status == 5, text


def test_no_such_program(built, root):
    status, text = boot(built, root, "/bin/nothing")
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
    status, text = boot(built, place, words)
    assert status == 0 and text.startswith(wanted), text


def test_hostile_children(built, top, tmp_path):
    """They store over all of the library OS's memory that is theirs, and die:
    their parent's pipe and memory are as they were, and nothing is lost but
    what has not been swept yet."""
    program = tmp_path / "scribble"
    subprocess.run(["gcc", "-O1", "-std=gnu17", "-static", "-o", str(program),
                    str(top / "grade/kit/unix/scribble.c")], check=True)
    place = image(top, tmp_path, f"{program}=/bin/scribble")
    status, text = boot(built, place, "/bin/scribble")
    found = re.fullmatch(r"kept, (-?\d+) frames lost\n", text)
    assert status == 0 and found, text
    assert int(found[1]) <= LOST


def test_text_is_shared(built):
    """The library OS is a shared object whose relocations are relative alone:
    its text can be the same in all processes."""
    done = subprocess.run(["readelf", "-rW", str(built / "libos/unix.so")],
                          stdout=subprocess.PIPE, text=True, check=True)
    kinds = {line.split()[2] for line in done.stdout.splitlines()
             if " R_X86_64_" in line}
    assert kinds == {"R_X86_64_RELATIVE"}
