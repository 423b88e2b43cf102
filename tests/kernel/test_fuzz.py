"""A short run of the fuzzers, and readers and operations that they must not
let pass."""

import pytest

from tests.command import python

SECONDS = 15


def fuzz(top, *words):
    return python(top, "tests/kernel/fuzz/fuzz.py", *words)


def test_nothing_fails(top):
    done = fuzz(top, "--seconds", str(SECONDS))
    print(done.stdout)
    assert done.returncode == 0 and done.stdout.count("none fails") == 3


@pytest.mark.parametrize("target, path, guard, trusting", [
    ("bootinfo", "bootinfo.c",
     "if (size < TAG_END_SIZE || size > total - at) {",
     "if (size < TAG_END_SIZE) {"),
    ("elf", "loader/elf.c", "word(file + 56, 2) * PROGRAM_SIZE > size - at) {",
     "at == size) {"),
])
def test_trusting_reader_is_caught(top, tmp_path, target, path, guard,
                                   trusting):
    source = (top / f"kernel/boot/{path}").read_text()
    assert guard in source
    bad = tmp_path / f"{target}.c"
    bad.write_text(source.replace(guard, trusting))
    done = fuzz(top, "--seconds", "20", "--target", target,
                "--source", str(bad))
    assert done.returncode == 1 and "AddressSanitizer" in done.stdout


def test_broken_operation_is_caught(top, tmp_path):
    """The receiver's table does not count what it got."""
    source = (top / "kernel/ops/swap.c").read_text()
    counted = "        frames[to].live++;\n"
    assert source.count(counted) == 1
    bad = tmp_path / "swap.c"
    bad.write_text(source.replace(counted, ""))
    done = fuzz(top, "--seconds", "60", "--target", "operations",
                "--source", str(bad))
    print(done.stdout)
    assert done.returncode == 1 and "broke: invariant 2: " in done.stdout
