"""Commands of the tree, as tests give them."""

import subprocess
import sys


def python(top, *words):
    """What Python does with these words, in the tree's top: its end, and all
    that it printed."""
    return subprocess.run([sys.executable, *words], cwd=top, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
