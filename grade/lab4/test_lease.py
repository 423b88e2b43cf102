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
    for lease in scene.world.in_order((1, 2, scene.number(5, 3, 9))):
        scene.world.runs(INIT, ME, leases={ME: lease})
        count(scene, lease, f"a lease of {lease}")
        found = scene.world.books.get_process(ME).reason
        check(found == w.REASON_LEASE, COUNTED, f"a lease of {lease} ended",
              f"the record's reason is {found}")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_given(scene):
    """Without a lease of its own, a process gives any."""
    world, number = scene.world, scene.number
    for lease in world.in_order((0, 1, number(7, 2, 1 << 20),
                                 number(1 << 40, 1 << 32, 1 << 60))):
        world.runs(INIT, ME)
        hand(scene, LENT, CHILD, lease, f"a lease of {lease}, by one that "
             "has none itself")
    world.runs(INIT, ME)
    lease = number(3, 2, 9)
    hand(scene, LENT, CHILD, lease, f"a lease of {lease}")
    count(scene, lease, f"a lease of {lease} that was given")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_limits(scene):
    world = scene.world
    more = scene.number(10, 5, 1 << 20)
    for mine, refused, fine in world.mixed((
            (more, (0, more - 1, more, more + 1, 1 << 63), (more - 2, 1)),
            (3, (0, 2, 3), (1,)), (2, (0, 1, 2), ()),
            (1, (0, 1, w.WORD), ()))):
        world.runs(INIT, ME, leases={ME: mine})
        for lease in world.mixed(refused):
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
    inner, between = scene.number(4, 2, 6), scene.number(7, 3, 8)
    middle = inner + 1 + between
    outer = middle + scene.number(8, 2, 50)
    for slot, lease in ((ME, outer), (CHILD, middle), (GRANDCHILD, inner)):
        hand(scene, LENT, slot, lease, f"{lease} operations for {slot}")
    count(scene, inner, "the innermost lease")
    count(scene, between, "then that of its giver")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_refund(scene):
    world, number = scene.world, scene.number
    mine, its = number(5, 2, 1 << 20), number(3, 2, 1 << 20)
    for left in world.in_order((1, number(6, 2, 1 << 20))):
        world.runs(INIT, ME, CHILD, leases={ME: mine, CHILD: left})
        hand(scene, REFUND, ME, 0, f"a swap back, with {left} left")
    for reason in world.in_order((w.C["REASON_FAULT"], w.REASON_SWAP)):
        world.runs(INIT, ME, CHILD, leases={ME: mine, CHILD: its})
        back(scene, reason, f"cpu_back({reason}) with {its} left")
    world.runs(INIT, ME, CHILD, leases={CHILD: its})
    hand(scene, "a giver without a lease gets none back", ME, 0,
         "a swap back to one without a lease")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_back_is_free(scene):
    """Giving back takes no lease: it is not looked at."""
    world, number = scene.world, scene.number
    for lease in world.in_order((0, 2, number(9, 3, 1 << 40), w.WORD)):
        world.runs(INIT, ME, CHILD, leases={ME: number(4, 2, 99), CHILD: 2})
        hand(scene, "giving back takes no lease: it is not looked at", ME,
             lease, f"back to my giver, with {lease} for a lease")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_round_trip(scene):
    """To and fro: each way out costs one operation."""
    world = scene.world
    left, part = scene.number(5, 5, 1 << 20), scene.number(2, 1, 4)
    world.runs(INIT, ME, leases={ME: left + 2})
    for n in range(2):
        hand(scene, LENT, CHILD, part, f"out, time {n + 1}")
        hand(scene, REFUND, ME, 0, f"back, time {n + 1}")
    world.hand(CHILD, left - 1, E_RIGHTS,
               f"{left - 1}, of the {left} that are left")
    hand(scene, LENT, CHILD, left - 2,
         f"{left - 2}, of the {left} that are left")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_accepted(scene):
    """By an acceptance it is no other lease."""
    world = scene.world
    mine = scene.number(9, 5, 12)
    world.runs(INIT, ME, leases={ME: mine})
    world.model.processes[OTHER].accepts = w.accept(
        ME, world.model.processes[ME].generation, w.CPU, world.model.depth)
    world.hand(OTHER, 0, E_RIGHTS, f"without end, of mine of {mine}")
    world.judge_cpu("an acceptance is not used up by what is refused",
                    "after a hand-over that was refused")
    world.hand(OTHER, mine - 2, OK,
               f"{mine - 2} operations, of mine of {mine}")
    world.judge_cpu(LENT, "to one that accepts it")
    count(scene, mine - 2, "the lease of one that accepted it")
