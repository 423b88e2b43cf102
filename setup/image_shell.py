"""The files of a small root file system with a shell: busybox, a link for each
of its programs, and what a shell expects in /etc."""

import os
import stat

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
NAMES = b"\0[\0[[\0"            # where busybox's list of programs begins


def program_names(path):
    """What the busybox in that file can be called; Refused if it is none."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.find(NAMES)
    if at < 0:
        raise Refused(f"{path}: not busybox")
    return [os.fsdecode(name)
            for name in data[at + 1:data.index(b"\0\0", at)].split(b"\0")]


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
