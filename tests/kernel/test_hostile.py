"""The hostile build of the kernel and the user library: contracts notice what
breaks them, in each room; and programs run on it, with each allocation failing
in turn."""

import re
import subprocess

import pytest

from grade import qemu
from tests.hostile import SELDOM
from grade.resume import Resumed

pytestmark = pytest.mark.xdist_group("checked")     # one builds for all

# By what is broken: the file whose contract it is, and its words.
BROKEN = {
    "keep": ("contracts/boot.c", "bootmem_keep: called before the first"),
    "range": ("contracts/boot.c", "map_range: no ENTRY_TABLE"),
    "level": ("contracts/entry.c", "entry_make: the level is 1 to 5"),
    "rights": ("core/link.h", "invariant 5: link_make: rights that an entry"),
    "drop": ("contracts/frame.c", "invariant 1: frame_drop: without refs"),
    "unref": ("contracts/books.c", "invariant 1: process_unref: it has a ref"),
    "quota": ("core/quota.h", "quota_take: it may"),
    "back": ("contracts/hands.c", "cpu_back: the process that runs is not"),
    "stranger": ("contracts/make.c", "op_alloc: `me` is live"),
    "nobody": ("contracts/make.c", "enter_operation: a live process runs"),
    "stale": ("contracts/flush.c", "flush_change: forgets what the"),
    "writable": ("contracts/flush.c", "flush_change: forgets what the"),
    "ports": ("contracts/books.c", "group_load: the ports are those of that"),
    "unmapped": ("contracts/boot.c", "kmap_build: each part at its va"),
    "bookless": ("contracts/init.c", "books_map: behind BOOKS_BASE and"),
    "device": ("contracts/boot.c", "boot_map_device: it is no RAM"),
    "twice": ("ring3/lock.h", "lock_take: nobody would drop it"),
    "dropped": ("ring3/lock.h", "lock_drop: it is held"),
    "dead": ("contracts/init.c", "invariant 12: init_boot: init lives"),
    "line": ("contracts/books.c", "group_interrupt: of a line"),
}
PROGRAMS = ("batch", "faults", "subtree", "lease", "notice", "orphan",
            "failing")


def boot(folder, program, arguments):
    settings = {"xo5.cfg": qemu.settings(arguments, program)}
    with Resumed(str(folder / "xo5.iso"), files=settings,
                 mem="32M") as machine:
        stop = machine.go(40_000_000_000)
        return machine.text(), stop


@pytest.mark.parametrize("name", BROKEN)
def test_contract_notices(checked, name):
    path, words = BROKEN[name]
    text, stop = boot(checked, "own", f"once break={name}")
    assert f"breaks: {name}\n" in text, text[-600:]
    assert re.search(rf"panic: kernel/{re.escape(path)}:\d+: "
                     + re.escape(words), text), text[-1500:]
    assert stop.status == 2 * qemu.EXIT["EXIT_PANIC"] + 1


def test_invariants_notice(checked):
    text, _ = boot(checked, "own", "once break=miscount check=1")
    assert "panic: invariant 1: refs are miscounted: frame" in text


def test_user_contract_notices(checked):
    text, stop = boot(checked, "failing", f"once break {SELDOM}")
    assert re.search(r"broken: process 1: user/lib/pages.c:\d+: "
                     r"pages_address: from 0", text), text[-600:]
    assert qemu.explain(stop.status)[0] == 86


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(checked, program):
    text, stop = boot(checked, program, f"once {SELDOM}")
    assert stop.kind == "exit", text[-600:]
    assert qemu.explain(stop.status) == (0, None), text[-600:]
    if program == "failing":
        counts = [int(n) for n in re.findall(r"failing: (\d+) alloc", text)]
        assert len(counts) == 6 and min(counts) >= 6, counts


# Functions of the kernel's headers without a contract that a machine could
# check at a call: they say, ask or end something, or are the ways to a panic.
WITHOUT = set("""
    arch_root arch_control arch_irq_init arch_irq_local arch_ring3_init
    apic_init arch_timer_init arch_timer_end
    arch_check_init arch_check_banks arch_check_read arch_stop state_init
    arch_ports_use arch_switch_ask arch_switch_done cpu_self
    serial_put screen_init screen_is_on screen_move screen_put
    kernel_main boot_stage probe_run bootmem_taken bootmem_busy bootmem_next
    report_operations report_machine report_mappings
    check_operation exercise_missing probe_missing init_end
    image_is_text image_is_stack observe_set xo5_quiet
    panic panic_number panic_trap boot_fail print symbols_find
    """.split())
DECLARED = re.compile(r"^(?!static|extern|typedef)[a-z][\w \*]*?\b(\w+)"
                      r"\([^;{]*\)[^;{]*;", re.M)
COMMENT = re.compile(r"/\*.*?\*/|^#.*?$", re.S | re.M)


def written(top):
    """The functions that have a contract."""
    return {name for path in (top / "kernel/contracts").glob("*.c")
            for name in re.findall(r"^CONTRACT\([^,]*, (\w+),",
                                   path.read_text(), re.M)}


def test_every_function_has_a_contract(top):
    """What a header of the kernel declares is checked at each call, or named
    above."""
    declared = {name for path in top.glob("kernel/*/*.h")
                if path.parent.name not in ("contracts", "course")
                for name in DECLARED.findall(COMMENT.sub("", path.read_text()))}
    assert len(declared) > 90
    assert declared - written(top) == WITHOUT


def test_contracts_are_linked(top, checked):
    """Each contract is in the kernel, and so is what it calls."""
    names = subprocess.run(["nm", checked / "kernel.elf"], check=True,
                           capture_output=True, text=True).stdout
    linked = set(re.findall(r" T __wrap_(\w+)$", names, re.M))
    assert linked == written(top) and len(linked) > 80
