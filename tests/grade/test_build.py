"""What a submission may not read when it is built, and what it may not use:
each way is tried in the sandbox, and without one, where the lists of what was
read are the only line."""

import os
import re
import shutil
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from grade import audit, build, tree
from grade.verdict import CannotGrade
from tests.labs.solutions import TOP, copy_owned

WALK = "kernel/boot/walk.c"
HARNESS = "grade/lab1/harness.c"
SECRET = b"nobody shall read 6f1ce2b1"
BOXED = pytest.mark.parametrize("boxed", [True, False],
                                ids=["sandbox", "open"])


@pytest.fixture(scope="module")
def workshops(tmp_path_factory):
    """{boxed: a staged tree of lab 1 whose kit is compiled}."""
    made = {}
    for boxed in (True, False):
        made[boxed] = tmp_path_factory.mktemp("build") / "tree"
        build.stage(TOP, 1, TOP, made[boxed])
        build.build(made[boxed], HARNESS, ["parts"], boxed)
    return made


@pytest.fixture
def secret(tmp_path):
    """A file that is the teacher's: C, and something to look for."""
    path = tmp_path / "teachers.h"
    path.write_bytes(b"/* " + SECRET + b" */ static const char told[] = \""
                     + SECRET + b"\";\n")
    os.chmod(path, 0o644)
    return path


def tried(staged, boxed, files, before=""):
    """Builds the reference with these files {path: text} in mine/, and a text
    before what walk.c has; what it is told, "" if it builds."""
    shutil.rmtree(staged / "mine")
    (staged / "mine").mkdir()
    for name, text in files.items():
        (staged / "mine" / name).write_text(text)
    (staged / WALK).write_text(before + "\n" + (TOP / WALK).read_text())
    try:
        folder = build.build(staged, HARNESS, ["parts"], boxed)
    except build.BuildError as error:
        return str(error)
    assert SECRET not in (folder / "kernel.elf").read_bytes()
    return ""


@BOXED
@pytest.mark.parametrize("before", [
    '#include "{0}"',
    '#include "../../../../../../../../../../../../../..{0}"',
    '#define NAME "{0}"\n#include NAME',
    'asm(".incbin \\"{0}\\"");',
    'asm(".include \\"{0}\\"");',
    'asm(".macro take x\\n.inc\\\\x\\n.endm\\n'
    'take \\"bin \\\\\\"{0}\\\\\\"\\"");',
    'static const char all[] = {{\n#embed "{0}"\n}};',
    '#pragma GCC system_header\n#include "{0}"',
    '#pragma GCC dependency "{0}"',
    'asm(".incbin \\"/proc/self/environ\\"");',
    'asm(".incbin \\"/usr/bin/env\\"");',
    'asm(".incbin \\"/dev/urandom\\", 0, 1");',
    '#include "/usr/include/limits.h"',
    '#include <../../../../../../usr/include/stdio.h>',
    '#if __has_include("{0}")\n#endif',
    '#if __has_\\\ninclude("{0}")\n#endif',
    '#define A(x) __has_ ## x\n#if A(include)("{0}")\n#endif',
], ids=lambda text: re.sub(r"\W+", "-", text)[:34])
def test_what_is_outside_is_not_read(before, boxed, workshops, secret):
    said = tried(workshops[boxed], boxed, {}, before.format(secret))
    assert said, "it builds"
    assert not boxed or SECRET.decode() not in said


@pytest.mark.parametrize("before, name", [
    ('#include "{0}"', "{0}"), ('asm(".incbin \\"{0}\\"");', "{0}"),
    ('asm(".include \\"{0}\\"");', "{0}"),
    ('#pragma GCC system_header\n#include "{0}"', "{0}"),
    ('#if __has_include("{0}")\n#endif', "__has_include"),
])
def test_it_is_refused_by_name(before, name, workshops, secret):
    """The second line alone: where there is no sandbox, the file is read, and
    then the lists say so."""
    if ".include" in before:
        secret.write_text(".globl told\n")
    said = tried(workshops[False], False, {}, before.format(secret))
    assert said.startswith(f"xo5: {WALK}"), said
    assert name.format(secret) in said


@BOXED
@pytest.mark.parametrize("path", ["grade/lab1/harness.c", "Makefile",
                                  "grade/lab1/test_whole.py",
                                  "grade/lab1/model.py", "labs/lab1/lab.toml"])
def test_graders_are_not_read(path, boxed, workshops):
    """Not even in the tree that is built."""
    before = f'asm(".pushsection .note.x\\n.incbin \\"{path}\\"\\n' \
        '.popsection");'
    said = tried(workshops[boxed], boxed, {}, before)
    assert path in said or "No such file" in said or "not found" in said


@BOXED
def test_own_files_may_be_read(boxed, workshops):
    files = {"own.h": "#define OWN 7\n", "own.bin": "seven", "own.c":
             '#include "own.h"\n#include "lib/types.h"\n#include <stdint.h>\n'
             'asm(".pushsection .rodata\\n.incbin \\"mine/own.bin\\"\\n'
             '.popsection");\nint own(void);\nint own(void) '
             '{ return OWN; }\n'}
    before = '#include "../../mine/own.h"\n#include <stdbool.h>'
    assert tried(workshops[boxed], boxed, files, before) == ""


@BOXED
def test_linker_script_is_no_file_of_the_build(boxed, workshops, secret):
    """It may lie in mine/, and nothing comes of it."""
    files = {"kernel.ld": f"INPUT({secret})\n", "libx.a": f"INPUT({secret})\n"}
    assert tried(workshops[boxed], boxed, files) == ""


def test_linkers_list_is_looked_at(workshops, tmp_path):
    lists = tmp_path / "build"
    lists.mkdir()
    (lists / "kernel.elf.link").write_text(
        "build/kernel.elf: \\\n  build/a.o \\\n  /etc/passwd\n\n/etc/passwd:\n")
    with pytest.raises(audit.Refused, match="the linker reads /etc/passwd"):
        audit.look_at_lists(tmp_path, [], "/xo5", [])
    assert list(workshops[True].glob("build/**/kernel.elf.link"))


def test_links_among_what_was_built(tmp_path):
    (tmp_path / "verdicts.json").symlink_to("/etc/passwd")
    with pytest.raises(audit.Refused, match="verdicts.json"):
        audit.look_at_files(tmp_path)


def test_link_to_the_reference(tmp_path):
    """A link in place of a file, or in mine/, is not followed."""
    submission = copy_owned(1, TOP, tmp_path / "s")
    (submission / "mine").mkdir()
    (submission / "mine/x.c").symlink_to(TOP / "kernel/core/frame.c")
    notes = build.stage(TOP, 1, submission, tmp_path / "staged")
    assert notes == ["mine/x.c: left out: mine/x.c is a symbolic link"]
    assert not (tmp_path / "staged/mine/x.c").exists()
    (submission / WALK).unlink()
    (submission / WALK).symlink_to(TOP / WALK)
    with pytest.raises(tree.SubmissionError, match="is a symbolic link"):
        build.stage(TOP, 1, submission, tmp_path / "staged")


# ---- what it may use --------------------------------------------------------

# 2^40 terms, one after the other; 4^16 tokens, all at once.
COUNTS = "#define X0 1\n" + "".join(
    f"#define X{n + 1} X{n} + X{n}\n" for n in range(40)) + "#if X40\n#endif\n"
EXPANDS = "#define F(x) x x x x\n" + 16 * "F(" + ";" + 16 * ")" + "\n"
REPEATS = 'asm(".rept 2000000\\n.rept 2000\\n.endr\\n.endr");\n'
TALKS = "".join(f'#warning "{n} {"x" * 999}"\n' for n in range(9000))


def running(word):
    """The processes whose command line holds a word."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in file.read_bytes():
                found.append(file.parent.name)
        except OSError:
            pass
    return found


@BOXED
@pytest.mark.parametrize("text, limit, what", [
    (COUNTS, {"processor": 1.5}, "s of the processor"),
    (EXPANDS, {"memory": 200 << 20}, "of memory"),
    (REPEATS, {"processor": 1.5}, "s of the processor"),
    (TALKS, {"output": 1 << 20}, "it said more than"),
    ('#include "self.h"\n', {"processor": 3, "output": 1 << 20},
     "and was ended"),
], ids=["time", "memory", "assembler", "output", "includes itself"])
def test_compile_without_end(text, limit, what, boxed, workshops,
                             monkeypatch):
    """It ends by its own use, is the submission's fault, and nothing of it
    runs on."""
    monkeypatch.setattr(build, "LIMITS", replace(build.LIMITS, **limit))
    name = f"endless{uuid.uuid4().hex}.c"
    said = tried(workshops[boxed], boxed, {
        name: text, "self.h": '#include "self.h"\n#include "self.h"\n'})
    assert what in said, said
    end = time.monotonic() + 60     # for the system to take away the dead
    while running(name) and time.monotonic() < end:
        time.sleep(0.05)
    assert running(name) == []


def test_address_space_ends(workshops, monkeypatch):
    """Each process has its own limit, which the system keeps."""
    monkeypatch.setattr(build, "EACH", replace(build.EACH,
                                               address=300 << 20))
    said = tried(workshops[True], True, {"much.c": EXPANDS})
    assert "error" in said or "memory" in said, said


def test_killed_by_others_is_no_score(workshops, monkeypatch):
    """As when the system has no memory left."""
    assert tried(workshops[True], True, {}) == ""
    done = build.process.Ended(2, b"gcc: fatal error: Killed signal terminated"
                               b" program cc1\n")
    monkeypatch.setattr(build.process, "run", lambda *_, **__: done)
    with pytest.raises(CannotGrade, match="too little memory"):
        tried(workshops[True], True, {})


def test_too_many_files(workshops):
    files = {f"f{n}.c": "" for n in range(build.MINE + 1)}
    assert "more than" in tried(workshops[True], True, files)


# ---- the cache of compiled files --------------------------------------------

def test_cache_is_the_kits_alone(tmp_path, monkeypatch):
    """A submission's files never get into ccache, nor anything out of it."""
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setenv("CCACHE_DIR", str(cache))
    monkeypatch.setenv("PATH", f"{build.CCACHE}:{os.environ['PATH']}")
    seen = []
    run = build.process.run
    monkeypatch.setattr(build.process, "run", lambda words, *more, **popen:
                        seen.append((words, popen)) or run(words, *more,
                                                           **popen))
    build.stage(TOP, 1, TOP, tmp_path / "tree")
    build.build(tmp_path / "tree", HARNESS, ["parts"], True)
    kit, theirs = seen
    assert str(cache) in kit[0] and build.CACHE in kit[1]["env"].values()
    assert str(cache) not in theirs[0]
    assert "ccache" not in str(theirs[1]["env"])
    assert any(cache.rglob("*R")) or any(cache.rglob("*M"))
