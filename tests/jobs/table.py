"""The jobs that tests/jobs/tables/*.toml describe.

    title     what the job is
    packages  Debian packages of which all files are taken, but for manuals
              and the like
    files     files or folders of this system that are taken: programs bring
              their libraries along
    without   globs of packages' files that are not taken
    programs  their SHA-256 is taken on xo5
    shell     what reads the cases, or "/bin/sh", which is Debian's dash
    memory    of the machine, or 256M
    seconds   how long the machine may take, or 1800: one that hangs
    covers    globs of programs: each must have a case or a skip of its name
    [text]    files of the job's own, in /job
    [cases]   a script each, run in an empty folder of its own; its output,
              errors with it, and its status are compared
    [skips]   what is left out: for each reason, names
"""

import fnmatch
import glob
import hashlib
import os
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "tests/jobs/tables"
DPKG = Path("/var/lib/dpkg/info")
BUSYBOX = "/bin/busybox"
NOT_TAKEN = ("/usr/share/doc", "/usr/share/man", "/usr/share/info",
             "/usr/share/locale", "/usr/share/lintian", "/usr/share/bug",
             "/usr/share/doc-base", "/usr/share/menu", "/usr/share/gdb",
             "/usr/share/bash-completion", "/usr/share/perl5", "/etc")


class JobError(Exception):
    """The jobs cannot be run; one line says why."""


@dataclass
class Job:
    """One table; see this file's beginning."""
    name: str
    title: str
    packages: list = field(default_factory=list)
    files: list = field(default_factory=list)
    without: list = field(default_factory=list)
    programs: list = field(default_factory=list)
    shell: str = "/bin/sh"
    memory: str = "256M"
    seconds: int = 1800
    covers: list = field(default_factory=list)
    text: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)


def read(path):
    """The Job in one file."""
    try:
        job = Job(name=path.stem, **tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise JobError(f"{path}: {error}") from None
    for name in (*job.cases, *job.text):
        if "/" in name or not name or any(c.isspace() for c in name):
            raise JobError(f"{path}: {name!r} cannot be a file's name")
    job.skips = {name: reason for reason, names in job.skips.items()
                 for name in names}
    both = set(job.cases) & set(job.skips)
    if both or not job.cases:
        raise JobError(f"{path}: " + (f"{min(both)} is a case and a skip"
                                      if both else "it has no cases"))
    return job


def read_all(names=(), folder=FOLDER):
    """All Jobs, or those of these names, in the order of their names."""
    jobs = {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
    for name in names:
        if name not in jobs:
            raise JobError(f"there is no job {name}: {' '.join(jobs)}")
    return [jobs[name] for name in (names or jobs)]


# ---- packages -------------------------------------------------------------

def package_list(package, kind):
    """The file that dpkg keeps of a package: its `list` or `md5sums`."""
    for name in (f"{package}.{kind}", f"{package}:amd64.{kind}"):
        if (DPKG / name).exists():
            return (DPKG / name).read_text("utf-8").splitlines()
    raise JobError(f"the package {package} is missing: type setup/deps.sh "
                   "--install jobs")


def package_files(package):
    """Its files and links, without manuals and the like; and without /bin
    and its kind, which are links themselves."""
    return [path for path in package_list(package, "list")
            if not path.startswith(NOT_TAKEN) and path.count("/") > 1
            and (os.path.islink(path) or os.path.isfile(path))]


def packaged(job, packages):
    """{path: None} of the files of these packages that the job takes."""
    return {path: None for package in packages
            for path in package_files(package)
            if not any(fnmatch.fnmatch(path, one) for one in job.without)}


def files_of(job):
    """All paths of this system that the job takes."""
    paths = packaged(job, ("dash", *job.packages))
    for path in job.files:
        if not os.path.lexists(path):
            raise JobError(f"{job.name}: there is no {path}: type "
                           "setup/deps.sh --install jobs")
    return [*paths, *job.files]


def covered(job):
    """The names of the programs that the job must speak of."""
    names = set()
    for pattern in job.covers:
        if pattern == BUSYBOX:
            names |= set(applets())
        else:
            names |= {os.path.basename(path)
                      for path in packaged(job, job.packages)
                      if fnmatch.fnmatch(path, pattern)}
    return names


def applets():
    """The names of busybox's applets."""
    done = subprocess.run([BUSYBOX, "--list"], stdout=subprocess.PIPE,
                          check=True, text=True)
    return done.stdout.split()


def missing(job):
    """Programs of which the job says nothing."""
    return sorted(covered(job) - set(job.cases) - set(job.skips))


# ---- sums -----------------------------------------------------------------

def known_sums():
    """{path with its links followed: MD5} of all that packages brought."""
    sums = {}
    for place in glob.glob(str(DPKG / "*.md5sums")):
        with open(place, encoding="utf-8") as file:
            for line in file:
                value, _, name = line.rstrip("\n").partition("  ")
                path = "/" + name
                folder = os.path.realpath(os.path.dirname(path))
                sums[f"{folder}/{os.path.basename(path)}"] = value
    return sums


def sha256(path):
    """The SHA-256 of a file of this system."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
