"""What editors are told: compile_commands.json, as clangd reads it; tags."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import compile_commands  # noqa: E402

# One of each kind: read from IR, linked at no place, for a grader's kernel.
LOOKED_AT = ("kernel/ops/attach.c",
             sorted((TOP / "user/libos/unix").rglob("*.c"))[0].relative_to(
                 TOP).as_posix(),
             "grade/ops/harness.c")
SAID = """\
mkdir -p build/kernel/ops
cc -O2 -Ikernel -c kernel/ops/attach.c -o build/a.o
cc -m32 \\
    -Ikernel -c kernel/ops/attach.c -o build/b.o
cc -c build/made.c -o build/made.o
echo 'it is not -c kernel/ops/swap.c
ld -o build/kernel.elf build/a.o
"""


@pytest.fixture(scope="module")
def listed(top):
    """{file: words} of compile_commands.json."""
    subprocess.run(["make", "-s", "compile_commands.json"], cwd=top,
                   check=True)
    found = json.loads((top / "compile_commands.json").read_text())
    assert all(one["directory"] == str(top) for one in found)
    return {one["file"]: one["arguments"] for one in found}


def test_every_file_is_listed(top, listed):
    files = subprocess.run(["git", "ls-files", "*.c"], cwd=top, text=True,
                           check=True, stdout=subprocess.PIPE).stdout.split()
    assert not set(files) - set(listed)


@pytest.mark.parametrize("path", LOOKED_AT)
def test_clangd_finds_everything(listed, top, path):
    done = subprocess.run(["clangd", f"--check={path}", "--check-lines=1-9"],
                          cwd=top, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert "All checks completed, 0 errors" in done.stdout, done.stdout


def test_first_way_of_a_file_counts():
    """What make does beside compiling, and what it makes itself, is none."""
    assert compile_commands.made(SAID) == {"kernel/ops/attach.c": [
        "cc", "-O2", "-Ikernel", "-c", "kernel/ops/attach.c", "-o",
        "build/a.o"]}


@pytest.mark.parametrize("path", [
    "labs/lab3/kernel/ops/attach.c",
    "solutions/lab3/other1/kernel/ops/attach.c", "mine/more.c",
    "grade/ops/harness.c"])
def test_flags_of_what_it_stands_for(path):
    made = compile_commands.made(SAID)
    assert compile_commands.flags_of(path, made) == [
        "cc", "-O2", "-Ikernel", "-c", path, "-o", "build/a.o"]


def test_program_of_the_host():
    words = compile_commands.flags_of("tests/unix/subjects/files.c", {})
    assert words[0] == "gcc" and words[-1] == "tests/unix/subjects/files.c"
    assert compile_commands.flags_of("elsewhere/files.c", {}) is None


def test_nothing_to_say_is_one_line(tmp_path):
    script = TOP / "setup/compile_commands.py"
    done = subprocess.run([sys.executable, script, tmp_path / "out"],
                          input="", text=True, capture_output=True,
                          check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_tags(top):
    subprocess.run(["make", "-s", "tags"], cwd=top, check=True)
    lines = (top / "tags").read_text(errors="replace").splitlines()
    assert any(line.startswith("op_attach\tkernel/ops/attach.c\t")
               or line.startswith("op_attach\t./kernel/ops/attach.c\t")
               for line in lines)
