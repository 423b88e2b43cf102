"""The files of a small root file system with a shell: busybox, a link for each
of its programs, and what a shell expects in /etc."""

import os
import re
import stat
import subprocess

from image_write import Node, Refused

TOPS = ("bin", "sbin", "lib", "lib64")      # links into /usr, as in Debian
FOLDERS = {"tmp": 0o1777, "root": 0o700, "home": 0o755, "etc": 0o755,
           "var": 0o755}
TEXTS = {"passwd": "root:x:0:0:root:/root:/bin/sh\n"
                   "nobody:x:65534:65534:nobody:/:/bin/false\n",
         "group": "root:x:0:\nnogroup:x:65534:\n",
         "hostname": "xo5\n",
         "hosts": "127.0.0.1 localhost\n",
         "shells": "/bin/sh\n"}
ASK_SECONDS = 20
# A busybox says what it is, and has its programs' names in one place, each
# with a zero behind it, in the order of their bytes; none is before these.
SELF = b"BusyBox v"
NAMES = re.compile(rb"\[\0\[\[\0(?:[0-9A-Za-z_.+-]+\0)+")


def program_names(path):
    """What the busybox in that file can be called: it says so, or, where it
    cannot run here, its file does. Refused if it is none."""
    with open(path, "rb") as file:
        data = file.read()
    names = SELF in data and (asked_names(path) or stored_names(data))
    if not names:
        raise Refused(f"{path}: not busybox")
    return [os.fsdecode(name) for name in names]


def asked_names(path):
    """The names that `busybox --list` says; none if it cannot be run."""
    try:
        done = subprocess.run([os.path.abspath(path), "--list"], check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [] if done.returncode else done.stdout.split()


def stored_names(data):
    """The names in the file's bytes; none if there is no such list."""
    found = [match[0].split(b"\0")[:-1] for match in NAMES.finditer(data)]
    return next((names for names in found if names == sorted(names)), [])


def link(target):
    node = Node(stat.S_IFLNK | 0o777)
    node.target = target
    return node


def folder(mode=0o755):
    return Node(stat.S_IFDIR | mode)


def text(content):
    node = Node(stat.S_IFREG | 0o644)
    node.source = content.encode()
    node.size = len(node.source)
    return node


def put_shell(root, busybox, node):
    """Puts it all into the node of "/", where it is not there already; `node`
    is the file busybox itself."""
    usr = root.names.setdefault("usr", folder())
    for name in TOPS:
        usr.names.setdefault(name, folder())
        root.names.setdefault(name, link(f"usr/{name}"))
    for name, mode in FOLDERS.items():
        root.names.setdefault(name, folder(mode))
    for name, content in TEXTS.items():
        root.names["etc"].names.setdefault(name, text(content))
    programs = usr.names["bin"].names
    programs["busybox"] = node
    for name in program_names(busybox):
        programs.setdefault(name, link("busybox"))
