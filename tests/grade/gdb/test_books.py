"""`xo5 books` in GDB: the kernel's own records, once they are there."""

import re

from tests.grade.gdb.test_session import gdb

__all__ = ["gdb"]       # a fixture


def test_books(gdb):
    """What the kernel's books say, once they are there."""
    told = gdb(["xo5 books", "tbreak init_boot", "continue", "xo5 books",
                "tbreak probe_ready", "continue", "xo5 books  ",
                "xo5 books 0x200", "xo5 books -1", "print frames[1].kind",
                "continue"])
    text = told.text
    assert "The books are not mapped yet." in text
    assert "The books are not made yet" in text
    assert re.search(r"^ +1  live  parent 0, table 0x\w+, context 0x\w+, "
                     r"owns \d+, may own \d+, runs$", text, re.M)
    for words in (r"kernel  1  nobody", r"dirty   1  nobody",
                  r"memory  1  process 1", r"table   2  process 1",
                  r"device  1  process 1"):
        assert re.search(rf"^ +0x\w+ +0x\w+ +\d+  {words}$", text, re.M)
    assert "frame 0x200: kernel, level 1, owned by nobody" in text
    assert "Frames are numbered 0 to" in text
