"""The handouts are true: what they name exists, what they quote is quoted,
their points are lab.toml's, they build, and they give no solution away."""

import importlib.util
import re
import subprocess
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grade import tree

TOP = Path(__file__).resolve().parents[2]
LABS = sorted(int(p.stem[3:]) for p in (TOP / "handouts").glob("lab*.md"))
LONG = 20           # a line with more characters than this is recognisable
SYNTAX = ["gcc", "-std=gnu17", "-ffreestanding", "-fsyntax-only", "-Wall",
          "-Wextra", "-Werror", "-Wmissing-prototypes", "-Ikernel", "-xc"]

_spec = importlib.util.spec_from_file_location("handouts_build",
                                               TOP / "handouts/build.py")
build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(build)


class Handout:
    """A handout, and the tree of the student who reads it."""

    def __init__(self, number):
        self.number = number
        self.name = f"handouts/lab{number}.md"
        self.text = (TOP / self.name).read_text()
        self.blocks = build.blocks(self.text, self.name)
        self.lab = tomllib.loads(
            (TOP / f"labs/lab{number}/lab.toml").read_text())
        self.labs = tree.labs_in(TOP)
        self.paths = set(tree.kit_paths(TOP, number))
        self.paths |= set(tree.owned_paths(TOP, number))
        # Prose, and what is shown in fenced blocks.
        self.prose = re.sub(r"^```.*?^```$", "", self.text,
                            flags=re.S | re.M)
        self.spans = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", self.prose)
        self.spans = [" ".join(span.split()) for span in self.spans]
        self.fences = re.findall(r"^```\w*\n(.*?)^```$", self.text,
                                 flags=re.S | re.M)

    def source(self, path):
        """A file as the student has it: owned ones are starters."""
        starter = TOP / f"labs/lab{self.number}" / path
        return (starter if starter.exists() else TOP / path).read_text()

    def exercise(self, number):
        """The section of an exercise."""
        found = re.search(rf"^## Exercise {re.escape(number)}: .*?(?=^## )",
                          self.text, re.S | re.M)
        assert found, f"{self.name} has no section for exercise {number}"
        return found[0]

    def reference(self):
        """The lines of the reference that are recognisable, without those
        that students are given anyway."""
        owned = self.labs[self.number].owned
        given = {squeezed(line) for path in self.paths
                 if path.startswith("kernel/")
                 for line in self.source(path).splitlines()}
        lines = {squeezed(line) for path in owned
                 for line in (TOP / path).read_text().splitlines()}
        return {line for line in lines - given if len(line) > LONG}


def squeezed(text):
    """Without any white space."""
    return "".join(text.split())


@pytest.fixture(params=LABS, ids=[f"lab{n}" for n in LABS])
def handout(request):
    return Handout(request.param)


def test_there_is_a_handout():
    assert LABS


def test_quotes_are_true(handout):
    build.check(handout.text, handout.name, TOP)


def test_code_says_where_it_is_from(handout):
    """Every block of C is checked: a quote, or a file to write."""
    marked = sum(1 for b in handout.blocks if b.kind in ("from", "to"))
    assert len(re.findall(r"^```c$", handout.text, re.M)) == marked


def test_files_to_write_compile(handout):
    for block in handout.blocks:
        if block.kind == "to" and block.path.endswith(".c"):
            assert block.path.startswith("mine/")
            done = subprocess.run([*SYNTAX, "-"], input=block.text, text=True,
                                  cwd=TOP, capture_output=True, check=False)
            assert not done.returncode, f"{block.path}: {done.stderr}"


def test_make_targets_exist(handout):
    known = set()
    text = "".join((TOP / name).read_text()
                   for name in ("Makefile", "proof/proof.mk"))
    for line in text.splitlines():
        rule = re.match(r"([a-z][a-z -]*):(?!=)", line)
        known |= set(rule[1].split()) if rule else set()
    commands = [s for s in handout.spans + "".join(handout.fences).splitlines()
                if s.strip().startswith("make ")]
    assert commands
    wrong = {word for command in commands for word in command.split()[1:]
             if re.fullmatch(r"[a-z-]+", word) and word not in known}
    assert not wrong, f"no such target: {wrong}"


def test_tests_and_variables_exist(handout):
    names = {t["name"] for t in handout.lab["test"]}
    wrong = set(re.findall(r"\btest_\w+", handout.text)) - names
    assert not wrong, f"lab.toml has no test {wrong}"
    makefile = (TOP / "Makefile").read_text()
    for name in set(re.findall(r"make [a-z]+ ([A-Z]+)=", handout.text)):
        assert f"$({name})" in makefile or f"{name} ?=" in makefile, name


def test_paths_exist_for_the_student(handout):
    """Files that are named are in the student's tree, or to be written."""
    rooms = "kernel|grade|handouts|labs|setup|user|proof|bench|solutions"
    named = set(re.findall(rf"\b(?:{rooms})/[\w./-]*[\w/]", handout.text))
    named |= {s for s in handout.spans if s.startswith("mine/")}
    written = {b.path for b in handout.blocks if b.kind == "to"} | {"mine/"}
    folders = {p[:n.start() + 1] for p in handout.paths
               for n in re.finditer("/", p)}
    wrong = {p for p in named - written
             if p not in handout.paths and p.rstrip("/") + "/" not in folders}
    assert not wrong, f"not in the student's tree: {wrong}"


def test_names_exist(handout):
    """What is written like a name of C stands in the student's sources."""
    words = set()
    for path in handout.paths | set(handout.labs[handout.number].owned):
        if path.startswith(("kernel/", "grade/", "user/")):
            words |= set(re.findall(r"\w+", handout.source(path)))
    written = "".join(b.text for b in handout.blocks if b.kind == "to")
    words |= set(re.findall(r"\w+", written))
    named = {s.rstrip("()") for s in handout.spans
             if re.fullmatch(r"[A-Za-z]\w*_\w+(\(\))?", s)}
    challenge = {"unmap_range"}
    assert named
    assert not named - words - challenge, named - words - challenge


def test_every_exercise_names_its_functions(handout):
    """Each exercise lists its functions, and the header has them; none that
    its starter leaves out is missing."""
    for exercise in handout.lab["exercise"]:
        section = handout.exercise(exercise["id"])
        head = re.search(r"\*\*(\d+) points, about (\d+) lines,(.*?)\*\*",
                         section, re.S)
        assert head, f"exercise {exercise['id']}: no line with its points"
        assert int(head[2]) == exercise["lines"]
        file, *functions = re.findall(r"`([^`]+)`", head[3])
        assert file == exercise["file"]
        header = (TOP / file).with_suffix(".h")
        if not header.exists():         # the five operations share one
            header = header.with_name("operations.h")
        header = header.read_text()
        for name in functions:
            assert re.search(rf"\b{name}\(", header), name
        starter = handout.source(file)
        stubs = set(re.findall(r'exercise_missing\("[^"]*: (\w+)\)', starter))
        assert set(functions) == stubs


def test_points_are_those_of_the_lab(handout):
    points = {}
    for test in handout.lab["test"]:
        points[test["exercise"]] = (points.get(test["exercise"], 0)
                                    + test["points"])
    for exercise in handout.lab["exercise"]:
        number = exercise["id"]
        row = re.search(rf"^\| {re.escape(number)} [^|]*\| `([^`]+)` \| "
                        r"(\d+) \| (\d+) \|", handout.text, re.M)
        assert row, f"no row for exercise {number}"
        assert row[1] == exercise["file"]
        assert int(row[2]) == exercise["lines"]
        assert int(row[3]) == points[number]
        assert f"**{points[number]} points," in handout.exercise(number)
    total = sum(e["lines"] for e in handout.lab["exercise"])
    assert f"about {total} lines" in handout.text
    assert f"{handout.lab['hours']} hours" in handout.text


def test_every_test_is_named(handout):
    """A student finds each test with its exercise."""
    for test in handout.lab["test"]:
        assert f"`{test['name']}`" in handout.exercise(test["exercise"]) or \
            f"TEST={test['name']}" in handout.exercise(test["exercise"]), \
            test["name"]


def test_figures_are_used(handout):
    used = {b.path for b in handout.blocks if b.kind == "figure"}
    there = {p.relative_to(TOP).as_posix()
             for p in (TOP / f"handouts/lab{handout.number}").glob("*.dot")}
    assert used == there and used


def test_no_solution_is_given_away(handout):
    text = squeezed(handout.text)
    reference = handout.reference()
    assert len(reference) > 20
    assert not [line for line in reference if line in text]


def test_nothing_private_is_told(handout):
    """No path of somebody's machine, no open end."""
    bare = re.sub(r"`TODO`", "", handout.text)
    for word in ("/tmp/", "/home/", "/root/", "FIXME", "XXX"):
        assert word not in bare, word


class Page(HTMLParser):
    """What of an HTML page other things refer to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.sources = [], [], []
        self.tags = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        for name in ("src", "data"):
            self.sources += [attrs[name]] if name in attrs else []
        if tag == "link":
            self.sources.append(attrs.get("href", ""))


def test_html(handout, tmp_path):
    target = build.build(TOP / handout.name, tmp_path)
    text = target.read_text()
    page = Page(text)
    figures = sum(1 for b in handout.blocks if b.kind == "figure")
    assert page.tags.get("svg") == page.tags.get("figure") == figures
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link.startswith("https://") or link[1:] in page.ids, link
    assert all(s.startswith("data:") for s in page.sources), page.sources
    for mark in ("<!-- from", "<!-- to", "<!-- figure", "```"):
        assert mark not in text, mark
    assert page.tags["details"] == handout.text.count("<details>")
    assert "<h1" in text and handout.lab["title"] in text


@pytest.mark.parametrize("wrong, words", [
    ("<!-- from no/such.h -->\n```c\nint x;\n```\n", "there is no such file"),
    ("<!-- from kernel/lib/types.h -->\n```c\nint no_such_line;\n```\n",
     "does not hold these lines"),
    ("<!-- from kernel/lib/types.h -->\n```c\n```\n",
     "does not hold these lines"),
    ("<!-- from kernel/lib/types.h -->\n```c\nuint64_t v;\n```\n",
     "does not hold these lines"),
    ("<!-- figure handouts/lab1/none.dot: x -->\n```\n```\n",
     "there is no such file"),
    ("<!-- from kernel/lib/types.h -->\nno block\n", "no fenced block"),
    ("<!-- fron kernel/lib/types.h -->\n```\n```\n", "not from, to or"),
])
def test_what_does_not_hold_is_told(wrong, words):
    with pytest.raises(build.HandoutError, match=words) as told:
        build.check("# Title\n\n" + wrong, "lab0.md", TOP)
    assert str(told.value).startswith("lab0.md:3: ")
    assert "\n" not in str(told.value)


def test_the_program_says_one_line(tmp_path):
    """Bad usage is 2; success names each file."""
    program = [str(TOP / "handouts/build.py")]
    bad = subprocess.run(["/usr/bin/python3", *program], text=True,
                         capture_output=True, check=False)
    assert bad.returncode == 2 and bad.stderr.count("\n") == 1
    good = subprocess.run(["/usr/bin/python3", *program, str(tmp_path)],
                          text=True, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    assert good.stdout.split() == [str(tmp_path / f"lab{n}.html")
                                   for n in LABS]
