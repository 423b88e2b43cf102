"""`make run`: to a shell, with one command line, with programs of this system,
and over one library OS or another."""

import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.labs.test_clone import ENV

pytestmark = pytest.mark.xdist_group("run")

SECONDS = 600       # the backstop
PROMPT_SECONDS = 6      # of the processor: a second or two
STARTS = 1              # seconds: a program has surely started
EXPORT = """
struct launch_export { unsigned long version; char name[24];
                       unsigned long launcher; };
__attribute__((visibility("default")))
const struct launch_export NAME = {VERSION, "/lib/mine.so", 0};
void start(void) { for (;;) { } }
"""


@pytest.fixture(scope="module")
def shell(top, built):
    """The folder of the build, with the image that `make run` boots."""
    subprocess.run(["make", "-s", "build/shell.img"], cwd=top, env=ENV,
                   check=True, stdout=subprocess.DEVNULL)
    return built


def machine(shell, *words, env=None):
    """What `python3 -m grade.qemu WORDS ISO` did."""
    return subprocess.run(
        [sys.executable, "-m", "grade.qemu", "--seconds", str(SECONDS),
         *map(str, words), str(shell / "xo5.iso")], check=False, env=env,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=2 * SECONDS)


def command(shell, line, *words):
    """(status, standard output, standard error) of a command line."""
    done = machine(shell, "--cmd", line, *words)
    return done.returncode, done.stdout, done.stderr


def make(top, *words):
    return subprocess.run(["make", *words], cwd=top, env=ENV, check=False,
                          stdin=subprocess.DEVNULL, timeout=2 * SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


# ---- at a terminal ----------------------------------------------------------

def read_until(terminal, wanted, end):
    """What came up to that; all that came, if it did not."""
    text = b""
    while wanted not in text and time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                text += os.read(terminal, 4096)
            except OSError:
                break
    return text


def used_below(pid):
    """Seconds of the processor that the children of a process had."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue                # it has ended since
        if int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_prompt(shell):
    """`make run` is at the prompt in a second or two, and the shell
    answers: editing, ^C, a pipeline, the terminal's size, its status."""
    words = [sys.executable, "-m", "grade.qemu", "--libos", "unix",
             str(shell / "xo5.iso")]
    child, terminal = pty.fork()
    if child == 0:
        termios.tcsetwinsize(0, (33, 97))
        os.execve(sys.executable, words, dict(os.environ))
    text = read_until(terminal, b"/ # ", time.monotonic() + SECONDS)
    seconds = used_below(child)
    print(f"the prompt came after {seconds:.2f} s of the processor")
    for typed, wanted in ((b"echo $((6*8\x7f7))\r", b"42"),
                          (b"sleep 50\r", b"sleep 50"), (b"\x03", b"/ # "),
                          (b"echo tape | tr t g\r", b"gape"),
                          (b"stty size\r", b"33 97"),
                          (b"exit 5\r", b"init ended with status 5")):
        time.sleep(STARTS if typed == b"\x03" else 0)
        os.write(terminal, typed)
        text += read_until(terminal, wanted, time.monotonic() + SECONDS)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    assert b"init ended with status 5" in text and status == 5, text
    assert 0 < seconds < PROMPT_SECONDS, seconds


# ---- one command line -------------------------------------------------------

def test_nothing_else_is_printed(top, shell):
    done = make(top, "run", "CMD=ls / | sort | head -n 2; echo >&2 wrong")
    assert (done.returncode, done.stdout) == (0, b"bin\ndev\n"), done
    assert done.stderr.endswith(b"wrong\n")


def test_status(top, shell):
    done = make(top, "run", "CMD=exit 3")
    assert done.returncode == 2 and b"Error 3" in done.stderr
    for status in (0, 96, 255):
        assert command(shell, f"exit {status}") == (status, b"", b"")
    assert command(shell, "kill -9 $$")[0] == 128 + 9
    status, text, error = command(shell, "nosuch")
    assert (status, text, error) == (127, b"", b"sh: nosuch: not found\n")


QUOTED = r"""echo "a  b" 'x $HOME \' "\\" $((6*7)) `echo back`;#no
printf '%s|' "$0" "$#" '#' ';' '"' "'" '$(A)$@$$' '&' '%' '{set x}' \
    "two
lines" é
"""
QUOTED_GIVES = ("a  b x $HOME \\ \\ 42 back\nsh|0|#|;|\"|'|$(A)$@$$|&|%|"
                "{set x}|two\nlines|é|").encode()


def test_quoting(top, shell):
    """Nothing between the user's shell and the machine's takes a letter."""
    done = make(top, "run", f"CMD={QUOTED}")
    assert (done.returncode, done.stdout) == (0, QUOTED_GIVES), done
    assert command(shell, QUOTED) == (0, QUOTED_GIVES, b"")
    done = make(top, "run", "CMD=echo '$(unterminated'")
    assert (done.returncode, done.stdout) == (0, b"$(unterminated\n"), done


def test_bytes(shell, tmp_path):
    """All bytes come as they are, also megabytes of them."""
    whole = bytes(range(256)) + b"\r\n\n\r" + os.urandom(2 << 20)
    (tmp_path / "bytes").write_bytes(whole)
    start = time.monotonic()
    status, text, error = command(shell, "cat /bytes; cat /bytes >&2",
                                  "--add", f"{tmp_path}/bytes=/bytes")
    seconds = time.monotonic() - start
    print(f"{2 * len(whole) / seconds / 1e6:.2f} MB/s with the boot")
    assert status == 0 and text == whole and error == whole


def test_no_terminal(shell):
    line = ("for n in 0 1 2; do [ -t $n ] && echo terminal; done; cat; "
            "echo >/dev/stdout out; echo >/dev/stderr err; : >/dev/tty")
    status, text, error = command(shell, line)
    assert status != 0 and text == b"out\n" and error.startswith(b"err\n")
    assert b"/dev/tty" in error


def test_reader_goes(shell):
    """A reader that has enough ends the machine."""
    words = f"'{sys.executable}' -m grade.qemu --cmd yes '{shell}/xo5.iso'"
    done = subprocess.run(["sh", "-c", f"{{ {words}; echo $? >&2; }} | "
                           "head -n 1"], stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.PIPE, timeout=SECONDS)
    assert (done.stdout, done.stderr) == (b"y\n", b"141\n"), done


def test_too_long(shell):
    """The time limit: what was printed is there, and one line; what the
    kernel said only with --show."""
    line = "echo begun; sleep 100"
    wanted = b"xo5: the command did not end within 12 s\n"
    assert command(shell, line, "--seconds", 12) == (124, b"begun\n", wanted)
    status, text, error = command(shell, line, "--seconds", 12, "--show")
    assert (status, text) == (124, b"begun\n"), error
    assert b"the kernel's own mappings" in error and error.endswith(wanted)


TWO = """i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "output $i"
echo >&2 "error $i"; done"""


@pytest.mark.parametrize("how", ["pipe", "terminal", "file"])
def test_output_and_error_are_one(shell, tmp_path, how):
    """Where both are one file, the lines have one order."""
    words = [sys.executable, "-m", "grade.qemu", "--seconds", str(SECONDS),
             "--cmd", TWO, str(shell / "xo5.iso")]
    if how == "pipe":
        text = subprocess.run(words, stdout=subprocess.PIPE, check=True,
                              stderr=subprocess.STDOUT).stdout
    elif how == "file":
        with open(tmp_path / "both", "wb") as both:
            subprocess.run(words, stdout=both, stderr=both, check=True)
        text = (tmp_path / "both").read_bytes()
    else:
        master, terminal = pty.openpty()
        child = subprocess.Popen(words, stdout=terminal, stderr=terminal)
        os.close(terminal)
        text = read_until(master, b"error 500", time.monotonic() + SECONDS)
        text = text.replace(b"\r", b"")
        assert child.wait(SECONDS) == 0
        os.close(master)
    lines = [f"{what} {i}" for i in range(1, 501)
             for what in ("output", "error")]
    assert text.decode().rstrip("\n").split("\n") == lines


def test_machine_does_not_boot(shell):
    status, text, error = command(shell, "true", "--mem", "12M")
    assert status == 1 and text == b"", error
    assert b"too little memory" in error


def test_missing_call(shell, tmp_path):
    """A system call that is not there: with --show, one line says so."""
    (tmp_path / "odd.c").write_text(
        "#include <unistd.h>\n"
        "int main(void) { return syscall(500) == -1 && syscall(500) == -1"
        " ? 5 : 0; }\n")
    subprocess.run(["gcc", "-static", "-o", str(tmp_path / "odd"),
                    str(tmp_path / "odd.c")], check=True)
    add = "--add", tmp_path / "odd"
    assert command(shell, "odd", *add) == (5, b"", b"")
    status, text, error = command(shell, "odd", "--show", *add)
    assert (status, text) == (5, b"")
    assert error.replace(b"\r", b"").endswith(
        b"\nunix: odd: no system call 500\n"), error
    assert error.count(b"no system call") == 1


def test_small_processor(shell):
    """What the library OSes need of a processor, and qemu64 has not."""
    for libos, who in (("unix", "keeper"), ("min", "launch")):
        assert command(shell, "true", "--cpu", "qemu64", "--libos", libos) == (
            1, b"", f"{who}: this processor has no FSGSBASE: see CPU=\n"
            .encode())


# ---- over which library OS -------------------------------------------------

def test_same_program_over_both(shell):
    """The same static busybox, over the keeper's library OS and the
    launcher's."""
    line = "echo one two | (read a b; echo $b $a); ls /bin/busybox; exit 6"
    for libos in ("unix", "min"):
        status, text, _ = command(shell, line, "--libos", libos)
        assert (status, text) == (6, b"two one\n/bin/busybox\n"), libos


def test_third(shell, tmp_path):
    """A library OS that is named by its path; debug information or not."""
    mine = tmp_path / "mine.so"
    shutil.copy(shell / "libos/min.so", mine)
    assert command(shell, "echo $((6 * 7))", "--libos", mine)[:2] == (
        0, b"42\n")
    subprocess.run(["strip", str(mine)], check=True)
    assert command(shell, "exit 9", "--libos", mine)[:2] == (9, b"")


def built_object(folder, name, version=1):
    """A shared object with nothing but an export, or with none."""
    source, out = folder / "mine.c", folder / "mine.so"
    source.write_text(EXPORT.replace("NAME", name)
                      .replace("VERSION", str(version)))
    subprocess.run(
        ["gcc", "-shared", "-nostdlib", "-fno-asynchronous-unwind-tables",
         "-fvisibility=hidden", "-Wl,--hash-style=sysv,-e,start,-z,norelro",
         "-o", str(out), str(source)], check=True)
    return out


@pytest.mark.parametrize("name, version, why", [
    ("something", 1, "exports no xo5_libos"),
    ("xo5_libos", 7, "is of another version: see xo5_libos.version")])
def test_refused_by_name(shell, tmp_path, name, version, why):
    mine = built_object(tmp_path, name, version)
    status, text, error = command(shell, "true", "--libos", mine)
    assert status == 1 and text == b"", error
    assert error.decode() == f"launch: the library OS /lib/mine.so {why}\n"


def test_no_object(shell, tmp_path):
    for content in (b"no object", b"", b"\177ELF\2\1\1" + bytes(200)):
        (tmp_path / "mine.so").write_bytes(content)
        status, _, error = command(shell, "true", "--libos",
                                   tmp_path / "mine.so")
        assert status == 1 and error == (
            b"launch: the library OS /lib/mine.so is no shared object for "
            b"x86-64\n")


def test_for_the_other_launcher(top, shell, tmp_path):
    """Each launcher refuses what is for the other, and says so at a console
    too."""
    status, _, error = command(shell, "true", "--libos",
                               shell / "libos/unix.so")
    line = "is for the other launcher: see xo5_libos.launcher\n"
    assert status == 1
    assert error.decode() == f"launch: the library OS /lib/unix.so {line}"
    image = tmp_path / "image"
    subprocess.run([sys.executable, "setup/image.py", str(image), "--add",
                    f"{shell}/libos/min.so=/lib/min.so"], cwd=top, check=True)
    done = machine(shell, "--once", "--program", "unix", "--root", image,
                   "--arguments", "libos=/lib/min.so")
    text = done.stdout.decode().replace("\r", "")
    assert done.returncode == 1
    assert text.endswith(f"keeper: the library OS /lib/min.so {line}")


def test_not_in_the_image(shell):
    done = machine(shell, "--once", "--program", "min", "--root",
                   shell / "shell.img", "--arguments", "libos=/lib/none.so")
    assert done.returncode == 1 and done.stdout.endswith(
        b"launch: the library OS /lib/none.so is not in the root image\r\n")
