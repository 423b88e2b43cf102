"""Exercise 4.2: leases, counted in operations."""

from grade.lab4.test_cpu import back, hand
from grade.ops import words as w
from grade.ops.scene import CHILD, GRANDCHILD, ME, OTHER
from grade.ops.script import cpu_count
from grade.ops.words import E_RIGHTS, INIT, OK
from grade.verdict import check

LENT = ("a lease is a part of the giver's: shorter than what is left of that "
        "after this operation, which counts too")
COUNTED = ("cpu_count takes one operation off; the last one gives the CPU "
           "back, REASON_LEASE")
REFUND = "what is left of a lease is the giver's again"


def count(scene, times, about):
    """cpu_count, so often, with a look at all after each."""
    world = scene.world
    for n in range(times):
        world.run()
        world.sync()
        world.model.count()
        answer, = world.steps([cpu_count()], COUNTED, about)
        world.written(answer, COUNTED, about)
        world.look_cpu(COUNTED, f"{about}: cpu_count, time {n + 1}")


def test_lease_counted(scene):
    for lease in (1, 2, 5):
        scene.world.runs(INIT, ME, leases={ME: lease})
        count(scene, lease, f"a lease of {lease}")
        found = scene.world.books.get_process(ME).reason
        check(found == w.REASON_LEASE, COUNTED, f"a lease of {lease} ended",
              f"the record's reason is {found}")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_given(scene):
    """Without a lease of its own, a process gives any."""
    world = scene.world
    for lease in (0, 1, 7, 1 << 40):
        world.runs(INIT, ME)
        hand(scene, LENT, CHILD, lease, f"a lease of {lease}, by one that "
             "has none itself")
    world.runs(INIT, ME)
    hand(scene, LENT, CHILD, 3, "a lease of 3")
    count(scene, 3, "a lease of 3 that was given")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_limits(scene):
    world = scene.world
    for mine, refused, fine in ((10, (0, 9, 10, 11, 1 << 63), (8, 1)),
                                (3, (0, 2, 3), (1,)),
                                (2, (0, 1, 2), ()),
                                (1, (0, 1, w.WORD), ())):
        world.runs(INIT, ME, leases={ME: mine})
        for lease in refused:
            world.hand(CHILD, lease, E_RIGHTS, f"a lease of {lease}, of mine "
                       f"of {mine}")
        world.judge_cpu(LENT, "after hand-overs that were refused")
        for lease in fine:
            world.runs(INIT, ME, leases={ME: mine})
            hand(scene, LENT, CHILD, lease, f"a lease of {lease}, of mine of "
                 f"{mine}")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_nested(scene):
    """A part of a part."""
    world = scene.world
    world.runs(INIT)
    for slot, lease in ((ME, 20), (CHILD, 12), (GRANDCHILD, 4)):
        hand(scene, LENT, slot, lease, f"{lease} operations for {slot}")
    count(scene, 4, "the innermost lease")
    count(scene, 7, "then that of its giver")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_refund(scene):
    world = scene.world
    for left in (1, 6):
        world.runs(INIT, ME, CHILD, leases={ME: 5, CHILD: left})
        hand(scene, REFUND, ME, 0, f"a swap back, with {left} left")
    for reason in (w.C["REASON_FAULT"], w.REASON_SWAP):
        world.runs(INIT, ME, CHILD, leases={ME: 5, CHILD: 3})
        back(scene, reason, f"cpu_back({reason}) with 3 left")
    world.runs(INIT, ME, CHILD, leases={CHILD: 3})
    hand(scene, "a giver without a lease gets none back", ME, 0,
         "a swap back to one without a lease")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_back_is_free(scene):
    """Giving back takes no lease: it is not looked at."""
    world = scene.world
    for lease in (0, 2, 9, w.WORD):
        world.runs(INIT, ME, CHILD, leases={ME: 4, CHILD: 2})
        hand(scene, "giving back takes no lease: it is not looked at", ME,
             lease, f"back to my giver, with {lease} for a lease")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_round_trip(scene):
    """To and fro: each way out costs one operation."""
    world = scene.world
    world.runs(INIT, ME, leases={ME: 7})
    for n in range(2):
        hand(scene, LENT, CHILD, 2, f"out, time {n + 1}")
        hand(scene, REFUND, ME, 0, f"back, time {n + 1}")
    world.hand(CHILD, 4, E_RIGHTS, "4, of the 5 that are left")
    hand(scene, LENT, CHILD, 3, "3, of the 5 that are left")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_accepted(scene):
    """By an acceptance it is no other lease."""
    world = scene.world
    world.runs(INIT, ME, leases={ME: 9})
    world.model.processes[OTHER].accepts = w.accept(
        ME, world.model.processes[ME].generation, w.CPU, world.model.depth)
    world.hand(OTHER, 0, E_RIGHTS, "without end, of mine of 9")
    world.judge_cpu("an acceptance is not used up by what is refused",
                    "after a hand-over that was refused")
    world.hand(OTHER, 7, OK, "7 operations, of mine of 9")
    world.judge_cpu(LENT, "to one that accepts it")
    count(scene, 7, "the lease of one that accepted it")
