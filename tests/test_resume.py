"""Machines that resume behind GRUB run what they are given, as others do."""

import shutil

import pytest

from grade import boot as boot_module
from grade import resume, sandbox
from grade.machine import Machine
from grade.resume import CannotResume, Resumed

ONCE = {"xo5.cfg": b'set xo5_arguments="once"\n'}


def boot(kind, iso, **options):
    """(machine after its end, what it said from ring 3, stop)"""
    with kind(str(iso), files=ONCE, **options) as machine:
        stop = machine.go()
        return machine, [line for line in machine.text().splitlines()
                         if line.startswith(("init: ", "test: "))], stop


def test_says_what_another_says(built):
    whole, words, end = boot(Machine, built / "xo5.iso")
    part, same, stop = boot(Resumed, built / "xo5.iso")
    assert part.state and same == words
    assert (stop.kind, stop.status) == (end.kind, end.status)
    assert "init: nothing left to do" in words
    assert part.instructions < whole.instructions * 2 / 3


@pytest.mark.parametrize("machine, cpu, mem", [
    ("pc", "qemu64", "64M"), ("q35", "max,-la57", "32M"), ("q35", "max", "1G")])
def test_other_machines(built, machine, cpu, mem):
    """What a machine has is its own: memory, levels of tables."""
    options = {"machine": machine, "cpu": cpu, "mem": mem}
    assert boot(Resumed, built / "xo5.iso", **options)[1] == \
        boot(Machine, built / "xo5.iso", **options)[1]


def test_what_was_built_there_is_what_runs(built, tmp_path):
    """The state is the same; init is not."""
    shutil.copytree(built / "iso", tmp_path / "iso")
    shutil.copy(tmp_path / "iso/boot/tests/child", tmp_path / "iso/boot/init")
    machine, words, _ = boot(Resumed, tmp_path / "xo5.iso")
    assert machine.state and any(line.startswith("test: 2: ")
                                 for line in words)
    assert not any(line.startswith("init: ") for line in words)


def test_states_hold_nothing_of_a_submission(built):
    """They are made with an empty disk."""
    boot(Resumed, built / "xo5.iso")
    states = [path for path in resume.STATES.iterdir() if not path.suffix]
    assert states
    for state in states:
        data = state.read_bytes()
        assert b"xo5_arguments" in data, "grub.cfg has been read"
        assert b"kernel_main" not in data and b"ring 3" not in data


def test_what_a_state_depends_on(monkeypatch, tmp_path):
    names = {resume.named(kind) for kind in (
        {}, {"mem": "64M"}, {"cpu": "qemu64"}, {"machine": "pc"})}
    iso = tmp_path / "xo5.iso"
    iso.write_bytes(b"another")
    monkeypatch.setattr(resume, "ISO", iso)
    assert resume.named({}) not in names and len(names) == 4


@pytest.mark.parametrize("options", [{"mem": "6G"}, {"firmware": "uefi"}])
def test_others_begin_with_their_firmware(options):
    with pytest.raises(CannotResume):
        resume.state_of(options)


@pytest.mark.parametrize("mode, kinds", [
    (resume.NEVER, [Machine] * 3), (resume.ALWAYS, [Resumed] * 3),
    (resume.LATER, [Machine, Resumed, Machine])])
def test_which_machines_resume(built, monkeypatch, tmp_path, mode, kinds):
    """Of each kind, those for which a state is worth its cost."""
    monkeypatch.setattr(resume, "STATES", tmp_path / "states")
    monkeypatch.setattr(resume, "_mode", mode)
    monkeypatch.setattr(resume, "made", lambda kind: b"a state")
    machines = [resume.machine(str(built / "xo5.iso"), mem=mem)
                for mem in ("64M", "64M", "65M")]
    for machine in machines:
        machine.__exit__()
    assert [type(machine) for machine in machines] == kinds


def test_in_a_sandbox(built, monkeypatch, tmp_path):
    """Its state too is made and read there."""
    if sandbox.missing():
        pytest.skip(f"no sandbox: {sandbox.missing()}")
    monkeypatch.setattr(resume, "STATES", tmp_path / "states")
    monkeypatch.setattr(boot_module, "_boxed", True)
    machine, words, _ = boot(Resumed, built / "xo5.iso")
    assert machine.state and "init: nothing left to do" in words


def test_a_qemu_that_is_not_known_boots(built, monkeypatch, tmp_path):
    """Where a state cannot be made, the machine begins with its firmware."""
    monkeypatch.setattr(resume, "STATES", tmp_path / "states")
    monkeypatch.setattr(resume, "STOOD", b"another version's")
    machine, words, _ = boot(Resumed, built / "xo5.iso")
    assert not machine.state and "init: nothing left to do" in words
