"""Compiles the kernel's operations for the host, with a small machine's
headers before the kernel's own, and the checks around them."""

from pathlib import Path

from proof.search.clang import CannotBuild, run

TOP = Path(__file__).resolve().parents[2]
HERE = "proof/search"
OPERATIONS = ("create", "alloc", "attach", "update", "swap", "dispatch")
CORE = ("frame", "quota", "entry", "accept", "claim", "vital", "notice",
        "group", "process", "cpu", "cpus", "flush", "rest")
KERNEL = [f"kernel/ops/{name}.c" for name in OPERATIONS]
KERNEL += [f"kernel/core/{name}.c" for name in CORE]
CHECKS = ["host", "facts", "spec", "spec_alloc", "spec_attach", "spec_update",
          "spec_process", "invariants", "step", "differ", "words"]
SEARCH = ["menu", "calls", "calls_entry", "calls_directory", "scenes",
          "states", "search"]


def sources(source=None):
    """The kernel's files; `source` in place of the one of its name."""
    names = {Path(name).name: TOP / name for name in KERNEL}
    if source:
        if Path(source).name not in names:
            raise CannotBuild(f"{source}: none of {', '.join(names)}")
        names[Path(source).name] = Path(source).resolve()
    return list(names.values())


def build(machine, out, files, flags, source=None):
    """Compiles the kernel's files, the checks and `files` for a machine
    (machine.h); raises CannotBuild."""
    checks = [TOP / HERE / f"{name}.c" for name in CHECKS]
    command = ["clang", "-g", "-std=gnu17", "-fno-strict-aliasing", "-Wall",
               "-Wextra", f"-DMACHINE_{machine.upper()}",
               "-I", str(TOP / HERE / "small"), "-I", str(TOP / "kernel"),
               "-I", str(TOP), *flags]
    command += [str(name) for name in sources(source) + checks + list(files)]
    run(*command, "-o", str(out))
