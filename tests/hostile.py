"""The hostile build: the same code, built with CHECK=1."""

import subprocess

# What breaks a contract when the boot command line says so.
HARNESS = "tests/kernel/hostile/broken.c"
SELDOM = "check=1000"   # the invariants after every so many operations


def build(top, folder, *targets):
    """The folder of one, in which these have been made."""
    out = folder / "build"
    targets = [name.format(out) for name in targets]
    subprocess.run(["make", "-s", "CHECK=1", f"BUILD={out}",
                    f"HARNESS={HARNESS}", *targets], cwd=top,
                   check=True, timeout=3600, stdout=subprocess.DEVNULL)
    return out
