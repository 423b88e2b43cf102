"""What the tests of attach and update ask, and say of it. Cases are
{what they are about: arguments}; each test asks as process ME."""

from grade.ops import words as w
from grade.ops.scene import ME

COUNTS = "attach writes one entry, and counts it in refs and in live"


def fine(scene, cases):
    """Attaches that must be done, and what has become of it all."""
    for about, args in cases.items():
        scene.world.attach(ME, args, w.OK, about)
        scene.world.glance(COUNTS, *args[:2])
    scene.world.judge(COUNTS, "after attaches that must be done")


def refuse(scene, error, cases, rule):
    """Attaches that must be refused. Nothing may change."""
    for about, args in cases.items():
        scene.world.attach(ME, args, error, about)
    scene.world.judge(rule, "after attaches that were refused")


def change(scene, rule, cases, me=ME):
    """Updates that must be done, one after the other, and what has become
    of it all."""
    for about, args in cases.items():
        scene.world.update(me, args, w.OK, about)
        scene.world.glance(rule, *args[:2])
    scene.world.judge(rule, "after updates that must be done")


def keep(scene, error, cases, rule, me=ME):
    """Updates that must be refused. Nothing may change."""
    for about, args in cases.items():
        scene.world.update(me, args, error, about)
    scene.world.judge(rule, "after updates that were refused")
