"""Which shell /bin/sh is. Busybox's takes a program that it has itself before
one of that name in PATH. So where a program is added that busybox has too,
and /bin/sh is busybox, it becomes this system's bash, or its sh: one that
looks into PATH, in scripts as well. What busybox's other programs run, as
find and xargs do, is still its own first."""

import os
import stat

from image_write import Node, content

PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
SHELLS = ("/bin/bash", "/bin/sh")       # of the host, the better one first
LIST = b"[\0[[\0"       # so busybox's list of what it can be called begins
LINKS_MAX = 40


def look(root, folder, name, links=0):
    """What a name in a directory leads to, through links; None: nothing."""
    node = folder.names.get(name)
    if node is None or not node.is_link():
        return node
    if links == LINKS_MAX:
        return None
    inner, _, last = node.target.rstrip("/").rpartition("/")
    start = root if node.target.startswith("/") else folder
    for part in inner.split("/"):
        start = step(root, start, part, links + 1)
        if start is None:
            return None
    return look(root, start, last, links + 1)


def step(root, folder, name, links=0):
    """One part of a path; None: there is no such directory. The directory
    above one is not known here: where "..", nothing is found."""
    if name in ("", "."):
        return folder
    found = look(root, folder, name, links)
    return found if found is not None and found.is_directory() else None


def walk(root, path):
    """What that path leads to; None: nothing."""
    folder, _, last = path.rpartition("/")
    node = root
    for part in folder.split("/"):
        node = node and step(root, node, part)
    return node and look(root, node, last)


def applets(data):
    """What a program can be called that is busybox; of another, nothing."""
    at = data.find(LIST)
    if at < 0:
        return set()
    return set(data[at:data.find(b"\0\0", at)].split(b"\0"))


def hides(tree):
    """Would /bin/sh take one of its own for a program that was added?"""
    shell = walk(tree.root, "/bin/sh")
    if shell is None or not stat.S_ISREG(shell.mode):
        return False
    own = applets(bytes(content(shell)))
    folders = {id(folder) for folder in
               (walk(tree.root, path) for path in PATH) if folder}
    return any(os.fsencode(name) in own for folder, name in tree.chosen
               if folder in folders)


def is_other(path):
    """Is that a shell of the host, and not busybox's?"""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return not applets(file.read())


def choose(tree):
    """Gives /bin/sh to a shell that finds what was added."""
    shell = next(filter(is_other, SHELLS), None)
    if shell is None or not hides(tree):
        return
    tree.add_file(shell)
    if shell != "/bin/sh":
        link = Node(stat.S_IFLNK | 0o777)
        link.target = shell
        tree.put_at("/bin/sh", link)
