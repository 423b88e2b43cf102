"""The prover: it proves the operations, finds faults, refuses what it does
not know, and notices when nothing can happen."""

import re
import subprocess
import sys

import pytest
import z3

from proof import explain, faults, queries, record, run
from proof.execute import ARITHMETIC
from proof.ir import Module, Unsupported
from proof.operation import Proof
from proof.parts import PARTS
from proof.spec import invariants
from tests.labs.test_clone import ENV

IR = "build/proof/ops.ll"
MINUTES = 30


@pytest.fixture(scope="module")
def ir(top):
    subprocess.run(["make", "-s", IR], cwd=top, check=True, env=ENV)
    return top / IR


def part(name):
    return next(p for p in PARTS if p.name == name)


def python(top, *words):
    return subprocess.run([sys.executable, *words], cwd=top,
                          capture_output=True, text=True, check=False,
                          timeout=MINUTES * 60)


@pytest.mark.timeout(MINUTES * 60)
def test_all_is_proved(top, ir):
    """What the record in the tree does not say of this very IR, specification
    and prover is proved now."""
    # One process: another test has the other core.
    done = python(top, "-m", "proof", "--ir", str(ir), "--jobs", "1",
                  "--cached")
    last = done.stdout.strip().splitlines()[-1]
    assert done.returncode == 0, done.stdout
    assert last.startswith(f"prove: {len(PARTS)} parts proved, 0 refuted, 0 "
                           "unknown"), last


def test_some_are_proved_anew(top, ir):
    """Whatever the record says."""
    done = python(top, "-m", "proof", "--ir", str(ir), "--jobs", "1",
                  "flush_change", "entry_with_rights")
    assert done.returncode == 0, done.stdout
    assert "prove: 2 parts proved, 0 refuted" in done.stdout
    assert "proved before" not in done.stdout


@pytest.mark.timeout(MINUTES * 60)
def test_faults_are_found(top):
    """A few of them; proof/verdicts.txt has all."""
    done = python(top, "-m", "proof.faults", "--every", "35",
                  "--jobs", "1")
    assert done.returncode == 0 and "NOT FOUND" not in done.stdout, \
        done.stdout + done.stderr


def test_faults_can_be_injected(top):
    """What each of them replaces stands in its file, once."""
    found = {fault["name"]: (top / fault["file"]).read_text().count(
        fault["from"]) for fault in faults.load()}
    assert set(found.values()) == {1}, found


def test_verdicts(top):
    """There is one for each fault; 97 of 100 are found, and the others are
    explained."""
    lines = (top / "proof/verdicts.txt").read_text().splitlines()
    verdicts = {line.split()[0]: line for line in lines[:-1]}
    named = {fault["name"]: fault for fault in faults.load()}
    assert list(verdicts) == list(named) and len(named) >= 100
    survivors = [n for n, line in verdicts.items() if " found " not in line]
    assert len(survivors) <= (1 - faults.ENOUGH) * len(named)
    assert all("survives" in named[n] for n in survivors), survivors
    found = len(named) - len(survivors)
    assert lines[-1] == f"faults: {found} of {len(named)} found"


def test_the_kernel_says_what_it_is(top, built, ir):
    """The words of the boot line: this compiler's IR was proved as it is. A
    compiler without a record proves nothing."""
    said = (top / "build/proof/said.c").read_text()
    assert f"operations: {record.say(ir)}" in said, said
    known = record.short(record.compiler(ir)) in record.load()
    assert ("operations: proved: IR" in said) == known, said


def test_records_are_of_this_tree():
    """Each compiler's that has one, whether it is here or not."""
    assert {"clang-14", "clang-19"} <= set(record.load())
    assert not record.check(), "make prove IR_CC= of each of these"


def test_unknown_ir_is_refused(top, ir, tmp_path):
    """An instruction that the prover does not know is never skipped."""
    text = ir.read_text()
    start = text.index("@op_create(")
    at = text.index("icmp eq", start)
    bad = tmp_path / "bad.ll"
    bad.write_text(text[:at] + "frobnicate eq" + text[at + 7:])
    done = python(top, "-m", "proof", "--ir", str(bad), "create")
    assert done.returncode == 2
    assert "CANNOT BE READ" in done.stdout and "frobnicate" in done.stdout


@pytest.mark.parametrize("line, word", [
    ("%x = call i64 @nobody(i64 1)", "nobody"),
    ("%x = inttoptr i64 1 to i8*", "inttoptr"),
    ("%x = load i64, i64* undef", "undef"),
    ("%x = load i64, ptr undef", "undef"),
    ("%x = load i32, ptr @cpus", "32 bits at byte 0"),
    ("%x = call i64 @llvm.ctpop.i64(i64 1)", "ctpop")])
def test_unknown_instructions(ir, line, word):
    module = Module(ir)
    function = module.functions["@entry_rights"]
    function.blocks[function.entry].insert(0, line)
    with pytest.raises(Unsupported, match=word):
        list(Proof(module, part("entry_rights")).refinement())


def test_contradiction_is_noticed(ir, monkeypatch):
    """An invariant that no state satisfies would prove anything."""
    def never(s):
        return z3.ULT(s.depth, 4)
    monkeypatch.setattr(invariants, "OF_STATE",
                        invariants.OF_STATE + (never,))
    proof = Proof(Module(ir), part("flush_change"))
    assert any(answer.verdict == queries.REFUTED and "never happen" in
               answer.why for answer in proof.possible())


def test_wrong_reading_is_noticed(ir, monkeypatch):
    """A prover that takes `and` for `or` proves nothing of an entry."""
    monkeypatch.setitem(ARITHMETIC, "and", lambda a, b: a | b)
    result = run.work((str(ir), 0, "entry_rights", 0, 1, {}))
    assert result.failures


def test_counterexample_tells_what(top, tmp_path):
    """Which exercise, which answer, and the frames and entries by name."""
    fault = next(f for f in faults.load()
                 if f["name"] == "attach-into-no-table")
    tree, done = faults.build(fault)
    assert done.returncode == 0, done.stderr
    proof = Proof(Module(tree / IR), part("attach"))
    failed = next(a for a in map(queries.ask, proof.refinement())
                  if not a.proved)
    assert failed.verdict == queries.REFUTED
    text = "\n".join(explain.lines(proof, failed))
    assert "exercise 3.1" in text and "entry = 0x" in text
    assert "the specification answers" in text.split("It goes wrong")[0]
    assert re.search(r"frame 0x[0-9a-f]+ \(\w+ of level", text), text
    assert len(text.splitlines()) < 20


def test_unwritten_exercise(top, ir, tmp_path):
    """A starter is told so."""
    text = ir.read_text()
    start = text.index("@op_create(")
    at = text.index("\n", start) + 1
    bad = tmp_path / "starter.ll"
    bad.write_text(text[:at] + "  call void @exercise_missing()\n" +
                   text[at:])
    done = python(top, "-m", "proof", "--ir", str(bad), "create")
    assert done.returncode == 2
    assert re.search(r"create +is not written yet  exercise 2.3", done.stdout)


def test_counterexample_ends_a_part(top):
    """One is enough, and it names what the invariants say of the field."""
    fault = next(f for f in faults.load()
                 if f["name"] == "cpu-giver-still-counted")
    tree, done = faults.build(fault)
    assert done.returncode == 0, done.stderr
    done = python(top, "-m", "proof", "--ir", str(tree / IR), "cpu_back")
    assert done.returncode == 1 and done.stdout.count("It goes wrong") <= 2
    assert "invariant 1: refs is how many" in done.stdout, done.stdout


def test_bad_words(top, ir):
    done = python(top, "-m", "proof", "--ir", str(ir), "nonsense")
    assert done.returncode and "no part is called nonsense" in done.stderr
    done = python(top, "-m", "proof", "--ir", "missing.ll")
    assert done.returncode == 2 and "missing.ll" in done.stderr
    assert "Traceback" not in done.stderr


def test_lab_one(top):
    done = subprocess.run(["make", "prove", "LAB=1"], cwd=top, env=ENV,
                          capture_output=True, text=True, timeout=1800,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exercise 1.2" in done.stdout and "swap" not in done.stdout
