"""Tests of grade/tree.py, and the small course that the tests release."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grade import tree

REPO = Path(__file__).resolve().parents[2]
OWNED = {1: ["kernel/core/walk.c", "kernel/core/map.c"],
         2: ["kernel/ops/alloc.c"], 3: ["kernel/ops/attach.c"]}
ARRIVE = {
    1: [".git*", "Makefile", "tool.sh", "kernel/abi/*", "kernel/core/*",
        "!kernel/core/frame.h", "grade/*.py", "handouts/lab1.md", "mine/**"],
    2: ["kernel/core/frame.h", "handouts/lab2.md", "grade/lab2/**"],
    3: ["handouts/lab3.md"]}
KIT = {
    ".gitignore": "build/\n__pycache__/\nhandin-*\n",
    ".gitattributes": "* text=auto eol=lf\n",
    "Makefile": "all:\n\ttrue\n", "kernel/abi/ops.h": "#define OPS 5\n",
    "kernel/core/later.c": "/* later */\n", "mine/README.md": "yours\n",
    "kernel/core/frame.h": "#define FRAME 4096\n",
    "grade/lab2/deep/test_lab2.py": "# tests\n",
    "tool.sh": "#!/bin/sh\n", "handouts/lab1.md": "Lab 1\n",
    "handouts/lab2.md": "Lab 2\n", "handouts/lab3.md": "Lab 3\n"}
KEEP = ["labs/**", "!labs/lab*/lab.toml", "solutions/**", "tests/**"]
HIDDEN = {"labs/instructor.toml": f"[files]\nkeep = {KEEP!r}\n",
          "solutions/lab1/README.md": "how it is solved\n",
          "tests/test_kit.py": "# instructors\n"}
WALK, MAP = OWNED[1]
AUTHOR = "Staff <staff@example.org>"
COPIED = ["labs/release.py", "labs/snap.py", *(
    f"grade/{n}.py" for n in ("__init__", "tree", "student"))]


def git(top, *args, date="2026-01-01T00:00:00Z"):
    """What git prints; the test fails if git does."""
    who = {f"GIT_{a}_{b}": v for a in ("AUTHOR", "COMMITTER") for b, v in (
        ("NAME", "Staff"), ("EMAIL", "staff@example.org"), ("DATE", date))}
    done = subprocess.run(["git", "-C", str(top), *args], text=True,
                          capture_output=True, env=tree.git_env(**who))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def put(top, path, text):
    """Writes a file of a tree, folders and all."""
    file = Path(top) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def lab_toml(n):
    """The labs/labN/lab.toml of the small course."""
    return (f"number = {n}\ntitle = 'Title {n}'\nexercise = [{{id = '{n}'}}]\n"
            f"[files]\nowned = {OWNED[n]!r}\narrive = {ARRIVE[n]!r}\n"
            f"[[test]]\nname = 'a'\nexercise = '{n}'\npoints = 100\n")


def small_main(top):
    """Makes a main with three labs at `top`; not yet a repository."""
    for path in COPIED:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPO / path, top / path)
    for path, text in (KIT | HIDDEN).items():
        put(top, path, text)
    (top / "tool.sh").chmod(0o755)
    put(top, "labs/releases.toml", "")
    for n, paths in OWNED.items():
        put(top, f"labs/lab{n}/lab.toml", lab_toml(n))
        for path in paths:
            put(top, path, f"int reference_{n}; /* {path} */\n")
            put(top, f"labs/lab{n}/{path}", f"/* STARTER {path} */\n")
    return top


def listing(top):
    """{path: (bytes, executable)} of all that lies in a folder."""
    return {p.relative_to(top).as_posix(): (p.read_bytes(),
                                            tree.is_executable(p))
            for p in Path(top).rglob("*") if p.is_file()}


class Course:
    """A main, the course's public repository, and its students."""

    def __init__(self, top, entries=()):
        self.top, self.main, self.public = top, top / "main", top / "public"
        self.entries = list(entries)

    def begin(self):
        """Makes main and an empty public repository; returns the course."""
        small_main(self.main)
        git(self.top, "init", "-q", "--bare", "-b", "lab1", "public")
        git(self.main, "init", "-q", "-b", "main")
        self.save()
        return self

    def copy(self, top):
        """A course like this one, at another place."""
        shutil.copytree(self.top, top, dirs_exist_ok=True)
        if (top / "ann").exists():
            git(top / "ann", "remote", "set-url", "origin",
                str(top / "public"))
        return Course(top, self.entries)

    def save(self, change=None):
        """Commits main, changed as {path: text} says; returns the commit."""
        for path, text in (change or {}).items():
            put(self.main, path, text)
        git(self.main, "add", "-A")
        git(self.main, "commit", "-q", "--allow-empty", "-m", "main")
        return git(self.main, "rev-parse", "HEAD")

    def list(self, lab, change=None, commit=None):
        """Appends a release of `lab` to the list, of main as it is."""
        commit = commit or self.save(change)
        self.entries.append(
            f'[[release]]\ncommit = "{commit}"\nlab = {lab}\n'
            f'author = "{AUTHOR}"\nmessage = "release {lab}"\n'
            f"date = 2026-02-0{len(self.entries) + 1}T08:00:00+01:00\n")
        put(self.main, "labs/releases.toml", "\n".join(self.entries))
        return self

    def run(self, where, *command):
        """The finished command, in a world without any git configuration."""
        env = {k: v for k, v in os.environ.items() if k[:4] != "GIT_"} | {
            "HOME": str(self.top), "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run([sys.executable, *command], cwd=where, env=env,
                              text=True, capture_output=True)

    def release(self, *args):
        """The finished `labs/release.py ARGS`."""
        return self.run(self.main, "labs/release.py", *map(str, args))

    def refuses(self, *says):
        """`branches` fails with one line that says this, and does nothing."""
        out = self.top / "never"
        done = self.release("branches", "--out", out)
        assert fails(done, *says).count("\n") == 1 and not out.exists()

    def branches(self, *args):
        """A new repository with the branches replayed."""
        out = self.top / f"out{len(list(self.top.glob('out*')))}"
        done = self.release("branches", "--out", out, *args)
        assert done.returncode == 0, done.stderr
        return out

    def publish(self):
        """Replays, and pushes without force: history only ever grows."""
        out = self.branches()
        git(out, "push", "-q", str(self.public), "refs/heads/*:refs/heads/*")
        return out

    def clone(self, name):
        """A student's clone, who has told git a name."""
        git(self.top, "clone", "-q", str(self.public), name)
        git(self.top / name, "config", "user.name", name)
        git(self.top / name, "config", "user.email", f"{name}@example.org")
        return self.top / name

    def student(self, clone, *args):
        """The finished `make ARGS` of a student."""
        return self.run(clone, "-m", "grade.student", *args)


def fails(done, *says):
    """What the command said when it failed; it said all of this."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith("xo5: "), done.stderr
    for text in says:
        assert text in done.stderr, done.stderr
    return done.stderr


def succeeds(done):
    """What the command printed, which succeeded and complained of nothing."""
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def released(clone):
    """(lab, release) of a clone."""
    return tuple(tree.released(clone)[k] for k in ("lab", "release"))


def heads(out):
    """{branch: commit} of a repository."""
    said = git(out, "for-each-ref", "--format=%(refname:short) %(objectname)")
    return dict(line.split() for line in said.split("\n"))


def follow(clone, text):
    """Does what a message says, command by command, as a student would."""
    for line in text.split("\n"):
        if line.startswith("    "):
            subprocess.run(line, shell=True, cwd=clone, check=True,
                           env=tree.git_env(), capture_output=True)


@pytest.fixture
def main(tmp_path):
    """The small main, outside git."""
    return small_main(tmp_path / "main")


@pytest.mark.parametrize("glob, yes, no", [
    ("Makefile", ["Makefile"], ["x/Makefile", "Makefile2"]),
    ("a/*.c", ["a/b.c", "a/.c"], ["a/b/c.c", "a/b.h"]),
    ("a/**", ["a/b", "a/b/c"], ["a", "ab"]),
    ("**/x.h", ["x.h", "a/b/x.h"], ["a/yx.h"]),
    ("a/**/x", ["a/x", "a/b/c/x"], ["a/bx", "x"]),
    ("lab?.md", ["lab1.md"], ["lab12.md", "lab/.md"]),
    ("a+(b)[1]", ["a+(b)[1]"], ["aab1"])])
def test_globs(glob, yes, no):
    assert all(tree.matches([glob], path) for path in yes)
    assert not any(tree.matches([glob], path) for path in no)
    assert not any(tree.matches([glob, "!" + glob], path) for path in yes)


def test_labs_and_paths(main):
    labs = tree.labs_in(main)
    assert list(labs) == [1, 2, 3] and labs[2].title == "Title 2"
    assert tree.owned_paths(main, 2) == OWNED[1] + OWNED[2]
    kit = tree.kit_paths(main, 1)
    assert "labs/lab1/lab.toml" in kit and "labs/lab2/lab.toml" not in kit
    assert "kernel/core/later.c" in kit and "kernel/core/frame.h" not in kit
    assert not set(kit) & {*sum(OWNED.values(), []), *HIDDEN}
    assert "grade/lab2/deep/test_lab2.py" in tree.kit_paths(main, 2)
    assert tree.is_main(main)
    with pytest.raises(tree.TreeError, match="no lab 9 here"):
        tree.kit_paths(main, 9)


@pytest.mark.parametrize("text, says", [
    ("number = 1", "number, title and"), ("=", "lab.toml: "),
    ('number=2\ntitle="x"\n[files]\n', "says it is lab 2"),
    ('number=1\ntitle="x"\n[files]\nowned="a"\n', None),
    ('number=1\ntitle="x"\n[files]\nowned=["/a"]\n', "no path in the tree"),
    ('number=1\ntitle="x"\n[files]\narrive=["a/../b"]\n', "no path in"),
    ('number=1\ntitle="x"\n[files]\narrive=[""]\n', "no path in the tree"),
    ('number=1\ntitle="x"\n[files]\narrive=[7]\n', "no path in the tree")])
def test_damaged_lab_is_told(text, says):
    with pytest.raises(tree.TreeError, match=says) as error:
        tree.parse_lab(text.encode(), "labs/lab1/lab.toml")
    assert str(error.value).startswith("labs/lab1/lab.toml: ")


def test_tracked_knows_git_and_does_without(main):
    put(main, "build/x.o", "")
    put(main, "grade/__pycache__/x.pyc", "")
    plain = tree.tracked(main)
    git(main, "init", "-q")
    assert tree.tracked(main) == plain
    assert not any("build" in p or "pycache" in p for p in plain)
    put(main, "handin-lab1.tar.gz", "")
    git(main, "add", "Makefile")
    (main / "Makefile").unlink()
    assert set(plain) - set(tree.tracked(main)) == {"Makefile"}


def test_git_of_somebody_else_is_not_ours(main, monkeypatch):
    git(main, "init", "-q")
    put(main, "build/kit/a.c", "")
    assert tree.tracked(main / "build/kit") == ["a.c"]
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    assert tree.in_git(main) and not tree.in_git(main / "build")


def test_stage_lays_kit_and_submission(main, tmp_path):
    notes = tree.stage(main, 2, main, tmp_path / "out")
    laid = listing(tmp_path / "out")
    assert notes == [] and laid["tool.sh"][1] and not laid["Makefile"][1]
    assert set(laid) == set(tree.kit_paths(main, 2)) | set(
        OWNED[1] + OWNED[2])
    assert b"reference_2" in laid["kernel/ops/alloc.c"][0]
    with pytest.raises(tree.TreeError, match="there already"):
        tree.stage(main, 2, main, tmp_path / "out")
    (main / "Makefile").unlink()
    (main / "Makefile").symlink_to("/etc/passwd")
    with pytest.raises(tree.TreeError, match="Makefile: a kit file is a"):
        tree.stage(main, 1, main, tmp_path / "other")


def test_stage_takes_nothing_else_of_a_submission(main, tmp_path):
    theirs = tmp_path / "theirs"
    shutil.copytree(main / "labs/lab1", theirs)
    put(theirs, "Makefile", "all: ; cheat\n")
    put(theirs, "mine/list.c", "int list;\n")
    put(theirs, "kernel/ops/attach.c", "int early;\n")
    tree.stage(main, 1, theirs, tmp_path / "out")
    laid = listing(tmp_path / "out")
    assert laid["Makefile"][0] == KIT["Makefile"].encode()
    assert laid["mine/list.c"][0] == b"int list;\n"
    assert b"STARTER" in laid["kernel/core/walk.c"][0]
    assert "kernel/ops/attach.c" not in laid


def test_carry_replaces_an_earlier_lab(main, tmp_path):
    tree.stage(main, 2, main / "labs/lab2", tmp_path / "out",
               carry={1: main})
    laid = listing(tmp_path / "out")
    assert b"reference_1" in laid["kernel/core/walk.c"][0]
    assert b"STARTER" in laid["kernel/ops/alloc.c"][0]


@pytest.mark.parametrize("spoil, says", [
    (lambda f: None, "missing"),
    (lambda f: f.symlink_to("/etc/hostname"), "is a symbolic link"),
    (Path.mkdir, "is not a regular file"),
    (os.mkfifo, "is not a regular file"),
    (lambda f: f.write_bytes(bytes(tree.LIMIT + 1)), "larger than 1 MiB")])
def test_bad_owned_file_is_told(main, tmp_path, spoil, says):
    theirs = tmp_path / "theirs"
    shutil.copytree(main / "labs/lab1", theirs)
    (theirs / "kernel/core/walk.c").unlink()
    spoil(theirs / "kernel/core/walk.c")
    with pytest.raises(tree.SubmissionError, match=says) as error:
        tree.stage(main, 1, theirs, tmp_path / "out")
    assert str(error.value).startswith("kernel/core/walk.c: ")
    assert not (tmp_path / "out").exists()


def test_linked_folder_and_no_folder_are_told(main, tmp_path):
    theirs = tmp_path / "theirs"
    (theirs / "kernel").mkdir(parents=True)
    (theirs / "kernel/core").symlink_to(main / "kernel/core")
    with pytest.raises(tree.SubmissionError, match="core is a symbolic link"):
        tree.stage(main, 1, theirs, tmp_path / "out")
    with pytest.raises(tree.SubmissionError, match="no such folder"):
        tree.stage(main, 1, tmp_path / "none", tmp_path / "out")


def test_mine_takes_plain_small_files_only(main, tmp_path):
    mine = main / "mine"
    put(main, "mine/deep/list.c", "")
    put(main, "mine/$(shell touch x).c", "")
    put(main, "mine/__pycache__/x.pyc", "")
    (mine / "out.c").symlink_to("/etc/passwd")
    (mine / "all").symlink_to("/etc")
    (mine / "big.bin").write_bytes(bytes(tree.LIMIT + 1))
    os.mkfifo(mine / "pipe")
    good, notes = tree.mine_files(main)
    assert good == ["mine/README.md", "mine/deep/list.c"]
    assert len(notes) == 5 and all("left out: " in n for n in notes)
    assert tree.stage(main, 1, main, tmp_path / "out") == notes
    shutil.rmtree(mine)
    mine.symlink_to("/etc")
    assert tree.mine_files(main)[0] == []


def test_baseline_without_git_says_so(main, tmp_path):
    assert "instructors" in tree.baseline(main).unchecked
    (main / tree.INSTRUCTOR).unlink()
    base = tree.baseline(main)
    assert base.dir == main and "not a git clone" in base.unchecked
    git(main, "init", "-q")
    assert "no release" in tree.baseline(main).unchecked


def test_released_is_read(main):
    assert tree.released(main) is None
    put(main, tree.RELEASED, "lab = 2\nrelease = 3\n")
    assert tree.released(main) == {"lab": 2, "release": 3}
    for text in ("lab = x", "release = 1"):
        put(main, tree.RELEASED, text)
        with pytest.raises(tree.TreeError, match=tree.RELEASED):
            tree.released(main)


def test_baseline_is_the_release_that_was_merged(tmp_path):
    course = Course(tmp_path).begin().list(1)
    course.publish()
    ann = course.clone("ann")
    put(ann, WALK, "int w;\n")
    git(ann, "commit", "-q", "-a", "-m", "mine")
    course.list(2).list(1, {"Makefile": "all: fixed\n"}).publish()
    git(ann, "fetch", "-q")
    for lab in (1, 2):
        git(ann, "merge", "-q", "-m", "by hand", f"origin/lab{lab}")
        base = tree.baseline(ann)
        assert base.commit == git(ann, "rev-parse", f"origin/lab{lab}")
        assert base.changed == [] and released(ann) == (lab, 2)
    assert "as released" in succeeds(course.student(ann, "status"))
    (ann / "tool.sh").chmod(0o644)
    (ann / "kernel/abi/ops.h").unlink()
    put(ann, "Makefile", "x:\n")
    put(ann, "mine/README.md", "my own\n")
    git(ann, "commit", "-q", "-a", "-m", "kit")
    base = tree.baseline(ann, tmp_path / "kit")
    assert base.changed == [("Makefile", "changed"), (
        "kernel/abi/ops.h", "deleted"), ("tool.sh", "mode")]
    assert (base.dir / "Makefile").read_text() == "all: fixed\n"
    said = succeeds(course.student(ann, "status"))
    assert "lab 2: Title 2; release 2 of 2026-02-03" in said
    assert "tool.sh (mode)" in said
