"""Exercise 4.2: the CPU, from hand to hand."""

from grade.lab4.stepping import NEVER, never_both, stepped, whole
from grade.ops import words as w
from grade.ops.scene import CHILD, GRANDCHILD, ME, OTHER
from grade.ops.script import cpu_back
from grade.ops.words import (E_BUSY, E_MATCH, E_OWNER, E_RANGE, INIT, OK,
                             REASON_LEASE, REASON_SWAP)
from grade.verdict import check

RUNS = ("slot 0 holds who runs, and its table counts that; the record says "
        "who gave it the CPU, and that it has one")
BACK = ("the CPU is the giver's again; the record of who had it says why, "
        "and that it has none")
REASON_FAULT = w.C["REASON_FAULT"]


def accept(scene, who, giver, generation=None):
    """Posts an acceptance of the CPU."""
    world = scene.world
    world.prepare()
    model = world.model
    if generation is None:
        generation = model.processes[giver].generation
    model.processes[who].accepts = w.accept(giver, generation, w.CPU,
                                            model.depth)


def hand(scene, rule, slot, lease=0, about=""):
    """A hand-over that must be done, and what has become of it all."""
    scene.world.hand(slot, lease, OK, about)
    scene.world.look_cpu(rule, about)


def giver_is(scene, slot, giver, about):
    """Wrong unless a record says who gave that process the CPU."""
    found = scene.world.books.get_process(slot)
    check((found.giver, found.running) == (giver, 1), RUNS, about,
          f"its record has giver {found.giver} and running {found.running}")


def test_cpu_to_child(scene):
    for giver, taker in scene.world.in_order((
            (INIT, ME), (INIT, OTHER), (ME, CHILD))):
        chain = (INIT,) if giver == INIT else (INIT, giver)
        scene.world.runs(*chain)
        about = f"process {giver} hands the CPU to its child {taker}"
        hand(scene, RUNS, taker, 0, about)
        giver_is(scene, taker, giver, about)
    scene.world.judge_cpu(RUNS, "after all of these")


def test_cpu_to_giver(scene):
    for chain in scene.world.in_order((
            (INIT, ME), (INIT, ME, CHILD), (INIT, ME, OTHER))):
        scene.world.runs(*chain)
        hand(scene, BACK, chain[-2], 0, f"who runs hands the CPU back; the "
             f"chain is {chain}")
    scene.world.runs(INIT, ME)
    accept(scene, INIT, ME)
    about = "back to a giver that accepts the CPU from it, too"
    scene.world.hand(INIT, 0, OK, about)
    scene.world.judge_cpu("giving back uses no acceptance up", about)
    scene.world.prepare()
    scene.world.model.processes[INIT].accepts = 0
    scene.world.judge_cpu(BACK, "after all of these")


def test_cpu_accepted(scene):
    """Once, to whoever accepts it from me."""
    world = scene.world
    for slot in world.in_order((OTHER, GRANDCHILD)):
        world.runs(INIT, ME)
        accept(scene, slot, ME)
        hand(scene, "an acceptance of the CPU is used up", slot, 0,
             f"to process {slot}, which accepts it from {ME}")
        hand(scene, BACK, ME, 0, "back again")
        world.hand(slot, 0, E_OWNER, "the same once more, without another "
                   "acceptance")
        world.judge_cpu("an acceptance of the CPU is used up", "then")
    world.runs(INIT, ME)
    accept(scene, CHILD, OTHER)
    hand(scene, "an acceptance that was not needed is not used up", CHILD, 0,
         "to a child, which accepts the CPU from somebody else")
    world.prepare()
    world.model.processes[CHILD].accepts = 0
    scene.world.judge_cpu(BACK, "after all of these")


def test_cpu_chain(scene):
    """As deep as you like, and back, step by step."""
    scene.world.runs(INIT)
    for slot in (ME, CHILD, GRANDCHILD):
        hand(scene, RUNS, slot, 0, f"on to {slot}")
    accept(scene, OTHER, GRANDCHILD)
    hand(scene, RUNS, OTHER, 0,
         f"on to {OTHER}, which accepts it from {GRANDCHILD}")
    for slot in (GRANDCHILD, CHILD, ME, INIT):
        hand(scene, BACK, slot, 0, f"back to {slot}")
    hand(scene, RUNS, OTHER, 0, "on to another child")
    scene.world.judge_cpu(RUNS, "after all of these")


def refuse(scene, error, cases, rule):
    """Hand-overs by who runs that must be refused. Nothing may change."""
    me = scene.world.model.running
    for about, args in scene.world.mixed(cases.items()):
        scene.world.swap(me, args, error, about)
    scene.world.judge_cpu(rule, "after hand-overs that were refused")


def test_cpu_range(scene):
    world = scene.world
    world.runs(INIT, ME)
    slot, processes = world.model.slot_name, world.model.processes
    mine, child = processes[ME].table, processes[CHILD].table
    refuse(scene, E_RANGE, {
        "entry is my own slot": (slot(ME), slot(CHILD), mine, child, 0),
        "with is slot 256": (slot(0), slot(256), mine, child, 0),
        f"with is slot {256 + CHILD}, which is {CHILD} + 256":
            (slot(0), slot(256 + CHILD), mine, child, 0),
        "with is the last entry": (slot(0), slot(511), mine, child, 0),
        "with is me": (slot(0), slot(ME), mine, mine, 0),
        "entry is the child's, with slot 0":
            (slot(CHILD), slot(0), child, mine, 0),
    }, "entry is slot 0, and with the slot of another process")


def test_cpu_match(scene):
    world = scene.world
    world.runs(INIT, ME)
    slot, processes = world.model.slot_name, world.model.processes
    mine, child = processes[ME].table, processes[CHILD].table
    other = processes[OTHER].table
    args = slot(0), slot(CHILD)
    refuse(scene, E_MATCH, {
        "no process in that slot": (slot(0), slot(scene.slot(77)), mine, 0, 0),
        "resource is not my table": (*args, other, child, 0),
        "resource is the child's table": (*args, child, child, 0),
        "other is not its table": (*args, mine, other, 0),
        "other is RESOURCE_NONE": (*args, mine, w.RESOURCE_NONE, 0),
        "other, but with bit 40 set": (*args, mine, child | 1 << 40, 0),
    }, "both tables are named, and the receiver is live")
    world.prepare()
    processes[CHILD].state = w.DEAD
    refuse(scene, E_MATCH, {
        "a child that has ended": (*args, mine, child, 0),
    }, "the receiver is live")
    world.prepare()
    processes[CHILD].state = w.LIVE


def test_cpu_owner(scene):
    world = scene.world
    world.runs(INIT, ME)
    for slot, about in world.mixed((
            (OTHER, "a stranger"), (GRANDCHILD, "my child's child"))):
        world.hand(slot, 0, E_OWNER, about)
    generation = world.model.processes[ME].generation
    rule = ("the CPU goes to a child, to my giver, or to who accepts it from "
            "me, in my generation")
    world.judge_cpu(rule, "after hand-overs that were refused")
    for giver, number, about in world.mixed((
            (CHILD, None, "it accepts from my child"),
            (ME, generation + 1, "it accepts from my next generation"),
            (ME, generation - 1, "it accepts from my last generation"))):
        accept(scene, OTHER, giver, number)
        world.hand(OTHER, 0, E_OWNER, about)
        world.look_cpu(rule, "after a hand-over that was refused")
    world.prepare()
    word = world.model.processes[OTHER].accepts
    world.model.processes[OTHER].accepts = 0
    accept(scene, ME, OTHER)
    world.hand(OTHER, 0, E_OWNER, "I accept it from that one")
    world.judge_cpu(rule, "after a hand-over that was refused")
    world.prepare()
    world.model.processes[ME].accepts = 0
    world.runs(INIT, ME, OTHER)
    world.hand(CHILD, 0, E_OWNER, "my giver's child")
    world.judge_cpu(rule, f"after a hand-over that was refused ({word:#x})")


def test_cpu_busy(scene):
    """Nobody has two CPUs: who lent one has it still."""
    world = scene.world
    world.runs(INIT, ME, CHILD, GRANDCHILD)
    accept(scene, ME, GRANDCHILD)
    accept(scene, INIT, GRANDCHILD)
    rule = "who has lent the CPU, and is not my giver, cannot have it"
    world.hand(ME, 0, E_BUSY, "to my giver's giver, which accepts it")
    world.hand(INIT, 0, E_BUSY, "to init, which accepts it")
    world.judge_cpu(rule, "after hand-overs that were refused")
    world.runs(INIT, ME, OTHER)
    world.prepare()
    world.model.processes[ME].parent = OTHER
    world.sync()
    hand(scene, BACK, ME, 0, "to my giver, which is my child as well")
    world.prepare()
    world.model.processes[ME].parent = INIT
    for slot in (ME, INIT):
        world.model.processes[slot].accepts = 0
    scene.world.judge_cpu(BACK, "after all of these")


def back(scene, reason, about):
    """cpu_back, and what has become of it all."""
    world = scene.world
    world.run()
    world.sync()
    world.model.back(reason)
    answer, = world.steps([cpu_back(reason)], BACK, about)
    world.written(answer, BACK, about)
    world.judge_cpu(BACK, about)


def test_cpu_back_reason(scene):
    for reason in scene.world.in_order((REASON_FAULT, REASON_LEASE,
                                        REASON_SWAP)):
        scene.world.runs(INIT, ME, CHILD)
        about = f"cpu_back({reason})"
        back(scene, reason, about)
        found = scene.world.books.get_process(CHILD).reason
        check(found == reason, BACK, about, f"the record's reason is {found}")
        back(scene, reason, about + " once more, of its giver")
    scene.world.judge_cpu(BACK, "after all of these")


def test_cpu_vector_stays(scene):
    """cpu_back says why, and not what it was: that is the caller's."""
    world, vector = scene.world, scene.number(13, 1, 32)
    world.runs(INIT, ME, CHILD)
    world.model.processes[CHILD].vector = vector
    back(scene, REASON_FAULT, "cpu_back(REASON_FAULT) of a process whose "
         f"record has vector {vector}")
    found = world.books.get_process(CHILD).vector
    check(found == vector, "the vector in the record is the caller's",
          "cpu_back(REASON_FAULT)", f"vector is {found}, and was {vector}")
    world.runs(INIT, ME)
    hand(scene, RUNS, CHILD, 0, "the CPU for one that had crashed")
    hand(scene, BACK, ME, 0, "which now hands it back")


def test_cpu_refs(scene):
    """The copy in slot 0 is counted."""
    world = scene.world
    world.runs(INIT)
    tables = [world.model.processes[slot].table for slot in (INIT, ME)]
    for slot in (ME, INIT, ME):
        hand(scene, RUNS, slot, 0, f"to {slot}")
        machine = world.read(RUNS, "")
        found = [machine.frame(table).refs for table in tables]
        wanted = [1 + (slot == INIT), 1 + (slot == ME)]
        check(found == wanted, "a table's refs count its directory entry and "
              "slot 0", f"process {slot} has the CPU", f"refs are {found} of "
              f"init's and of process {ME}'s table\n       where {wanted} is "
              "right")


def test_cpu_order(scene):
    """Two things wrong at once."""
    world = scene.world
    world.runs(INIT, ME, OTHER)
    slot, processes = world.model.slot_name, world.model.processes
    mine, init = processes[OTHER].table, processes[INIT].table
    for error, about, args in world.mixed((
            (E_RANGE, "slot 0 is not entry, and nothing matches",
             (slot(scene.number(5, 1, 256)), slot(scene.slot(99)), 0, 0, 0)),
            (E_MATCH, "my giver, but not its table",
             (slot(0), slot(ME), mine, init, 0)),
            (E_MATCH, "a stranger, and not its table",
             (slot(0), slot(GRANDCHILD), mine, init, 0)),
            (E_OWNER, "not mine, and it has lent the CPU",
             (slot(0), slot(INIT), mine, init, 0)))):
        world.swap(OTHER, args, error, about)
    world.runs(INIT, ME, OTHER, leases={OTHER: 5})
    accept(scene, INIT, OTHER)
    world.hand(INIT, 0, E_BUSY, "it has lent the CPU, and the lease is none")
    world.judge_cpu("the first check that fails, in the contract's order, is "
                    "the answer", "after hand-overs that were refused")
    world.prepare()
    processes[INIT].accepts = 0


def test_cpu_never_both(scene):
    """Slot 0, stepped: from full to empty, CR3, full again."""
    world = scene.world
    names = (world.model.slot_name(0),)
    for chain, slot in world.in_order((((INIT,), ME),
                                       ((INIT, ME, CHILD), ME))):
        world.runs(*chain)
        me = chain[-1]
        processes = world.model.processes
        about = f"stepping the hand-over from {me} to {slot}"
        args = (names[0], world.model.slot_name(slot), processes[me].table,
                processes[slot].table, 0)
        moments = stepped(world, "cpu_hand", me, args, names, about)
        whole(moments, names, about)
        for moment in moments:
            check(len(moment.views[0]) <= 1, NEVER, about,
                  f"at {moment.place} slot 0 held another process while a "
                  "processor may still have translations by the last: CR3 "
                  "was not loaded in between")
        never_both(moments, names, processes[slot].table, about)
        world.judge_cpu(NEVER, about)
