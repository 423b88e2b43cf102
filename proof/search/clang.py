"""Programs that are compiled for this machine, around the kernel's own C or
IR."""

import subprocess


class CannotBuild(Exception):
    """There is no compiler, or it refuses; the text says what it said. Or what
    it was to compile is not what it was."""


def run(*command):
    """Runs a compiler; CannotBuild with what it says if it refuses."""
    try:
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError:
        raise CannotBuild("there is no clang: type setup/deps.sh --install "
                          "dev") from None
    if done.returncode:
        raise CannotBuild(done.stdout.strip())
