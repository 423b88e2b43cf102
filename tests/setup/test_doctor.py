"""doctor.py: what it says of a good machine and of bad ones."""
import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import doctor  # noqa: E402


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A PATH of its own; add(name, version) puts a fake tool there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CROSS"):
        monkeypatch.delenv(name, raising=False)

    def add(name, text):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho '{text}'\n")
        path.chmod(0o755)
        return str(path)
    return add


def tool(proof, minimum, groups="run"):
    return doctor.Tool([groups, "any", proof, proof, minimum])


def test_verdicts(machine, capsys):
    machine("new", "new (GNU something) 12.2.0")
    machine("old", "old version 7.1.9")
    machine("mute", "hello")
    machine("next", "next 13.0.0")
    tools = [tool("new", "12-12"), tool("old", "7.2-8"), tool("gone", "1-2"),
             tool("mute", "3-4"), tool("next", "11-12.4"),
             tool("unwanted", "1-1", "dev")]
    doctor.find(tools)
    assert [t.verdict() for t in tools] == [
        "ok", "too old", "missing", "ok", "newer", "missing"]
    bad = doctor.report(tools)
    assert [t.package for t in bad] == ["old", "gone"]
    said = capsys.readouterr().out
    assert "no gone" in said and "11 to 12.4" in said


@pytest.mark.parametrize("version, oldest, newest, verdict", [
    ("12.2.0", "12", "14", "ok"), ("14.2.0", "12", "14", "ok"),
    ("15.1", "12", "14", "newer"), ("11.4", "12", "14", "too old"),
    ("10.0.2", "7.2", "10.0", "ok"), ("10.1.0", "7.2", "10.0", "newer"),
    ("2.42.4", "2.42", "2.43", "ok"), ("?", "2", "3", "ok"),
    ("3.1", "", "", "ok")])
def test_how_old(version, oldest, newest, verdict):
    assert doctor.age(version, oldest, newest) == verdict


@pytest.mark.parametrize("package, version", [
    ("graphviz", "2.43.0"), ("graphviz", "2.42.4"), ("gcc", "14.2.0"),
    ("clang", "19.1.7"), ("qemu-system-x86", "10.0.2"), ("gdb", "16.3")])
def test_the_tools_of_both_releases_are_tried(package, version):
    """As Debian 12's and 13's say themselves: dot's is not its package's."""
    one, = [t for t in doctor.read_tools("amd64") if t.package == package]
    assert doctor.age(version, one.oldest, one.newest) == "ok"


def test_a_range_goes_up():
    for arch in ("amd64", "arm64"):
        for one in doctor.read_tools(arch):
            assert doctor.numbers(one.oldest) <= doctor.numbers(one.newest)
            assert bool(one.oldest) == bool(one.newest), one.package


def test_the_compilers_age_is_told(machine, capsys):
    machine("gcc", "x86_64-linux-gnu gcc 99.1.0")
    tools = doctor.read_tools("amd64")
    assert doctor.report_compiler(tools)
    assert capsys.readouterr().out.startswith("newer    C compiler")
    machine("gcc", "x86_64-linux-gnu gcc 9.1.0")
    assert not doctor.report_compiler(tools)


def test_modules_come_from_the_systems_python(machine):
    tools = [doctor.Tool("run any python3-os py:os -".split()),
             doctor.Tool("run any python3-x py:xo5_none 1-1".split())]
    doctor.find(tools)
    assert [t.verdict() for t in tools] == ["ok", "missing"]


@pytest.mark.parametrize("arch, compilers", [
    ("amd64", {"gcc", "gdb"}),
    ("arm64", {"gcc-x86-64-linux-gnu", "gdb-multiarch"})])
def test_each_architecture_has_its_compiler(arch, compilers):
    packages = {t.package for t in doctor.read_tools(arch)}
    all_compilers = {"gcc", "gdb", "gcc-x86-64-linux-gnu", "gdb-multiarch"}
    assert packages & all_compilers == compilers


def test_the_order_of_compilers(machine, monkeypatch):
    assert doctor.compiler() is None
    machine("gcc", "aarch64-linux-gnu")
    assert doctor.compiler() is None
    machine("gcc", "x86_64-linux-gnu")
    assert doctor.compiler()[0] == "gcc"
    for prefix in ("x86_64-linux-gnu-", "x86_64-elf-"):
        machine(prefix + "gcc", "")
        assert not doctor.compiler()[0].startswith(prefix)
        machine(prefix + "ld", "")
        assert doctor.compiler()[0] == prefix + "gcc"
    monkeypatch.setenv("CROSS", "mine-")
    assert doctor.compiler()[0] == "mine-gcc"
    monkeypatch.setenv("CC", "clang")
    assert doctor.compiler()[0] == "clang"
    assert not doctor.report_compiler([])


def test_the_last_line_is_the_one_command(machine):
    assert doctor.what_to_type([tool("gone", "1-1")]).startswith(
        "setup/shell.sh")
    machine("apt-get", "")
    assert doctor.what_to_type([tool("gone", "1-1")]) == (
        "setup/deps.sh --install run grade debug")
    old = tool("old", "7-7")
    old.path, old.version = "/old", "6.2"
    assert doctor.what_to_type([old]).startswith("setup/shell.sh")


def test_la57_without_qemu_is_unknown(machine):
    assert doctor.cpu_flag("la57") is None


def test_la57_with_qemu():
    if not shutil.which("qemu-system-x86_64"):
        pytest.skip("no QEMU here")
    assert doctor.cpu_flag("la57") is True


def test_another_python_on_path_is_said(machine, capsys):
    mine = machine("python3", "")
    doctor.report_machine()
    said = capsys.readouterr().out
    assert mine + " comes first" in said and doctor.PYTHON in said


def test_an_old_python_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 2))
    assert doctor.main() == 1
    said = capsys.readouterr().out
    assert "is version 3.9" in said and said.count("\n") == 1


def test_an_old_python_can_read_it():
    ast.parse((TOP / "setup/doctor.py").read_text(), feature_version=(3, 4))


def test_an_empty_machine_is_not_well(tmp_path):
    done = subprocess.run(
        [sys.executable, str(TOP / "setup/doctor.py")], capture_output=True,
        text=True, env={**os.environ, "PATH": str(tmp_path)})
    assert done.returncode == 1
    last = done.stdout.splitlines()[-1]
    assert last.startswith("Type: setup/shell.sh")
