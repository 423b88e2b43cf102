"""The figure of the tree: it is up to date, and it shows what it says."""

import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import architecture  # noqa: E402


def arrows_of(text):
    return set(re.findall(r'^    ("[^"]+" -> "[^"]+")', text, re.M))


def test_figure_is_up_to_date():
    assert architecture.dot(TOP) == architecture.DOT.read_text(), \
        "type make architecture"


def test_drawing_is_of_the_figure():
    """graphviz writes each node and arrow as a title, whatever its version."""
    drawing = architecture.DOT.with_suffix(".svg").read_text()
    titles = {title.replace("&#45;", "-").replace("&gt;", ">")
              for title in re.findall(r"<title>(.*?)</title>", drawing)}
    text = architecture.DOT.read_text()
    for arrow in arrows_of(text):
        assert arrow.replace('"', "").replace(" ", "") in titles
    for name in re.findall(r'^        "([^"]+)" \[', text, re.M):
        assert name in titles


def put(root, **files):
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_c", ".c").replace(
            "_h", ".h")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_includes_are_arrows(tmp_path):
    """The nearest arrows alone, headers beside a file none, circles red."""
    put(tmp_path, kernel__abi__a_h="", kernel__core__b_h='#include "abi/a.h"',
        kernel__ops__c_c='#include "core/b.h"\n#include "abi/a.h"\n',
        user__lib__d_h='#include "abi/a.h"\n#include <stdint.h>\n',
        user__one__e_h='#include "two/f.h"\n#include "e.h"\n',
        user__two__f_h='#include "one/e.h"\n#include "lib/d.h"\n',
        user__tests__g_c='#include "one/e.h"\n')
    assert list(architecture.drawn(architecture.arrows(tmp_path))) == [
        ("kernel/core", "kernel/abi", False),
        ("kernel/ops", "kernel/core", False),
        ("user/lib", "kernel/abi", False),
        ("user/one", "user/two", True),
        ("user/two", "user/lib", False),
        ("user/two", "user/one", True)]
