"""The boot information's parser under libFuzzer, AddressSanitizer and
UndefinedBehaviorSanitizer, on the host, for a stated time.

/usr/bin/python3 grade/kit/fuzz/fuzz.py [--seconds 60] [--source FILE]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP))

from grade.lab1 import info                             # noqa: E402

SEEDS = 200


def build(source, out):
    """Compiles the fuzzer; raises CalledProcessError."""
    subprocess.run(
        ["clang", "-g", "-O1", "-std=gnu17", "-fno-sanitize-recover=all",
         "-fsanitize=fuzzer,address,undefined", "-I", str(TOP / "kernel"),
         str(TOP / "grade/kit/fuzz/bootinfo.c"), str(source), "-o", out],
        check=True)


def write_corpus(folder):
    """Good and damaged information to start from."""
    os.makedirs(folder)
    samples = [info.plain()] + [info.seeded(n) for n in range(SEEDS)]
    for number, data in enumerate(samples):
        (Path(folder) / f"{number:03}").write_bytes(data)


def run(program, corpus, seconds):
    """Runs the fuzzer; (exit status, its words)."""
    done = subprocess.run(
        [program, f"-max_total_time={seconds}", "-max_len=4096", "-seed=5",
         "-timeout=5", "-print_final_stats=1", "-verbosity=1", corpus],
        cwd=os.path.dirname(program), text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--source",
                        default=str(TOP / "kernel/core/bootinfo.c"))
    options = parser.parse_args()
    if options.seconds < 1:
        parser.error("--seconds is at least 1")
    with tempfile.TemporaryDirectory(prefix="xo5-fuzz-") as scratch:
        program, corpus = f"{scratch}/fuzzer", f"{scratch}/corpus"
        build(options.source, program)
        write_corpus(corpus)
        status, words = run(program, corpus, options.seconds)
    if status:
        print(words[-4000:])
        print(f"fuzz: {options.source} fails")
        return 1
    runs = re.search(r"number_of_executed_units: (\d+)", words)
    print(f"fuzz: {int(runs.group(1)):,} inputs in {options.seconds} s, "
          "none fails")
    return 0


if __name__ == "__main__":
    sys.exit(main())
