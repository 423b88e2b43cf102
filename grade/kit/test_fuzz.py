"""A short run of the fuzzer, and a parser that it must not let pass."""

import subprocess
import sys

SECONDS = 10
GUARD = "if (size < TAG_END_SIZE || size > total - at) {"


def fuzz(top, *words):
    return subprocess.run(
        [sys.executable, "grade/kit/fuzz/fuzz.py", *words], cwd=top,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)


def test_parser_survives(top):
    done = fuzz(top, "--seconds", str(SECONDS))
    print(done.stdout)
    assert done.returncode == 0 and "none fails" in done.stdout


def test_trusting_parser_is_caught(top, tmp_path):
    source = (top / "kernel/core/bootinfo.c").read_text()
    assert GUARD in source
    trusting = tmp_path / "bootinfo.c"
    trusting.write_text(source.replace(GUARD, "if (size < TAG_END_SIZE) {"))
    done = fuzz(top, "--seconds", "20", "--source", str(trusting))
    assert done.returncode == 1 and "AddressSanitizer" in done.stdout
