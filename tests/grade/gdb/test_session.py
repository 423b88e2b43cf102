"""GDB on a machine that boots: the session, the symbols, the commands."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grade.gdb import session
from grade.qemu import QemuError

SECONDS = 1800                  # for any one GDB; the backstop
RUNNER = """
import gdb
for line in open({commands!r}).read().splitlines():
    gdb.write("\\n>>> " + line + "\\n")
    try:
        gdb.execute(line)
    except gdb.error as error:
        gdb.write("error: " + str(error) + "\\n")
    gdb.flush()
"""


class Told(dict):
    """{command: what GDB said to it}; of a command given often, the last."""

    def __init__(self, text):
        parts = re.split(r"^>>> (.*)\n", text, flags=re.M)
        super().__init__(zip(parts[1::2], parts[2::2]))
        self.text, self.before = text, parts[0]
        assert "Traceback" not in text and "Python Exception" not in text, text


def words_of(folder, commands):
    """GDB's last words, which make it do these commands."""
    (folder / "commands").write_text("\n".join(commands) + "\n")
    runner = folder / "runner.py"
    runner.write_text(RUNNER.format(commands=str(folder / "commands")))
    return ["--more=-batch", "--more=-x", f"--more={runner}"]


def program(*words):
    return [sys.executable, "-m", "grade.gdb.session", *map(str, words)]


def spawn(words, **more):
    """A program in a process group of its own, its output one pipe."""
    return subprocess.Popen(words, cwd=session.TOP, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, start_new_session=True,
                            **more)


def output(process):
    """What it says until it ends, which it must in time."""
    try:
        return process.communicate(timeout=SECONDS)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def gdb(built, tmp_path):
    def run(commands, *options):
        words = words_of(tmp_path, commands)
        return Told(output(spawn(program(
            "gdb", *options, "--once", built / "xo5.iso", *words))))
    return run


BOOT = """\
x/i $pc
xo5 pt 0
xo5 frames
break loader_main
break kernel_main
break main
continue
backtrace
x/i $pc
next
break enter_kernel
continue
backtrace
continue
xo5 map
xo5 pt kernel_main
continue
backtrace
info source
xo5 regs
xo5 frames
xo5 map $pc
xo5 map 0 $pc
xo5 pt $pc
xo5 pt 0x400
xo5 pt $rsp
xo5 pt 1ull << 60
xo5 pt nosuch
xo5 pt 1 +
xo5 pt
xo5 map 2 1
xo5 map 1 2 3
xo5 nosuch
xo5
xo5 type
delete
continue
xo5 regs
xo5 frames""".split("\n")


def test_boot_with_five_levels(gdb, built):
    """One boot from the first instruction to the end, across all modes."""
    told = gdb(BOOT)
    check_first_instruction(told)
    check_breakpoints(told)
    check_tables(told)
    check_frames(told)
    check_errors(told)
    assert "init: nothing left to do" in told["continue"]
    assert "[xo5: the machine has ended]" in told["continue"]
    for command in ("xo5 regs", "xo5 frames"):
        assert told[command].startswith("error: There is no machine")


def check_first_instruction(told):
    assert "symbols of kernel.elf, loader.elf" in told.before
    assert "[xo5: real mode, 16-bit code; paging is off]" in told.before
    assert "f000:fff0 is 0xfffffff0: ljmp" in told.before
    assert "Paging is off" in told["xo5 pt 0"]
    assert "has not started yet" in told.text
    first = re.search(r">>> x/i \$pc\n(.*)", told.text)[1]
    assert re.match(r"=> 0xfff0:\s+ljmpw", first)


def check_breakpoints(told):
    """Each is met once, in order, with its source line and its callers."""
    met = re.findall(r"^Breakpoint \d, (?:0x[0-9a-f]+ in )?(\w+) \(.*\) at "
                     r"([\w/.]+):\d+$", told.text, re.M)
    assert met == [("loader_main", "kernel/boot/loader/loader.c"),
                   ("enter_kernel", "kernel/boot/loader/entry.S"),
                   ("kernel_main", "kernel/boot/main.c"),
                   ("main", "user/init/init.c")]
    assert "loader_main (magic=920085129" in told.text      # 0x36d76289
    assert re.search(r"#0  enter_kernel .*\n#1 .* loader_main .*\n"
                     r"#2 .* loader_entry ", told.text)
    assert re.search(r"loader_main>:\s+pushl %ebp", told["x/i $pc"])
    assert "loader.c" not in told["next"]       # it stays in the function
    modes = re.findall(r"^\[xo5: (.*)\]$", told.text, re.M)
    assert [m for m in modes if "ring" in m] == [
        "protected mode, 32-bit code, ring 0; paging is off",
        "long mode, 64-bit code, ring 0; 5 levels of tables",
        "long mode, 64-bit code, ring 3; 5 levels of tables"]


def check_tables(told):
    early = told["xo5 map"]
    assert re.search(r"^ffffffff80000000-\w+ +16 MiB 2 MiB  rwx kernel  0x",
                     early, re.M)
    assert re.search(r"^level 2 .*\n +P W A D PS; rwx kernel; a 2 MiB page at "
                     r"0x\w+\n0x\w+ -> physical 0x\w+, rwx kernel$",
                     told["xo5 pt kernel_main"], re.M)
    upper = told["xo5 map $pc"]
    assert not re.search("^f.* rwx ", upper, re.M)
    assert re.search(r"^ffffffff80000000-.* r-x kernel", upper, re.M)
    assert re.search(r"^0000000000400000-.* r-x user",
                     told["xo5 map 0 $pc"], re.M)
    assert len(re.findall("^level ", told["xo5 pt $pc"], re.M)) == 5
    assert re.search(r"-> physical 0x\w+, r-x user", told["xo5 pt $pc"])
    assert re.search(r"-> physical 0x\w+, rw- user", told["xo5 pt $rsp"])
    assert "stops at level 2" in told["xo5 pt 0x400"]
    assert "is not canonical: bits 63 to 56" in told["xo5 pt 1ull << 60"]


def check_frames(told):
    """The parts of RAM add up, and what is taken is what bootmem counts."""
    table = re.search(r">>> xo5 frames\n( +from.*?)>>>", told.text, re.S)[1]
    assert "bootmem counts" not in table
    rows = re.findall(r"^ +(\d+) +[\d.]+  (.*)$", table, re.M)
    *parts, (total, what) = [(int(n), what) for n, what in rows]
    assert what == "of RAM" and sum(n for n, _ in parts) == total
    assert {"kernel", "loader", "boot information", "module kernel",
            "module init", "taken by boot", "free"} <= {w for _, w in parts}
    said = re.search(r"xo5: (\d+) MiB of RAM", told.text)[1]
    assert total * 4096 >> 20 == int(said)


def check_errors(told):
    """Each is one line that names what was wrong."""
    for command, words in (
            ("xo5 pt nosuch", 'No symbol "nosuch"'),
            ("xo5 pt 1 +", "syntax error"), ("xo5 pt", "Usage: xo5 pt ADDR"),
            ("xo5 map 2 1", "0x2 is above 0x1"),
            ("xo5 map 1 2 3", "Usage: xo5 map"),
            ("xo5 nosuch", "no command xo5 nosuch")):
        assert words in told[command]
        assert told[command].strip().count("\n") == 0
    for name in ("pt ADDR", "map [FROM [TO]]", "frames", "regs"):
        assert f"xo5 {name} " in told["xo5"]


def test_boot_with_four_levels(gdb):
    told = gdb(["hbreak kernel_main", "tbreak read_bootinfo", "continue",
                "continue", "xo5 frames", "xo5 regs", "xo5 pt $pc",
                "xo5 pt 1ull << 47", "xo5 map -1 -1"],
               "--cpu", "qemu64", "--machine", "pc", "--mem", "6G")
    assert "kernel_main (handover=" in told.text
    assert "has not read its boot information yet" in told["xo5 frames"]
    assert "ring 0; 4 levels of tables" in told["xo5 regs"]
    assert "SMEP OFF" in told["xo5 regs"]
    assert len(re.findall("^level ", told["xo5 pt $pc"], re.M)) == 3
    assert "is not canonical: bits 63 to 47" in told["xo5 pt 1ull << 47"]
    assert "0 ranges" in told["xo5 map -1 -1"]


def test_virtual_memory_after_physical(gdb):
    """The commands leave GDB reading virtual memory, errors or not."""
    told = gdb(["tbreak kernel_main", "continue", "x/gx kernel_main",
                "xo5 map", "xo5 pt nosuch", "xo5 pt $sp",
                "x/gx  kernel_main", "xo5"])
    assert told["x/gx kernel_main"] == told["x/gx  kernel_main"]
    assert "<kernel_main>" in told["x/gx kernel_main"]


def test_help_and_errors_without_a_machine(built):
    """GDB by hand, with .gdbinit and nothing to connect to."""
    words = [session.find_gdb(), "-nx", "-batch", "-x", ".gdbinit"]
    for command in ("help xo5", "help xo5 pt", "xo5 regs"):
        words += ["-ex", command]
    text = output(spawn(words))
    assert "xo5 frames" in text and "Walks the tables in use" in text
    assert "There is no machine: GDB is not connected" in text
    assert "Traceback" not in text


def test_symbols_again(built):
    """After a make: each symbol is still known once."""
    words = [session.find_gdb(), "-nx", "-batch", "-x", ".gdbinit"]
    for command in ("xo5 symbols", "break loader_main", "break main"):
        words += ["-ex", command]
    text = output(spawn(words, env=session.gdb_environment(
        built / "xo5.iso")))
    assert text.count("symbols of kernel.elf, loader.elf, init") == 2
    assert "file kernel/boot/loader/loader.c" in text
    assert "locations" not in text and "Traceback" not in text


def test_symbols_of_nothing(tmp_path):
    words = [session.find_gdb(), "-nx", "-batch", "-x", ".gdbinit"]
    text = output(spawn(words, env=session.gdb_environment(
        tmp_path / "xo5.iso")))
    assert f"There is no {tmp_path}/kernel.elf: type make first." in text


# ---- the session: ports, ends, messages ------------------------------------

def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def scratch_of(pids):
    """The directory where QEMU, one of these processes, has its sockets."""
    for pid in pids:
        line = Path(f"/proc/{pid}/cmdline").read_text()
        found = re.search(r"unix:(.*)/serial,", line)
        if found:
            return found[1]
    raise AssertionError("no QEMU among them")


def wait_for(what):
    end = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGHUP,
                                    signal.SIGKILL))
def test_qemu_ends_with_the_session(built, tmp_path, number):
    """However it ends; GDB waits meanwhile, the guest runs."""
    words = words_of(tmp_path, ["continue"])
    process = spawn(program("gdb", built / "xo5.iso", *words))
    try:
        wait_for(lambda: len(children(process.pid)) == 2)
        both = children(process.pid)
        scratch = scratch_of(both)
        process.send_signal(number)
        process.wait(SECONDS)
        wait_for(lambda: not any(map(is_alive, both)))
    finally:
        output(process)
    if number != signal.SIGKILL:        # after which nothing can tidy up
        assert not os.path.exists(scratch)
    shutil.rmtree(scratch, ignore_errors=True)


def test_interrupt_is_for_gdb_alone(built, tmp_path):
    """Ctrl-C stops the guest; the session, QEMU and GDB go on."""
    words = words_of(tmp_path, ["continue", "xo5 regs"])
    process = spawn(program("gdb", built / "xo5.iso", *words))
    said = ""
    while "init> " not in said:
        said += process.stdout.read(1)
    os.killpg(process.pid, signal.SIGINT)
    told = Told(said + output(process))
    assert "SIGINT" in told["continue"]
    assert "ring 3" in told["xo5 regs"]


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_two_terminals(built, tmp_path):
    """run-gdb waits at its port, attach finds it, and no other run-gdb
    takes it."""
    port, iso = free_port(), built / "xo5.iso"
    first = spawn(program("run-gdb", "--once", "--port", port, iso))
    try:
        wait_for(lambda: not session.port_is_free(port))
        again = output(spawn(program("run-gdb", "--port", port, iso)))
        assert again.startswith(f"xo5: port {port} is in use")
        words = words_of(tmp_path, ["tbreak main", "continue", "xo5 regs"])
        told = Told(output(spawn(program("attach", "--port", port, iso,
                                         *words))))
        assert "ring 3" in told["xo5 regs"]
    finally:
        text = output(first)
    assert f"make gdb-attach GDBPORT={port}" in text
    assert "init: nothing left to do" in text       # GDB's end lets it go on


def test_qemu_that_does_not_start(built):
    text = output(spawn(program("gdb", "--cpu", "none", built / "xo5.iso")))
    assert text.startswith("xo5: QEMU did not start: ")
    assert "'none'" in text and text.count("\n") == 1


def test_attach_to_nobody(built):
    port = free_port()
    text = output(spawn(program("attach", "--port", port, built / "xo5.iso")))
    assert text == (f"xo5: nobody waits on port {port}: type make run-gdb in "
                    "another terminal first\n")


def test_port_is_the_users_own(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 61234)
    assert session.port_of("") == 25000 + 1234
    assert session.port_of("4000") == 4000
    for wrong in ("80", "x", "70000", "-1"):
        with pytest.raises(QemuError, match="GDBPORT="):
            session.port_of(wrong)


def test_which_gdb(monkeypatch):
    monkeypatch.delenv("GDB", raising=False)
    monkeypatch.setattr(session.shutil, "which", lambda name: name)
    monkeypatch.setattr(session.platform, "machine", lambda: "x86_64")
    assert session.find_gdb() == "gdb"
    monkeypatch.setattr(session.platform, "machine", lambda: "aarch64")
    assert session.find_gdb() == "gdb-multiarch"
    monkeypatch.setattr(session.shutil, "which", lambda name: None)
    with pytest.raises(QemuError, match="setup/deps.sh --install debug"):
        session.find_gdb()
