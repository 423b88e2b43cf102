"""The order of user/'s rooms is kept, and what breaks it is found."""
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import check_rooms  # noqa: E402

UNIX = "user/libos/unix/"
CLEAN = {
    "user/lib/string.h": "int string_find(int c);\n",
    "user/lib/string.c": "int string_find(int c)\n{\n    return c;\n}\n",
    UNIX + "keeper/record/machine.h": "int machine_now(void);\n"
                                      "int keeper_begin(void);\n",
    UNIX + "keeper/record/pool.h":
        '#include "libos/unix/keeper/record/machine.h"\nint pool_take(void);\n',
    UNIX + "keeper/record/pool.c":
        '#include "libos/unix/keeper/record/pool.h"\n\n'
        "int pool_take(void)\n{\n    return machine_now();\n}\n",
    UNIX + "keeper/files/pipe.h":
        '#include "lib/string.h"\n'
        '#include "libos/unix/keeper/record/pool.h"\nint pipe_read(void);\n',
    UNIX + "keeper/files/pipe.c":
        "/* int pool_take(void) { of a comment */\n"
        "int pipe_read(void)\n{\n    return pool_take();\n}\n",
    UNIX + "keeper/calls/start.c":
        "int keeper_begin(void)\n{\n    return 0;\n}\n",
    UNIX + "xo5/keeper/serial.c":
        "int machine_now(void)\n{\n    return 0;\n}\n",
    UNIX + "xo5/enter.S": "enter:\n    ret\n",
}
BAD = [
    # a room that comes later; the other half; another machine's
    (UNIX + "keeper/record/pool.c",
     '#include "libos/unix/keeper/files/pipe.h"\n', 1),
    (UNIX + "keeper/files/pipe.c",
     '\n#include "libos/unix/personality/base/host.h"\n', 2),
    (UNIX + "xo5/keeper/serial.c", '#include "libos/unix/linux/host.h"\n', 1),
    ("user/lib/string.c", '#include "launch/launch.h"\n', 1),
    ("user/launch/main.c", '#include "libos/unix/protocol.h"\n', 1),
    # a call that no include shows: declared before, defined later
    (UNIX + "keeper/record/pool.h", "\n\nint pipe_read(void);\n", 3),
    (UNIX + "keeper/record/pool.h", "struct pool *\n"
                                    "pipe_read(void);\n", 2),
]


def faults(texts):
    return list(check_rooms.check_rooms(texts))


def test_what_is_in_order_passes():
    assert faults(CLEAN) == []


@pytest.mark.parametrize("path, text, line", BAD)
def test_what_is_not_is_found(path, text, line):
    found = faults({**CLEAN, path: text})
    assert [(name, where) for name, where, _ in found] == [(path, line)], found


def test_the_rooms_have_no_circle(monkeypatch):
    check_rooms.check_order()
    monkeypatch.setitem(check_rooms.ROOMS, "user/lib", ["user/launch"])
    with pytest.raises(AssertionError):
        check_rooms.check_order()


def test_this_tree():
    top = TOP / "user"
    texts = {str(path.relative_to(TOP)): path.read_text("utf-8")
             for path in top.rglob("*") if path.suffix in (".c", ".h", ".S")}
    assert len(texts) > 200 or not (top / "libos/unix").is_dir()
    assert faults(texts) == []
