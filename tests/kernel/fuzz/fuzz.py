"""What reads input from outside, under libFuzzer, AddressSanitizer and
UndefinedBehaviorSanitizer, on the host, for a stated time: the boot
information's parser, the ELF reader, and the five operations, these on a
small machine and with every call checked (proof/search/step.h).

/usr/bin/python3 tests/kernel/fuzz/fuzz.py [--seconds 60] [--target NAME]
                                        [--source FILE]

The time is shared among the targets. --source: another file in place of the
target's own, or of that of the operations' files that has its name.
"""

import argparse
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP))

from grade.lab1 import info                             # noqa: E402
from proof.search import build as small                 # noqa: E402

TARGETS = {"bootinfo": "kernel/boot/bootinfo.c",
           "elf": "kernel/boot/loader/elf.c",
           "operations": "kernel/ops"}
SEEDS = 200
CALLS = 400     # bytes of an input for the operations: some forty calls
SANITIZE = ["-O1", "-fno-sanitize-recover=all",
            "-fsanitize=fuzzer,address,undefined"]
# Some operations take the address of a record before they know that there is
# one of that number; they do not look at it.
UNCHECKED = ["-fno-sanitize=bounds,pointer-overflow"]


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
    if target == "operations":
        return [random.Random(n).randbytes(CALLS) for n in range(SEEDS)]
    return [small_elf(parts) for parts in (
        [(5, 0x400000, 100)],
        [(5, 0x400000, 4096), (4, 0x402000, 50), (6, 0x404000, 8)],
        [(5, 0x400000 + 0x2000 * n, 16) for n in range(8)])]


def build(target, source, out):
    """Compiles a target's fuzzer; raises CalledProcessError or
    small.CannotBuild."""
    own = TOP / f"tests/kernel/fuzz/{target}.c"
    if target == "operations":
        small.build("crowd", out, [own, TOP / small.HERE / "scenes.c"],
                    [*SANITIZE, *UNCHECKED, "-DFUZZING"], source)
        return
    subprocess.run(
        ["clang", "-g", "-std=gnu17", *SANITIZE, "-I", str(TOP / "kernel"),
         str(own), str(source or TOP / TARGETS[target]), "-o", out],
        check=True)


def run(program, corpus, seconds):
    """Runs a fuzzer; (exit status, its words)."""
    done = subprocess.run(
        [program, f"-max_total_time={seconds}", "-max_len=4096", "-seed=5",
         "-timeout=5", "-print_final_stats=1", "-verbosity=1", corpus],
        cwd=os.path.dirname(program), text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def last_words(words):
    """The end of what a fuzzer said; of the operations', the calls."""
    calls = re.search(r"^On the machine .*?^broke: .*?$", words, re.M | re.S)
    return calls.group() if calls else words[-4000:]


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
        print(last_words(words))
        print(f"fuzz: {source or TARGETS[target]} fails")
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
    try:
        results = [fuzz(target, options.source,
                        options.seconds // len(targets))
                   for target in targets]
    except small.CannotBuild as why:
        parser.error(str(why))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
