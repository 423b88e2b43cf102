"""The hostile build: the same code, built with CHECK=1."""

import os
import subprocess
from pathlib import Path

# What breaks a contract when the boot command line says so.
HARNESS = "tests/kernel/hostile/broken.c"
# For all of tests/unix on a hostile build that is there, with disorder of that
# seed (user/lib/disorder.h): the folder in XO5_HOSTILE, the seed in XO5_SEED.
BUILT = os.environ.get("XO5_HOSTILE") and Path(os.environ["XO5_HOSTILE"])
SEED = int(os.environ.get("XO5_SEED", "0"))
SELDOM = "check=1000"   # the invariants after every so many operations


def plant(top, build, path, old, new):
    """That build's unix-host with a fault: `old` is `new` in one file of
    user/. It is another program, unix-host.planted, beside the real one, whose
    objects are as they were afterwards."""
    text = (top / path).read_text()
    assert text.count(old) == 1, f"{path}: {old}"
    source = build / "planted.c"
    source.write_text(text.replace(old, new))
    made = build / "unix" / f"{path.removeprefix('user/')}.o"
    make = ["make", "-s", "CHECK=1", f"BUILD={build}", f"HARNESS={HARNESS}"]
    said = subprocess.run([*make, "-n", "V=1", "-W", path, made], cwd=top,
                          check=True, capture_output=True, text=True).stdout
    command = [line for line in said.splitlines() if f"-c {path} -o" in line]
    kept = made.with_suffix(".kept")
    made.rename(kept)
    try:
        subprocess.run(command[0].replace(f"-c {path} ", f"-c {source} "),
                       shell=True, cwd=top, check=True)
        subprocess.run([*make, f"{build}/unix-host"], cwd=top, check=True)
        (build / "unix-host").rename(build / "unix-host.planted")
    finally:
        kept.rename(made)
        for name in ("personality.o", "keeper.o"):
            (build / "unix" / name).unlink(missing_ok=True)
        subprocess.run([*make, f"{build}/unix-host"], cwd=top, check=True)
    return build / "unix-host.planted"


def build(top, folder, *targets):
    """The folder of one, in which these have been made."""
    out = folder / "build"
    targets = [name.format(out) for name in targets]
    subprocess.run(["make", "-s", "CHECK=1", f"BUILD={out}",
                    f"HARNESS={HARNESS}", *targets], cwd=top,
                   check=True, timeout=3600, stdout=subprocess.DEVNULL)
    return out
