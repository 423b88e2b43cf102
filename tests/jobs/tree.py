"""The files of a job: an image for xo5, and the same as a folder for Linux."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from tests.jobs import table
from tests.jobs.table import TOP, JobError

sys.path.insert(0, str(TOP / "setup"))

import image_read  # noqa: E402

ENVIRONMENT = {"PATH": "/usr/bin:/usr/sbin:/job/bin", "HOME": "/root",
               "TERM": "dumb", "LC_ALL": "C", "TZ": "UTC0", "USER": "root",
               "LOGNAME": "root", "SHELL": "/bin/sh"}
# Each case's output, as soon as it is there: the last one that was begun
# shows where a machine stopped.
SCRIPT = """\
B=/job/busybox
umask 022
while read -r name <&3; do
	$B mkdir "/tmp/$name"
	cd "/tmp/$name"
	echo "@begin $name"
	{shell} "/job/cases/$name" > /job/out 2>&1 < /dev/null 3<&-
	status=$?
	$B base64 /job/out
	echo "@end $name $status"
done 3< /job/list
echo @done
"""
BUSYBOX = "/job/busybox"
SUMS = "sha256"         # the case before all others


def stage(job, folder):
    """What is the job's own: /job, and what programs expect of a system."""
    place = folder / "job"
    (place / "cases").mkdir(parents=True)
    words = " ".join((BUSYBOX, "sha256sum", BUSYBOX, *job.programs))
    cases = {SUMS: words} | job.cases
    for name, text in cases.items():
        (place / "cases" / name).write_text(text.rstrip("\n") + "\n", "utf-8")
    for name, text in job.text.items():
        (place / name).write_text(text, "utf-8")
    (place / "list").write_text("\n".join(cases) + "\n")
    script = SCRIPT.replace("{shell}", job.shell)
    (place / "run").write_text("".join(
        f"export {name}={value}\n" for name, value in ENVIRONMENT.items())
        + script)
    shutil.copy(table.BUSYBOX, place / "busybox")
    (place / "bin").mkdir()
    for name in table.applets():
        os.symlink(BUSYBOX, place / "bin" / name)
    for name in ("etc", "tmp", "root", "proc", "dev"):
        (folder / name).mkdir()
    (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n"
                                       "nobody:x:65534:65534::/:/bin/sh\n")
    (folder / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")


def make_image(job, folder, more=()):
    """Makes folder/image of the job's files, and more, {name: text}, in
    /job."""
    own = folder / "own"
    own.mkdir(parents=True)
    stage(job, own)
    for name, text in dict(more).items():
        (own / "job" / name).write_text(text, "utf-8")
    for name in ("bin", "sbin", "lib", "lib64"):
        os.symlink(f"usr/{name}", own / name)
        (own / "usr" / name).mkdir(parents=True)
    words = [sys.executable, str(TOP / "setup/image.py"),
             str(folder / "image"), "--root", str(own)]
    for path in table.files_of(job):
        words += ["--add", path + (f"={path}" if os.path.isdir(path) else "")]
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise JobError(f"{job.name}: {done.stderr.strip()}")
    return folder / "image"


def read_image(path):
    """[(path, inode)] of all files of an image, folders before their own; a
    hard link's names have the same inode."""
    try:
        return list(files_of(image_read.read(path)))
    except image_read.Refused as why:
        raise JobError(str(why)) from None


def files_of(folder, path=""):
    for name, node in folder.names.items():
        yield f"{path}/{name}", node
        if node.is_directory():
            yield from files_of(node, f"{path}/{name}")


def unpack(files, folder):
    """Makes all files in an empty folder."""
    made = {}
    for path, node in files:
        place = f"{folder}{path}"
        if node in made:
            os.link(made[node], place, follow_symlinks=False)
            continue
        made[node] = place
        if node.is_link():
            os.symlink(node.target, place)
            continue
        if node.is_directory():
            os.mkdir(place)
        elif stat.S_ISREG(node.mode):
            Path(place).write_bytes(node.source)
        else:
            os.mknod(place, node.mode, node.device)
        os.chown(place, node.uid, node.gid)
        os.chmod(place, node.mode & 0o7777)
    for path, node in reversed(files):
        os.utime(f"{folder}{path}", ns=(node.mtime, node.mtime),
                 follow_symlinks=False)


def check_sums(files):
    """What came from packages is as they brought it; returns how many files
    that are. JobError names one that is not."""
    sums, count = table.known_sums(), 0
    for path, node in files:
        known = sums.get(path) if stat.S_ISREG(node.mode) else None
        if known:
            count += 1
            if known != hashlib.md5(node.source).hexdigest():
                raise JobError(f"{path} is not what its package brought")
    return count
