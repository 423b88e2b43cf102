#!/usr/bin/python3
"""Makes the image of a root file system for the unix library OS.

    setup/image.py OUT [--root DIR_TAR_OR_IMAGE] [--shell BUSYBOX]
                       [--add PATH[=PLACE]]... [--mkdir PATH]...

--root   what "/" holds: a directory, whose files become root's, or a tar
         archive, with the owners that it says, or an image
--shell  busybox with a link for each of its programs, and a few files in /etc
--add    a program with its interpreter and its libraries, a script with its
         interpreter, any other file, or a directory, which is taken whole,
         with the libraries of programs in it. They stay at their path if that
         is a system's (/usr, /etc...); other files go to /bin, and other
         directories to /their-name; or all to PLACE. They replace what is
         there, but no directory; what they need does not replace them. Where
         busybox's shell would not find them, it is another (image_sh.py)
--mkdir  an empty directory

Symbolic links are kept, hard links too; the same input gives the same bytes.
The format is described in user/launch/image_format.h.
"""

import argparse
import os
import re
import stat
import sys
import tarfile
from pathlib import PurePosixPath as Path

import image_read
import image_sh
from elf_needs import NoProgram, find_library, read_needs
from image_write import Node, Refused, write
from image_shell import put_shell

SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc",
          "opt", "var")
DEFAULT_LIBRARIES = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
                     "/lib64", "/usr/lib64", "/lib", "/usr/lib")
LIBOS = re.compile(r"/lib/[^/]+\.so")    # put there when the machine boots
LINKS_MAX = 40
NAME_MAX = 255


def directory(mtime=0):
    return Node(stat.S_IFDIR | 0o755, mtime)


class Tree:
    """What is going to be in the image."""

    def __init__(self):
        self.root = directory()
        self.added = set()      # paths of the host that were looked at
        self.linked = {}        # (device, inode) of the host: its node
        self.chosen = set()     # (directory's id, name): what was asked for

    # ---- names ------------------------------------------------------------

    def folder(self, parts, like=None):
        """The directory of these names, made where it is missing. `like`: a
        directory of the host with the same names, whose links are kept."""
        node, here, links = self.root, like, 0
        todo = list(parts)
        trail = []
        while todo:
            name = todo.pop(0)
            if name == "..":
                node = trail.pop() if trail else self.root
                here = None
                continue
            child = node.names.get(name)
            host = os.path.join(here, name) if here else None
            if child is None:
                child = self.folder_like(host)
                put(node, name, child)
            if child.is_link():
                links += 1
                if links > LINKS_MAX:
                    raise Refused(f"{'/'.join(parts)}: too many links")
                todo = list(Path(child.target).parts) + todo
                if todo[0] == "/":
                    node, trail, here = self.root, [], like and "/"
                    todo.pop(0)
                continue
            if not child.is_directory():
                raise Refused(f"/{'/'.join(parts)}: {name} is a file")
            trail.append(node)
            node, here = child, host
        return node

    @staticmethod
    def folder_like(host):
        if host and os.path.islink(host):
            return read_node(host)
        mtime = os.stat(host).st_mtime_ns if host and os.path.isdir(host) \
            else 0
        return directory(mtime)

    def put_at(self, place, node, like=None, needed=False):
        parts = Path(place).parts[1:]
        if not parts:
            raise Refused("/ cannot be replaced")
        self.put_in(self.folder(parts[:-1], like), parts[-1], node, needed)

    def put_in(self, folder, name, node, needed=False):
        """A file that was asked for, or one that such a file needs: this
        leaves alone what was asked for."""
        old, key = folder.names.get(name), (id(folder), name)
        if needed and key in self.chosen:
            return
        if old is not None and old.is_directory():
            raise Refused(f"{name}: a directory of that name is there")
        if not needed:
            self.chosen.add(key)
        put(folder, name, node)

    # ---- from the host ------------------------------------------------------

    def node_of(self, path):
        """The inode of a file of the host, the same for each of its names."""
        about = os.lstat(path)
        key = (about.st_dev, about.st_ino)
        if about.st_nlink > 1 and not stat.S_ISDIR(about.st_mode):
            if key not in self.linked:
                self.linked[key] = read_node(path)
            return self.linked[key]
        return read_node(path)

    def take_folder(self, path, node):
        """All that is in a directory of the host."""
        for name in sorted(os.listdir(path)):
            inner = os.path.join(path, name)
            new = self.node_of(inner)
            if not new.is_directory():
                self.put_in(node, name, new)
                continue
            old = image_sh.look(self.root, node, name)
            if old is None:
                old = new
                put(node, name, new)
            if not old.is_directory():
                raise Refused(f"{inner}: a file of that name is there")
            self.take_folder(inner, old)

    def take_tar(self, path):
        try:
            with tarfile.open(path) as tar:
                for member in tar:
                    self.take_member(tar, member)
        except tarfile.TarError:
            raise Refused(f"{path}: neither a directory nor an archive, or a "
                          "damaged one") from None

    def take_member(self, tar, member):
        parts = [p for p in Path(member.name).parts if p not in ("/", ".")]
        if ".." in parts:
            raise Refused(f"{member.name}: a name with ..")
        if not parts:
            return
        node = member_node(tar, member)
        if member.islnk():
            node = self.find(member.linkname)
        folder = self.folder(parts[:-1])
        old = folder.names.get(parts[-1])
        if old and old.is_directory() and node.is_directory():
            node.names = old.names
        put(folder, parts[-1], node)

    def find(self, name):
        parts = [p for p in Path(name).parts if p not in ("/", ".")]
        node = self.folder(parts[:-1]).names.get(parts[-1])
        if node is None or node.is_directory():
            raise Refused(f"{name}: a hard link to nothing")
        return node

    def link_tops(self):
        """/bin and the like, where they are links on the host: scripts and
        programs name what they need by these."""
        for name in ("bin", "sbin", "lib", "lib64"):
            if os.path.islink(f"/{name}") and name not in self.root.names:
                node = read_node(f"/{name}")
                self.folder(Path(node.target).parts)
                put(self.root, name, node)

    # ---- programs -----------------------------------------------------------

    def add(self, word):
        path, _, place = word.partition("=")
        if not os.path.lexists(path):
            raise Refused(f"{path}: no such file")
        path = os.path.abspath(path)
        is_system = Path(path).parts[1:2] and Path(path).parts[1] in SYSTEM
        if os.path.isdir(path):
            self.add_folder(path, place or (path if is_system else None))
        elif place:
            self.add_elsewhere(path, place)
        elif is_system:
            self.add_file(path)
        else:
            self.add_elsewhere(path, f"/bin/{os.path.basename(path)}")

    def add_folder(self, path, place):
        name = os.path.basename(path) or "root"
        parts = Path(place or f"/{name}").parts[1:]
        like = "/" if place == path else None
        self.take_folder(path, self.folder(parts, like))
        self.add_libraries_of(path)

    def add_elsewhere(self, path, place):
        real = os.path.realpath(path)
        if not os.path.isfile(real):
            raise Refused(f"{path}: not a file")
        self.put_at(place, self.node_of(real))
        self.add_needs(real)

    def add_file(self, path, links=0, needed=False):
        """A file of the host at its own path, and what it needs."""
        if path in self.added:
            return
        self.added.add(path)
        if links > LINKS_MAX:
            raise Refused(f"{path}: too many links")
        if not os.path.exists(path):
            raise Refused(f"{path}: no such file")
        if os.path.isdir(path) and not os.path.islink(path):
            self.take_folder(path, self.folder(Path(path).parts[1:], "/"))
            return
        self.put_at(path, self.node_of(path), "/", needed)
        if os.path.islink(path):
            target = os.path.join(os.path.dirname(path), os.readlink(path))
            self.add_file(os.path.normpath(target), links + 1, needed)
        else:
            self.add_needs(path)

    def add_libraries_of(self, path):
        """The libraries of the programs in a directory, where they are there:
        not all that lies in one is meant to run."""
        for folder, inner, names in os.walk(path):
            inner.sort()
            for name in sorted(names):
                one = os.path.join(folder, name)
                if os.path.isfile(one) and not os.path.islink(one):
                    self.add_found(one)

    def add_found(self, path):
        try:
            needs = read_needs(path, scripts=False)
        except NoProgram:
            return
        for name in needs.libraries + needs.opened:
            found = find_library(needs, name)
            if found and not found.startswith(os.path.dirname(path) + "/"):
                self.add_library(found)

    def add_needs(self, path):
        try:
            needs = read_needs(path)
        except NoProgram:
            return
        if needs.interpreter and not LIBOS.fullmatch(needs.interpreter):
            if not os.path.exists(needs.interpreter):
                raise Refused(f"{path}: its interpreter {needs.interpreter} "
                              "is missing")
            self.add_file(needs.interpreter, needed=True)
        for name in needs.libraries:
            found = find_library(needs, name)
            if found is None:
                raise Refused(f"{path}: its library {name} is missing")
            self.add_library(found)
        for found in filter(None, (find_library(needs, name)
                                   for name in needs.opened)):
            self.add_library(found)

    def add_library(self, path):
        """The dynamic linker has no cache of names in the image: it looks in
        its own folders only, so there is a link there if need be."""
        if path in self.added:
            return
        self.add_file(path, needed=True)
        folder, name = os.path.split(path)
        own = self.folder(Path(DEFAULT_LIBRARIES[0]).parts[1:], "/")
        if folder not in DEFAULT_LIBRARIES and name not in own.names:
            link = Node(stat.S_IFLNK | 0o777)
            link.target = path
            put(own, name, link)


def put(folder, name, node):
    if len(os.fsencode(name)) > NAME_MAX:
        raise Refused(f"{name[:40]}...: a name of more than {NAME_MAX} bytes")
    folder.names[name] = node


def read_node(path):
    """The inode of one file of the host, root's from now on."""
    about = os.lstat(path)
    node = Node(about.st_mode, about.st_mtime_ns)
    if stat.S_ISREG(about.st_mode):
        node.source, node.size = path, about.st_size
    elif stat.S_ISLNK(about.st_mode):
        node.target = os.readlink(path)
    elif stat.S_ISCHR(about.st_mode) or stat.S_ISBLK(about.st_mode):
        node.device = about.st_rdev & 0xffffffff
    elif not (stat.S_ISDIR(about.st_mode) or stat.S_ISFIFO(about.st_mode)):
        raise Refused(f"{path}: neither file, directory, link nor device")
    return node


def member_node(tar, member):
    types = {tarfile.DIRTYPE: stat.S_IFDIR, tarfile.SYMTYPE: stat.S_IFLNK,
             tarfile.CHRTYPE: stat.S_IFCHR, tarfile.BLKTYPE: stat.S_IFBLK,
             tarfile.FIFOTYPE: stat.S_IFIFO}
    if not (member.isreg() or member.islnk() or member.type in types):
        raise Refused(f"{member.name}: neither file, directory, link nor "
                      "device")
    mode = types.get(member.type, stat.S_IFREG) | member.mode & 0o7777
    node = Node(mode, int(member.mtime * 10**9), member.uid, member.gid)
    if member.isreg():
        node.source = tar.extractfile(member).read()
        node.size = len(node.source)
    elif member.issym():
        node.target = member.linkname
    elif member.ischr() or member.isblk():
        node.device = os.makedev(member.devmajor, member.devminor)
    return node


def build(options):
    tree = Tree()
    if options.root:
        if os.path.isdir(options.root):
            tree.take_folder(options.root, tree.root)
        elif not os.path.exists(options.root):
            raise Refused(f"{options.root}: no such directory or archive")
        elif image_read.is_image(options.root):
            tree.root = image_read.read(options.root)
        else:
            tree.take_tar(options.root)
    if options.shell:
        if not os.path.isfile(options.shell):
            raise Refused(f"{options.shell}: no such file")
        put_shell(tree.root, options.shell, tree.node_of(options.shell))
    for path in options.mkdir:
        tree.folder([p for p in Path(path).parts if p != "/"])
    for word in options.add:
        tree.add(word)
    if options.add:
        tree.link_tops()
        image_sh.choose(tree)
    write(tree.root, options.out)


def main(words):
    parser = argparse.ArgumentParser(prog="image.py")
    parser.add_argument("out")
    parser.add_argument("--root")
    parser.add_argument("--shell")
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("--mkdir", action="append", default=[])
    options = parser.parse_args(words)
    try:
        build(options)
    except (Refused, OSError) as why:
        print(f"image: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
