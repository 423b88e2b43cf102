"""The sandbox that submissions are built and booted in: bubblewrap's.

What runs in it has users, mounts, processes, IPC, a host's name and a network
of its own. It sees the system's programs and what it is given, all read-only
but for the folders that are said to be writable, and an empty /tmp: no home,
no process of others, no network. Its first process's end is the end of all.

Where root grades, what runs in the sandbox is nobody's: root is above most
limits, and owns more than it should be able to touch.
"""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PROGRAM = "bwrap"
NOBODY = 65534
TMP_BYTES = 256 << 20
SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache")
ROOTS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Each:
    """What each process in the sandbox may use."""
    processor: int      # seconds
    address: int        # bytes of address space
    file: int           # bytes of one file
    processes: int      # in the whole sandbox: threads count too


@lru_cache(maxsize=None)
def missing():
    """Why there can be no sandbox here, in one line; "" if there can."""
    if not shutil.which(PROGRAM):
        return "bubblewrap (bwrap) is not installed: make deps"
    try:
        done = subprocess.run(words(["true"], whom=user(["/"])),
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env=environment(), timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be run: {error}"
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").split("\n")
    return f"bubblewrap cannot make one: {said[0] or done.returncode}"


def environment(**more):
    """The environment in a sandbox: nothing of this process's."""
    return {"PATH": PATH, "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp",
            "HOME": "/nonexistent"} | more


def user(places):
    """Who runs in a sandbox that is given these places: NOBODY for root, if
    it can get there; else None, which is who runs this."""
    return NOBODY if os.geteuid() == 0 and all(map(_open, places)) else None


def _open(place):
    """Whether everybody may go through all the folders above a place."""
    return all(os.stat(folder).st_mode & stat.S_IXOTH
               for folder in Path(os.path.realpath(place)).parents)


def give(folder, whom):
    """Makes a folder, and what is in it, that of who runs in a sandbox."""
    if whom is None:
        return
    for where, _, names in os.walk(folder):
        for name in (".", *names):
            os.chown(os.path.join(where, name), whom, whom,
                     follow_symlinks=False)


def words(command, *, read=(), write=(), at="/", whom=None, each=None,
          first=False, more=()):
    """The command as it runs in a sandbox.

    read, write: (place outside, place inside) of each file and folder that it
    sees. at: where inside it starts. whom: as user() says. each: Each.
    first: it is itself the first process there. more: of bwrap's options.
    """
    line = [] if whom is None else [
        "setpriv", f"--reuid={whom}", f"--regid={whom}", "--clear-groups",
        "--inh-caps=-all", "--no-new-privs"]
    line += [shutil.which(PROGRAM) or PROGRAM, "--unshare-all",
             "--unshare-user", "--disable-userns", "--cap-drop", "ALL",
             "--die-with-parent", "--new-session",
             "--hostname", "xo5", *(["--as-pid-1"] if first else []), *more]
    line += _system()
    for option, places in (("--ro-bind", read), ("--bind", write)):
        for outside, inside in places:
            line += [option, str(outside), str(inside)]
    line += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", at, "--"]
    return line + _limited(each) + list(command)


def _system():
    """bwrap's options for what every sandbox has."""
    line = ["--proc", "/proc", "--dev", "/dev",
            "--size", str(TMP_BYTES), "--tmpfs", "/tmp"]
    for place in SYSTEM:
        if os.path.exists(place):
            line += ["--ro-bind", place, place]
    for name in ROOTS:
        place = f"/{name}"
        if os.path.islink(place):
            line += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            line += ["--ro-bind", place, place]
    return line


def _limited(each):
    if each is None:
        return []
    return ["prlimit", f"--cpu={each.processor}", f"--as={each.address}",
            f"--fsize={each.file}", f"--nproc={each.processes}", "--core=0",
            "--"]
