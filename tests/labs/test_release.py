"""The rehearsal: labs are released, mended and merged as in a real course."""

import os
import shutil
import tarfile

import pytest

from tests.labs.test_tree import (
    HIDDEN, MAP, OWNED, WALK, Course, fails, follow, git, heads, listing, put,
    released, succeeds, tree)

ALLOC = OWNED[2][0]
SOLVED = f"int reference_1; /* {MAP} */\n"
FIX = {"Makefile": "all: fixed\n"}


@pytest.fixture(scope="session")
def begun(tmp_path_factory):
    """A course to copy: lab 1 is released, and Ann has cloned it."""
    course = Course(tmp_path_factory.mktemp("begun")).begin().list(1)
    course.publish()
    course.clone("ann")
    return course


@pytest.fixture
def course(request, begun, tmp_path):
    """A course of this test's own; its list is empty if Ann is not asked."""
    course = begun.copy(tmp_path)
    if "ann" not in request.fixturenames:
        shutil.rmtree(tmp_path / "ann")
        course.entries.clear()
    return course


@pytest.fixture
def ann(course):
    """Ann's clone; lab 1 is released."""
    return course.top / "ann"


def stages_equal(course, clone, lab):
    """Whether main and the clone lay the same bytes for one submission."""
    kit = tree.baseline(clone)
    assert (kit.changed, kit.unchecked) == ([], "")
    work = course.top / f"stages{len(list(course.top.glob('stages*')))}"
    for name, top in (("main", course.main), ("clone", kit.dir)):
        tree.stage(top, lab, clone, work / name)
    return listing(work / "main") == listing(work / "clone")


def test_rehearsal(course):
    """Two students, two fixes, six merges, no conflict, nothing lost."""
    course.list(1).publish()
    ann, ben = course.clone("ann"), course.clone("ben")
    assert released(ann) == (1, 1) and stages_equal(course, ann, 1)
    assert not (ann / ALLOC).exists()
    work = {(ann, WALK): "int ann_walk;\n", (ben, MAP): "int ben_map;\n",
            (ann, "mine/ann.c"): "int ann;\n", (ben, "answers.md"): "42\n"}
    for (clone, path), text in work.items():
        put(clone, path, text)

    course.list(2).publish()                            # lab 2 comes out
    assert "holds lab 2" in succeeds(course.student(ann, "next"))
    assert released(ann) == (2, 1) and "STARTER" in (ann / ALLOC).read_text()
    work[ann, ALLOC] = "int ann_alloc;\n"
    put(ann, ALLOC, work[ann, ALLOC])

    (course.main / "kernel/core/later.c").unlink()      # lab 1 is mended
    course.list(1, FIX).publish()
    assert "fixes of lab 2" in succeeds(course.student(ann, "next"))
    assert "holds lab 2" in succeeds(course.student(ben, "next"))
    for clone in (ann, ben):
        assert (clone / "Makefile").read_text() == FIX["Makefile"]
        assert not (clone / "kernel/core/later.c").exists()
        assert released(clone) == (2, 2) and stages_equal(course, clone, 2)

    course.list(3).publish()                            # lab 3 comes out
    assert "holds lab 3" in succeeds(course.student(ann, "next"))
    out = course.list(1, {"tool.sh": "#!/bin/sh\nfixed\n"}).publish()
    assert "holds lab 3" in succeeds(course.student(ben, "next"))
    assert "fixes of lab 3" in succeeds(course.student(ann, "next"))
    for clone in (ann, ben):
        assert (clone / "tool.sh").read_text() == "#!/bin/sh\nfixed\n"
        assert released(clone) == (3, 2) and stages_equal(course, clone, 3)
        assert git(clone, "status", "--porcelain") == ""
    for (clone, path), text in work.items():
        assert (clone / path).read_text() == text
    shape_holds(out)
    nothing_leaks(course, out)


def shape_holds(out):
    """Each branch descends from the one before; fixes are true merges."""
    git(out, "merge-base", "--is-ancestor", "lab1", "lab2")
    git(out, "merge-base", "--is-ancestor", "lab2", "lab3")
    merges = git(out, "log", "--merges", "--format=%P", "lab3").split("\n")
    assert len(merges) == 3 and all(len(m.split()) == 2 for m in merges)
    assert git(out, "symbolic-ref", "HEAD") == "refs/heads/lab1"
    git(out, "fsck", "--strict")


def nothing_leaks(course, out):
    """No commit of any branch holds a solution or an instructors' file."""
    objects = tree.git(out, "cat-file", "--batch-all-objects", "--batch")
    assert b"all: fixed" in objects.stdout
    for secret in (b"reference_", b"how it is solved", b"[[release]]"):
        assert secret not in objects.stdout
    said = git(out, "rev-list", "--all", "--objects").split("\n")
    paths = {line.partition(" ")[2] for line in said}
    assert not paths & {"solutions", "labs/lab1/kernel", "labs/release.py",
                        "labs/releases.toml", tree.INSTRUCTOR, *HIDDEN}
    assert {"labs/lab1/lab.toml", tree.RELEASED, WALK} <= paths


def test_same_list_same_commits(course, monkeypatch):
    course.list(1).list(2).list(3).list(1, FIX)
    first = heads(course.branches())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    course.save({"Makefile": "all: later work\n"})
    put(course.top, ".gitconfig",
        "[user]\nname=X\n[commit]\ngpgSign=true\n[core]\nautocrlf=true\n"
        "[i18n]\ncommitEncoding=latin1\n[init]\ndefaultBranch=trunk\n")
    out = course.branches("--carry", "reference")
    assert list(first) == ["lab1", "lab2", "lab3"]
    assert first.items() <= heads(out).items()
    assert heads(course.branches("--upto", "2")) == {
        n: first[n] for n in ("lab1", "lab2")}
    assert "reference_1" in git(out, "show", f"lab2-solved:{WALK}")
    assert git(out, "rev-parse", "lab2-solved~") == first["lab2"]
    changed = git(out, "diff", "--name-only", "lab3", "lab3-solved")
    assert changed.split() == sorted(sum(OWNED.values(), []))


def test_head_can_be_released(course):
    out = course.list(1, commit="HEAD").branches()
    assert git(out, "show", f"lab1:{tree.RELEASED}").endswith(
        'release = 1\ndate = "2026-02-01T08:00:00+01:00"')
    assert git(out, "log", "-1", "--format=%an %ae %cI", "lab1") == (
        "Staff staff@example.org 2026-02-01T08:00:00+01:00")


def test_released_owned_file_is_frozen(course):
    course.list(1).list(2, {f"labs/lab1/{WALK}": "/* STARTER, better */\n"})
    course.refuses(WALK, "frozen", "patch")
    fails(course.release("check"), WALK, "frozen", "patch")


def test_kit_file_given_out_can_not_become_a_students(course):
    toml = (course.main / "labs/lab2/lab.toml").read_text()
    abi = {"labs/lab2/kernel/abi/ops.h": "/* STARTER */\n",
           "labs/lab2/lab.toml": toml.replace(ALLOC, "kernel/abi/ops.h"),
           "labs/instructor.toml": "files.keep = ['labs/**', 'solutions/**',"
           "'kernel/ops/alloc.c', 'tests/**', '!labs/lab*/lab.toml']"}
    course.list(1).list(2, abi)
    course.refuses("kernel/abi/ops.h: lab 2 owns it, but it is in lab1")


@pytest.mark.parametrize("word, other, says", [
    ('lab = 1', 'lab = "1"', "lab must be a number"),
    ('lab = 1', 'lab = 2', "the lab before it is not released"),
    ('lab = 1', 'lab = 7', "has no lab 7"),
    ('message', 'massage', "massage"),
    ('<staff@', 'staff@', "author like"),
    ('+01:00', '', "date must be like"), ('2026', '"x"#', "date must be"),
    ('commit = "', 'commit = "dead', "is no commit here"),
    ('[[release]]', '[release]', "[[release]]"),
    ('[[release]]', '[[', "labs/releases.toml")])
def test_damaged_list_is_told(course, word, other, says):
    course.list(1)
    put(course.main, "labs/releases.toml",
        course.entries[0].replace(word, other, 1))
    course.refuses(says)


def test_commands_and_where_they_write(course):
    put(course.top, "full/file", "")
    (course.top / "part").mkdir()
    course.list(1)
    fails(course.release("branches", "--out", course.top / "full"),
          "not empty")
    succeeds(course.release("branches", "--out", course.top / "part"))
    assert course.release("branches").returncode == 2
    assert course.release("prune").stderr.startswith("xo5: ")
    course.list(2, commit=git(course.main, "rev-parse", "HEAD~"))
    course.refuses("release 2", "before")
    put(course.main, "labs/releases.toml", "")
    course.refuses("lists no such release")
    put(course.main, "build/x.o", "ignored\n")
    assert "labs: 1, 2, 3" in succeeds(course.release("check"))


@pytest.mark.parametrize("path, text, says", [
    ("stray.c", "", "stray.c: in no list"),
    ("labs/lab1/lab.toml", "grade/lab2/**",
     "in 2 lists: arrives with lab 1, arrives with lab 2"),
    ("labs/lab3/lab.toml", "solutions/**",
     "arrives with lab 3, kept by labs/instructor.toml"),
    (WALK, None, f"{WALK}: owned by lab 1, but it is not there"),
    (f"labs/lab1/{MAP}", None, f"missing: the starter of {MAP}"),
    ("handouts/lab3.md", None, "arrives with lab 3, but it is not there"),
    (f"labs/lab1/{MAP}", SOLVED, "the starter is the reference"),
    ("kernel/abi/copy.h", SOLVED, f"a kit file with the bytes of {MAP}"),
    ("answers.md", "", "may not be on main"),
    (tree.RELEASED, "", "not be on main"), ("grade/a;b.py", "", "plain name"),
    (tree.INSTRUCTOR, None, f"has no {tree.INSTRUCTOR}")])
def test_check_names_the_problem(course, path, text, says):
    file = course.main / path
    if text is None:
        file.unlink()
    elif path.endswith("lab.toml"):
        file.write_text(file.read_text().replace(
            "arrive = [", f"arrive = ['{text}',"))
    else:
        put(course.main, path, text)
    fails(course.release("check"), says)
    assert git(course.main, "diff", "--cached", "--name-only") == ""


def test_errata(course, ann):
    out = course.top / "errata.patch"
    args = ("errata", "--out", out, "--lab")
    assert "no errata" in succeeds(course.release(*args, 1))
    fails(course.release(*args, 2), "is not released")
    for n, path in enumerate((WALK, MAP)):
        put(course.main, f"labs/lab1/errata/{n}.patch", (
            f"The comment of {path}\nwas wrong.\n\n--- a/{path}\n"
            f"+++ b/{path}\n@@ -1 +1 @@\n-/* STARTER {path} */\n"
            f"+/* right {n} */\n"))
    assert "2 errata" in succeeds(course.release(*args, 1))
    assert out.read_text().count("was wrong") == 2
    git(ann, "apply", str(out))
    assert (ann / MAP).read_text() == "/* right 1 */\n"
    for patch, says in (("--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+int;\n",
                         "2.patch: brings new.c"),
                        (f"--- a/{WALK}\n+++ b/{WALK}\n@@ -1 +1 @@\n-o\n+x\n",
                         "2.patch: does not apply")):
        put(course.main, "labs/lab1/errata/2.patch", patch)
        fails(course.release(*args, 1), says)


def test_next_when_nothing_is_new(course, ann):
    put(ann, "notes.txt", "")
    (ann / WALK).unlink()
    done = course.student(ann, "next")
    fails(done, "lab 2 has not been released")
    for text in (f"your work as {git(ann, 'rev-parse', 'HEAD')[:10]}: {WALK}",
                 f"{WALK} was deleted; to have it back: git checkout",
                 "left out", "notes.txt"):
        assert text in done.stdout
    assert git(ann, "log", "-1", "--format=%s").startswith("Lab 1: work of 2")
    fails(course.student(ann, "handin"), f"{WALK}: missing")
    assert "is missing" in course.student(ann, "status").stdout


def test_next_over_a_committed_change_of_the_kit(course, ann):
    for path in ("kernel/core/new.c", "kernel/core/odd.c", "Makefile"):
        put(ann, path, "int ann;\n")
    git(ann, "rm", "-q", "tool.sh")
    git(ann, "add", "-A")
    git(ann, "commit", "-q", "-m", "my kit")
    before = git(ann, "rev-parse", "HEAD")
    course.list(2, FIX | {"tool.sh": "staff\n",
                          "kernel/core/new.c": "int staff;\n"}).publish()
    put(ann, WALK, "int w;\n")
    put(ann, "handouts/lab1.md", "my notes\n")
    text = fails(course.student(ann, "next"), "Makefile", "tool.sh",
                 "git mv kernel/core/new.c mine/", "git checkout")
    assert git(ann, "rev-parse", "HEAD~") == before
    assert git(ann, "status", "--porcelain") == "M handouts/lab1.md"
    assert not (ann / ".git/MERGE_HEAD").exists()
    follow(ann, text)
    assert "holds lab 2" in succeeds(course.student(ann, "next"))
    assert (ann / "mine/new.c").read_text() == "int ann;\n"
    assert (ann / "handouts/lab1.md").read_text() == "my notes\n"
    assert tree.baseline(ann).changed == [
        ("handouts/lab1.md", "changed"), ("kernel/core/odd.c", "added")]


@pytest.mark.parametrize("add", [False, True])
def test_next_over_an_uncommitted_change(course, ann, add):
    course.list(2, FIX | {"kernel/core/new.c": "int staff;\n"}).publish()
    put(ann, "Makefile", "all: ann\n")
    put(ann, "kernel/core/new.c", "int ann;\n")
    if add:
        git(ann, "add", "-A")
    follow(ann, fails(course.student(ann, "next"), "Makefile",
                      "kernel/core/new.c", "mine/kit.patch"))
    assert "holds lab 2" in succeeds(course.student(ann, "next"))
    assert (ann / "mine/new.c").read_text() == "int ann;\n"
    assert "+all: ann" in (ann / "mine/kit.patch").read_text()
    assert (ann / "kernel/core/new.c").read_text() == "int staff;\n"


def test_next_explains_the_state_of_the_clone(course, ann):
    def says(*words):
        fails(course.student(ann, "next"), *words)
    git(ann, "checkout", "-q", "--detach")
    says("detached HEAD", "git switch -c")
    git(ann, "switch", "-q", "lab1")
    put(ann, ".git/MERGE_HEAD", git(ann, "rev-parse", "HEAD") + "\n")
    says("a merge is unfinished")
    (ann / ".git/MERGE_HEAD").unlink()
    git(ann, "config", "--unset", "user.email")
    says("git config --global user.email")
    git(ann, "config", "user.email", "ann@example.org")
    shutil.move(course.public, course.top / "away")
    put(ann, WALK, "int w;\n")
    says("cannot reach origin", "safe")
    assert git(ann, "status", "--porcelain") == ""
    git(ann, "remote", "set-url", "origin", str(course.main))
    says("has neither lab1 nor lab2")
    git(course.main, "branch", "lab2")
    says("not a later release")
    git(ann, "remote", "remove", "origin")
    says("no remote called origin", "git remote add origin")
    shutil.rmtree(ann / ".git")
    says("not a git clone")
    (ann / tree.RELEASED).unlink()
    says(f"{tree.RELEASED} is missing")
    fails(course.student(course.main, "next"), "instructors' tree")


def test_next_whatever_git_is_told(course, ann):
    """Settings of a student's own, or a shallow clone, spoil nothing."""
    course.list(2, FIX).publish()
    cho = course.top / "cho"
    git(course.top, "clone", "-q", "--depth", "1", "--branch", "lab1",
        f"file://{course.public}", "cho")
    for setting in ("merge.ff=only", "commit.gpgSign=true", "user.name=cho",
                    "merge.autoStash=true", "status.showUntrackedFiles=no",
                    "diff.noprefix=true", "user.email=cho@example.org"):
        git(cho, "config", *setting.split("="))
    put(cho, WALK, "int cho;\n")
    put(cho, "mine/new.c", "")
    assert "holds lab 2" in succeeds(course.student(cho, "next"))
    assert git(cho, "ls-files", "mine").endswith("mine/new.c")
    assert (cho / WALK).read_text() == "int cho;\n"
    assert tree.baseline(cho).changed == []


def test_adopt(course, ann):
    solved = str(course.list(2).branches("--carry", "reference"))
    course.publish()
    succeeds(course.student(ann, "next"))
    put(ann, WALK, "int half;\n")
    fails(course.student(ann, "adopt", "LAB=1"), "no branch lab1-solved")
    said = succeeds(course.student(ann, "adopt", "LAB=1", "--from", solved))
    assert "reference_1" in (ann / WALK).read_text()
    assert "STARTER" in (ann / ALLOC).read_text()
    assert git(ann, "status", "--porcelain") == ""
    follow(ann, said)
    assert (ann / WALK).read_text() == "int half;\n"
    git(ann, "remote", "add", "staff", solved)
    args = ("adopt", "--lab", "1", "--from", "staff")
    assert "adopted" in succeeds(course.student(ann, *args))
    assert "already" in succeeds(course.student(ann, *args))
    succeeds(course.student(ann, "adopt", "LAB=2", "--from", "../main"))
    assert "reference_2" in (ann / ALLOC).read_text()


def test_adopt_explains(course, ann):
    put(course.top, "part/" + WALK, "")
    for words, says in ((["LAB=2"], "lab 2 is not in this clone"),
                        (["LAB=0"], "lab 0 is not in this clone"),
                        (["LAB=1", "--from", "no"], "cannot read no"),
                        (["LAB=1", "--from", "../part"], f"{MAP}: missing")):
        fails(course.student(ann, "adopt", *words), says)
    assert "STARTER" in (ann / WALK).read_text()
    for words in (["adopt"], ["adopt", "LAB=x"], ["undo"], []):
        assert course.student(ann, *words).returncode == 2


def test_handin(course, ann):
    (ann / "mine/link.c").symlink_to("/etc/passwd")
    for path in ("mine/list.c", "design.md", "Makefile", "kernel/core/my.c"):
        put(ann, path, "mine\n")
    said = succeeds(course.student(ann, "handin"))
    for text in ("holds 5 files", "mine/link.c: left out", "no answers.md",
                 "kit file Makefile (changed): the grader will not see it",
                 "kit file kernel/core/my.c (added)"):
        assert text in said
    first = (ann / "handin-lab1.tar.gz").read_bytes()
    os.utime(ann / WALK, (1, 1))
    shutil.rmtree(ann / ".git")
    assert "not a git clone" in succeeds(course.student(ann, "handin"))
    assert (ann / "handin-lab1.tar.gz").read_bytes() == first
    with tarfile.open(ann / "handin-lab1.tar.gz") as tar:
        assert tar.getnames() == sorted(
            [*OWNED[1], "design.md", "mine/README.md", "mine/list.c"])
        tar.extractall(course.top / "in")
    for name in ("ann", "in"):
        tree.stage(course.main, 1, course.top / name, course.top / "x" / name)
    assert listing(course.top / "x/ann") == listing(course.top / "x/in")
