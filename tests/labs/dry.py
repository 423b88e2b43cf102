"""What the tests of labs 2 to 4 ask, without a machine: the model says what
each operation answers, so that a test's own words for it are tried, and
nothing is judged. So what a secret moves can be seen for many secrets, in
seconds; and no case is out of what its contract says.

    python3 -m tests.labs.dry LAB [SEED]

prints all that is asked.
"""

import collections
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from grade import asked, paging
from tests.labs import forked, solutions

SECONDS = 3600          # the backstop
DEPTH = {"qemu64": 4}           # levels of a processor's tables; else 5
RAM = 0x100, 0x7fe0             # frames of 128 MiB that are RAM
KERNEL, DIRECTORY = 0x200, 0x1ff
DEVICES = range(0xfed00, 0xfed08)
LARGE = 0x20000                 # frames: from then on RAM holds a whole 1 GiB


MOVES = paging.ADDRESS | paging.PS      # bits that say what an entry holds


class Any(int):
    """A word of a machine that there is not: it is what is expected."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return False

    def __and__(self, other):
        return self

    __or__ = __rand__ = __rshift__ = __and__
    __hash__ = int.__hash__


class Nothing:
    """A debugger, a memory, books: whatever is read is Any."""

    def __init__(self, model):
        self.model, self.stop_at, self.gdb = model, 0, self
        self.stop = SimpleNamespace(kind="quiet")
        self.symbols = SimpleNamespace(
            address=collections.defaultdict(int), line_at=lambda at: "")

    def __getattr__(self, name):
        return lambda *args, **more: None

    def ask(self, words):
        """Some code."""
        return "90" * 200

    def words(self, at, count):
        """Words of memory."""
        return [Any()] * count

    def physical(self, at, count):
        """Bytes of memory."""
        return bytes(count)

    def observe(self, name):
        """What a kernel notes."""
        return 0

    def tables(self):
        """Tables that translate nothing."""
        return SimpleNamespace(translate=lambda at: (0, 0))


def new_model(words, options):
    """A machine that has just booted. words: grade.ops.words."""
    from grade.ops.model import Model
    memory = options.get("mem", "128M")
    frames = (int(memory[:-1]) << (18 if memory[-1] == "G" else 8))
    model = Model(DEPTH.get(options.get("cpu"), 5),
                  2 if options.get("cpu") == "qemu64" else 3, DIRECTORY)
    model.ram = [(RAM[0], frames - 0x20)]
    for n in range(DIRECTORY, KERNEL + 32):
        model.frames[n] = words.Frame(kind=words.KERNEL, level=1)
    for n in DEVICES:
        model.frames[n] = words.Frame(kind=words.DEVICE, level=1,
                                      owner=words.INIT)
    table, context = KERNEL + 64, KERNEL + 65
    model.frames[table] = words.Frame(kind=words.TABLE, level=model.depth,
                                      owner=words.INIT, refs=2)
    model.frames[context] = words.Frame(kind=words.MEMORY, level=1, refs=1,
                                        owner=words.INIT,
                                        flags=words.CONTEXT)
    model.processes[words.INIT] = words.Process(
        state=words.LIVE, table=table, context=context, running=1,
        owned=2 + len(DEVICES), allowance=frames, slots=250, generation=1)
    model.groups[0] = words.Group(kind=words.C["GROUP_PORTS"], count=8)
    model.processes[words.INIT].groups = 1
    model.told[context] = 0, (0,) * words.C["TAKEN_MAX"]
    return model


# ---- in place of what there is ---------------------------------------------

class Recorder:
    """pytest's plugin: which test asks, and what was asked."""

    def __init__(self, results):
        self.results, self.steps, self.test = results, {}, None

    def pytest_runtest_setup(self, item):
        """A test begins."""
        self.test = item.name
        self.steps[self.test] = []

    def pytest_runtest_makereport(self, item, call):
        """Notes why a test could not be tried."""
        if call.excinfo is not None and not call.excinfo.errisinstance(
                pytest.skip.Exception):
            self.steps[item.name] = repr(call.excinfo.value)

    def pytest_sessionfinish(self):
        """Writes down what was asked."""
        Path(self.results).write_text(json.dumps(self.steps))

    def note(self, steps):
        """The harness is given these steps."""
        for step in steps:
            self.steps[self.test].append((
                [step.what, step.me, step.number, *step.args],
                getattr(step, "answer", None)))


def put_in_place(recorder, lab):
    """Replaces the machine, and who judges."""
    from grade import plugin
    from grade.ops import books, programs, script, world
    from grade.ops import words as w
    import importlib

    class Session(script.Session):
        """A session that runs nothing."""

        def __init__(self, build, symbols, options=None):
            self.model = new_model(w, options or {})
            self.guest = Nothing(self.model)
            self.guest.machine = self.guest
            self.begin()

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def read(self):
            """A machine as it is after boot."""
            return self.model.copy()

        def code(self, at, data):
            """Nothing was there."""
            return data

        def run(self, steps):
            """Notes them."""
            recorder.note(steps)
            self.asked += len(steps)
            return [script.Answer(
                Any(script.FORGOTTEN) if step.what != script.STALE
                else script.FORGOTTEN, words=[Any()] * 64) for step in steps]

    plugin.Settings.symbols = SimpleNamespace(
        address=collections.defaultdict(int))
    world.World.opened = lambda own, settings, boot: Session(
        None, None, settings.machine(boot))
    world.World.keep = lambda own: None
    world.World.sync = lambda own: setattr(own, "base", None)
    world.World.judge = lambda own, rule, asked="": own.run(rule)
    for name in ("read", "place", "write", "put", "put_record", "put_extent",
                 "put_process"):
        setattr(books.Books, name, lambda *args, **more: b"")
    books.Books.get = lambda own, n: w.Frame()
    books.Books.extent = lambda own, level, n: 0
    books.Books.get_process = lambda own, slot: w.Process(allowance=1 << 30)
    run = world.World.run

    def run_noted(own, *more):
        for step, answer, _ in own.pending:
            step.answer = answer
        return run(own, *more)
    world.World.run = run_noted

    def skip(*args):
        pytest.skip("boots a program")
    programs.Programs.guest = skip
    modules = [importlib.import_module(f"grade.lab{lab}.{path.stem}")
               for path in sorted((solutions.TOP / f"grade/lab{lab}").glob(
                   "*.py"))]
    for module in modules + [world, *(sys.modules[name] for name in (
            "grade.lab3.world", "grade.lab2.world") if name in sys.modules)]:
        for name in ("check", "equal", "same"):
            if hasattr(module, name) and callable(getattr(module, name)):
                setattr(module, name, lambda *args, **more: None)
        if hasattr(module, "blamed"):
            module.blamed = lambda own, count, attempt: attempt(count)
    for module in modules:
        if hasattr(module, "World") and "opened" in vars(module.World):
            del module.World.opened
        if hasattr(module, "World") and lab == 4:
            module.World.look = lambda own, rule, *more: own.run(rule)
            module.World.judge = module.World.look_cpu = module.World.look
        if hasattr(module, "Programs"):
            module.Programs.report = skip
    _put_steppers(recorder)
    _put_answers()


def _put_answers():
    """Has the answers of what is no operation noted too."""
    with contextlib.suppress(ImportError):
        from grade.lab2 import frames, test_frame

        def is_free(own, cases, rule):
            for about, (n, level, free) in own.world.mixed(cases.items()):
                step = frames.script.frame_is_free(n, level)
                step.answer = int(free)
                own.run(rule, about, step)
        test_frame.Frames.is_free = is_free
    with contextlib.suppress(ImportError):
        from grade.lab3 import test_flush

        def flush_change(before, after):
            step = asked_flush(before, after)
            lost = before & paging.P and (
                not after & paging.P or (before ^ after) & MOVES
                or before & ~after & paging.W or after & ~before & paging.NX)
            step.answer = int(bool(lost))
            return step
        asked_flush = test_flush.flush_change
        test_flush.flush_change = flush_change


def _put_steppers(recorder):
    with contextlib.suppress(ImportError):
        from grade.lab3 import stepping

        def history(own, step, look):
            recorder.note([step])
            what = look()
            return [(None, False, what), (0, True, what)], SimpleNamespace(
                value=Any(), missing="")
        stepping.Stepper.history = history
    with contextlib.suppress(ImportError):
        from grade.lab4 import stepping as watching

        def watch(own, step, names):
            recorder.note([step])
            words, none = (Any(),) * len(names), (frozenset(),) * len(names)
            return [watching.Moment(None, lambda at: "", words, none, True)] \
                * 2, SimpleNamespace(value=Any(), missing="")
        watching.Watch.watch = watch


# ---- what is asked ----------------------------------------------------------

def steps(lab, seed=None):
    """{test: [step]} of a lab's tests with that secret, in the order of the
    run; instead of steps, the words of what went wrong."""
    return {test: found if isinstance(found, str)
            else [step for step, _ in found]
            for test, found in answered(lab, seed).items()}


def answered(lab, seed=None):
    """The same, with (step, its answer or None) in place of steps."""
    table = asked.read_lab(solutions.TOP, lab)
    with tempfile.TemporaryDirectory(prefix="xo5-dry-") as work:
        settings, results = Path(work) / "settings", Path(work) / "results"
        settings.write_text(json.dumps({
            "build": "", "lab": table, "results": str(Path(work) / "none"),
            "secret": seed, "seeds": asked.seeds_of(table, seed)}))
        recorder = Recorder(str(results))

        def prepare():
            put_in_place(recorder, lab)
            return [recorder]
        forked.run_tests([str(solutions.TOP / f"grade/lab{lab}")],
                         {"XO5_GRADE": str(settings)}, Path(work) / "log",
                         SECONDS, prepare)
        assert results.exists(), (Path(work) / "log").read_text()[-3000:]
        return json.loads(results.read_text())


def main(words):
    """Prints what is asked."""
    for test, asked_ in steps(int(words[0]), *words[1:]).items():
        print(test, asked_ if isinstance(asked_, str) else "")
        for step in asked_ if isinstance(asked_, list) else ():
            print("   ", *step)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
