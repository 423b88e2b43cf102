"""What pages and comments name is there: CONTRIBUTING.md and ARCHITECTURE.md
by whole paths, and every other page and comment by the end of one."""

import re
import subprocess
import tomllib

import pytest

from grade import tree

PAGES = ("CONTRIBUTING.md", "ARCHITECTURE.md")
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`|\]\(([\w./-]+)\)")
NO_PATHS = re.compile(r"-k|unix|\.c|build/.*|.*labN.*")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
# With a slash, or with the ending of a file of this tree.
QUOTED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?"
                    r"|[\w-]+\.(?:c|h|S|py|md|toml|mk))`")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
SOURCE = re.compile(r"[\w-]+(?:[/.][\w-]+)*\.(?:c|h|S|py|md|toml|mk)\b")
# What is made, what readers write, and what is another system's.
OTHERS = re.compile(r"(build|mine)/.*|.*labN\b.*|answers\.md|design\.md"
                    r"|hello\.c|arch/offsets\.h|ascii\.h|linux/futex\.h")


def named(text):
    """The paths that a page names: what has a slash or an ending."""
    found = {one or other for one, other in PATH.findall(text)}
    return sorted(name for name in found
                  if ("/" in name or "." in name)
                  and not NO_PATHS.fullmatch(name))


def typed(text):
    """The lines of its blocks of commands."""
    return [line for block in re.findall(r"^```sh\n(.*?)^```", text,
                                         re.S | re.M)
            for line in block.splitlines()]


@pytest.fixture(scope="module", name="ends")
def ends_of_paths(top):
    """Every end of a path of this tree, of files and of folders; programs by
    their sources, without the ending, too."""
    found = set()
    for path in tree.tracked(top):
        words = path.removesuffix(".c").split("/")
        found |= {"/".join(words[i:]) for i in range(len(words) - 1)}
        words = path.split("/")
        found |= {"/".join(words[i:j]) for j in range(1, len(words) + 1)
                  for i in range(j)}
    return found


def missing(names, ends):
    """Those of the names that no path ends with."""
    found = {re.sub(r"^(\.\./)+", "", name).rstrip("/") for name in names}
    return sorted(name for name in found - ends
                  if not OTHERS.fullmatch(name))


def test_every_page(top, ends):
    """Links, from the page's folder; what is quoted, by its end."""
    wrong, pages = [], [p for p in tree.tracked(top) if p.endswith(".md")]
    assert len(pages) > 30
    for page in pages:
        text = (top / page).read_text()
        wrong += [f"{page} links to {name}" for name in LINK.findall(text)
                  if not (top / page).parent.joinpath(name).exists()]
        wrong += [f"{page} names {name}"
                  for name in missing(QUOTED.findall(text), ends)]
    assert not wrong, "\n".join(wrong)


def test_every_comment(top, ends):
    """Files that a comment of C or assembly names."""
    wrong, files = [], [p for p in tree.tracked(top)
                        if p.endswith((".c", ".h", ".S"))]
    assert len(files) > 500
    for file in files:
        said = "\n".join(COMMENT.findall((top / file).read_text()))
        wrong += [f"{file} names {name}"
                  for name in missing(SOURCE.findall(said), ends)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES)
def test_paths_are_there(top, page):
    names = named((top / page).read_text())
    assert len(names) > 5
    missing = [name for name in names if not (top / name).exists()]
    assert not missing, f"{page} names {missing}"


def test_commands_are_there(top):
    """Targets of make that `make help` lists, tests and modules."""
    makes = "".join((top / name).read_text() for name in (
        "Makefile", "labs/instructor.mk", "proof/proof.mk"))
    lines = typed((top / "CONTRIBUTING.md").read_text())
    assert len(lines) > 8
    for line in lines:
        words = line.split()
        if words[0] == "make":
            for word in words[1:2]:
                assert re.search(rf"^[a-z -]*\b{word}\b[a-z -]*:.*##", makes,
                                 re.M), line
        elif "-m" in words and "pytest" not in words:
            module = words[words.index("-m") + 1].replace(".", "/")
            assert (top / f"{module}.py").exists(), line
        else:
            assert (top / words[-1]).exists(), line


def test_the_lab_test_is_one(top):
    text = (top / "CONTRIBUTING.md").read_text()
    lab, name = re.search(r"LAB=(\d) TEST=(\w+)", text).groups()
    table = tomllib.loads((top / f"labs/lab{lab}/lab.toml").read_text())
    assert name in {test["name"] for test in table["test"]}


def test_files_open_with_their_idea(top):
    """Every .c and .S begins with a paragraph that says what it is about; a
    student's starter has its contract in the header, and a solution's are in
    its README."""
    names = subprocess.run(["git", "ls-files", "*.c", "*.S"], cwd=top,
                           check=True, text=True,
                           capture_output=True).stdout.splitlines()
    names = [n for n in names if not n.startswith(("labs/", "solutions/"))]
    assert len(names) > 300
    assert not [n for n in names
                if not (top / n).read_text().startswith(("/*", "//"))]
