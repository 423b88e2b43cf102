"""What .gdbinit sources: the commands `xo5 ...`, and what makes GDB right in
code that is not 64-bit."""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))

from grade.gdb import code, commands, console  # noqa: E402

commands.register()
code.register()
try:
    console.start()
except gdb.GdbError as error:
    gdb.write(f"xo5: {error}\n")
