"""deps.sh on a machine made of small scripts: nothing here is installed.

Each test has a folder of its own with deps.sh, a list of packages, and a
PATH that holds only what the test puts there. The fake apt-get notes how it
was called and makes each package's tool appear.
"""
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "setup"
LIST = """\
# a comment
run        any    apple     apple   1   # a fruit
run,other  any    pear-pkg  pear    -   # another
run        amd64  here      here    -
run        arm64  there     there   -
run        !arm64 notarm    notarm  -
grade      any    py-os     py:os   -
grade      any    py-none   py:xo5_no_such_module -
"""
APT = """\
echo "apt-get $*" >>"$LOG"
[ -e "$BREAK" ] && case $* in
*update*) rm "$BREAK" ;;
*) exit 100 ;;
esac
[ -e "$STUCK" ] && exit 100
for word; do case $word in
apple | here | notarm) tool=$word ;;
pear-pkg) tool=pear ;;
update) echo >"$APT_LISTS/a_Packages"; continue ;;
*) continue ;;
esac
printf '#!/bin/sh\\n' >"$BIN/$tool"; chmod +x "$BIN/$tool"
done
"""


class Machine:
    def __init__(self, folder):
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.lists = folder / "lists"
        self.setup = folder / "setup"
        for new in (self.bin, self.lists, self.setup):
            new.mkdir()
        shutil.copy(SETUP / "deps.sh", self.setup)
        (self.setup / "packages.txt").write_text(LIST)
        (self.lists / "a_Packages").touch()
        for name in ("env", "rm", "chmod", "tr", "true"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.script("id", "echo ${FAKE_UID:-0}")
        self.dpkg("amd64")
        self.script("apt-get", APT)
        self.env = {"PATH": str(self.bin), "BIN": str(self.bin),
                    "LOG": str(self.log), "APT_LISTS": str(self.lists),
                    "BREAK": str(folder / "break"),
                    "STUCK": str(folder / "stuck")}

    def script(self, name, body):
        path = self.bin / name
        path.write_text("#!/bin/sh\n" + body + "\n")
        path.chmod(0o755)

    def dpkg(self, arch, foreign=""):
        self.script("dpkg", f"case $1 in --print-arch*) echo {arch} ;; "
                            f"*) echo {foreign} ;; esac")

    def user(self, sudo=None):
        """Not root; sudo is the body of a fake one, or there is none."""
        self.env["FAKE_UID"] = "1000"
        if sudo is not None:
            self.script("sudo", sudo)

    def has(self, *tools):
        for tool in tools:
            self.script(tool, "")

    def run(self, *words, **more):
        return subprocess.run(
            ["/bin/sh", str(self.setup / "deps.sh"), *words],
            env={**self.env, **more}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600)

    def calls(self):
        return self.log.read_text() if self.log.exists() else ""


SUDO_FREE = '[ "$1" = -n ] && shift; FAKE_UID=0 exec "$@"'
SUDO_ASKS = 'echo "sudo $*" >>"$LOG"; exit 1'


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def on_terminal(machine, answer, *words, **more):
    """Runs deps.sh on a terminal; returns its exit code and its output."""
    child, terminal = pty.fork()
    if child == 0:
        script = str(machine.setup / "deps.sh")
        os.execve("/bin/sh", ["sh", script, *words],
                  {**machine.env, **more})
    output, until = b"", time.monotonic() + 600
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
        if answer is not None and b"[Y/n]" in output:
            os.write(terminal, answer.encode() + b"\n")
            answer = None
    status = os.waitpid(child, 0)[1]
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), output.decode()


@pytest.mark.parametrize("verb", ["--check", "--install", "need"])
def test_all_there_is_silent(machine, verb):
    machine.has("apple", "pear", "here", "notarm")
    done = machine.run(verb, "run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls() == ""


def test_the_check_is_fast(machine):
    machine.has("apple", "pear", "here", "notarm")
    times = []
    for _ in range(10):
        start = os.times()
        machine.run("--check", "run")
        end = os.times()
        times.append(end.children_user + end.children_system
                     - start.children_user - start.children_system)
    assert min(times) < 0.05, "seconds of the processor"


def test_check_names_what_is_missing_in_one_line(machine):
    machine.has("apple", "here", "notarm")
    done = machine.run("--check", "run")
    assert done.returncode == 1
    assert done.stderr == ("setup/deps.sh: missing: pear "
                           "(Debian: pear-pkg)\n")


def test_modules_and_groups(machine):
    done = machine.run("--check", "grade")
    assert done.returncode == 1
    assert "xo5_no_such_module" in done.stderr
    assert "py-os" not in done.stderr
    assert "apple" not in done.stderr


def test_a_file_with_a_star_proves(machine, tmp_path):
    packages = machine.setup / "packages.txt"
    packages.write_text(f"run any lib {tmp_path}/lib*.a -\n")
    assert machine.run("--check", "run").returncode == 1
    (tmp_path / "lib1.a").touch()
    (tmp_path / "lib2.a").touch()
    assert machine.run("--check", "run").returncode == 0


def test_root_without_a_terminal_installs(machine):
    machine.has("apple")
    done = machine.run("need", "run")
    assert done.returncode == 0, done.stderr
    assert machine.calls().count("apt-get") == 1
    assert machine.calls().endswith("--no-install-recommends "
                                    "pear-pkg here notarm\n")
    assert machine.run("--check", "run").returncode == 0


def test_passwordless_sudo_installs(machine):
    machine.user(sudo=SUDO_FREE)
    assert machine.run("need", "run").returncode == 0


def test_sudo_with_a_password_prints_the_one_command(machine):
    machine.user(sudo=SUDO_ASKS)
    done = machine.run("need", "run")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith(
        "Type: sudo apt-get install -y --no-install-recommends "
        "apple pear-pkg here notarm\n")
    assert machine.calls() == "sudo -n true\n"


def test_yes_does_not_give_rights(machine):
    machine.user(sudo=SUDO_ASKS)
    assert machine.run("need", "run", YES="1").returncode == 1


def test_no_sudo_at_all_prints_su(machine):
    machine.user()
    done = machine.run("need", "other")
    assert done.returncode == 1
    assert done.stderr.endswith(
        "Type: su -c 'apt-get install -y --no-install-recommends "
        "pear-pkg'\n")


def test_no_apt_points_to_the_container(machine):
    (machine.bin / "apt-get").unlink()
    done = machine.run("need", "run")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apple, pear, here, notarm" in done.stderr
    assert "make shell" in done.stderr and "Containerfile" in done.stderr


def test_without_lists_it_updates_first(machine):
    (machine.lists / "a_Packages").unlink()
    assert machine.run("need", "run").returncode == 0
    calls = machine.calls().splitlines()
    assert "update" in calls[0] and "install" in calls[1]


def test_without_lists_the_command_updates_too(machine):
    (machine.lists / "a_Packages").unlink()
    machine.user(sudo=SUDO_ASKS)
    assert ("Type: sudo apt-get update && sudo apt-get install"
            in machine.run("need", "run").stderr)


def test_a_failed_install_updates_and_tries_again(machine):
    Path(machine.env["BREAK"]).touch()
    done = machine.run("need", "run")
    assert done.returncode == 0, done.stderr
    words = [w for w in machine.calls().split()
             if w in ("install", "update")]
    assert words == ["install", "update", "install"]


def test_apt_that_cannot_says_so(machine):
    Path(machine.env["STUCK"]).touch()
    done = machine.run("need", "run")
    assert done.returncode == 1
    assert "apt-get failed" in done.stderr


def test_an_install_that_brings_nothing_says_so(machine):
    machine.script("apt-get", "exit 0")
    done = machine.run("need", "other")
    assert done.returncode == 1
    assert "still missing: pear" in done.stderr


@pytest.mark.parametrize("answer", ["", "y"])
def test_a_terminal_is_asked_and_agrees(machine, answer):
    code, said = on_terminal(machine, answer, "need", "run")
    assert "Install these 4 packages with apt-get? [Y/n]" in said
    assert code == 0, said
    assert machine.run("--check", "run").returncode == 0


def test_a_terminal_is_asked_and_refuses(machine):
    code, said = on_terminal(machine, "n", "need", "run")
    assert code == 1
    assert "Type: apt-get install -y" in said
    assert machine.calls() == ""


def test_a_terminal_may_give_sudo_its_password(machine):
    machine.user(sudo='[ "$1" = -n ] && exit 1; FAKE_UID=0 exec "$@"')
    code, said = on_terminal(machine, "y", "need", "run")
    assert code == 0, said


def test_yes_on_a_terminal_does_not_ask(machine):
    code, said = on_terminal(machine, None, "need", "run", YES="1")
    assert code == 0
    assert "[Y/n]" not in said


def test_arm64_takes_its_own_lines(machine):
    machine.dpkg("arm64")
    machine.has("apple", "pear")
    done = machine.run("--check", "run")
    assert done.stderr == ("setup/deps.sh: missing: there "
                           "(Debian: there)\n")


def test_a_foreign_package_needs_its_architecture(machine):
    packages = machine.setup / "packages.txt"
    packages.write_text("run any pear-pkg:amd64 pear -\n")
    machine.dpkg("arm64")
    done = machine.run("need", "run")
    assert done.returncode == 1
    assert ("Type: dpkg --add-architecture amd64 && apt-get update && "
            "apt-get install" in done.stderr)
    machine.dpkg("arm64", foreign="amd64")
    machine.run("need", "run")
    assert "pear-pkg:amd64" in machine.calls()


@pytest.mark.parametrize("words", [[], ["need"], ["what", "run"]])
def test_wrong_usage_is_one_line(machine, words):
    done = machine.run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("setup/deps.sh: usage:")
    assert done.stderr.count("\n") == 1


def test_an_unknown_group_is_named(machine):
    done = machine.run("--check", "zork")
    assert done.returncode == 2
    assert done.stderr == ("setup/deps.sh: no group 'zork'; the groups "
                           "are: run other grade\n")


def test_the_real_list_is_well_formed():
    for line in (SETUP / "packages.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        words, _, _ = line.partition("#")
        assert len(words.split()) == 5, line
