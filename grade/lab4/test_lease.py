"""Exercise 4.2: leases, which end at a time."""

from grade.lab4.test_cpu import back, hand
from grade.ops import words as w
from grade.ops.scene import CHILD, GRANDCHILD, ME, OTHER
from grade.ops.script import cpu_expire
from grade.ops.words import E_RIGHTS, INIT, OK
from grade.verdict import check

LENT = "no lease ends later than its giver's"
OVER = ("cpu_expire gives the CPU back, REASON_LEASE, if the lease is over, "
        "and answers whether it was")
KEPT = "what is taken back changes nothing of its giver's lease"
FAR = 1 << 40


def expire(scene, now, about):
    """cpu_expire at that time, with a look at all."""
    world = scene.world
    world.run()
    world.sync()
    wanted = world.model.expire(now)
    answer, = world.steps([cpu_expire(now)], OVER, about)
    asked = f"{about}: cpu_expire({now})"
    world.written(answer, OVER, about)
    check(answer.value == wanted, OVER, asked,
          f"it answered {answer.value}, and {wanted} is right")
    world.look_cpu(OVER, asked)


def test_lease_ends(scene):
    for lease in scene.world.mixed((1, 2, scene.number(5, 3, FAR))):
        for now, ends in ((lease - 1, False), (lease, True),
                          (lease + 7, True), (w.WORD, True)):
            scene.world.runs(INIT, ME, leases={ME: lease})
            expire(scene, now, f"a lease until {lease}")
            found = scene.world.books.get_process(ME).reason
            check(found == (w.REASON_LEASE if ends else 0), OVER,
                  f"a lease until {lease}, at {now}",
                  f"the record's reason is {found}")
    scene.world.judge_cpu(OVER, "after all of these")


def test_lease_none(scene):
    """Without a lease the CPU stays, whatever the time is."""
    for now in scene.world.mixed((0, 1, scene.number(9, 2, FAR), w.WORD)):
        scene.world.runs(INIT, ME)
        expire(scene, now, "no lease")
    scene.world.runs(INIT)
    expire(scene, w.WORD, "init, which has none")
    scene.world.judge_cpu(OVER, "after all of these")


def test_lease_given(scene):
    """Without a lease of its own, a process gives any."""
    world, number = scene.world, scene.number
    for lease in world.mixed((0, 1, number(7, 2, 1 << 20),
                              number(FAR, 1 << 32, 1 << 60), w.WORD)):
        world.runs(INIT, ME)
        hand(scene, LENT, CHILD, lease, f"a lease until {lease}, by one that "
             "has none itself")
    world.runs(INIT, ME)
    lease = number(3, 2, 9)
    hand(scene, LENT, CHILD, lease, f"a lease until {lease}")
    expire(scene, lease, f"a lease until {lease} that was given")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_limits(scene):
    world = scene.world
    more = scene.number(10, 5, 1 << 20)
    for mine, refused, fine in world.mixed((
            (more, (0, more + 1, 1 << 63, w.WORD), (more, more - 1, 1)),
            (2, (0, 3), (1, 2)), (1, (0, 2, w.WORD), (1,)))):
        world.runs(INIT, ME, leases={ME: mine})
        for lease in world.mixed(refused):
            world.hand(CHILD, lease, E_RIGHTS, f"a lease until {lease}, of "
                       f"mine until {mine}")
        world.judge_cpu(LENT, "after hand-overs that were refused")
        for lease in fine:
            world.runs(INIT, ME, leases={ME: mine})
            hand(scene, LENT, CHILD, lease, f"a lease until {lease}, of mine "
                 f"until {mine}")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_nested(scene):
    """A part of a part: one step at each look."""
    world = scene.world
    world.runs(INIT)
    inner = scene.number(4, 2, 6)
    middle = inner + scene.number(7, 3, 8)
    outer = middle + scene.number(8, 2, 50)
    for slot, lease in ((ME, outer), (CHILD, middle), (GRANDCHILD, inner)):
        hand(scene, LENT, slot, lease, f"until {lease} for {slot}")
    expire(scene, inner, "the innermost lease")
    expire(scene, middle - 1, "its giver's, which is not over")
    expire(scene, w.WORD, "all are over: that of its giver first")
    expire(scene, w.WORD, "all are over: then that one's")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_kept(scene):
    world, number = scene.world, scene.number
    mine, its = number(5, 4, 1 << 20), number(3, 2, 3)
    world.runs(INIT, ME, CHILD, leases={ME: mine, CHILD: its})
    hand(scene, KEPT, ME, 0, f"a swap back, before {its}")
    for reason in world.in_order((w.C["REASON_FAULT"], w.REASON_SWAP)):
        world.runs(INIT, ME, CHILD, leases={ME: mine, CHILD: its})
        back(scene, reason, f"cpu_back({reason}) before {its}")
    world.runs(INIT, ME, CHILD, leases={CHILD: its})
    hand(scene, KEPT, ME, 0, "a swap back to one without a lease")
    world.runs(INIT, ME, leases={ME: mine})
    for n in range(2):
        hand(scene, KEPT, CHILD, its, f"out, time {n + 1}")
        hand(scene, KEPT, ME, 0, f"back, time {n + 1}")
    hand(scene, LENT, CHILD, mine, "for as long as I have it")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_back_is_free(scene):
    """Giving back takes no lease: it is not looked at."""
    world, number = scene.world, scene.number
    for lease in world.mixed((0, 2, number(9, 3, FAR), w.WORD)):
        mine = number(4, 2, 99)
        world.runs(INIT, ME, CHILD, leases={ME: mine, CHILD: 2})
        hand(scene, "giving back takes no lease: it is not looked at", ME,
             lease, f"back to my giver, with {lease} for a lease")
    scene.world.judge_cpu(LENT, "after all of these")


def test_lease_accepted(scene):
    """By an acceptance it is no other lease."""
    world = scene.world
    mine = scene.number(9, 5, 12)
    world.runs(INIT, ME, leases={ME: mine})
    world.model.processes[OTHER].accepts = w.accept(
        ME, world.model.processes[ME].generation, w.CPU, world.model.depth)
    world.hand(OTHER, 0, E_RIGHTS, f"without end, of mine until {mine}")
    world.judge_cpu("an acceptance is not used up by what is refused",
                    "after a hand-over that was refused")
    world.hand(OTHER, mine, OK, f"until {mine}, of mine until {mine}")
    world.judge_cpu(LENT, "to one that accepts it")
    expire(scene, mine, "the lease of one that accepted it")
