"""A whole boot of lab 1's kernel: everything the tests want of it, read when
it stands on its own tables, and how it ended."""

import struct
from dataclasses import dataclass

from grade import abi
from grade.guest import LAYOUT, TOP, Guest
from grade.lab1 import info
from grade.verdict import Wrong

INFO = abi.constants(TOP / "kernel/core/machine.h")
PARTS = {0: "text", 1: "data", 2: "read-only data"}
UPPER_HALF = 1 << 63
PAGE = 4096
# Instructions to map all that there is, and for each GiB more: the
# reference's take 10 million in all on any machine.
MAPS, MAPS_GIB = 50_000_000, 10_000_000


@dataclass(frozen=True)
class Part:
    """A part of the image: kind, virtual and physical address, bytes."""
    kind: str
    va: int
    pa: int
    size: int


class Whole:
    """One boot to its end. reached() raises Wrong if it never came on its
    own tables."""

    def __init__(self, settings, boot):
        self.boot = boot
        options = settings.machine(boot)
        self.guest = Guest(settings.build, settings.symbols, options)
        self.guest.__enter__()
        self.ok = self.guest.run_to("STAGE_ENTERED")
        if self.ok:
            self._know()
            self.ok = self.guest.run_to("STAGE_MAPPED", MAPS + MAPS_GIB * (
                self.guest.machine.size >> 30))
        self.error = None if self.ok else Wrong(
            "the kernel gets on its own tables", "a whole boot",
            self.guest.why())
        if self.ok:
            self._try_to_look()
            self.guest.run_out()

    def close(self):
        self.guest.__exit__(None, None, None)

    def reached(self):
        if self.error:
            raise self.error
        return self

    def _try_to_look(self):
        """Looks at the tables; what cannot be looked at is every test's."""
        try:
            self._look()
        except ValueError as error:
            self.error = Wrong("all tables lie in RAM",
                               "the tables below CR3", str(error))
        except Wrong as error:
            self.error = error

    def _know(self):
        """What is known before any function of a student has run: nobody
        can have changed it yet."""
        guest = self.guest
        self.page_levels = guest.observe("OBSERVED_PAGE_LEVELS")
        self.loader = (guest.observe("OBSERVED_LOADER_START"),
                       guest.observe("OBSERVED_LOADER_END"))
        self._read_parts()
        self._read_information()
        self.believed = guest.observe("OBSERVED_BOOTINFO")

    def _look(self):
        guest = self.guest
        tables = guest.tables()
        self.depth = tables.depth
        self.root = guest.observe("OBSERVED_ROOT")
        self.cr3 = tables.root
        half = tables.depth == 4
        self.lower = list(tables.pages(0, 256 if half else 511))
        self.pages = list(tables.pages(256 if half else 511, 512))
        self.table_frames = tables.frames()
        self._read_regions()

    def _read_information(self):
        """GRUB's information as it lies in memory."""
        at = self.guest.observe("OBSERVED_INFO")
        (size,) = struct.unpack("<I", self.guest.machine.physical(at, 4))
        self.information = self.guest.machine.physical(at, size)

    def _read_parts(self):
        guest = self.guest
        at = guest.observe("OBSERVED_PARTS")
        stride = guest.observe("OBSERVED_PART_STRIDE")
        self.parts = []
        for n in range(guest.observe("OBSERVED_PARTS_COUNT")):
            kind, va, pa, size = guest.words(at + n * stride, 4)
            self.parts.append(Part(PARTS[kind & 0xffffffff], va, pa, size))

    def _read_regions(self):
        guest = self.guest
        at = self.believed
        (count,) = guest.words(at, 1)
        count = min(count, INFO["BOOTINFO_REGIONS"])
        self.regions = [guest.words(at + 8 + 24 * n, 3)
                        for n in range(count)]

    @property
    def ram(self):
        """[(start, end)] of RAM, as GRUB's information says."""
        return [r[:2] for r in info.read(self.information)["regions"]
                if r[2] == INFO["REGION_RAM"]]

    def in_image(self):
        """The mapped pages at and above KERNEL_BASE, below the devices."""
        return [p for p in self.pages
                if LAYOUT["KERNEL_BASE"] <= p.va < LAYOUT["DEVICE_BASE"]]

    def in_direct(self):
        """The mapped pages of the direct map."""
        return [p for p in self.pages
                if LAYOUT["DIRECT_BASE"] <= p.va < LAYOUT["BOOKS_BASE"]]
