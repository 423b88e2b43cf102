"""What reads input from outside, under libFuzzer, AddressSanitizer and
UndefinedBehaviorSanitizer, on the host, for a stated time: the boot
information's parser and the ELF reader.

/usr/bin/python3 grade/kit/fuzz/fuzz.py [--seconds 60] [--target NAME]
                                        [--source FILE]

The time is shared among the targets. --source: another file in place of the
target's own.
"""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP))

from grade.lab1 import info                             # noqa: E402

TARGETS = {"bootinfo": "kernel/core/bootinfo.c", "elf": "kernel/core/elf.c"}
SEEDS = 200


def small_elf(segments):
    """An x86-64 executable of those (flags, va, bytes of content)."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1,
                       segments[0][1], 64, 0, 0, 64, 56, len(segments), 64,
                       0, 0)
    at, programs = 64 + 56 * len(segments), b""
    for flags, va, size in segments:
        programs += struct.pack("<IIQQQQQQ", 1, flags, at, va, va, size,
                                size + 64, 4096)
        at += size
    return head + programs + b"\x90" * (at - len(head) - len(programs))


def samples(target):
    """Good and damaged input to start from."""
    if target == "bootinfo":
        return [info.plain()] + [info.seeded(n) for n in range(SEEDS)]
    return [small_elf(parts) for parts in (
        [(5, 0x400000, 100)],
        [(5, 0x400000, 4096), (4, 0x402000, 50), (6, 0x404000, 8)],
        [(5, 0x400000 + 0x2000 * n, 16) for n in range(8)])]


def build(target, source, out):
    """Compiles a target's fuzzer; raises CalledProcessError."""
    subprocess.run(
        ["clang", "-g", "-O1", "-std=gnu17", "-fno-sanitize-recover=all",
         "-fsanitize=fuzzer,address,undefined", "-I", str(TOP / "kernel"),
         str(TOP / f"grade/kit/fuzz/{target}.c"), str(source), "-o", out],
        check=True)


def run(program, corpus, seconds):
    """Runs a fuzzer; (exit status, its words)."""
    done = subprocess.run(
        [program, f"-max_total_time={seconds}", "-max_len=4096", "-seed=5",
         "-timeout=5", "-print_final_stats=1", "-verbosity=1", corpus],
        cwd=os.path.dirname(program), text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def fuzz(target, source, seconds):
    """Fuzzes one target; True if nothing fails."""
    with tempfile.TemporaryDirectory(prefix="xo5-fuzz-") as scratch:
        program, corpus = f"{scratch}/fuzzer", Path(scratch) / "corpus"
        build(target, source, program)
        corpus.mkdir()
        for number, data in enumerate(samples(target)):
            (corpus / f"{number:03}").write_bytes(data)
        status, words = run(program, str(corpus), seconds)
    if status:
        print(words[-4000:])
        print(f"fuzz: {source} fails")
        return False
    runs = re.search(r"number_of_executed_units: (\d+)", words)
    print(f"fuzz: {target}: {int(runs.group(1)):,} inputs in {seconds} s, "
          "none fails")
    return True


def main():
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=sorted(TARGETS))
    parser.add_argument("--source")
    options = parser.parse_args()
    targets = [options.target] if options.target else sorted(TARGETS)
    if options.seconds < len(targets):
        parser.error(f"--seconds is at least {len(targets)}")
    if options.source and not options.target:
        parser.error("--source goes with --target")
    results = [fuzz(target, options.source or TOP / TARGETS[target],
                    options.seconds // len(targets)) for target in targets]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
