"""The sandbox itself, tried by what runs in it, and where there is none."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grade import boot, machine, process, qemu, sandbox

EACH = sandbox.Each(processor=20, address=1 << 30, file=1 << 20, processes=40)
LIMITS = process.Limits(processor=20, memory=1 << 30, output=1 << 20,
                        disk=64 << 20, wall=300)
SPACES = ("user", "mnt", "pid", "ipc", "uts", "net")


@pytest.fixture(autouse=True)
def there_is_one():
    assert sandbox.missing() == ""


@pytest.fixture
def room(tmp_path):
    """A folder that is writable inside; all above it may be gone through."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        os.chmod(folder, os.stat(folder).st_mode | 0o011)
    room = tmp_path / "room"
    room.mkdir()
    return room


def inside(script, room=None, limits=LIMITS, each=EACH):
    """The Ended of a shell's script in the sandbox, its output as text."""
    whom = sandbox.user([room or "/usr"])
    if room:
        sandbox.give(room, whom)
    done = process.run(sandbox.words(
        ["sh", "-c", script], write=[(room, "/room")] if room else [],
        whom=whom, each=each), limits, room, env=sandbox.environment())
    done.output = done.output.decode(errors="replace")
    return done


def test_what_is_seen(monkeypatch):
    monkeypatch.setenv("XO5_SECRET", "of this process")
    said = inside("ls -A / /etc /tmp; cat /proc/[0-9]*/environ").output
    names = said.split()
    assert {"usr", "proc", "dev", "tmp", "alternatives"} <= set(names)
    for name in ("home", "root", "var", "work", "passwd", "hosts",
                 "XO5_SECRET"):
        assert name not in said


def test_root_is_nobody_there():
    uid = os.geteuid() or sandbox.NOBODY
    assert inside("id -u; cat /proc/self/status").output.startswith(f"{uid}\n")
    caps = re.findall(r"^Cap\w+:\s*(\w+)",
                      inside("cat /proc/self/status").output, re.M)
    assert len(caps) == 5 and {int(cap, 16) for cap in caps} == {0}


def test_nothing_is_written():
    said = inside("for f in /x /usr/x /etc/x /dev/x /dev/shm/x /proc/sys/x; "
                  "do echo x > $f && echo wrote $f; done; "
                  "echo x > /tmp/x && echo wrote /tmp/x").output
    assert re.findall("^wrote (.*)", said, re.M) == ["/tmp/x"]
    assert not os.path.exists("/tmp/x")


def test_no_process_of_others_and_no_signal():
    me = os.getpid()
    said = inside(f"ls /proc | grep -c '^[0-9]'; kill -9 {me} 1; "
                  "test -e /proc/1 && echo lives").output
    assert int(said.split()[0]) < 10 and "lives" in said


def test_no_network():
    """Neither to a server on this computer nor to any other."""
    import socket
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = ("import socket\n"
                f"for at in ('127.0.0.1', {port}), ('192.0.2.1', 80):\n"
                "    try:\n"
                "        socket.create_connection(at, 2)\n"
                "        print('came out')\n"
                "    except OSError as error:\n"
                "        print('no:', error)\n")
        said = inside(f'/usr/bin/python3 -c "{code}"').output
    assert said.count("no:") == 2 and "came out" not in said


def test_no_sandbox_in_the_sandbox():
    assert inside("unshare -U true").status != 0


def test_fork_bomb():
    """It comes to a limit of processes, and nothing is left of it."""
    done = inside("f() { f | f & }; f; sleep 3; echo waited",
                  limits=replace(LIMITS, wall=30))
    assert "fork" in done.output or done.over
    assert len(os.listdir("/proc")) < 5000


def test_disk_is_not_filled(room):
    done = inside("head -c 2000000 /dev/zero > /room/large || true; "
                  "n=0; while :; do n=$((n+1)); "
                  "head -c 1000000 /dev/zero > /room/$n; done", room)
    assert (room / "large").stat().st_size <= EACH.file
    assert done.over == "disk"
    assert process.on_disk(room) < 4 * LIMITS.disk


def test_tmp_is_not_filled():
    each = replace(EACH, file=1 << 40)
    said = inside("head -c 400000000 /dev/zero > /tmp/x; echo $?", each=each)
    assert "No space" in said.output


@pytest.mark.parametrize("script, over", [
    ("while :; do :; done", "processor"),
    ("(while :; do :; done) & (while :; do :; done) & wait", "processor"),
    ("sh -c 'while :; do :; done' & exec sleep 1000", "processor"),
    ("yes", "output"),
    ("sleep 1000", "wall"),
    ("/usr/bin/python3 -c 'x = bytearray(400 << 20); x[::4096] = "
     "b\"1\" * (len(x) // 4096); import time; time.sleep(99)'", "memory"),
], ids=["loop", "two", "orphan", "output", "sleep", "memory"])
def test_limits(script, over):
    limits = process.Limits(processor=1, memory=300 << 20, output=1 << 20,
                            disk=1 << 20, wall=20 if over != "wall" else 1)
    assert inside(script, limits=limits).over == over


def test_all_ends_with_the_first():
    """What has left its group and its session ends too."""
    mark = f"61{os.getpid()}"
    done = inside(f"setsid sh -c 'exec sleep {mark}' & sleep 0.3; echo done")
    assert done.output.startswith("done")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and subprocess.run(
            ["pgrep", "-f", f"sleep {mark}"], stdout=subprocess.DEVNULL,
            check=False).returncode == 0:
        time.sleep(0.05)
    assert subprocess.run(["pgrep", "-f", f"sleep {mark}"], check=False,
                          stdout=subprocess.DEVNULL).returncode == 1


# ---- QEMU in it -------------------------------------------------------------

@pytest.fixture
def in_sandbox():
    boot.use_sandbox(True)
    yield
    boot.use_sandbox(False)


def spaces(pid):
    return {os.readlink(f"/proc/{pid}/ns/{name}") for name in SPACES}


def test_machine(built, in_sandbox):
    """It boots, stops where it should, and sees what it boots alone."""
    with machine.Machine(str(built / "xo5.iso"), mem="64M",
                         files={"xo5.cfg": qemu.settings("once")}) as guest:
        assert not spaces(guest._pid) & spaces("self")
        root = Path(f"/proc/{guest._pid}/root")
        assert set(os.listdir(root)) <= {
            "usr", "etc", "proc", "dev", "tmp", "machine", "machine.iso",
            *sandbox.ROOTS}
        assert guest.executed() >= 0 and guest.physical(0, 4096)
        stop = guest.go()
        assert (stop.kind, stop.status) == ("exit", 33)
        assert "xo5" in guest.text()


def test_machine_ends_with_its_grader(built, tmp_path):
    """Killed as it is, the grader leaves no QEMU."""
    code = ("import sys, time\nfrom grade import boot, machine\n"
            "boot.use_sandbox(True)\n"
            "m = machine.Machine(sys.argv[1], mem='64M')\n"
            "m.__enter__()\nprint(m._pid, flush=True)\ntime.sleep(600)\n")
    top = Path(__file__).resolve().parents[2]
    grader = subprocess.Popen(
        [sys.executable, "-c", code, str(built / "xo5.iso")], cwd=top,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)})
    pid = int(grader.stdout.readline())
    assert os.path.exists(f"/proc/{pid}")
    grader.send_signal(signal.SIGKILL)
    grader.communicate()
    deadline = time.monotonic() + 60
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{pid}")
