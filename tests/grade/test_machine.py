"""How a grader's machine ends, whatever QEMU is installed: one that plays
QEMU's part, as its versions do, is put before it on PATH."""

import os

import pytest

from grade import machine
from grade.verdict import CannotGrade

# What QEMU does when the guest writes 16 to the exit device (status 33).
# 7.2: exit(), with a last word to GDB. 10.0: an event, a stop for GDB, and
# under -no-shutdown nothing more until it is told to quit.
QEMU = r'''#!/usr/bin/python3
import json, os, re, socket, sys, threading, time

HOW = os.environ["XO5_PLAYS"]
LINE = " ".join(sys.argv)


def listen(pattern):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(re.search(pattern, LINE)[1])
    sock.listen()
    return sock


def end():
    packet("W21")
    os._exit(33)


def packet(text):
    gdb.sendall(b"$%s#%02x" % (text.encode(), sum(text.encode()) & 255))


def tell(**message):
    qmp.sendall(json.dumps(message).encode() + b"\n")


def go():
    os.write(1, b"the guest's last words\r\n")
    if HOW == "silent":
        os._exit(33)
    if HOW == "slow":
        time.sleep(2.5)
    if HOW in ("7.2", "slow"):
        end()
    if HOW in ("halted", "starved"):
        return
    while HOW in ("endless", "spins"):
        pass
    tell(event="SHUTDOWN", data={"guest": True, "reason": HOW})
    packet("T03thread:p01.01;")


def monitor():
    global qmp
    qmp = monitors.accept()[0]
    tell(QMP={})
    for ticks, line in enumerate(qmp.makefile()):
        asked = json.loads(line)["execute"]
        if asked == "quit":
            end()
        ticks *= HOW not in ("halted", "spins", "starved")  # no instruction
        if "registers" in line:
            tell(**{"return": f"RIP=1000 HLT={HOW == 'halted':d}"})
            continue
        answer = f"portl = {ticks:#010x}" if asked.startswith("human") else {}
        tell(**{"return": answer})


with open(re.search(r"mem-path=([^ ,]+)", LINE)[1], "wb") as ram:
    ram.truncate(8 << 20)
monitors = listen(r"unix:([^ ,]+)")
gdbs = listen(r"id=gdb,path=([^ ,]+)")
threading.Thread(target=monitor, daemon=True).start()
gdb = gdbs.accept()[0]
heard = b""
while True:
    heard += gdb.recv(4096)
    while b"#" in heard[:-2]:
        asked, _, heard = heard.lstrip(b"+").partition(b"#")
        heard = heard[2:]
        if asked == b"$c":
            go()
        elif asked == b"$s" and HOW == "at a step":
            os._exit(33)
        else:
            packet("OK")
'''


@pytest.fixture
def boot(tmp_path, monkeypatch):
    """A machine whose QEMU is the one above."""
    path = tmp_path / "qemu-system-x86_64"
    path.write_text(QEMU)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def start(how):
        monkeypatch.setenv("XO5_PLAYS", how)
        return machine.Machine("none.iso", mem="8M", stop_at=0x1000)
    return start


@pytest.mark.parametrize("how", ["7.2", "silent", "guest-shutdown"])
def test_the_exit_devices_status(boot, how):
    """The same from every QEMU, and no word of its end is an error."""
    with boot(how) as guest:
        stop = guest.go()
        assert (stop.kind, stop.status) == ("exit", 33)
        assert guest.text() == "the guest's last words\n"
        again = guest.go()
        assert (again.kind, again.status) == ("exit", 33)


def test_a_reset_stays_to_be_looked_at(boot):
    with boot("guest-reset") as guest:
        assert guest.go().kind == "reset"
        assert guest.process.poll() is None


def test_it_ends_while_it_is_asked(boot):
    """QEMU goes between two words of GDB's protocol."""
    with boot("at a step") as guest:
        guest._stands = True
        stop = guest.go()
        assert (stop.kind, stop.status) == ("exit", 33)


@pytest.mark.parametrize("how, kind", [("slow", "exit"), ("endless", "hang")])
def test_a_busy_computer_is_no_verdict(boot, monkeypatch, how, kind):
    """QEMU's time counts, and not everybody's: what is slow is let end."""
    monkeypatch.setattr(machine, "QEMU_SECONDS", 1)
    with boot(how) as guest:
        assert guest.go().kind == kind


@pytest.mark.parametrize("how, busy, idle", [("halted", 1000, 0.3),
                                             ("spins", 0.3, 1000)])
def test_a_guest_that_executes_nothing(boot, monkeypatch, how, busy, idle):
    """It is a stall whether QEMU is busy with it (exception after exception)
    or does nothing (it halted with interrupts off): each has its own limit,
    and the other one is out of reach here."""
    monkeypatch.setattr(machine, "STALL_SECONDS", busy)
    monkeypatch.setattr(machine, "IDLE_TIMES", idle / busy)
    with boot(how) as guest:
        assert guest.go().kind == "stall"


def test_what_others_end_is_no_verdict(boot):
    """As the system does when there is no memory left."""
    with boot("starved") as guest:
        guest._resume()
        guest.process.kill()
        with pytest.raises(CannotGrade, match=r"something ended QEMU"):
            while guest._look() is None:
                pass


def test_a_qemu_that_stands_still_is_no_verdict(boot, monkeypatch):
    """The processor is not halted, nor does it execute anything: this
    computer gives it no time."""
    monkeypatch.setattr(machine, "STALL_SECONDS", 1000)
    monkeypatch.setattr(machine, "IDLE_TIMES", 0.3 / 1000)
    with boot("starved") as guest, pytest.raises(CannotGrade,
                                                 match="stood still"):
        guest.go()


def test_a_qemu_that_does_not_start(boot, monkeypatch, tmp_path):
    (tmp_path / "qemu-system-x86_64").write_text(
        "#!/bin/sh\necho 'no room' >&2\nexit 1\n")
    with pytest.raises(CannotGrade, match="did not start: no room"):
        boot("7.2").__enter__()


def test_a_folder_too_deep_for_sockets(boot, tmp_path, monkeypatch):
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(machine.tempfile, "tempdir", str(deep))
    with boot("7.2") as guest:
        assert guest.go().status == 33
