"""Groups of ports and interrupt lines, on a process's directory entry."""

import z3

from proof.words import (E_BUSY, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS,
                         GROUP_IRQ, GROUP_MAX, GROUP_PORTS, PROCESS_MAX,
                         RIGHTS_NONE, SLOT_INIT, ite, word)

READ_WRITE = 3 | 3 << 4


def is_group(resource):
    kind = z3.LShR(resource, 60)
    return z3.Or(kind == GROUP_PORTS, kind == GROUP_IRQ)


def number_of(s, resource):
    """Which group a word names; GROUP_MAX for none."""
    number = resource & (2 ** 60 - 1)
    there = z3.And(is_group(resource), z3.ULT(number, GROUP_MAX),
                   s.group_kind(number) == z3.LShR(resource, 60))
    return ite(there, number, GROUP_MAX)


def no_process(slot):
    return z3.Or(slot == 0, z3.UGE(slot, PROCESS_MAX))


def attach(o, me, slot, resource, rights):
    s = o.before
    number = number_of(s, resource)
    o.refuse(z3.Or(no_process(slot), number == GROUP_MAX), E_RANGE)
    o.refuse(rights != READ_WRITE, E_RIGHTS)
    o.refuse(z3.Not(s.is_mine(me, slot)), E_OWNER)
    o.refuse(s.has_group(slot, number), E_BUSY)
    o.refuse(z3.Not(s.has_group(me, number)), E_OWNER)
    o.set("process.groups", slot, s.groups(slot) | word(1) << number)
    with o.when(s.group_kind(number) == GROUP_IRQ):
        o.set("group.holder", number, slot)
    load(o, s.running_process)


def update(o, me, slot, resource, rights):
    s = o.before
    number = number_of(s, resource)
    o.refuse(z3.Or(no_process(slot), number == GROUP_MAX), E_RANGE)
    o.refuse(z3.And(rights != RIGHTS_NONE, rights != READ_WRITE), E_RIGHTS)
    o.refuse(z3.And(z3.Not(s.is_mine(me, slot)), me != SLOT_INIT), E_OWNER)
    holds = s.group_holder(number) == slot
    o.refuse(z3.Or(z3.Not(s.has_group(slot, number)),
                   z3.And(rights != RIGHTS_NONE, z3.Not(holds))), E_MATCH)
    with o.when(rights == RIGHTS_NONE):
        lose(o, slot, number)
        load(o, s.running_process)
    with o.when(rights != RIGHTS_NONE):
        o.set("irq", s.group_first(number), 1)


def lose(o, process, number):
    """A held interrupt line is masked, and its parent's again."""
    s = o.now
    parent = s.parent(process)
    held = z3.And(s.group_kind(number) == GROUP_IRQ,
                  s.group_holder(number) == process)
    o.set("process.groups", process,
          s.groups(process) & ~(word(1) << number))
    with o.when(held):
        o.set("irq", s.group_first(number), 0)
        o.set("group.holder", number,
              z3.If(s.has_group(parent, number), parent, word(SLOT_INIT)))


def lose_all(o, process):
    for number in range(GROUP_MAX):
        with o.when(o.now.has_group(process, word(number))):
            lose(o, process, word(number))


def load(o, process):
    """The processor's ports are those of the process."""
    s = o.now
    wanted = s.groups(process)
    change = s.memory.read("open_groups")
    some = wanted != 0
    o.set("ports_on", None, ite(some, 1))
    for number in range(GROUP_MAX):
        bit = z3.LShR(wanted, number) & 1
        opened = z3.LShR(z3.ZeroExt(32, change), number) & 1
        with o.when(z3.And(some, bit != opened,
                           s.group_kind(word(number)) == GROUP_PORTS)):
            at = s.group_first(word(number)) | \
                s.group_count(word(number)) << 16
            o.set("ports", at, bit)
    with o.when(some):
        o.set("open_groups", None, wanted)
