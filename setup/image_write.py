"""Writes the image of a root file system, in the format that
user/launch/image_format.h describes, from nodes that image.py has found.
"""

import os
import stat
import struct

PAGE = 4096
MAGIC = b"xo5root1"
TARGET_MAX = 4095
INODES_MAX = 60000  # the keeper has 65536, and needs some


class Refused(Exception):
    """What was asked for cannot be; the text says why."""


class Node:
    """An inode: `source` is a file's bytes, or the path where they are."""

    def __init__(self, mode, mtime=0, uid=0, gid=0):
        self.mode, self.mtime, self.uid, self.gid = mode, mtime, uid, gid
        self.names, self.target, self.source = {}, "", b""
        self.size = self.device = self.links = 0
        self.number = None

    def is_directory(self):
        return stat.S_ISDIR(self.mode)

    def is_link(self):
        return stat.S_ISLNK(self.mode)


def number_nodes(root):
    """All inodes, "/" first; each knows its number and its links."""
    root.number, root.links = 0, 2
    nodes, todo = [root], [root]
    while todo:
        folder = todo.pop(0)
        for name in sorted(folder.names, key=os.fsencode):
            node = folder.names[name]
            node.links += 1
            if node.number is None:
                node.number = len(nodes)
                nodes.append(node)
                if node.is_directory():
                    node.links = 2
                    folder.links += 1
                    todo.append(node)
    if len(nodes) > INODES_MAX:
        raise Refused(f"{len(nodes)} files: more than {INODES_MAX}")
    return nodes


def pages(count):
    return (count + PAGE - 1) // PAGE


class Text:
    """Names and targets, each once."""

    def __init__(self):
        self.bytes, self.where = bytearray(), {}

    def put(self, word):
        raw = os.fsencode(word)
        if raw not in self.where:
            self.where[raw] = len(self.bytes)
            self.bytes += raw
        return self.where[raw], len(raw)


def write(root, out):
    nodes, text, entries, where = number_nodes(root), Text(), [], {}
    for node in nodes:
        if node.is_directory():
            where[node.number] = len(entries)
            for name in sorted(node.names, key=os.fsencode):
                at, length = text.put(name)
                child = node.names[name].number
                entries.append(struct.pack("<4I", child, at, length, 0))
            node.size = len(node.names)
        elif node.is_link():
            where[node.number], node.size = text.put(node.target)
            if not 0 < node.size <= TARGET_MAX:
                raise Refused(f"{node.target[:40]}: a link of {node.size} "
                              "bytes")
    starts, at = [], PAGE
    for count in (64 * len(nodes), 16 * len(entries), len(text.bytes)):
        starts.append(at)
        at += pages(count) * PAGE
    for node in nodes:
        if stat.S_ISREG(node.mode):
            where[node.number] = at // PAGE
            at += pages(node.size) * PAGE
    write_parts(out, at, nodes, entries, bytes(text.bytes), starts, where)


def write_parts(out, size, nodes, entries, text, starts, where):
    inodes = b"".join(
        struct.pack("<4I2QqI20x", node.mode, node.uid, node.gid, node.links,
                    node.size, where.get(node.number, 0), node.mtime,
                    node.device) for node in nodes)
    header = struct.pack("<8s7Q", MAGIC, size, len(nodes), starts[0],
                         len(entries), starts[1], len(text), starts[2])
    half = f"{out}.half"
    with open(half, "wb") as file:
        for part in (header, inodes, b"".join(entries), text):
            write_padded(file, part)
        for node in nodes:
            if stat.S_ISREG(node.mode):
                write_padded(file, content(node))
    os.replace(half, out)


def content(node):
    if not isinstance(node.source, str):
        return node.source
    with open(node.source, "rb") as file:
        found = file.read()
    if len(found) != node.size:
        raise Refused(f"{node.source}: it changes while it is read")
    return found


def write_padded(file, part):
    file.write(part)
    file.write(bytes(-len(part) % PAGE))
