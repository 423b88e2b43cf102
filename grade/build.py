"""Building a staged tree for grading.

It is built in two steps, each in a sandbox where there can be one. First the
kit's files are compiled, with none of the submission's in sight: this step
may use the compiler's cache (ccache). Then the submission's files are
compiled and everything is linked; this step sees neither the cache nor what
is in the graders' files, so that nothing can be left in the one nor be read
in the other. Last, what its tools say that they read is looked at
(grade/audit.py).
"""

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from grade import audit, process, sandbox, tree
from grade.verdict import CannotGrade

INSIDE = "/xo5"         # where a sandbox has the staged tree
CACHE = "/ccache"       # and ccache's folder
CCACHE = "/usr/lib/ccache"
SHOWN_LINES = 14
MINE = 200              # files of C in mine/, at most
# What the build needs of a staged tree, beside the graders' C and mine/.
SEEN = ("Makefile", "kernel", "user", "setup", "labs", "proof/proof.mk")
CODE = (".c", ".h", ".inc", ".S")
MARK = ".kit"           # in a staged tree: how the kit's files were compiled
OUTSIDE = ("MAKE", "MFLAGS", "GRADE_EXTRA", "XO5_", "PYTEST_")
MIB = 1 << 20
# Of the submission's step, all processes taken together, and each by itself.
LIMITS = process.Limits(processor=120, memory=3 << 30, output=4 * MIB,
                        disk=1 << 30, wall=3600)
EACH = sandbox.Each(processor=130, address=2 << 30, file=256 * MIB,
                    processes=128)
KIT_LIMITS = replace(LIMITS, processor=3600)
TOLD = {"processor": f"building it took more than {LIMITS.processor} s of "
                     "the processor, and was ended",
        "memory": f"building it took more than {LIMITS.memory >> 30} GiB of "
                  "memory, and was ended",
        "output": f"building it said more than {LIMITS.output >> 20} MiB, "
                  "and was ended",
        "disk": f"building it wrote more than {LIMITS.disk >> 30} GiB, and "
                "was ended"}
KILLED = re.compile(r"Killed signal terminated program|\] Killed$", re.M)


class BuildError(Exception):
    """The submission does not build; str() is what to show."""


@dataclass(frozen=True)
class Step:
    """One of the two steps in which a staged tree is built.

    sees: paths of the tree; empty: paths that it sees as empty files; whom:
    as sandbox.user() says; cache: ccache's folder, if it may use it."""
    staged: Path
    boxed: bool
    sees: tuple
    empty: tuple
    limits: process.Limits
    whom: int | None = None
    cache: str = ""


def stage(top, lab, submission, dest, carry=None):
    """Stages lab `lab`'s kit and the submission's files in `dest`, those of
    lab k from carry[k] if given. Returns notes for the student.
    tree.SubmissionError if files are missing."""
    with tempfile.TemporaryDirectory(prefix="xo5-kit-") as scratch:
        notes, kit = [], top
        if not tree.is_main(top):
            base = tree.baseline(top, Path(scratch) / "kit")
            notes, kit = _changes(base), base.dir
        shutil.rmtree(dest, ignore_errors=True)
        notes += tree.stage(kit, lab, submission, dest, carry)
    return notes


def _changes(base):
    """One line for each kit file that differs from the release."""
    if base.unchecked:
        return [f"kit files were not checked for changes: {base.unchecked}"]
    return [f"{path} ({how}): a kit file; the grader will not see this"
            for path, how in base.changed]


def build(staged, harness, options, boxed=None):
    """Makes the staged tree; returns its build folder.

    boxed: whether in a sandbox; None: if there can be one. BuildError with
    the compiler's first words if the submission does not build; CannotGrade
    if the fault is not its own."""
    staged = Path(os.path.realpath(staged))
    boxed = not sandbox.missing() if boxed is None else boxed
    variables = [f"HARNESS={harness}", *(o for o in options if "=" in o)]
    goals = [o for o in options if "=" not in o]
    theirs = student_files(staged)
    try:
        audit.look_at_sources(staged, theirs)
        folders = _kit(staged, theirs, variables, boxed)
        _theirs(staged, variables + goals, boxed)
        audit.look_at_files(staged / "build")
        audit.look_at_lists(staged, theirs, INSIDE if boxed else str(staged),
                            folders)
    except audit.Refused as error:
        raise BuildError(str(error)) from None
    return staged / "build"


def student_files(staged):
    """The paths of C that a staged tree has of a submission."""
    owned = [path for lab in tree.labs_in(staged).values()
             for path in lab.owned]
    mine = sorted((staged / "mine").glob("*.c"))
    if len(mine) > MINE:
        raise BuildError(f"xo5: mine/ has more than {MINE} files of C")
    return owned + [path.relative_to(staged).as_posix() for path in mine]


def _kit(staged, theirs, variables, boxed):
    """Compiles the kit's files, unless that was done already beside files of
    the same names; the compiler's own folders."""
    mark, folder = staged / MARK, staged / "build"
    made_of = {"theirs": theirs, "variables": variables, "boxed": boxed}
    if mark.exists():
        known = json.loads(mark.read_text())
        if known["made_of"] == made_of:
            return known["folders"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    step = Step(staged, boxed, (*SEEN, *_graders(staged)), tuple(theirs),
                KIT_LIMITS, cache=_cache())
    done = _make(step, ["objects", "WITHOUT=" + " ".join(theirs), *variables])
    if done.status or done.over:
        raise CannotGrade("the kit does not build: "
                          + (done.over or _first_errors(done.output)))
    folders = (folder / "includes").read_text().split("\n")[:-1]
    sandbox.give(folder, _whom(folder, boxed))
    mark.write_text(json.dumps({"made_of": made_of, "folders": folders}))
    return folders


def _whom(folder, boxed):
    return sandbox.user([folder]) if boxed else None


def _theirs(staged, words, boxed):
    """Compiles the submission's files, and links."""
    done = _make(Step(staged, boxed, (*SEEN, "mine"), _graders(staged),
                      LIMITS, _whom(staged / "build", boxed)),
                 ["LISTED=1", *words])
    if done.over == "wall" or KILLED.search(done.output):
        raise CannotGrade("the compiler was stuck, or something ended it: is "
                          "there too little memory?")
    if done.over:
        raise BuildError(TOLD[done.over])
    if done.status:
        raise BuildError(_first_errors(done.output))


def _graders(staged):
    """The graders' own C: compiled in the kit's step, and only named in the
    next one."""
    return tuple(path.relative_to(staged).as_posix()
                 for path in sorted((staged / "grade").rglob("*"))
                 if path.suffix in CODE)


def _cache():
    """The folder of ccache, if it stands for the compiler here; or ""."""
    if CCACHE not in os.environ.get("PATH", "").split(os.pathsep):
        return ""
    folder = os.environ.get("CCACHE_DIR", "")
    return folder if os.path.isdir(folder) else ""


def _make(step, words):
    """make in a staged tree; an Ended, whose output is text."""
    words = ["make", "-s", "-j2", "BUILD=build", "OPS=gcc", *words]
    folder = step.staged / "build"
    if not step.boxed:
        done = process.run(words, step.limits, folder, cwd=step.staged,
                           env=_open_environment(step))
    else:
        with tempfile.NamedTemporaryFile(dir=step.staged) as empty:
            os.utime(empty.name, (1, 1))    # older than what is made of it
            os.chmod(empty.name, 0o644)
            words = _boxed(step, words, empty.name)
            done = process.run(words, step.limits, folder,
                               env=_environment(step))
    done.output = done.output.decode(errors="replace")
    return done


def _boxed(step, words, empty):
    """The words in the step's sandbox."""
    read = [(step.staged / path, f"{INSIDE}/{path}") for path in step.sees
            if (step.staged / path).exists()]
    read += [(empty, f"{INSIDE}/{path}") for path in step.empty]
    write = [(step.staged / "build", f"{INSIDE}/build")]
    if step.cache:
        write.append((step.cache, CACHE))
    return sandbox.words(words, read=read, write=write, at=INSIDE,
                         whom=step.whom, each=EACH)


def _environment(step):
    """A step's environment in the sandbox."""
    more = {name: os.environ[name] for name in ("CC", "CROSS")
            if name in os.environ}
    if step.cache:      # with its settings, as that it is only to be read
        more |= {name: value for name, value in os.environ.items()
                 if name.startswith("CCACHE_")}
        more |= {"PATH": f"{CCACHE}:{sandbox.PATH}", "CCACHE_DIR": CACHE}
    return sandbox.environment(**more)


def _open_environment(step):
    """The same without a sandbox."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(OUTSIDE)
           and (step.cache or not name.startswith("CCACHE_"))}
    path = [folder for folder in env.get("PATH", "").split(os.pathsep)
            if folder != CCACHE]
    if step.cache:
        path, env["CCACHE_DIR"] = [CCACHE, *path], step.cache
    return env | {"PATH": os.pathsep.join(path)}


def _first_errors(output):
    lines = [line for line in output.splitlines()
             if not line.startswith(("  cc ", "  link "))]
    at = next((n for n, line in enumerate(lines)
               if "error" in line or line.startswith("xo5:")
               or "undefined reference" in line
               or "multiple definition" in line), 0)
    return "\n".join(lines[max(0, at - 1):at + SHOWN_LINES])
