"""The cases of exercise 1.1: boot/bootinfo.c."""

import struct

from grade.lab1 import info
from grade.lab1.probe import KIND_INFO, Case

RAM = [(1 << 20, 1 << 26, 1)]


def _info(test, about, data):
    return Case(test, about, KIND_INFO, data, info.read(data))


def cases(seeds, secret):
    made = (_info_plain() + _info_regions() + _info_strings() + _info_sizes()
            + _info_short() + _info_order())
    for number, case in enumerate(made):
        if secret.text is not None:
            case.content = info.moved(case.content,
                                      secret.dice("info", number))
            case.expected = info.read(case.content)
    return made + _info_seeded(seeds)


def _info_plain():
    test = "test_info_plain"
    return [_info(test, "what GRUB hands over on a small machine",
                  info.plain()),
            _info(test, "only a memory map",
                  info.info(info.memory(RAM), info.end())),
            _info(test, "two command lines",
                  info.info(info.cmdline(b"first\0"), info.memory(RAM),
                            info.cmdline(b"2\0"), info.end())),
            _info(test, "two ACPI root pointers",
                  info.info(info.rsdp(14), info.memory(RAM), info.rsdp(15),
                            info.end())),
            _info(test, "bytes behind the end tag",
                  info.info(info.memory(RAM), info.end(), pad=b"\x11" * 24))]


def _info_regions():
    test = "test_info_regions"

    def one(about, entries, **how):
        return _info(test, about,
                     info.info(info.memory(entries, **how), info.end()))
    return [
        one("RAM that starts and ends inside frames",
            [(0x1001, 0x5000, 1), (0x10fff, 0x2001, 1)] + RAM),
        one("RAM smaller than a frame, and RAM across a frame's border",
            [(0x3010, 0x200, 1), (0x3ff0, 0x20, 1)] + RAM),
        one("reserved memory that is not whole frames",
            [(0x9fc00, 0x400, 2), (0x7000001, 3, 4)] + RAM),
        one("kinds 0, 3, 4, 5, 6 and 4000000000",
            RAM + [(n << 30, 4096, k) for n, k in
                   enumerate((0, 3, 4, 5, 6, 4000000000), 1)]),
        one("entries of 40 bytes", RAM + [(1 << 32, 1 << 33, 1)], step=40),
        one("half an entry at the end", RAM, extra=bytes(20)),
        one("128 regions", RAM + [(n << 24, 4096, 2)
                                  for n in range(8, 135)]),
        one("129 regions", RAM + [(n << 24, 4096, 2)
                                  for n in range(8, 136)]),
        one("128 regions, and RAM too small to be listed",
            RAM + [(n << 24, 4096, 2) for n in range(8, 135)]
            + [(0x3010, 0x200, 1)]),
        one("a region that wraps around", RAM + [(info.TOP - 4096, 8192, 2)]),
        one("a region that ends at 2^64 itself",
            RAM + [(info.TOP - 4096, 4096, 2)]),
        one("a region up to the very last byte but one",
            RAM + [(info.TOP - 8192, 8191, 1)]),
        one("RAM in the last frame but one byte",
            RAM + [(info.TOP - 100, 50, 1)]),
    ]


def _with_tags(test):
    """Makes cases of a memory map and some more tags."""
    def one(about, *tags):
        return _info(test, about,
                     info.info(info.memory(RAM), *tags, info.end()))
    return one


def _info_strings():
    one = _with_tags("test_info_strings")
    return [
        one("a name of 31 letters", info.module(1, 2, b"n" * 31 + b"\0")),
        one("a name of 32 letters", info.module(1, 2, b"n" * 32 + b"\0")),
        one("a name without its zero", info.module(1, 2, b"kernel")),
        one("a name that is empty", info.module(1, 2, b"\0")),
        one("a zero and more behind it", info.module(1, 2, b"a\0bcd\0")),
        one("a command line of 255", info.cmdline(b"c" * 255 + b"\0")),
        one("a command line of 256", info.cmdline(b"c" * 256 + b"\0")),
        one("a command line without its zero", info.cmdline(b"once")),
        one("eight modules", *[info.module(n, n + 1, b"m\0")
                               for n in range(8)]),
        one("nine modules", *[info.module(n, n + 1, b"m\0")
                              for n in range(9)]),
        one("a ninth module, whose name has no zero",
            *[info.module(n, n + 1, b"m\0") for n in range(8)],
            info.module(9, 10, b"m")),
        one("a ninth module, which ends before it starts",
            *[info.module(n, n + 1, b"m\0") for n in range(8)],
            info.module(10, 9, b"m\0")),
        one("a module that ends before it starts",
            info.module(0x2000, 0x1000, b"m\0")),
        one("an empty module", info.module(0x2000, 0x2000, b"m\0")),
    ]


def _info_sizes():
    test, good = "test_info_sizes", info.info(info.memory(RAM), info.end())

    def one(about, data):
        return _info(test, about, data)
    return [
        one("sizes that are all right", good),
        one("total size 0", info.info(info.end(), total=0)),
        one("total size 15", info.info(info.end(), total=15)),
        one("four bytes in all", struct.pack("<I", 4)),
        one("no byte at all", b""),
        one("a total size one above the limit",
            info.info(info.memory(RAM), info.end(), total=len(good) + 1)),
        one("a total size of 4 GiB",
            info.info(info.memory(RAM), info.end(), total=0xffffffff)),
        one("the end tag cut off by the total size",
            info.info(info.memory(RAM), info.end(), total=len(good) - 1)),
        one("no end tag", info.info(info.memory(RAM))),
        one("a tag of size 0", info.info(info.tag(9, size=0), info.end())),
        one("a tag of size 7", info.info(info.tag(9, size=7), info.end())),
        one("an end tag of size 0",
            info.info(info.memory(RAM), info.tag(0, size=0))),
        one("an end tag that leaves the total",
            info.info(info.memory(RAM), info.tag(0, size=9))),
        one("a tag that leaves the total by one byte",
            info.info(info.memory(RAM), info.tag(9, b"abcdefgh", size=25))),
        one("a tag that leaves the total, but not the limit",
            info.info(info.memory(RAM), info.tag(9, bytes(16)), info.end(),
                      total=len(info.info(info.memory(RAM))) + 16)),
        one("a tag of 4 GiB",
            info.info(info.tag(9, bytes(8), size=0xfffffff9), info.end())),
        one("a last tag that is not filled up to 8 bytes",
            info.info(info.memory(RAM), info.tag(9, b"abc"),
                      total=len(info.info(info.memory(RAM))) + 11)),
        one("no RAM in the memory map",
            info.info(info.memory([(0, 1 << 20, 2)]), info.end())),
        one("RAM, but not one whole frame of it",
            info.info(info.memory([(0x1800, 0x1000, 1)]), info.end())),
        one("no memory map", info.info(info.cmdline(b"\0"), info.end())),
    ]


def _info_short():
    one = _with_tags("test_info_short")
    return [
        one("all tags as short as they may be", info.tag(1, b"\0"),
            info.module(1, 2, b"\0"), info.rsdp(14)),
        one("a module tag of 15 bytes", info.tag(3, bytes(7))),
        one("a module tag of 16 bytes", info.tag(3, bytes(8))),
        one("a memory map of 12 bytes", info.tag(6, struct.pack("<I", 24))),
        one("a memory map of no entries", info.memory([])),
        one("memory entries of 23 bytes", info.memory(RAM, step=23)),
        one("memory entries of 0 bytes",
            info.tag(6, struct.pack("<II", 0, 0) + bytes(48))),
        one("memory entries of 4 GiB",
            info.tag(6, struct.pack("<II", 0xffffffff, 0) + bytes(48))),
        one("a root pointer of 27 bytes", info.tag(14, bytes(19))),
        one("a root pointer of 43 bytes", info.tag(15, bytes(35))),
        one("an empty command-line tag", info.tag(1)),
    ]


def _info_order():
    test = "test_info_order"
    short, wrap = info.tag(3, bytes(7)), info.module(2, 1, b"m\0")
    many = info.cmdline(b"c" * 256 + b"\0")
    cut = info.tag(9, bytes(8), size=9999)
    ram = info.memory(RAM)
    pairs = (("a short tag, then one that leaves", (short, cut)),
             ("one that leaves, behind it a short one", (cut, short)),
             ("a long string, then a wrapping module", (many, wrap)),
             ("a wrapping module, then a long string", (wrap, many)),
             ("a wrapping module and no RAM", (wrap,)),
             ("a short tag and no end tag", (ram, short)))
    found = [_info(test, "nothing wrong", info.info(ram, info.end()))]
    found += [_info(test, about, info.info(*tags, info.end()))
              for about, tags in pairs[:-1]]
    found.append(_info(test, pairs[-1][0], info.info(*pairs[-1][1])))
    inside = (("too long", b"n" * 40 + b"\0"), ("without its zero", b"kernel"))
    return found + [_info(test, f"a name {what} in a module that wraps",
                          info.info(ram, info.module(2, 1, name), info.end()))
                    for what, name in inside]


def _info_seeded(seeds):
    return [_info("test_info_seeded", f"the information of seed {seed}",
                  info.seeded(seed)) for seed in seeds]
