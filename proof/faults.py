"""Injects the faults of faults.toml into the C, one at a time, and asks the
prover: does it find them? Found is one that it refutes by a state, or that it
refuses to read. Where the solver cannot tell, that is UNKNOWN, and is not
found. What is not found says why in faults.toml (`survives`).

    python3 -m proof.faults [--jobs N] [--out FILE] [--every N] [NAME...]

The specification stays as it is, so it is enough to ask whether the C still
does what it says. Exit status 1 if fewer than 97 of 100 are found."""

import argparse
import multiprocessing
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from proof import explain, queries, run
from proof.ir import Module, Unsupported
from proof.operation import Proof
from proof.parts import PARTS

ENOUGH = 0.97
LIMIT = 900         # seconds of processor for one, whatever it waits for
FOUND, MISSED, UNKNOWN = "found", "NOT FOUND", "UNKNOWN"
# The parts that a fault's part is made of.
MADE_OF = {
    "attach": ("attach", "group_attach"),
    "update": ("update", "group_update", "process_update"),
    "swap": ("swap", "cpu_hand"),
    "hand": ("cpu_hand", "cpu_back", "cpu_expire", "rest", "dispatch"),
    "entry": ("entry_make", "entry_rights", "entry_is_page", "entry_frame",
              "entry_with_rights"),
}


def load():
    path = Path(__file__).parent / "faults.toml"
    return tomllib.loads(path.read_text())["fault"]


def inject(tree, fault):
    path = tree / fault["file"]
    text = path.read_text()
    if text.count(fault["from"]) != 1:
        raise SystemExit(f"faults: {fault['name']}: its text is not there once")
    path.write_text(text.replace(fault["from"], fault["to"]))


def build(fault):
    """The IR of a copy of the sources that has the fault; what is built
    already and does not have it is not built again."""
    tree = Path(tempfile.mkdtemp(prefix="xo5-fault-"))
    for name in ("kernel", "proof", "grade", "labs", "setup"):
        shutil.copytree(name, tree / name, ignore=shutil.ignore_patterns(
            "__pycache__", "wrong"))
    shutil.copy("Makefile", tree)
    shutil.copytree("build/gen", tree / "build/gen")
    shutil.copytree("build/proof", tree / "build/proof")
    shutil.copy2("build/flags", tree / "build")
    inject(tree, fault)
    done = subprocess.run(["make", "-s", "build/proof/ops.ll"], cwd=tree,
                          capture_output=True, text=True, check=False)
    return tree, done


def verdict(module, fault):
    """(verdict, by what) of the parts that should notice."""
    names = MADE_OF.get(fault["part"], (fault["part"],))
    parts = [part for part in PARTS if part.name in names]
    where = Path(fault["file"]).stem + "_"      # group_update is group.c's
    unknown = ""
    for part in sorted(parts, key=lambda p: not p.name.startswith(where)):
        proof = Proof(module, part)
        hints = run.hints_of(part)
        for name, query in run.named(proof.refinement()):
            answer = queries.ask(query, hints.get(name))
            if answer.proved:
                continue
            what = explain.lines(proof, answer)[1].strip()
            if answer.verdict == queries.REFUTED:
                return FOUND, f"{query.group}: {what}"
            unknown = unknown or f"{query.group}: {what}"
    return (UNKNOWN, unknown) if unknown else (MISSED, "")


def too_long(_number, _frame):
    raise TimeoutError


def work(fault):
    start = time.process_time()
    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    tree, done = build(fault)
    try:
        if done.returncode:
            word, by = MISSED, "it does not build: " + done.stderr[-200:]
        else:
            word, by = verdict(Module(tree / "build/proof/ops.ll"), fault)
    except Unsupported as error:
        word, by = FOUND, f"refused: {error}"
    except TimeoutError:
        word, by = UNKNOWN, f"no answer in {LIMIT} s of processor"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        shutil.rmtree(tree)
    return fault, word, by, time.process_time() - start


def main(arguments):
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1,
                        help="only every N-th")
    parser.add_argument("--out", help="where to write the verdicts")
    given = parser.parse_args(arguments)
    faults = [f for f in load() if not given.names or f["name"] in given.names]
    faults = faults[::given.every]
    subprocess.run(["make", "-s", "build/proof/ops.ll"], check=True)
    found, lines = 0, []
    with multiprocessing.Pool(given.jobs) as pool:
        for fault, word, by, seconds in pool.imap(work, faults):
            found += word == FOUND
            lines.append(f"{fault['name']:36} {word:9} {by}".rstrip())
            print(f"{lines[-1]}  ({seconds:.0f} s)", flush=True)
    total = f"faults: {found} of {len(faults)} found"
    print(total)
    if given.out:
        Path(given.out).write_text("\n".join(lines + [total, ""]))
    return int(found < ENOUGH * len(faults) or not faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
