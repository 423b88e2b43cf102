"""Exercise 1.5, and the kernel as a whole: its own tables, read from
outside."""

from grade.guest import LAYOUT
from grade.lab1 import info
from grade.lab1.model import level_of
from grade.qemu import EXIT
from grade.verdict import check, equal

PAGE = 4096
WANTED = {"text": "r-x", "data": "rw-", "read-only data": "r--"}


def _page_at(pages, va):
    return next((p for p in pages if p.va <= va < p.va + p.size), None)


def _rights(page):
    return page.rights if page else "not mapped"


def _direct(pa):
    return LAYOUT["DIRECT_BASE"] + pa


def _check_parts(whole, kind):
    for part in (p for p in whole.parts if p.kind == kind):
        for at in range(0, part.size, PAGE):
            page = _page_at(whole.pages, part.va + at)
            asked = f"the {kind} at {part.va + at:#x}"
            equal(_rights(page), WANTED[kind], "each part of the image has "
                  "the rights it needs and no more", asked, str)
            equal(page.pa + (part.va + at - page.va), part.pa + at,
                  "each part is mapped to where it lies", asked, hex)


def test_kmap_text(whole):
    _check_parts(whole, "text")


def test_kmap_data(whole):
    _check_parts(whole, "data")


def test_kmap_rodata(whole):
    _check_parts(whole, "read-only data")


def test_kmap_holes(whole):
    """Nothing but the parts is mapped in the image's range."""
    for page in whole.in_image():
        inside = any(p.va <= page.va < p.va + p.size for p in whole.parts)
        check(inside, "what is no part of the image is not mapped: below a "
              "stack is a hole", f"the address {page.va:#x}",
              f"a page with rights {page.rights}")


def test_kmap_write_xor_execute(whole):
    for page in whole.pages:
        check(not (page.write and page.execute), "nothing is both writable "
              "and executable", f"the page at {page.va:#x}", page.rights)
        check(not page.execute or page in whole.in_image(),
              "only the kernel's text is executable",
              f"the page at {page.va:#x}", page.rights)


def test_kmap_direct(whole):
    _check_direct(whole)


def _check_direct(whole):
    """Every RAM region, whole, readable; and nothing else there."""
    direct = sorted(whole.in_direct(), key=lambda p: p.va)
    for start, end in whole.ram:
        at = start
        while at < end:
            page = _page_at(direct, _direct(at))
            check(page is not None, "all RAM is in the direct map",
                  f"physical address {at:#x}", "not mapped")
            equal(page.pa + (_direct(at) - page.va), at, "the direct map "
                  "leads to DIRECT_BASE's distance", f"{_direct(at):#x}", hex)
            at = page.va + page.size - LAYOUT["DIRECT_BASE"]
    _check_direct_is_writable(whole)
    for page in direct:
        inside = any(s <= page.pa and page.pa + page.size <= e
                     for s, e in whole.ram)
        check(inside, "the direct map holds RAM and nothing else",
              f"the page at {page.va:#x}", f"leads to {page.pa:#x}")


def _check_direct_is_writable(whole):
    guarded = [p for p in whole.parts if p.kind != "data"]
    for start, end in whole.ram:
        for at in range(start, end, PAGE):
            if any(p.pa <= at < p.pa + p.size for p in guarded):
                continue
            page = _page_at_fast(whole, _direct(at))
            check(page and page.write, "RAM that is not text or read-only "
                  "data is writable in the direct map",
                  f"physical address {at:#x}", _rights(page))


def test_kmap_no_alias(whole):
    """Text and read-only data: writable through no address."""
    guarded = [p for p in whole.parts if p.kind != "data"]
    for page in whole.pages:
        for part in guarded:
            overlap = page.pa < part.pa + part.size and \
                part.pa < page.pa + page.size
            check(not (overlap and page.write), f"the {part.kind} is "
                  "writable through no address",
                  f"physical {part.pa:#x}, mapped at {page.va:#x}",
                  page.rights)


def _page_at_fast(whole, va):
    """_page_at for many addresses: through an index of all starts."""
    if not hasattr(whole, "index"):
        whole.index = {p.va: p for p in whole.pages}
    for level in (1, 2, 3):
        size = 1 << (12 + 9 * (level - 1))
        page = whole.index.get(va & ~(size - 1))
        if page and page.size >= size:
            return page
    return None


def test_kmap_large_pages(whole):
    _check_large(whole)


def test_kmap_without_gigabytes(whole):
    equal(whole.page_levels, 2, "this processor has no 1 GiB pages",
          "CPU=qemu64", str)
    _check_large(whole)


def _check_large(whole):
    """No larger page could have stood anywhere in the direct map."""
    cuts = sorted({edge for part in whole.parts if part.kind != "data"
                   for edge in (part.pa, part.pa + part.size)})
    for start, end in whole.ram:
        edges = [start] + [c for c in cuts if start < c < end] + [end]
        for low, high in zip(edges, edges[1:]):
            at = low
            while at < high:
                page = _page_at_fast(whole, _direct(at))
                wanted = level_of(_direct(at), at, high - at,
                                  whole.page_levels)
                equal(page.level if page else 0, wanted, "the direct map has "
                      "the largest pages that fit",
                      f"physical address {at:#x}", str)
                at += 1 << (12 + 9 * (wanted - 1))


def test_kmap_ring0(whole):
    """Nothing of the kernel is for ring 3 but the books."""
    for page in whole.pages:
        if not LAYOUT["BOOKS_BASE"] <= page.va < LAYOUT["KERNEL_BASE"]:
            check(not page.user, "the kernel's mappings are not for ring 3",
                  f"the page at {page.va:#x}", "U is set on the whole way")


def test_boot_reads_information(whole):
    """What the kernel believes of the machine is what GRUB said."""
    wanted = info.read(whole.information)
    check(isinstance(wanted, dict), "GRUB's information is sound",
          "the information in memory", str(wanted))
    equal([tuple(r) for r in whole.regions], wanted["regions"],
          "the kernel reads the memory map that GRUB hands over",
          "the regions", _show)


def _show(regions):
    return " ".join(f"[{a:#x},{b:#x}):{k}" for a, b, k in regions)


def test_boot_drops_the_loader(whole):
    equal(whole.cr3, whole.root, "CR3 names the kernel's own root",
          "CR3 after arch_root_load", hex)
    low, high = (a // PAGE for a in whole.loader)
    for frame in whole.table_frames:
        check(not low <= frame < high, "none of the loader's tables is in "
              "use", f"frame {frame:#x}", "a table below CR3")
    check(not whole.lower, "the lower half is empty: it is for processes",
          "the lower half", f"{len(whole.lower)} pages are mapped")


def _ends(whole):
    stop = whole.guest.stop
    right = stop.kind == "exit" and stop.status is not None and \
        stop.status >> 1 == EXIT["EXIT_BASE"]
    check(right, "the kernel runs on its own tables to its end",
          f"the boot \"{whole.boot}\"", "" if right else whole.guest.why())


def test_boot_ends(whole):
    _ends(whole)


def test_boot_small_machine(whole):
    _ends(whole)


def test_boot_large_machine(whole):
    _ends(whole)
    _check_direct(whole)
