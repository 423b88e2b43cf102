"""A short run of the fuzzers, and readers that they must not let pass."""

import subprocess
import sys

import pytest

SECONDS = 10


def fuzz(top, *words):
    return subprocess.run(
        [sys.executable, "grade/kit/fuzz/fuzz.py", *words], cwd=top,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)


def test_readers_survive(top):
    done = fuzz(top, "--seconds", str(SECONDS))
    print(done.stdout)
    assert done.returncode == 0 and done.stdout.count("none fails") == 2


@pytest.mark.parametrize("target, guard, trusting", [
    ("bootinfo", "if (size < TAG_END_SIZE || size > total - at) {",
     "if (size < TAG_END_SIZE) {"),
    ("elf", "word(file + 56, 2) * PROGRAM_SIZE > size - at) {",
     "at == size) {"),
])
def test_trusting_reader_is_caught(top, tmp_path, target, guard, trusting):
    source = (top / f"kernel/core/{target}.c").read_text()
    assert guard in source
    bad = tmp_path / f"{target}.c"
    bad.write_text(source.replace(guard, trusting))
    done = fuzz(top, "--seconds", "20", "--target", target,
                "--source", str(bad))
    assert done.returncode == 1 and "AddressSanitizer" in done.stdout
