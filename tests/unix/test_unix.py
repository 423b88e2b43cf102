"""The library OS `unix` over its Linux machine: small C programs that test one
subject each, and unmodified programs of this system, run directly and over
unix-host, with the same output. And once all of it on the exokernel."""

import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import hostile
from tests.unix import programs

pytestmark = pytest.mark.xdist_group("unix")     # one builds for all

SECONDS = 600       # the backstop, however busy this machine is
MARK = "\x1e"     # ASCII's record separator: in no program's output
SUBJECTS = """signals alternate memory threads processes files system sockets
              sched pointers turns shared robust mapped""".split()
RAW = "paths"       # makes the calls itself, whatever C library
KINDS = {"static": ["gcc", "-static"], "dynamic": ["gcc"],
         "musl": ["musl-gcc", "-static"]}
EACH = [(s, kind) for s in SUBJECTS for kind in KINDS] + [(RAW, "static")]
FLAGS = ["-O1", "-std=gnu17", "-Wall", "-Wextra", "-Wno-unused-result",
         "-Wno-stringop-overread", "-Wno-stringop-overflow"]
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
ENVIRONMENT = {"PATH": PATH, "HOME": "/root", "PWD": "/", "TERM": "linux",
               "LC_ALL": "C", "TMPDIR": "/tmp"}


@pytest.fixture(scope="session")
def host(top):
    """unix-host, built."""
    if hostile.BUILT:
        return hostile.BUILT / "unix-host"
    subprocess.run(["make", "-s", "build/unix-host"], cwd=top, check=True)
    return top / "build/unix-host"


class Guest:
    """An image, and runs of programs in it."""

    def __init__(self, host, top, folder):
        self.host, self.top = host, top
        self.seed = hostile.SEED
        self.add, self.image = [], folder / "image"

    def build(self):
        words = ["/usr/bin/python3", self.top / "setup/image.py", self.image,
                 "--mkdir", "/tmp", "--mkdir", "/root"]
        for path in self.add:
            place = f"={path}" if keeps_place(path) else ""
            words += ["--add", f"{path}{place}"]
        done = subprocess.run(words, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout

    def run(self, *words):
        variables = []
        for name, value in ENVIRONMENT.items():
            variables += ["--env", f"{name}={value}"]
        if self.seed:
            variables += ["--seed", str(self.seed)]
        return run([self.host, "--image", self.image, *variables, *words])


def keeps_place(path):
    """image.py would put it elsewhere, if it were not told."""
    return str(path).startswith("/tmp/") or os.path.isdir(path)


def restore_signals():
    """What nohup and shells let their jobs ignore changes what programs do."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
                   signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def run(words, **more):
    done = subprocess.run(words, stdin=subprocess.DEVNULL,
                          preexec_fn=restore_signals,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, check=False, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def run_here(*words):
    return run(words, cwd="/", env=ENVIRONMENT)


def compare(guest, *words):
    wanted, got = run_here(*words), guest.run(*words)
    print("-- Linux\n" + wanted[1] + "-- over the library OS\n" + got[1],
          file=sys.stderr)
    assert got == wanted


# The console is a terminal and a test's output is none, which some programs
# see: so both go through a pipe.
PIPED = '{ "$@" 2>&1; echo "status $?"; } </dev/null | cat'


def compare_piped(guest, *words):
    compare(guest, "/bin/busybox", "sh", "-c", PIPED, "sh", *words)


def there(paths):
    return [path for path in paths if os.path.exists(path)]


@pytest.fixture(scope="session")
def compiled(top, tmp_path_factory):
    """The subjects' programs, each static and dynamic; musl's if it is there.
    They stand where the image has them too."""
    folder = Path("/tmp/unix-subjects")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    found = {}
    for subject, kind in [*EACH, ("missing", "static"), ("random", "static")]:
        words, out = KINDS[kind], folder / f"{subject}-{kind}"
        if shutil.which(words[0]):
            subprocess.run([*words, *FLAGS,
                            f"{top}/tests/unix/subjects/{subject}.c",
                            "-o", out, "-pthread"], check=True)
            found[subject, kind] = out
    return found


@pytest.fixture(scope="session")
def small(host, top, compiled, tmp_path_factory):
    """An image with the subjects' programs and the usual tools."""
    guest = Guest(host, top, tmp_path_factory.mktemp("small"))
    guest.add = [*compiled.values(), *there(programs.PROGRAMS + programs.FILES)]
    guest.build()
    return guest


@pytest.fixture(scope="session")
def large(host, top, tmp_path_factory):
    """An image with compilers and python as well."""
    guest = Guest(host, top, tmp_path_factory.mktemp("large"))
    guest.add = there(programs.PROGRAMS + programs.FILES + programs.TCC +
                      programs.PYTHON)
    if shutil.which("gcc"):
        guest.add += programs.gcc_files()
    guest.add = sorted(set(guest.add))
    guest.build()
    return guest


@pytest.mark.parametrize("subject, kind", EACH)
def test_subject(small, compiled, subject, kind):
    if (subject, kind) not in compiled:
        pytest.skip("no musl-gcc here")
    compare(small, compiled[subject, kind])


SHELL = {
    "pipe": "echo hi | cat",
    "status": "false; echo $?; true && echo yes; exit 7",
    "long pipe": "seq 1 1000 | sort -n | tail -3 | tr '\\n' ' '",
    "here": "cat <<X\none $((1+2))\nX",
    "files": "cd /tmp; rm -rf q; mkdir -p q/r; echo a > q/b;"
             "echo c >> q/b; cat q/b; ls q; mv q/b q/r/d; ls -R q;"
             "rm -r q; ls q",
    "loop": "for i in 1 2 3; do echo $i; done | while read x; do"
            " echo \"<$x>\"; done",
    "background": "sleep 0.1 & wait; echo done; (exit 3) & wait $!; echo $?",
    "trap": "trap 'echo caught' USR1; kill -USR1 $$; echo after",
    "killed": "sh -c 'kill -TERM $$'; echo $?",
    "substitution": "x=$(echo a; echo b | tr b c); echo \"$x\" | wc -l",
    "redirect": "ls /nowhere 2>&1 | wc -l; echo x >&2",
    "find": "cd /tmp; rm -rf f; mkdir f; touch f/1 f/2;"
            "find f | sort | xargs echo;"
            "rm -r f",
    "awk": "printf '1 2\\n3 4\\n' | awk '{s+=$2} END {print s}'",
    "tar": "cd /tmp; rm -rf t; mkdir t; echo x > t/y;"
           "tar cf - t | tar tf -; rm -r t",
    "links": "cd /tmp; rm -f l m n; echo z > l; ln l m; ln -s l n; cat m n;"
             "stat -c '%h %s %F' l n; rm l m n",
    "many": "i=0; while [ $i -lt 50 ]; do i=$((i+1)); /bin/true; done;"
            "echo $i",
    "dd": "dd if=/dev/zero bs=1000 count=300 2>/dev/null | md5sum",
}


@pytest.mark.parametrize("shell", ["busybox sh", "bash"])
@pytest.mark.parametrize("line", sorted(SHELL))
def test_shell(small, shell, line):
    words = shell.split()
    program = shutil.which(words[0])
    if not program:
        pytest.skip(f"no {words[0]} here")
    compare_piped(small, program, *words[1:], "-c", SHELL[line])


def everything(compiled):
    """{name: words} of the subjects and of the lines of both shells."""
    found = {f"{subject}, {kind}": [str(compiled[subject, kind])]
             for subject, kind in compiled if subject in SUBJECTS}
    found[RAW] = [str(compiled[RAW, "static"]), "7"]  # of 7 cases, one
    for shell in ("busybox sh", "bash"):
        program, *words = shell.split()
        program = shutil.which(program)
        for line, text in SHELL.items() if program else ():
            found[f"{shell}, {line}"] = [
                "/bin/busybox", "sh", "-c", PIPED, "sh", program, *words, "-c",
                text]
    return found


def test_on_xo5(small, compiled, built, tmp_path):
    """The same subjects and lines, in one machine, on the exokernel: each
    has the output and the status that it has here."""
    runs = everything(compiled)
    variables = " ".join(f"{name}={value}" for name, value in
                         ENVIRONMENT.items())
    script = ["cd /\n"]
    for name, words in runs.items():
        line = " ".join(map(shlex.quote, words))
        script += [f"printf '{MARK}%s\\n' {shlex.quote(name)}\n",
                   f"env -i {variables} {line} </dev/null 2>&1\n",
                   "printf '%s%s' \"$?\" ' is its status'\n"]
    (tmp_path / "all").write_text("".join(script))
    done = subprocess.run(
        [sys.executable, "-m", "grade.qemu", "--root", str(small.image),
         "--add", f"{tmp_path}/all=/all", "--mem", "512M", "--seconds",
         str(3 * SECONDS), "--cmd", ". /all", str(built / "xo5.iso")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = done.stdout.decode("utf-8", "replace")
    got = dict(part.split("\n", 1) for part in said.split(MARK)[1:])
    for name, words in runs.items():
        status, text = run_here(*words)
        assert got.get(name) == f"{text}{status} is its status", (
            f"{name}\n{done.stderr.decode()}")


@pytest.mark.parametrize("name", sorted(programs.PROGRAM))
def test_program(large, name):
    words = programs.PROGRAM[name]
    needed = {"lua": "lua5.4", "sqlite": "sqlite3"}.get(name, name)
    if not shutil.which(needed):
        pytest.skip(f"no {needed} here")
    compare_piped(large, *words)


class Terminal:
    """A run whose console is a terminal that the test types at."""

    def __init__(self, guest, *words):
        self.master, console = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [guest.host, "--image", guest.image, *words], stdin=console,
            stdout=console, stderr=console)
        os.close(console)

    def expect(self, text):
        end = time.monotonic() + SECONDS
        while text not in self.seen:
            left = end - time.monotonic()
            ready = select.select([self.master], [], [], max(left, 0))[0]
            assert ready, f"no {text!r} in {self.seen!r}"
            try:
                self.seen += os.read(self.master, 4096).decode()
            except OSError:
                assert text in self.seen, self.seen
        self.seen = self.seen.partition(text)[2]

    def type(self, text):
        os.write(self.master, text.encode())

    def type_to_program(self, text):
        """Keys that come before the shell has given the terminal back are the
        shell's, on Linux too: they are not echoed."""
        time.sleep(0.3)
        self.type(text)


@pytest.mark.parametrize("shell", [["/bin/busybox", "sh"], ["/bin/bash"]])
def test_terminal(small, shell):
    """Keys are echoed, erased and edited; ^C, ^Z and ^D do what they do."""
    terminal = Terminal(small, *shell)
    terminal.expect("# ")
    terminal.type("echo ab\x7fc$((20+3))\r")
    terminal.expect("ac23\r\n")
    terminal.expect("# ")
    terminal.type("cat\r")
    terminal.expect("cat\r\n")
    terminal.type_to_program("x\x7fline\r")
    terminal.expect("line\r\nline\r\n")
    terminal.type("\x03")
    terminal.expect("# ")
    terminal.type("echo status $?\r")
    terminal.expect("status 130\r\n")
    terminal.type("sleep 100\r")
    terminal.expect("sleep 100\r\n")
    terminal.type_to_program("\x1a")
    terminal.expect("Stopped")
    terminal.type("kill %1; fg\r")
    terminal.expect("# ")
    terminal.type("cat | wc -c\r")
    terminal.expect("wc -c\r\n")
    terminal.type_to_program("four\x04\x04")
    terminal.expect("4\r\n")
    terminal.expect("# ")
    terminal.type("exit 5\r")
    assert terminal.process.wait(SECONDS) == 5


def test_missing_call_is_said_once(small, compiled):
    """A number that is in no table answers -ENOSYS and is reported once."""
    status, text = small.run(compiled["missing", "static"])
    assert status == 0
    assert "twice: -38 -38" in text
    assert text.count("missing-static: no system call 499") == 1


@pytest.mark.parametrize("seed", [1, 1000])
def test_random_calls(small, compiled, seed):
    """Whatever a program asks for, the library OS itself does not fault, and
    other processes go on."""
    status, text = small.run(compiled["random", "static"], str(seed))
    assert status == 0
    assert "all are done" in text
    assert "itself faulted" not in text
