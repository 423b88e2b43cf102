"""Some jobs timed on xo5 and in a guest of Debian's own kernel, on the same
machine, from the same files in memory: what passes in the guest from before a
job to after it.

The seconds are those of QEMU's clock, or, with -icount, of a processor that
does one instruction a nanosecond: then they are instructions, and do not
depend on what else this system does.
"""

import os
import re
import statistics
import stat
import subprocess
import tempfile
from pathlib import Path

from grade import qemu
from tests.jobs import machine, table, tree
from tests.jobs.table import TOP, JobError

PLACE = TOP / "build/linux"
META = "linux-image-cloud-amd64"
TIMED = table.FOLDER / "timed/timed.toml"
OPTIONS = ("console=ttyS0 quiet mitigations=off init_on_alloc=0 nokaslr "
           "panic=-1 rdinit=/job/init")
ICOUNT = ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"]
LOOP = "loop"           # a job of one process, and of no calls in it
CLOSE = 1.1
LINE = re.compile(r"@time (\S+) (\d+) (\d+)")
# EPOCHREALTIME is seconds, a dot, and microseconds.
SCRIPT = """\
mkdir /tmp/timed; cd /tmp/timed
for name in {names}; do
	for run in {runs}; do
		begin=$EPOCHREALTIME
		/bin/sh "/job/cases/$name" > /job/out 2>&1 < /dev/null
		status=$?
		end=$EPOCHREALTIME
		echo "@time $name $status $((${{end/./}} - ${{begin/./}}))"
	done
done
echo @done
"""
INIT = """\
#!/job/busybox sh
B=/job/busybox
$B mount -t proc proc /proc
$B mount -t devtmpfs devtmpfs /dev
/bin/bash /job/timed
$B poweroff -f
"""


def kernel():
    """The path of Debian's kernel, fetched and unpacked if need be."""
    found = sorted(PLACE.glob("boot/vmlinuz-*"))
    if found:
        return found[-1]
    PLACE.mkdir(parents=True, exist_ok=True)
    name = re.search(r"Depends: (linux-image-\S+)",
                     output("apt-cache", "depends", META))
    if not name:
        raise JobError(f"apt knows no package {META}")
    output("apt-get", "download", name[1])
    for package in sorted(PLACE.glob("*.deb")):
        output("sh", "-c", 'dpkg-deb --fsys-tarfile "$0" | tar x ./boot',
               str(package))
        package.unlink()
    return sorted(PLACE.glob("boot/vmlinuz-*"))[-1]


def output(*words):
    done = subprocess.run(words, cwd=PLACE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise JobError(f"{words[0]}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


def make_files(job, folder, runs):
    """The job's image, with a script that takes the time."""
    return tree.make_image(job, folder, {
        "timed": SCRIPT.format(names=" ".join(job.cases),
                               runs=" ".join(map(str, range(runs)))),
        "init": INIT})


def archive(files, place):
    """Writes files as Linux reads its first ones: a cpio."""
    with open(place, "wb") as file:
        for path, node in files:
            content = os.fsencode(node.target) if node.is_link() \
                else node.source
            write_member(file, path[1:], node.mode, node.mtime // 10 ** 9,
                         bytes(content))
        write_member(file, "dev/console", stat.S_IFCHR | 0o600, device=0x501)
        write_member(file, "TRAILER!!!", 0)


def write_member(file, name, mode, mtime=0, content=b"", device=0):
    """One file; hard links become files of their own."""
    if name == "job/init":
        mode |= 0o111
    raw = os.fsencode(name) + b"\0"
    fields = (0, mode, 0, 0, 1, mtime, len(content), 0, 0, device >> 8,
              device & 255, len(raw), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + raw
    file.write(head + bytes(-len(head) % 4))
    file.write(content + bytes(-len(content) % 4))


def times_of(text, job):
    """{case: [seconds]} of what a guest has printed; JobError if it did not
    come to its end, or a job failed."""
    if machine.DONE not in text:
        raise JobError(f"{job.title}: {machine.last_line(text)}")
    times = {}
    for name, status, micro in LINE.findall(text):
        if status != "0":
            raise JobError(f"the timed job {name} ended with {status}")
        times.setdefault(name, []).append(int(micro) / 1e6)
    return times


def on_xo5(job, iso, image, count):
    with tempfile.TemporaryDirectory(prefix="xo5-") as scratch:
        words = machine.words_for_xo5(iso, image, job.memory, scratch,
                                      "/bin/bash /job/timed")
        words += ICOUNT if count else []
        _, text = machine.run_words(words, job.seconds)
    return times_of(text.replace("\r", ""), job)


def on_linux(job, first, count):
    words = qemu.command("", mem=job.memory)
    at = words.index("-drive")
    words = words[:at] + words[at + 2:]
    words += ["-display", "none", "-serial", "stdio", "-kernel",
              str(kernel()), "-initrd", str(first), "-append", OPTIONS]
    words += ICOUNT if count else []
    _, text = machine.run_words(words, job.seconds)
    return times_of(text.replace("\r", ""), job)


def print_rows(job, kind, ours, theirs):
    """A line a job; returns the ratio of the one that no library OS or kernel
    has a part in."""
    for name in job.cases:
        one, other = (statistics.median(x[name]) for x in (ours, theirs))
        print(f"{name:10} {kind:28} {one:8.3f} {other:8.3f} "
              f"{one / other:8.2f}", flush=True)
    return statistics.median(ours[LOOP]) / statistics.median(theirs[LOOP])


def run(iso, runs):
    """Prints the table; returns the exit status: 1 if the two guests' clocks
    cannot be the same, by a loop of the same instructions."""
    same = True
    job = table.read(TIMED)
    kernel()
    with tempfile.TemporaryDirectory(prefix="xo5-job-") as scratch:
        folder = Path(scratch) / job.name
        image = make_files(job, folder, runs)
        first = folder / "first"
        archive(tree.read_image(image), first)
        print(f"median of {runs} runs, seconds in the guest   "
              "xo5    Linux  xo5/Linux")
        for count, kind in ((True, "instructions, 1 ns each"),
                            (False, "QEMU's clock")):
            ours = on_xo5(job, iso, image, count)
            theirs = on_linux(job, first, count)
            ratio = print_rows(job, kind, ours, theirs)
            if count and not 1 / CLOSE < ratio < CLOSE:
                print("the guests' clocks differ: the same loop takes "
                      f"{ratio:.2f} times as long on xo5")
                same = False
    return 0 if same else 1
