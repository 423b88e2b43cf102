"""The prover's parts: what it takes IR of either kind for, its three verdicts,
and what it shows."""

import pytest
import z3

from proof import explain, faults, instances, ir as reader, places, queries
from proof import record, run
from proof.execute import Executor
from proof.ir import Module, Unsupported
from proof.machine import FLUSH, Machine
from proof.memory import bv
from proof.operation import Proof
from proof.paths import State
from tests.proof.test_prove import IR, ir, part  # pylint: disable=unused-import

STRUCTS = """
%struct.pair = type { i16, i64 }
@pairs = external global [0 x %struct.pair], align 8
"""
TYPED = STRUCTS + """
define i64 @second(i64 %0) {
  %2 = getelementptr inbounds [0 x %struct.pair], [0 x %struct.pair]* @pairs, \
i64 0, i64 %0, i32 1
  %3 = load i64, i64* %2, align 8
  ret i64 %3
}
"""
OPAQUE = STRUCTS + """
define i64 @second(i64 %0) {
    #dbg_value(i64 %0, !1, !DIExpression(), !2)
  %2 = getelementptr inbounds [0 x %struct.pair], ptr @pairs, i64 0, i64 %0
  %3 = getelementptr inbounds i8, ptr %2, i64 8, !dbg !3
  %4 = load i64, ptr %3, align 8
  ret i64 %4
}
"""


def module(tmp_path, text):
    file = tmp_path / "some.ll"
    file.write_text(text)
    return Module(file)


class Watch:
    """Notes where something is loaded."""

    def __init__(self, types):
        self.types, self.found, self.primitives = types, [], {}

    def load(self, _executor, _state, at, bits, _volatile):
        self.found.append(places.find(self.types.globals[at.name], at, bits))
        return z3.BitVec("loaded", bits)


@pytest.mark.parametrize("text", (TYPED, OPAQUE))
def test_pointers_of_both_kinds(tmp_path, text):
    found = module(tmp_path, text)
    watch = Watch(found)
    Executor(found, watch).call("@second", [z3.BitVec("n", 64)], State(None))
    (fields, ((index, count),)), = watch.found
    assert fields == [1] and count == 0
    assert index.eq(z3.BitVec("n", 64))


def test_places_are_whole(tmp_path):
    """Half a field, or what lies between two, is none."""
    kind = module(tmp_path, STRUCTS).globals["@pairs"]
    base = places.Address("@pairs")
    assert places.find(kind, base, 16)[0] == [0]
    for offset, bits in ((0, 64), (2, 16), (4, 32), (12, 32)):
        with pytest.raises(Unsupported):
            places.find(kind, places.Address("@pairs", offset), bits)
    far = places.step(base, reader.Int(8), [bv(2 ** 64 - 8)])
    index = places.find(kind, far, 64)[1][0][0]
    assert z3.simplify(index).as_signed_long() == -1    # before the array


def test_promises_are_not_skipped(tmp_path):
    """What a compiler may rely on, and the prover does not look at."""
    text = OPAQUE.replace("ptr %3, align 8", "ptr %3, align 8, !range !4")
    with pytest.raises(Unsupported, match="promise"):
        module(tmp_path, text)


# A shift that loses bits is no harm where its result is thrown away.
SHIFTED = """
define i1 @shifted(i64 %0, i64 %1) {
  %3 = icmp ult i64 %0, 16
  %4 = shl nuw i64 %0, 60
  %5 = icmp eq i64 %4, %1
  LAST
}
"""


@pytest.mark.parametrize("last, right", (
    ("%6 = select i1 %3, i1 %5, i1 false\n  ret i1 %6", True),
    ("%6 = select i1 %3, i1 false, i1 %5\n  ret i1 %6", False),
    ("%6 = select i1 %5, i1 %3, i1 false\n  ret i1 %6", False),
    ("%6 = and i1 %3, %5\n  ret i1 %6", False),
    ("%6 = select i1 %3, i1 %5, i1 false\n  %7 = or i1 %5, %6\n"
     "  ret i1 %7", False),
    ("%6 = select i1 %3, i1 %5, i1 false\n  br label %7\n\n7:\n"
     "  ret i1 %5", False),
))
def test_promise_holds_where_it_is_used(tmp_path, last, right):
    found = module(tmp_path, SHIFTED.replace("LAST", last))
    executor = Executor(found, Watch(found))
    executor.call("@shifted", [z3.BitVec("n", 64), z3.BitVec("m", 64)],
                  State(None))
    broken = [o for o in executor.obligations
              if queries.can_be([*o.path, z3.Not(o.holds)])]
    assert not broken if right else \
        {o.what for o in broken} == {"no overflow of shl"}


def test_lines_outside_are_not_skipped(tmp_path):
    for line in ('module asm "nop"', "@other = alias i64, i64* @pairs"):
        with pytest.raises(Unsupported):
            module(tmp_path, OPAQUE + line + "\n")


def test_flush_word_for_word(ir):
    machine, state = Machine(Module(ir)), State(Machine(Module(ir)).memory())
    executor = Executor(machine.module, machine)
    machine.assembly(executor, state, FLUSH)
    for wrong in (FLUSH.replace("\\0A\\09movq $0, %cr3", ""),
                  FLUSH.replace("~{memory},", ""),
                  FLUSH.replace(" sideeffect", "")):
        with pytest.raises(Unsupported, match="not the flush"):
            machine.assembly(executor, state, wrong)


def test_primitives_are_not_defined(tmp_path, ir):
    """A function of the operations that only has a primitive's name."""
    bad = tmp_path / "bad.ll"
    bad.write_text(ir.read_text() +
                   "\ndefine void @arch_irq_mask(i32 %0) {\n  ret void\n}\n")
    with pytest.raises(Unsupported, match="arch_irq_mask"):
        Machine(Module(bad))


def test_endless_loop_is_refused(tmp_path, ir):
    bad = Module(ir)
    function = bad.functions["@entry_is_page"]
    function.blocks[function.entry] = [f"br label {function.entry}"]
    with pytest.raises(Unsupported, match="does not end"):
        list(Proof(bad, part("entry_is_page")).refinement())


# ---- verdicts ---------------------------------------------------------------

def test_unknown_is_no_refutation(ir, monkeypatch, capsys):
    """A solver that may do no work proves and refutes nothing, however much
    time it has."""
    monkeypatch.setattr(queries, "UNITS", 1)
    monkeypatch.setattr(queries, "QUICK", 1)
    status = run.prove(str(ir), [part("entry_make")], 1)
    said = capsys.readouterr().out
    assert status == run.SOME_UNKNOWN, said
    assert "UNKNOWN" in said and "REFUTED" not in said
    assert "0 parts proved, 0 refuted, 1 unknown" in said


def test_unknown_is_no_found_fault(ir, monkeypatch):
    monkeypatch.setattr(queries, "UNITS", 1)
    monkeypatch.setattr(queries, "QUICK", 1)
    monkeypatch.setattr(faults, "MADE_OF", {"entry": ("entry_make",)})
    word, by = faults.verdict(Module(ir), {"part": "entry", "file": "x.c"})
    assert word == faults.UNKNOWN and "gave up" in by


# ---- counterexamples --------------------------------------------------------

@pytest.mark.parametrize("name", ("attach-share-not-needed",
                                  "attach-ceilings-added"))
def test_counterexamples_break_no_invariant(name):
    """Of what is shown: the frames, entries and processes named, the tables
    that these entries are in, and what they hold."""
    fault = next(f for f in faults.load() if f["name"] == name)
    tree, done = faults.build(fault)
    assert done.returncode == 0, done.stderr
    proof = Proof(Module(tree / IR), part(fault["part"]))
    failed = next(a for a in map(queries.ask, proof.refinement())
                  if not a.proved)
    assert failed.verdict == queries.REFUTED
    near = instances.near(proof.before, proof.terms)
    said = instances.local(proof.before, near) + instances.counted(
        proof.before, near, ("refs", "live"))
    broken = [s for s in said if not z3.is_true(
        failed.model.eval(s, model_completion=True))]
    assert not broken, broken[:3]
    text = "\n".join(explain.lines(proof, failed))
    assert text.split("It goes wrong where")[0].count("answers: ") == 2, text


# ---- the record -------------------------------------------------------------

def test_record_is_of_what_was_proved(ir, tmp_path, monkeypatch):
    """A change of a function is one of every part that reaches it, and of no
    other; of the specification, one of all."""
    monkeypatch.setattr(record, "PROVED", tmp_path / "proved")
    chosen = [("swap", "op_swap"), ("flush", "flush_change"), ("sums", None)]
    record.write(ir, chosen, "z3 1")
    assert record.say(ir).startswith("proved: IR ") and not record.check()
    assert record.proved_before(ir, chosen, "z3 1") == {"swap", "flush", "sums"}
    assert not record.proved_before(ir, chosen, "z3 2")
    text = ir.read_text()
    start = text.index("define void @flush_change(")
    at = text.index("ret void", start)
    other = tmp_path / "other.ll"
    other.write_text(text[:at] + "br label %1\n\n1:\n  " + text[at:])
    assert record.proved_before(other, chosen, "z3 1") == {"sums"}
    assert record.say(other).startswith("not proved")
    monkeypatch.setattr(record, "specification", lambda: "another")
    assert not record.proved_before(ir, chosen, "z3 1")
    assert record.say(ir).startswith("not proved")
    assert len(record.check()) == 1


def test_record_is_not_of_debuggers(ir, tmp_path):
    """Where a line stands in its file is no part of what was proved."""
    text = ir.read_text()
    other = tmp_path / "other.ll"
    other.write_text(text.replace("!dbg !1", "!dbg !91").replace(
        "!DILocation(line: ", "!DILocation(line: 1"))
    assert other.read_text() != text and record.now(ir) == record.now(other)
