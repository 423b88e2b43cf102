"""Half a solution gets what it deserves, and hears what is wrong."""

import json
import re
import subprocess
import sys

import pytest

from tests.labs.solutions import copy_owned
from tests.labs.test_clone import ENV

MISSING = '''pte entry_with_rights(pte e, unsigned rights)
{
    (void)e, (void)rights;
    exercise_missing("1.2 (entry_with_rights)");
}
'''
PANIC = 'if (out->modules == 8) { panic("nine"); }\n    '


def verdicts(top, tmp_path, name, change):
    """{test: (points, words)} of the reference with one file changed."""
    folder = copy_owned(1, top, tmp_path / "submission")
    path = folder / f"kernel/{name}.c"
    text = path.read_text()
    assert change(text) != text
    path.write_text(change(text))
    results = tmp_path / "results.json"
    subprocess.run([sys.executable, "-P", "-m", "grade", "--lab", "1",
                    "--submission", str(folder), "--json", str(results)],
                   cwd=top, env={**ENV, "PYTHONPATH": str(top)}, check=False,
                   stdout=subprocess.DEVNULL, timeout=3600)
    return {t["name"].split()[-1]: (t["score"], t["output"])
            for t in json.loads(results.read_text())["tests"]}


def lost(found):
    return {name for name, (points, _) in found.items() if points == 0}


def test_one_function_is_missing(top, tmp_path):
    found = verdicts(top, tmp_path, "core/entry", lambda text: text[
        :text.index("pte entry_with_rights")].replace(
            "#include", '#include "lib/exercise.h"\n#include', 1) + MISSING)
    assert lost(found) == {"test_entry_change", "test_entry_seeded"}


def test_panic_in_one_case(top, tmp_path):
    """The case that panics is the one that is named."""
    found = verdicts(top, tmp_path, "boot/bootinfo", lambda text: text.replace(
        "#include", '#include "lib/panic.h"\n#include', 1).replace(
            "struct module module = {", PANIC + "struct module module = {"))
    assert lost(found) == {"test_info_strings"}
    words = found["test_info_strings"][1]
    assert re.search(r'in the case "(nine modules|a ninth module)', words)
    assert "panic: nine" in words


@pytest.mark.parametrize("old, new, words", [
    ("return RIGHT_R | RIGHT_X;", "return RIGHT_R;",
     "it raised exceptions without end"),
    ("case PART_DATA:\n        return RIGHT_R | RIGHT_W;",
     "case PART_DATA:\n        return RIGHT_R;", "triple fault"),
])
def test_kernel_that_cannot_run(top, tmp_path, old, new, words):
    """Wrong rights on what the processor needs at once: told in words."""
    found = verdicts(top, tmp_path, "boot/kmap",
                     lambda text: text.replace(old, new))
    assert words in found["test_kmap_text"][1]
    assert "test_kmap_error" not in lost(found)
