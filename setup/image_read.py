"""Reads the image of a root file system, in the format that
user/launch/image_format.h describes, into image_write.py's nodes."""

import os
import stat
import struct

from image_write import MAGIC, PAGE, Node, Refused

HEADER, INODE, ENTRY = "<8s7Q", "<4I2QqI20x", "<4I"


def is_image(path):
    """Is that file an image?"""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read(path):
    """The node of "/"; Refused if the image is damaged."""
    with open(path, "rb") as file:
        data = memoryview(file.read())
    try:
        return _root(data)
    except (struct.error, IndexError, UnicodeError, RecursionError):
        raise Refused(f"{path}: a damaged image") from None


def _root(data):
    _, size, count, inodes_at, entries, entries_at, length, text_at = \
        struct.unpack_from(HEADER, data)
    if size > len(data) or count > size or entries > size:
        raise IndexError
    text = bytes(data[text_at:text_at + length])
    records = [struct.unpack_from(INODE, data, inodes_at + 64 * n)
               for n in range(count)]
    nodes = [_node(record, data, text) for record in records]
    for node, record in zip(nodes, records):
        if node.is_directory():
            for n in range(record[5], record[5] + record[4]):
                inode, at, length, _ = struct.unpack_from(
                    ENTRY, data, entries_at + 16 * n)
                name = os.fsdecode(text[at:at + length])
                node.names[name] = nodes[inode]
    return nodes[0]


def _node(record, data, text):
    mode, uid, gid, _, size, where, mtime, device = record
    node = Node(mode, mtime, uid, gid)
    node.device = device
    if stat.S_ISREG(mode):
        node.source = data[where * PAGE:where * PAGE + size]
        node.size = size
        if len(node.source) != size:
            raise IndexError
    elif node.is_link():
        node.target = os.fsdecode(text[where:where + size])
    return node
