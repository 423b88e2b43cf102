"""The twelve invariants: proof/README.md's sentences lead, and whoever says
them in another way says all of them, but for those that the page excepts."""

import re

import pytest

from proof.spec import counting, invariants

ALL = set(range(1, 13))
# Where they are said by number, and what proof/README.md says is not.
SAID = {
    "the proof": ((), {6, 8}),
    "make search": (("proof/search/facts.c", "proof/search/invariants.c",
                     "proof/search/step.c"), {6}),
    "CHECK=1": (("kernel/debug/check.c",), {6, 10}),
    "the graders' model": (("grade/ops/rules.py",), {6, 8, 10}),
}


def numbers(text):
    return {int(n) for n in re.findall(r"invariant (\d+)", text)}


def of_the_proof(top):
    """Of the formulas, as their docstrings begin ("3, 4: the directory ...;
    12: nobody ..."); of the sums; and of what each operation keeps."""
    texts = [getattr(invariants, name).__doc__ or "" for name in
             dir(invariants) if callable(getattr(invariants, name))]
    found = {int(n) for text in texts for many in
             re.findall(r"(?:^|; )((?:\d+, )*\d+): ", text)
             for n in many.split(", ")}
    found |= {count.number for count in counting.COUNTS}
    return found | numbers((top / "proof/operation.py").read_text())


def test_the_page_has_twelve(top):
    page = (top / "proof/README.md").read_text()
    page = page.split("## The invariants")[1].split("\nThe proof is about")[0]
    said = [int(n) for n in re.findall(r"^(\d+)\. \S", page, re.M)]
    assert said == sorted(ALL)


@pytest.mark.parametrize("who", SAID)
def test_all_are_said(top, who):
    files, but = SAID[who]
    found = set()
    for name in files:
        found |= numbers((top / name).read_text())
    assert (found or of_the_proof(top)) == ALL - but
