"""CONTRIBUTING.md and ARCHITECTURE.md are true: what they name is there."""

import re
import tomllib

import pytest

PAGES = ("CONTRIBUTING.md", "ARCHITECTURE.md")
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`|\]\(([\w./-]+)\)")
NO_PATHS = re.compile(r"-k|unix|\.c|build/.*|.*labN.*")


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
